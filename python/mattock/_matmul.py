"""Products of matrices, without a model: `matmul` for one, `Matmul` for many of one shape."""

from __future__ import annotations

import ctypes
import json
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy

from . import _arrays, _capi, _devices, _matmul_spec
from ._error import MattockError, PrecisionWarning
from ._handle import Handle
from ._matmul_spec import Scales

if TYPE_CHECKING:
    from typing import Literal, SupportsIndex

    from numpy.typing import ArrayLike, DTypeLike, NDArray

def matmul(
    a: ArrayLike,
    b: ArrayLike,
    *,
    type: Literal["fp16", "int8"] | None = None,
    out_dtype: DTypeLike | None = None,
    device: str = "auto",
    out: NDArray[Any] | None = None,
    allow_assumed: bool = False,
    scales: Scales | None = None,
) -> NDArray[Any]:
    """A x B with the shapes of `numpy.matmul`.

    >>> import numpy, mattock
    >>> mattock.matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]])
    array([[2., 1.],
           [4., 3.]], dtype=float32)
    >>> mattock.matmul(numpy.ones((5, 1, 2, 3)), numpy.ones((4, 3, 6))).shape
    (5, 4, 2, 6)
    >>> mattock.matmul(numpy.int8([[100, 2]]), numpy.int8([100, 3]))
    array([10006], dtype=int32)
    >>> mattock.matmul([[1.27, 0.5]], [[1], [-1.27]], type="int8", out_dtype="float32").round(3)
    array([[0.635]], dtype=float32)

    Args:
        a, b: whatever NumPy makes an array of numbers of: float16, float32, float64, any integers, bool, of any
            strides, read in place. Shapes (..., m, k) and (..., k, n), whose leading dimensions are broadcast;
            shapes (k,) are a row on the left and a column on the right. A single number is refused.
        type: what is multiplied. "fp16": numbers are rounded once to float16, to nearest even. "int8": both are
            int8 arrays, or with a result of float32 any, scaled to int8. None: "int8" when both are, else "fp16".
        out_dtype: float32 or float16 for "fp16", int32 or float32 for "int8", int8 with `scales`. None: that of
            `out`, or the first.
        device: a name from `devices()`, "emulator", or "auto": an NPU if one answers, else the emulated RK3566,
            which is told once per process through the logger "mattock". It is opened on the first call with this
            name, then kept for all later ones.
        out: an array to write, of the product's shape and of any strides. It may lie where the operands lie. It is
            left alone when the call is refused, but a device that fails amid a batch leaves in it what was done.
        allow_assumed: use forms of programming the NPU that no program or model of Rockchip's shows, where they
            are faster: they work on the emulator and may not on the chip.
        scales: makes an int8 product int8 again, see `Scales`.

    "fp16": products are exact, summed in float64 and rounded once to the result's type; where the NPU takes k in
    parts (`Matmul.explain` tells), the sum of each part is rounded to float32 before. "int8": sums wrap around in 32
    bits. Infinities and NaN follow IEEE.

    "int8" to float32: each row of A and column of B is divided by a scale of its own, its largest magnitude / 127, and
    rounded to int8, to nearest even; the sums are scaled back and rounded to float32. NaN counts as 0, infinities as
    the largest finite number of their row or column; k is at most 133144. `Matmul.error_bound` tells how far from
    exact that is. int8 arrays are scaled like others, and only where `type` says "int8".

    Returns:
        `out`, or a new array of the shape that numpy.matmul gives; for two vectors a scalar of NumPy's, as there.

    Raises:
        MattockError: "bad_input" (shapes that do not fit each other, types that cannot be taken, m, k or n beyond
            2**20), "unsupported" (such as a result of float64), "device" (no such device, its memory is short),
            "no_memory", "usage", "not_modelled".

    Warns:
        PrecisionWarning: finite numbers became infinite in float16 (65520 and beyond), or infinities and NaN became
            finite in int8. Finding out reads the operands twice; it copies nothing.

    Threads may call it at the same time; other Python threads go on meanwhile. Each call prepares both operands:
    `Matmul` keeps B.
    """
    left, right = _arrays.input_array(a, "A"), _arrays.input_array(b, "B")
    fitting: Literal["fp16", "int8"] = "int8" if left.dtype == right.dtype == numpy.int8 else "fp16"
    operand, types = _matmul_spec.types(fitting if type is None else type, out_dtype, scales)
    shape = _product_shape(left.shape, right.shape)
    result: NDArray[Any]
    if shape is None:
        result = numpy.empty(0, types[0])  # the library tells what does not fit
    else:
        result = _result(out, shape, types)
    lost = [_lost("A", left, operand), _lost("B", right, operand)]
    spec = _matmul_spec.spec(None if type is None else operand, result.dtype.name, allow_assumed, scales)
    arrays = _arrays.described([left, right, result])
    _capi.call("mattock_multiply", _devices.shared(device), *map(ctypes.byref, arrays), ctypes.byref(spec))
    _warn(lost)
    product: NDArray[Any] = result if out is not None else result[()]
    return product


class Matmul(Handle):
    """A product of one shape, planned once; B stays on the device for many runs.

    >>> import numpy, mattock
    >>> with mattock.Matmul(2, 3, 4) as product:
    ...     product.set_b(numpy.ones((3, 4)))
    ...     c = product.run([[1, 2, 3], [4, 5, 6]])
    >>> c.tolist()
    [[6.0, 6.0, 6.0, 6.0], [15.0, 15.0, 15.0, 15.0]]

    Real numbers over int8, for speed, and how exact that is:

    >>> a, b = numpy.linspace(-1, 1, 6).reshape(2, 3), numpy.linspace(0, 1, 12).reshape(3, 4)
    >>> with mattock.Matmul(2, 3, 4, type="int8", out_dtype="float32") as product:
    ...     product.set_b(b)
    ...     error = abs(product.run(a) - a @ b).max()
    ...     bool(0 < error <= product.error_bound < 0.02)
    True

    Matrices that lie as the NPU reads and writes them, here all three, are copied and not reordered. NumPy makes them
    so, with zeros up to k = 32 and n = 8, and makes a matrix of the result:

    >>> a, b = numpy.arange(60).reshape(3, 20) % 7, numpy.arange(100).reshape(20, 5) % 6
    >>> with mattock.Matmul(3, 20, 5, native="abc") as product:
    ...     product.a_shape, product.b_shape, product.c_shape
    ...     native_a = numpy.pad(a, ((0, 0), (0, 12))).reshape(3, 8, 4).swapaxes(0, 1)
    ...     native_b = numpy.pad(b, ((0, 12), (0, 3))).reshape(2, 16, 1, 8).transpose(2, 0, 3, 1)
    ...     product.set_b(numpy.ascontiguousarray(native_b, "float16"))
    ...     native_c = product.run(numpy.ascontiguousarray(native_a, "float16"))
    ((8, 3, 4), (1, 2, 8, 16), (2, 3, 4))
    >>> c = native_c.swapaxes(0, 1).reshape(3, 8)[:, :5]
    >>> bool((c == a @ b).all())
    True

    It is a context manager that closes itself at the end. Threads may share one: calls take turns, and other Python
    threads go on meanwhile. It cannot be pickled or copied; each process makes its own.
    """

    _noun = "matmul"
    _closer = "mattock_matmul_close"
    _again = "make another one"

    # Set here so that __repr__ works on one that failed to open.
    _shape = (0, 0, 0)
    _shapes: tuple[tuple[int, ...], ...] = ((), (), ())
    _operand = ""
    _types: tuple[str, ...] = ("",)
    _explanation = ""
    _plan = "{}"

    def __init__(
        self,
        m: SupportsIndex,
        k: SupportsIndex,
        n: SupportsIndex,
        *,
        type: Literal["fp16", "int8"] = "fp16",
        out_dtype: DTypeLike | None = None,
        device: str = "auto",
        allow_assumed: bool = False,
        scales: Scales | None = None,
        native: Iterable[str] = (),
    ) -> None:
        """Plans C[m, n] = A[m, k] x B[k, n] and allocates memory on a device of its own.

        Args:
            m, k, n: 1 to 2**20 each.
            type, out_dtype, device, allow_assumed, scales: as for `matmul`, but operands are float16 unless said
                otherwise, and the device is closed with this object.
            native: which of "a", "b" and "c" lie as the NPU reads and writes them, such as "ac" or ("a", "c"). They are
                C-contiguous; A and B are float16 or int8 arrays, as `type` says. With s the last number of the
                array's shape, element (i, j) of A and C is at [j // s, i, j % s]; with s and t the last two, that of B
                at [j // s, i // t, j % s, i % t]. A beyond its k columns and B beyond its k rows and n columns must
                be 0; C has no meaning beyond its n columns. Not for "int8" to float32.

        Raises:
            MattockError: "bad_input" (a dimension), "unsupported", "device" (no such device, its memory is short),
                "no_memory", "usage".
        """
        super().__init__()
        self._shape = _matmul_spec.dimension("M", m), _matmul_spec.dimension("K", k), _matmul_spec.dimension("N", n)
        self._operand, self._types = _matmul_spec.types(type, out_dtype, scales)
        spec = _matmul_spec.spec(self._operand, self._types[0], allow_assumed, scales)
        spec.m, spec.k, spec.n = self._shape
        spec.flags |= _matmul_spec.native_flags(native)
        opened, made = ctypes.c_void_p(), ctypes.c_void_p()
        _capi.call("mattock_device_open", _devices.encoded(device), ctypes.byref(opened))
        try:
            self._device, notice = _devices.described(opened)
            _capi.call("mattock_matmul_create", opened, ctypes.byref(spec), ctypes.byref(made))
            self._handle = made.value
        finally:
            _capi.call("mattock_device_close", opened)  # the matmul keeps what it needs
        self._shapes = tuple(_array_shape(made, index) for index in range(3))
        self._explanation = _capi.call_text("mattock_matmul_explain", made, capacity=1024)
        self._plan = _capi.call_text("mattock_matmul_plan", made, capacity=1024)
        _devices.log_once(notice)

    @property
    def device(self) -> str:
        """The name of the device it runs on, such as "emulator:rk3566"."""
        return self._device

    @property
    def a_shape(self) -> tuple[int, ...]:
        """The shape of A: (m, k), or that of the NPU's layout."""
        return self._shapes[0]

    @property
    def b_shape(self) -> tuple[int, ...]:
        """The shape of B: (k, n), or that of the NPU's layout."""
        return self._shapes[1]

    @property
    def c_shape(self) -> tuple[int, ...]:
        """The shape of C: (m, n), or that of the NPU's layout."""
        return self._shapes[2]

    def set_b(self, b: ArrayLike) -> None:
        """Copies B, of shape `b_shape`, into the device's memory, where it stays until the next call.

        B is as for `matmul`, unless it is native. MattockError "bad_input" for another shape or type: the B before is
        still there; "usage" when closed. PrecisionWarning as for `matmul`.
        """
        right = _arrays.input_array(b, "B")
        lost = _lost("B", right, self._operand)
        arrays = _arrays.described([right])
        with self._turn:
            _capi.call("mattock_matmul_set_b", self._open_handle(), ctypes.byref(arrays[0]))
        _warn([lost])

    def run(self, a: ArrayLike, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """A x B, as an array of shape `c_shape`: `out`, or a new one.

        A, of shape `a_shape`, and `out` are as for `matmul`, unless they are native. What is warned of is, too.

        Raises:
            MattockError: "usage" (no B yet, or closed), "bad_input" (shape or type), "device", "not_modelled". It can
                be run again.
        """
        if self._closed:
            self._refuse_closed()
        left = _arrays.input_array(a, "A")
        result = _result(out, self.c_shape, self._types[:1])
        lost = _lost("A", left, self._operand)
        arrays = _arrays.described([left, result])
        with self._turn:
            _capi.call("mattock_matmul_run", self._open_handle(), *map(ctypes.byref, arrays))
        _warn([lost])
        return result

    @property
    def error_bound(self) -> float:
        """How far any element of the last run's result may be from the exact product, before its rounding to float32.

        Of a product with type "int8" and out_dtype float32, for finite numbers. MattockError "usage" for others, before
        the first run, and when closed. Threads that share this object may have run it meanwhile.
        """
        bound = ctypes.c_double()
        with self._turn:
            _capi.call("mattock_matmul_error_bound", self._open_handle(), ctypes.byref(bound))
        return bound.value

    def explain(self) -> str:
        """How the NPU does it, for people: parts, tiles, banks, bytes, modelled time. Also after close.

        >>> import mattock
        >>> print(mattock.Matmul(64, 512, 256).explain().splitlines()[0])
        C[64, 256] = A[64, 512] x B[512, 256], fp16 to fp32, on rk3566
        """
        return self._explanation

    def plan(self) -> dict[str, Any]:
        """The same for programs: "seconds", "tasks", "bytes", "bound", "roofline" (0 to 1), "grade", "parts" and others.

        Times are the model's, uncalibrated. Also after close.

        >>> import mattock
        >>> plan = mattock.Matmul(64, 512, 256).plan()
        >>> plan["tasks"], plan["bound"]
        (1, 'multipliers')
        """
        return dict(json.loads(self._plan))

    def __repr__(self) -> str:
        m, k, n = self._shape
        return f"<mattock.Matmul {m}x{k} by {k}x{n}, {self._operand} to {self._types[0]}, {self._state()}>"


def _array_shape(matmul: ctypes.c_void_p, index: int) -> tuple[int, ...]:
    info = _capi.TensorInfo(ctypes.sizeof(_capi.TensorInfo))
    _capi.call("mattock_matmul_array_info", matmul, index, ctypes.byref(info))
    return tuple(info.shape[: info.rank])


def _product_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of A x B; None when the two do not fit each other."""
    if not a or not b or a[-1] != (b[-2] if len(b) > 1 else b[0]):
        return None
    one, other = a[:-2], b[:-2]
    length = max(len(one), len(other))
    batch = []
    for x, y in zip((1,) * (length - len(one)) + one, (1,) * (length - len(other)) + other):
        if x != y and x != 1 and y != 1:
            return None
        batch.append(y if x == 1 else x)
    return (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _result(out: NDArray[Any] | None, shape: tuple[int, ...], types: tuple[str, ...]) -> NDArray[Any]:
    """The array to write: the caller's, if it can be written, or a new one of the first type."""
    if out is None:
        try:
            return numpy.empty(shape, types[0])
        except (MemoryError, ValueError) as error:
            raise MattockError("no_memory", f"a result of shape {shape} is too large: {error}") from error
    fault = _arrays.output_fault(out, set(types))
    if not fault and out.shape != shape:
        fault = f"has the shape {out.shape}, and the product {shape}"
    if fault:
        raise MattockError("bad_input", f"the array in out {fault}")
    return out


# Numbers of this size and beyond become infinite in float16: halfway from the largest, 65504, to the next power of 2.
_INFINITE = 65520


def _lost(label: str, array: NDArray[Any], operand: str) -> str:
    """What is to be warned of when `array` becomes an operand; empty when nothing is."""
    if operand == "int8":
        count = _count(array, lambda part: ~numpy.isfinite(part)) if array.dtype.kind == "f" else 0
        said = "are infinite or NaN, which int8 cannot hold: infinities became the largest finite number, NaN 0"
    else:
        count = _count_beyond_float16(array)
        said = "are beyond the range of float16 and became infinite"
    return f"{label}: {count} of {array.size} values {said}" if count else ""


def _count_beyond_float16(array: NDArray[Any]) -> int:
    if array.size == 0 or array.dtype.name in ("float16", "int8", "uint8", "int16", "bool"):
        return 0
    with numpy.errstate(invalid="ignore"):  # NaN
        lowest, highest = numpy.fmin.reduce(array, axis=None), numpy.fmax.reduce(array, axis=None)
        if -_INFINITE < lowest.item() and highest.item() < _INFINITE:
            return 0

        def is_beyond(part: Any) -> Any:
            beyond = part >= _INFINITE
            if array.dtype.kind != "u":
                beyond |= part <= -_INFINITE
            return beyond & numpy.isfinite(part)  # others were infinite or no number before

        return _count(array, is_beyond)


def _count(array: NDArray[Any], chosen: Callable[[Any], Any]) -> int:
    """How many elements are chosen, a part of the array at a time."""
    parts: Any = numpy.nditer(array, ["external_loop", "buffered", "zerosize_ok"], buffersize=1 << 16)
    return sum(int(numpy.count_nonzero(chosen(part))) for part in parts)


def _warn(lost: list[str]) -> None:
    for line in filter(None, lost):
        warnings.warn(line, PrecisionWarning, stacklevel=3)
