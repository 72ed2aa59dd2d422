"""What a product is made for: types, sizes and scales, checked and described as the C interface takes them."""

from __future__ import annotations

import ctypes
import operator
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy

from . import _capi
from ._error import MattockError

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import DTypeLike, NDArray

# What the NPU multiplies, by the name it has here: NumPy's name, and the results it can give, the default first.
_OPERANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fp16": ("float16", ("float32", "float16")),
    "int8": ("int8", ("int32", "float32")),
}

_NATIVE = {"a": _capi.NATIVE_A, "b": _capi.NATIVE_B, "c": _capi.NATIVE_C}


class Scales(NamedTuple):
    """What int8 numbers stand for, so that a product can be int8 again: real = (number - zero_point) * scale.

    >>> import numpy, mattock
    >>> a, b = numpy.int8([[100, 50]]), numpy.int8([[10], [20]])
    >>> mattock.matmul(a, b, scales=mattock.Scales(a=0.1, b=0.5, c=2.0))
    array([[50]], dtype=int8)

    Attributes:
        a, b, c: scales of A, B and C, above 0; `b` may be a sequence with one for each column of B.
        a_zero_point, b_zero_point, c_zero_point: -128 to 127; `b_zero_point` may be a sequence like `b`.

    Each column's factor is kept to 2**-14 of the largest, that of the result to 15 bits; halves round to even, and
    what is beyond int8 saturates.
    """

    a: float
    b: float | Sequence[float] | NDArray[Any]
    c: float
    a_zero_point: int = 0
    b_zero_point: int | Sequence[int] | NDArray[Any] = 0
    c_zero_point: int = 0


def types(type: str, out_dtype: DTypeLike | None, scales: Scales | None) -> tuple[str, tuple[str, ...]]:
    """NumPy's name of the operand, and the results that are wanted, the first unless `out` has another."""
    if not isinstance(type, str) or type not in _OPERANDS:
        raise MattockError("usage", f"type is 'fp16', 'int8' or None, not {type!r}")
    operand, results = _OPERANDS[type]
    if scales is not None:
        results = ("int8",)
    if out_dtype is None:
        return operand, results
    try:
        name = numpy.dtype(out_dtype).name
    except TypeError as error:
        raise MattockError("usage", f"out_dtype {out_dtype!r} is no type of NumPy's") from error
    if name not in _capi.DTYPES:
        raise MattockError("unsupported", f"{type} to {name}: {type} gives {' or '.join(results)}")
    return operand, (name,)


def spec(operand: str | None, result: str, allow_assumed: bool, scales: Scales | None) -> _capi.MatmulSpec:
    made = _capi.MatmulSpec(ctypes.sizeof(_capi.MatmulSpec))
    made.operand = 0 if operand is None else _capi.DTYPES[operand]  # 0: what fits the arrays
    made.result = _capi.DTYPES[result]
    made.flags = _capi.ALLOW_ASSUMED if allow_assumed else 0
    if scales is not None:
        made.scales = ctypes.pointer(_described_scales(scales))  # which the structure keeps alive
    return made


def native_flags(native: Iterable[str]) -> int:
    """The flags of the arrays that lie in the NPU's own layout."""
    try:
        return sum({_NATIVE[name] for name in native})
    except (TypeError, KeyError) as error:
        message = f"native names arrays that lie in the NPU's layout, of 'a', 'b' and 'c', not {native!r}"
        raise MattockError("usage", message, hint="such as native='ac' or native=('a', 'c')") from error


def _described_scales(scales: Scales) -> _capi.Scales:
    described = _capi.Scales(ctypes.sizeof(_capi.Scales))
    try:
        of_b: tuple[Any, Any] = numpy.ravel(scales.b).tolist(), numpy.ravel(scales.b_zero_point).tolist()
        factors, zero_points = [float(x) for x in of_b[0]], [operator.index(x) for x in of_b[1]]
        described.a_scale, described.c_scale = float(scales.a), float(scales.c)
        described.a_zero_point = operator.index(scales.a_zero_point)
        described.c_zero_point = operator.index(scales.c_zero_point)
    except (TypeError, ValueError, AttributeError) as error:
        raise MattockError("usage", f"scales is a mattock.Scales of numbers, not {scales!r}") from error
    described.b_scales = _capi.array_type(ctypes.c_float, len(factors))(*factors)
    described.b_zero_points = _capi.array_type(ctypes.c_int32, len(zero_points))(*zero_points)
    described.b_scale_count, described.b_zero_point_count = len(factors), len(zero_points)
    return described


def dimension(name: str, size: SupportsIndex) -> int:
    try:
        number = operator.index(size)
    except TypeError as error:
        raise MattockError("usage", f"{name} is a whole number, not {size!r}") from error
    if not 1 <= number <= 2**20:
        raise MattockError("bad_input", f"{name} is {number}; it can be 1 to {2**20}")
    return number
