"""The devices that models and products can run on here, and how the package opens them."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import NamedTuple

from . import _capi
from ._error import MattockError


class DeviceInfo(NamedTuple):
    """A device that can be opened.

    Attributes:
        name: what `Session`, `matmul` and `Matmul` take, such as "emulator:rk3566" or "rknpu:rk3566".
        chip: the chip, such as "rk3566".
        kind: what stands behind it; "rknpu" is an NPU behind Rockchip's driver, "emulator" is software, on any machine.
    """

    name: str
    chip: str
    kind: str


def devices() -> list[DeviceInfo]:
    """All devices that can be opened here, the emulated ones included, in the order in which "auto" takes them.

    >>> import mattock
    >>> mattock.devices()[-2]
    DeviceInfo(name='emulator:rk3566', chip='rk3566', kind='emulator')
    """
    count = ctypes.c_size_t()
    _capi.call("mattock_device_count", ctypes.byref(count))
    found = []
    for index in range(count.value):
        info = _capi.DeviceInfo(ctypes.sizeof(_capi.DeviceInfo))
        _capi.call("mattock_device_at", index, ctypes.byref(info))
        found.append(DeviceInfo(_capi.text(info.name), _capi.text(info.chip), _capi.text(info.kind)))
    return found


def encoded(device: str) -> bytes:
    """The name of a device as mattock_device_open takes it."""
    if not isinstance(device, str) or "\0" in device:
        raise MattockError("usage", f"a device is a name such as 'auto' or 'emulator', not {device!r}")
    return device.encode("utf-8", "backslashreplace")


def described(opened: ctypes.c_void_p) -> tuple[str, str]:
    """The device's name, and what is to be said about the choice of it."""
    info = _capi.DeviceInfo(ctypes.sizeof(_capi.DeviceInfo))
    _capi.call("mattock_device_info_of", opened, ctypes.byref(info))
    return _capi.text(info.name), _capi.text(info.notice)


_lock = threading.Lock()  # for all below
_logged: set[str] = set()
_shared: dict[str, ctypes.c_void_p] = {}


def log_once(notice: str) -> None:
    """Says it through the logger "mattock", once per process; without handlers Python writes it to stderr."""
    with _lock:
        if not notice or notice in _logged:
            return
        _logged.add(notice)
    import logging

    logging.getLogger("mattock").warning("%s", notice)


def shared(device: str) -> ctypes.c_void_p:
    """The device of this name that calls without an object of their own use; opened once and never closed."""
    name = encoded(device)
    with _lock:
        opened = _shared.get(device)
        if opened is not None:
            return opened
        opened = ctypes.c_void_p()
        _capi.call("mattock_device_open", name, ctypes.byref(opened))
        _shared[device] = opened
    log_once(described(opened)[1])
    return opened


def _after_fork() -> None:
    """A child opens devices of its own. A thread that held the lock is not in it."""
    global _lock
    _lock = threading.Lock()
    _shared.clear()


os.register_at_fork(after_in_child=_after_fork)
