"""NumPy arrays as the C interface takes them: described where they lie, whatever their strides, not copied.

Only two things are refused here, because the library cannot see them: what is no array of real numbers, and
outputs that could not be written. Shapes, counts and the model's types are the library's to judge.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy

from . import _capi
from ._error import MattockError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._session import TensorInfo

_TAKEN = "operands and inputs can be float16, float32, float64, all integer types and bool"


def input_array(value: Any, label: str) -> NDArray[Any]:
    """`value` as an array that the library can read; itself if it is one.

    `label` names the input in errors. Only arrays in the other byte order are copied, into native order.
    """
    try:
        array = numpy.asarray(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise MattockError("bad_input", f"{label} is no array of numbers: {error}", hint=_TAKEN) from error
    if array.dtype.name not in _capi.DTYPES:
        raise MattockError("bad_input", f"{label} has the type {array.dtype}", hint=_TAKEN)
    if _has_masked(value):
        hint = "fill them with numbers first: array.filled(0)"
        raise MattockError("bad_input", f"{label} has masked elements", hint=hint)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def _has_masked(value: Any) -> bool:
    if type(value) is numpy.ndarray:
        return False
    if isinstance(value, (list, tuple)):  # NumPy forgets the masks of what lies in a list
        return any(_has_masked(item) for item in value)
    return isinstance(value, numpy.ma.MaskedArray) and bool(numpy.any(value.mask))


def new_outputs(infos: Sequence[TensorInfo], raw: bool) -> list[NDArray[Any]]:
    """Arrays to be written, in the model's shapes: float32, or with `raw` the model's own types."""
    return [numpy.empty(info.shape, _own_type(info) if raw else "float32") for info in infos]


def _own_type(info: TensorInfo) -> str:
    if info.dtype not in _capi.DTYPES:
        message = f"output '{info.name}' is {info.dtype}, for which NumPy has no type"
        raise MattockError("unsupported", message, hint="leave out raw=True: float32 holds all its values")
    return info.dtype


def given_outputs(out: Sequence[NDArray[Any]], infos: Sequence[TensorInfo], raw: bool) -> list[NDArray[Any]]:
    """The caller's arrays, if each can be written and none would overwrite another or itself."""
    if not isinstance(out, (list, tuple)):
        raise MattockError("usage", f"out is a list with one array per output, not {type(out).__name__}")
    if len(out) != len(infos):
        raise MattockError("bad_input", f"out has length {len(out)}, and the model has {len(infos)} outputs")
    for array, info in zip(out, infos):
        fault = output_fault(array, {_own_type(info)} if raw else {"float32", info.dtype})
        if fault:
            raise MattockError("bad_input", f"the array in out for output '{info.name}' {fault}")
    for (one, first), (other, second) in combinations(zip(out, infos), 2):
        if numpy.shares_memory(one, other):
            message = f"the arrays in out for outputs '{first.name}' and '{second.name}' share memory"
            raise MattockError("bad_input", message)
    return list(out)


def output_fault(array: Any, types: set[str]) -> str:
    """What keeps `array` from being written, as the end of a sentence; empty when nothing does."""
    if not isinstance(array, numpy.ndarray):
        return f"is no NumPy array but {type(array).__name__}"
    if type(array) is not numpy.ndarray and isinstance(array, numpy.ma.MaskedArray):
        return "is a masked array, whose mask a run would not update"
    if array.dtype.name not in types or not array.dtype.isnative:
        return f"has the type {array.dtype!r}; it can be {' or '.join(sorted(types))} in native byte order"
    if not array.flags.writeable:
        return "is read-only"
    if _overlaps_itself(array):
        return "has elements that share memory"
    return ""


def _overlaps_itself(array: NDArray[Any]) -> bool:
    """False if every step clears all elements within it, as in whatever slicing and transposing makes."""
    if array.size == 0:
        return False
    extent = array.itemsize
    for stride, length in sorted((abs(s), n) for s, n in zip(array.strides, array.shape) if n > 1):
        if stride < extent:
            return True
        extent += stride * (length - 1)
    return False


def described(arrays: Sequence[NDArray[Any]]) -> Any:
    """The arrays as mattock_array[]. It does not keep their memory alive: the caller does."""
    result = _capi.array_type(_capi.Array, len(arrays))()
    for entry, array in zip(result, arrays):
        numbers = _capi.array_type(ctypes.c_int64, array.ndim)
        entry.struct_size = ctypes.sizeof(_capi.Array)
        entry.dtype = _capi.DTYPES[array.dtype.name]
        entry.rank = array.ndim
        entry.shape = numbers(*array.shape)
        entry.strides = numbers(*array.strides)
        entry.data = array.ctypes.data
    return result


def collected(show: Callable[[Any], None]) -> dict[str, NDArray[Any]]:
    """Copies of the arrays that `show` gives to the mattock_visitor it is called with, by their names."""
    found: dict[str, NDArray[Any]] = {}

    def visit(user: Any, name: bytes, entry: Any) -> None:
        array = entry.contents
        shape = tuple(array.shape[axis] for axis in range(array.rank))
        values = numpy.empty(shape, _capi.DTYPE_NAMES[array.dtype])
        if values.nbytes:
            ctypes.memmove(values.ctypes.data, array.data, values.nbytes)
        found[_capi.text(name)] = values

    show(_capi.Visitor(visit))
    return found
