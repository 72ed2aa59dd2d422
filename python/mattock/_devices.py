"""The devices that models can run on here."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

from . import _capi


class DeviceInfo(NamedTuple):
    """A device that can be opened.

    Attributes:
        name: what `Session` takes, such as "emulator:rk3566".
        chip: the chip, such as "rk3566".
        kind: what stands behind it; "emulator" is software, on any machine.
    """

    name: str
    chip: str
    kind: str


def devices() -> list[DeviceInfo]:
    """All devices that can be opened here, the emulated ones included.

    >>> import mattock
    >>> mattock.devices()[0]
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
