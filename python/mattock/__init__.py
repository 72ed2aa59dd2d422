"""Mattock: multiply matrices and run models on Rockchip NPUs, or on an emulated one on any machine.

>>> import numpy, mattock
>>> mattock.matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]])
array([[2., 1.],
       [4., 3.]], dtype=float32)
>>> a = numpy.arange(81).reshape(1, 9, 9)
>>> with mattock.Session("matmul.rknn") as session:
...     (c,) = session.run(a, numpy.eye(9).reshape(1, 9, 9))
>>> c.shape, c.dtype, bool((c == a).all())
((1, 9, 9), dtype('float32'), True)

Every failure is a `MattockError`; numbers that an operand or a model cannot hold are told by a `PrecisionWarning`. All names
below may be used from any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._error import MattockError, PrecisionWarning
from ._version import __version__

if TYPE_CHECKING:
    from ._convert import convert, export_matmul
    from ._devices import DeviceInfo, devices
    from ._evaluate import evaluate
    from ._inspect import inspect
    from ._matmul import Matmul, matmul
    from ._matmul_spec import Scales
    from ._session import Session, TensorInfo

__all__ = [
    "DeviceInfo",
    "Matmul",
    "MattockError",
    "PrecisionWarning",
    "Scales",
    "Session",
    "TensorInfo",
    "__version__",
    "convert",
    "devices",
    "evaluate",
    "export_matmul",
    "inspect",
    "matmul",
]

# Loaded when first asked for: the `mattock` command passes through this file and needs neither NumPy nor ctypes.
_HOMES = {
    "DeviceInfo": "_devices",
    "Matmul": "_matmul",
    "Scales": "_matmul_spec",
    "Session": "_session",
    "TensorInfo": "_session",
    "convert": "_convert",
    "devices": "_devices",
    "evaluate": "_evaluate",
    "export_matmul": "_convert",
    "inspect": "_inspect",
    "matmul": "_matmul",
}

if not TYPE_CHECKING:  # a type checker that saw this would accept every name

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module("." + _HOMES[name], __name__), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_HOMES})
