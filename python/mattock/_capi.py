"""The C interface, `mattock.h`, through ctypes: the one place that mirrors it.

The library is loaded on the first call, once for the process. It is the file that the environment variable
MATTOCK_LIBRARY names (for developers), else `_lib/libmattock.so` in this folder. Calls release Python's global
lock while they run. What a function means, and what it may be given, stands in mattock.h.
"""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import POINTER, c_char, c_char_p, c_double, c_float, c_int32, c_int64
from ctypes import c_size_t, c_uint32, c_uint64, c_void_p
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ._error import MattockError
from ._version import __version__

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrPath

OK = 0
TOO_SMALL = 10
PASS_THROUGH = 1
ALLOW_ASSUMED = 1
NATIVE_A = 2
NATIVE_B = 4
NATIVE_C = 8

# mattock_dtype for the types that NumPy has too, by NumPy's name.
DTYPES = {
    "float16": 1,
    "float32": 2,
    "float64": 3,
    "int8": 5,
    "uint8": 6,
    "int16": 7,
    "uint16": 8,
    "int32": 9,
    "uint32": 10,
    "int64": 11,
    "uint64": 12,
    "bool": 13,
}

DTYPE_NAMES = {number: name for name, number in DTYPES.items()}


class ErrorText(ctypes.Structure):
    """mattock_error"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("status", c_int32),
        ("reserved", c_int32),
        ("message", c_char * 1024),
        ("where", c_char * 512),
        ("hint", c_char * 512),
    ]


class Array(ctypes.Structure):
    """mattock_array"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("dtype", c_int32),
        ("rank", c_int32),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("data", c_void_p),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class DeviceInfo(ctypes.Structure):
    """mattock_device_info"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("name", c_char_p),
        ("chip", c_char_p),
        ("kind", c_char_p),
        ("notice", c_char_p),
    ]


class TensorInfo(ctypes.Structure):
    """mattock_tensor_info"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("name", c_char_p),
        ("shape", POINTER(c_int64)),
        ("rank", c_int32),
        ("dtype", c_int32),
        ("quantised", c_int32),
        ("zero_point", c_int32),
        ("scale", c_float),
        ("reserved", c_uint32),
    ]


class Scales(ctypes.Structure):
    """mattock_scales"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("b_scales", POINTER(c_float)),
        ("b_zero_points", POINTER(c_int32)),
        ("b_scale_count", c_uint64),
        ("b_zero_point_count", c_uint64),
        ("a_scale", c_float),
        ("a_zero_point", c_int32),
        ("c_scale", c_float),
        ("c_zero_point", c_int32),
    ]


class MatmulSpec(ctypes.Structure):
    """mattock_matmul_spec"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("m", c_uint64),
        ("k", c_uint64),
        ("n", c_uint64),
        ("operand", c_int32),
        ("result", c_int32),
        ("flags", c_uint32),
        ("reserved", c_uint32),
        ("scales", POINTER(Scales)),
    ]


# mattock_visitor: user, name, array
Visitor = ctypes.CFUNCTYPE(None, c_void_p, c_char_p, POINTER(Array))

# Arguments of the functions that return a mattock_status, without the mattock_error* at the end of all of them.
# Handles are numbers (c_void_p): nothing here follows them.
_TEXT = [c_void_p, c_size_t, POINTER(c_size_t)]  # buffer, capacity, needed
_FUNCTIONS: dict[str, list[Any]] = {
    "mattock_device_count": [POINTER(c_size_t)],
    "mattock_device_at": [c_size_t, POINTER(DeviceInfo)],
    "mattock_device_open": [c_char_p, POINTER(c_void_p)],
    "mattock_device_info_of": [c_void_p, POINTER(DeviceInfo)],
    "mattock_device_close": [c_void_p],
    "mattock_session_load": [c_void_p, c_char_p, POINTER(c_void_p)],
    "mattock_session_load_memory": [c_void_p, c_void_p, c_size_t, POINTER(c_void_p)],
    "mattock_session_close": [c_void_p],
    "mattock_session_input_count": [c_void_p, POINTER(c_size_t)],
    "mattock_session_output_count": [c_void_p, POINTER(c_size_t)],
    "mattock_session_input_info": [c_void_p, c_size_t, POINTER(TensorInfo)],
    "mattock_session_output_info": [c_void_p, c_size_t, POINTER(TensorInfo)],
    "mattock_session_run": [c_void_p, POINTER(Array), c_size_t, POINTER(Array), c_size_t],
    "mattock_session_layers": [c_void_p, POINTER(Array), c_size_t, Visitor, c_void_p],
    "mattock_session_warnings": [c_void_p, *_TEXT],
    "mattock_session_report": [c_void_p, *_TEXT],
    "mattock_multiply": [c_void_p, POINTER(Array), POINTER(Array), POINTER(Array), POINTER(MatmulSpec)],
    "mattock_matmul_create": [c_void_p, POINTER(MatmulSpec), POINTER(c_void_p)],
    "mattock_matmul_array_info": [c_void_p, c_size_t, POINTER(TensorInfo)],
    "mattock_matmul_set_b": [c_void_p, POINTER(Array)],
    "mattock_matmul_run": [c_void_p, POINTER(Array), POINTER(Array)],
    "mattock_matmul_error_bound": [c_void_p, POINTER(c_double)],
    "mattock_matmul_explain": [c_void_p, *_TEXT],
    "mattock_matmul_plan": [c_void_p, *_TEXT],
    "mattock_matmul_close": [c_void_p],
    "mattock_inspect": [c_char_p, *_TEXT],
    "mattock_inspect_memory": [c_void_p, c_size_t, *_TEXT],
}

_library: ctypes.CDLL | None = None
_loading = threading.Lock()


def library() -> ctypes.CDLL:
    """The loaded library. MattockError "not_found" when it is absent, of another machine or of another version."""
    global _library
    if _library is None:
        with _loading:
            if _library is None:
                _library = loaded(library_file(), "mattock_version", _FUNCTIONS)
                for name in ("mattock_status_name", "mattock_dtype_name"):
                    function = getattr(_library, name)
                    function.argtypes = [c_int32]
                    function.restype = c_char_p
    return _library


def library_file() -> str:
    named = os.environ.get("MATTOCK_LIBRARY")
    if named:
        return os.path.abspath(named)  # never a search along the loader's path
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "_lib", "libmattock.so")


def loaded(file: str, version: str, functions: dict[str, list[Any]]) -> ctypes.CDLL:
    """A library of this package: `version` names the function that tells its version, `functions` are the others."""
    if os.environ.get("MATTOCK_LIBRARY"):
        hint = "correct the environment variable MATTOCK_LIBRARY, or unset it to use the library of the package"
    else:
        hint = "install the mattock package for this machine again"
    if not os.path.isfile(file):
        raise MattockError("not_found", "Mattock's library is missing", file, hint)
    try:
        found = ctypes.CDLL(file)
        tell = getattr(found, version)
        tell.argtypes = []
        tell.restype = c_char_p
        told = text(tell())
        if told != __version__:
            message = f"the library has version {told}, the Python package {__version__}; they must be the same"
            raise MattockError("not_found", message, file, hint)
        for name, arguments in functions.items():
            function = getattr(found, name)
            function.argtypes = [*arguments, POINTER(ErrorText)]
            function.restype = c_int32
    except (OSError, AttributeError) as error:  # not loadable; a function is not in it
        raise MattockError("not_found", f"Mattock's library cannot be used: {error}", file, hint) from error
    return found


@lru_cache(maxsize=256)
def array_type(element: Any, length: int) -> Any:
    """element[length]. Kept, because ctypes would make a new class, of kilobytes, for each array."""
    return element * length


def call(name: str, *arguments: Any) -> None:
    """Calls the function `name`, or raises what it reports."""
    call_in(library(), name, *arguments)


def call_in(where: ctypes.CDLL, name: str, *arguments: Any) -> None:
    """The same for a function of either library."""
    error = ErrorText(ctypes.sizeof(ErrorText))
    status = getattr(where, name)(*arguments, ctypes.byref(error))
    if status != OK:
        raise _exception(status, error)


def call_text(name: str, *arguments: Any, capacity: int) -> str:
    """Calls the function `name`, which writes a text, with a buffer of `capacity` bytes or as many as it needs."""
    function = getattr(library(), name)
    error = ErrorText(ctypes.sizeof(ErrorText))
    needed = c_size_t()
    while True:
        buffer = array_type(c_char, capacity)()
        status = function(*arguments, buffer, capacity, ctypes.byref(needed), ctypes.byref(error))
        if status == OK:
            return text(buffer.value)
        if status != TOO_SMALL:
            raise _exception(status, error)
        capacity = max(needed.value, 2 * capacity)  # the text may grow again between the calls


def _exception(status: int, error: ErrorText) -> MattockError:
    code = text(library().mattock_status_name(status))
    return MattockError(code, text(error.message), text(error.where), text(error.hint))


def text(encoded: bytes) -> str:
    """UTF-8 to str. Bytes that are not UTF-8 (in file names, say) come out as \\xNN, so that it can be printed."""
    return encoded.decode("utf-8", "backslashreplace")


def file_name(model: StrPath | ReadableBuffer) -> bytes | None:
    """The name of the model's file as the system wants it; None when `model` is no path."""
    if not isinstance(model, (str, os.PathLike)):
        return None
    try:
        name = os.fsencode(model)
    except UnicodeEncodeError as error:
        raise MattockError("usage", f"{model!r} cannot be a file name on this system: {error.reason}") from error
    if b"\0" in name:
        raise MattockError("usage", f"{model!r} cannot be a file name: it contains a zero byte")
    return name


def file_bytes(model: Any) -> bytes:
    """The bytes of a model that was given as bytes, or as anything with a buffer."""
    if isinstance(model, bytes):
        return model
    try:
        return bytes(memoryview(model))
    except (TypeError, ValueError) as error:
        message = f"a model is a path or the bytes of its file, not {type(model).__name__}"
        raise MattockError("usage", message) from error
