#!/usr/bin/env python3
"""Writes one folder per board and state. `root` holds its files as `mattock doctor --root` reads them, board.json what
stands behind the device nodes and what doctor has to find. States and remedies are written from board-setup.md 4; none
was copied from a board.

    python3 tests/doctor/boards.py FOLDER
"""
import json
import pathlib
import shutil
import sys

TREE = "/proc/device-tree"
NPU = TREE + "/npu@fde40000"
MMU = TREE + "/iommu@fde4b000"
DEVICE = "/sys/bus/platform/devices/fde40000.npu"
CLOCK = "/sys/class/devfreq/fde40000.npu"


def strings(*names):
    return "".join(name + "\0" for name in names)


class Board:
    """A Radxa Zero 3W on Radxa OS with everything in order; methods break it."""

    def __init__(self, about, model="Radxa ZERO 3", compatible=("radxa,zero3w", "radxa,zero3", "rockchip,rk3566")):
        self.about = about
        self.kernel = {"version": "0.9.8", "build": "drm", "iommu": True, "supply": True, "fault": None}
        self.closed = {}
        self.wrong_products = 0
        self.nodes = []
        self.links = {}
        self.files = {
            TREE + "/compatible": strings(*compatible),
            TREE + "/model": strings(model),
            NPU + "/compatible": strings("rockchip,rk3568-rknpu", "rockchip,rknpu"),
            NPU + "/status": strings("okay"),
            NPU + "/iommus": "\0\0\0\2",
            NPU + "/rknpu-supply": "\0\0\0\1",
            MMU + "/compatible": strings("rockchip,iommu-v2"),
            MMU + "/status": strings("okay"),
            TREE + "/bus-npu/status": strings("okay"),
            DEVICE + "/uevent": "DRIVER=RKNPU\n",
            DEVICE + "/driver/uevent": "",
            "/sys/bus/platform/devices/rknpu_dev.8.auto/uevent": "",
            CLOCK + "/cur_freq": "200000000\n",
            CLOCK + "/max_freq": "900000000\n",
            CLOCK + "/available_frequencies": "200000000 297000000 400000000 600000000 700000000 800000000 900000000\n",
            CLOCK + "/governor": "rknpu_ondemand\n",
            "/proc/meminfo": "MemTotal:        2001968 kB\nCmaTotal:         131072 kB\nCmaFree:          120000 kB\n",
            "/proc/sys/kernel/osrelease": "5.10.160-39-rk356x\n",
            "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nID=debian\n',
            "/etc/group": "root:x:0:\nvideo:x:44:radxa\nrender:x:106:radxa\n",
            "/usr/bin/rsetup": "",
            "/var/log/dmesg": "[    4.1] [drm] Initialized rknpu 0.9.8 20240828 for fde40000.npu on minor 1\n",
        }
        self.card(0, "rockchip")
        self.card(1, "rknpu")

    def card(self, number, driver):
        for name, minor, group in ((f"card{number}", number, 44), (f"renderD{128 + number}", 128 + number, 106)):
            self.node(f"/dev/dri/{name}", 226, minor, driver, 0o660, group)
            self.files[f"/sys/class/drm/{name}/device/uevent"] = "DRIVER=%s\n" % {
                "rknpu": "RKNPU", "rockchip": "rockchip-drm"}[driver]
        return self

    def node(self, path, major, minor, driver, mode, group):
        self.nodes.append({"path": path, "major": major, "minor": minor, "driver": driver, "mode": mode, "group": group})
        self.files[path] = ""
        return self

    def without(self, beginning):
        self.files = {path: text for path, text in self.files.items() if not path.startswith(beginning)}
        self.nodes = [node for node in self.nodes if not node["path"].startswith(beginning)]
        return self

    def no_driver(self):
        """No driver has taken the NPU: no nodes of its own, no clock."""
        for path in (DEVICE + "/driver", "/sys/bus/platform/devices/rknpu_dev", CLOCK, "/dev/dri/card1", "/dev/dri/renderD129",
                     "/sys/class/drm/card1", "/sys/class/drm/renderD129"):
            self.without(path)
        return self

    def off(self):
        for path in (NPU, MMU, TREE + "/bus-npu"):
            self.files[path + "/status"] = strings("disabled")
        self.files["/var/log/dmesg"] = ""
        return self.without(DEVICE).no_driver()

    def mainline(self, release):
        for path in (NPU, MMU, TREE + "/bus-npu"):
            self.without(path)
        self.files["/proc/sys/kernel/osrelease"] = release + "\n"
        self.files["/var/log/dmesg"] = ""
        return self.without(DEVICE).no_driver()

    def distribution(self, name, marker):
        self.files.pop("/usr/bin/rsetup")
        self.files["/etc/os-release"] = f'PRETTY_NAME="{name}"\n'
        if marker:
            self.files[marker] = ""
        return self

    def file(self, path, text):
        self.files[path] = text
        return self

    def close(self, path, error):
        self.closed[path] = error
        return self

    def link(self, path, target):
        self.links[path] = target
        return self

    def driver(self, **values):
        self.kernel.update(values)
        return self

    def wrong(self, products):
        self.wrong_products = products
        return self

    def misc(self, version):
        self.no_driver().file(DEVICE + "/driver/uevent", "").driver(build="misc", version=version)
        self.kernel_clock()
        return self.node("/dev/rknpu", 10, 122, "rknpu", 0o600, 0)

    def kernel_clock(self):
        return self.file(CLOCK + "/cur_freq", "200000000\n").file(CLOCK + "/max_freq", "900000000\n")

    def memory(self, kibi, contiguous):
        return self.file("/proc/meminfo", f"MemTotal:       {kibi} kB\nCmaTotal:        {contiguous} kB\n")


ROCK3A = dict(model="Radxa ROCK 3A", compatible=("radxa,rock3a", "rockchip,rk3568"))
ORANGE = dict(model="Orange Pi 3B", compatible=("xunlong,orangepi-3b", "rockchip,rk3566"))
M1 = dict(model="Hardkernel ODROID-M1", compatible=("hardkernel,odroid-m1", "rockchip,rk3568"))
CB2 = dict(model="BigTreeTech CB2", compatible=("bigtreetech,cb2", "rockchip,rk3566"))
ARMBIAN = ("Armbian 24.8.1 bookworm", "/etc/armbian-release")
VENDOR = "6.1.75-vendor-rk35xx"


def pc():
    board = Board("a PC")
    return board.without("/proc/device-tree").without("/sys").without("/dev").distribution("Debian GNU/Linux 12", "")


def cases():
    """name: (board, first finding, whether it is a fault, a piece of its remedy)"""
    return {
        "pc": (pc(), "B01", True, ""),
        "container-masked": (Board("a container that hides the device tree").close(TREE, "EACCES"), "P02", True,
                             "systempaths=unconfined"),
        "raspberry-pi": (Board("another maker's chip", "Raspberry Pi 4 Model B", ("raspberrypi,4-model-b", "brcm,bcm2711"))
                         .mainline("6.6.31"), "B02", True, "--device rknpu:rk3566"),
        "rock-5b": (Board("an RK3588", "Radxa ROCK 5B", ("radxa,rock-5b", "rockchip,rk3588"))
                    .file(NPU + "/compatible", strings("rockchip,rk3588-rknpu")), "B02", True, ""),
        "zero3w-armbian-edge": (Board("mainline kernel").mainline("6.12.9-edge-rockchip64").distribution(*ARMBIAN), "B03", True,
                                "linux-image-vendor-rk35xx"),
        "odroid-m1-mainline": (Board("mainline kernel", **M1).mainline("6.6.0-odroid-arm64")
                               .distribution("Ubuntu 24.04", ""), "B03", True, "DKMS"),
        "zero3w-off": (Board("as Radxa OS comes").off(), "B04", True, "sudo rsetup"),
        "zero3w-armbian-off": (Board("Armbian's vendor kernel without an overlay").off().distribution(*ARMBIAN)
                               .file("/proc/sys/kernel/osrelease", VENDOR + "\n"), "B04", True, "armbian-add-overlay"),
        "rock3a-dietpi-off": (Board("DietPi", **ROCK3A).off().distribution("DietPi v9.8", "/boot/dietpi/.version"), "B04", True,
                              "user_overlays"),
        "orangepi3b-off": (Board("switched off by hand", **ORANGE).off().distribution("Orange Pi 1.0.8", ""), "B04", True,
                           "orangepiEnv.txt"),
        "rock3a-mmu-off": (Board("half an overlay", **ROCK3A).file(MMU + "/status", strings("disabled"))
                           .driver(iommu=False), "B05", False, "sudo rsetup"),
        "zero3w-no-option": (Board("a kernel built without the driver").no_driver()
                             .file("/boot/config-5.10.160-39-rk356x", "# CONFIG_ROCKCHIP_RKNPU is not set\n"), "B06", True,
                             "CONFIG_ROCKCHIP_RKNPU"),
        "zero3w-no-module": (Board("the module is not loaded").no_driver()
                             .file("/boot/config-5.10.160-39-rk356x", "CONFIG_ROCKCHIP_RKNPU=m\n"), "B06", True,
                             "sudo modprobe rknpu"),
        "rock3a-interrupt": (Board("driver 0.9.2 with an old device tree", **ROCK3A).no_driver()
                             .file("/var/log/dmesg", "[    3.9] RKNPU fde40000.npu: IRQ npu_irq not found\n"), "B07", True,
                             "interrupt-names"),
        "tv-box-no-node": (Board("a kernel without DRM_GEM", "Panther X2", ("panther,x2", "rockchip,rk3566")).no_driver()
                           .file(DEVICE + "/driver/uevent", "").kernel_clock()
                           .distribution(*ARMBIAN), "B08", True, "CONFIG_ROCKCHIP_RKNPU_DRM_GEM"),
        "zero3w-link": (Board("a link that a forum advised").node("/dev/rknpu", 226, 129, "rknpu", 0o660, 106)
                        .link("/dev/rknpu", "/dev/dri/renderD129"), "B09", False, "sudo rm /dev/rknpu"),
        "zero3w-two-drivers": (Board("rocket beside rknpu").node("/dev/accel/accel0", 261, 0, "rocket", 0o660, 106)
                               .file("/sys/class/accel/accel0/device/uevent", "DRIVER=rocket\n"), "B10", False,
                               "--device /dev/dri/renderD129"),
        "cb2-no-group": (Board("driver 0.7, a user without groups", **CB2).driver(version="0.7.2")
                         .close("/dev/dri/card0", "EACCES").close("/dev/dri/card1", "EACCES")
                         .close("/dev/dri/renderD128", "EACCES").close("/dev/dri/renderD129", "EACCES")
                         .distribution("Debian 11", ""), "P01", True, "sudo usermod -aG render $USER"),
        "misc-root-only": (Board("the driver's misc build", **ORANGE).misc("0.9.8").close("/dev/rknpu", "EACCES")
                           .distribution("Orange Pi 1.0.8", ""), "P01", True, "udev"),
        "zero3w-driver-0.6": (Board("a driver nobody has described").driver(version="0.6.1"), "V01", True,
                              "update the board's kernel"),
        "odroid-m1-no-power": (Board("the NPU's rail is off", **M1).driver(fault="no power")
                               .distribution("Ubuntu 22.04", ""), "H01", True, "dmesg"),
        "odroid-m1-8-gb": (Board("page tables above 4 GiB", **M1).memory(7900000, 131072).distribution(*ARMBIAN), "M03", False,
                           "mem=3840M"),
        "zero3w-no-mmu": (Board("no MMU, little contiguous memory").without(NPU + "/iommus").without(MMU)
                          .driver(iommu=False).memory(2001968, 16384), "M02", False, "cma=128M"),
        "zero3w-powersave": (Board("the slowest clock for good").file(CLOCK + "/governor", "powersave\n"), "H03", False,
                             "rknpu_ondemand"),
        "zero3w-timeout": (Board("jobs do not start").driver(fault="timeout"), "J01", True, "dmesg"),
        "zero3w-dma": (Board("an address is not mapped").driver(fault="dma error"), "J02", True, "mem=3840M"),
        "zero3w-status": (Board("interrupts that nobody waits for").driver(fault="bad status"), "J03", True, "report"),
        "zero3w-unstable": (Board("an unstable voltage").wrong(2), "J06", True, "max_freq"),
        "zero3w": (Board("everything in order"), None, False, ""),
    }


def write(folder):
    for name, (board, finding, fault, remedy) in cases().items():
        top = folder / name
        for path, text in board.files.items():
            target = top / "root" / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if path not in board.links:
                target.write_bytes(text.encode("latin-1"))
        for path, target in board.links.items():
            (top / "root" / path.lstrip("/")).symlink_to(target)
        description = {
            "about": board.about, "kernel": board.kernel, "nodes": board.nodes, "closed": board.closed, "links": board.links,
            "wrong_products": board.wrong_products, "finding": finding, "fault": fault, "remedy": remedy,
        }
        (top / "board.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    write(pathlib.Path(sys.argv[1]))
