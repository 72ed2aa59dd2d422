"""The module name that scripts for Rockchip's NPUs import, standing on Mattock. Not affiliated with Rockchip."""

__version__ = "0.1.0"
