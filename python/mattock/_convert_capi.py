"""The converter's C interface, `convert.h`, through ctypes: the one place that mirrors it.

It is a library of its own, loaded on the first call: `libmattock-convert.so` beside `libmattock.so`, wherever that is.
"""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import POINTER, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

from . import _capi


class Options(ctypes.Structure):
    """mattock_convert_options"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("chip", c_char_p),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class ExportMatmulSpec(ctypes.Structure):
    """mattock_export_matmul_spec"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("m", c_uint64),
        ("k", c_uint64),
        ("n", c_uint64),
        ("batch", c_uint64),
        ("dtype", c_int32),
        ("reserved", c_uint32),
        ("constant_b", POINTER(_capi.Array)),
    ]


# As in _capi: without the mattock_error* at the end.
_FUNCTIONS: dict[str, list[Any]] = {
    "mattock_convert": [c_char_p, c_char_p, POINTER(Options)],
    "mattock_convert_memory": [c_void_p, c_size_t, c_char_p, POINTER(Options), POINTER(c_void_p), POINTER(c_size_t)],
    "mattock_evaluate": [
        c_void_p, c_size_t, c_char_p, POINTER(_capi.Array), c_size_t, _capi.Visitor, c_void_p,
    ],  # fmt: skip
    "mattock_export_matmul": [c_char_p, POINTER(ExportMatmulSpec)],
}

_library: ctypes.CDLL | None = None
_loading = threading.Lock()


def _loaded() -> ctypes.CDLL:
    global _library
    if _library is None:
        with _loading:
            if _library is None:
                file = os.path.join(os.path.dirname(_capi.library_file()), "libmattock-convert.so")
                found = _capi.loaded(file, "mattock_convert_version", _FUNCTIONS)
                found.mattock_convert_free.argtypes = [c_void_p]
                found.mattock_convert_free.restype = None
                _library = found
    return _library


def call(name: str, *arguments: Any) -> None:
    """Calls the function `name`, or raises what it reports."""
    _capi.call_in(_loaded(), name, *arguments)


def convert_memory(onnx: bytes, folder: bytes | None, options: Options) -> bytes:
    """mattock_convert_memory, and its result as bytes of Python's."""
    memory, size = c_void_p(), c_size_t()
    by_reference = (ctypes.byref(options), ctypes.byref(memory), ctypes.byref(size))
    call("mattock_convert_memory", onnx, len(onnx), folder, *by_reference)
    try:
        return ctypes.string_at(memory, size.value)
    finally:
        _loaded().mattock_convert_free(memory)
