"""The module name that conversion scripts for Rockchip's NPUs import, standing on Mattock. Not affiliated with
Rockchip."""
