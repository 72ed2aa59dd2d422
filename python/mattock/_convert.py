"""From ONNX to model files: `convert`; and small ONNX models without a framework: `export_matmul`."""

from __future__ import annotations

import contextlib
import ctypes
import operator
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, overload

from . import _capi, _convert_capi
from ._error import MattockError

if TYPE_CHECKING:
    from typing import SupportsIndex

    from _typeshed import ReadableBuffer, StrPath
    from numpy.typing import ArrayLike, DTypeLike

_MOST = 2**63 - 1


class _ModelProto(Protocol):
    """onnx.ModelProto, as far as it matters here."""

    def SerializeToString(self) -> bytes: ...


@overload
def convert(
    model: StrPath | ReadableBuffer | _ModelProto,
    output: None = None,
    *,
    chip: str = "rk3566",
    allow_assumed: bool = False,
) -> bytes: ...


@overload
def convert(
    model: StrPath | ReadableBuffer | _ModelProto,
    output: StrPath,
    *,
    chip: str = "rk3566",
    allow_assumed: bool = False,
) -> None: ...


def convert(
    model: StrPath | ReadableBuffer | _ModelProto,
    output: StrPath | None = None,
    *,
    chip: str = "rk3566",
    allow_assumed: bool = False,
) -> bytes | None:
    """Converts an ONNX model to a .rknn model.

    >>> import mattock
    >>> file = mattock.convert("matmul.onnx")
    >>> file[:4], mattock.inspect(file)["target"]
    (b'RKNN', 'rk3566')
    >>> [(tensor.name, tensor.shape) for tensor in mattock.Session(file).inputs]
    [('onnx::MatMul_0', (1, 9, 9)), ('onnx::MatMul_1', (1, 9, 9))]

    Args:
        model: the path of an .onnx file, the bytes of one, or an `onnx.ModelProto`. Data beside the file (external
            data) are read when it is a path.
        output: the file to write, which appears whole or not at all; None: its bytes are returned.
        chip: "rk3566" or "rk3568".
        allow_assumed: use forms of programming the NPU that no program or model of Rockchip's shows, where they
            are faster: they work on the emulator and may not on the chip.

    Raises:
        MattockError: "not_found", "bad_file" (not ONNX, damaged), "unsupported" (the nodes that are not covered, by
            name; another chip), "bad_input" (the file cannot be written), "usage".

    The same model gives the same bytes. Threads may call it at the same time; other Python threads go on meanwhile.
    """
    options = _options(chip, allow_assumed)
    target = None if output is None else _path("output", output)
    source = _capi.file_name(model)  # type: ignore[arg-type]  # what is no path gives None
    if source is not None and target is not None:
        _convert_capi.call("mattock_convert", source, target, ctypes.byref(options))
        return None
    if source is None:
        file = _convert_capi.convert_memory(model_bytes(model), None, options)
    else:
        file = _from_file(source, options)
    if target is None:
        return file
    _write(target, file)
    return None


def export_matmul(
    path: StrPath,
    m: SupportsIndex,
    k: SupportsIndex,
    n: SupportsIndex,
    batch: SupportsIndex | None = None,
    dtype: DTypeLike = "float32",
    constant_b: ArrayLike | None = None,
) -> None:
    """Writes an ONNX model of one product: c [m, n] = a [m, k] x b [k, n].

    >>> import mattock, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "product.onnx")
    ...     mattock.export_matmul(path, 4, 32, 16, dtype="float16")
    ...     print(os.path.getsize(path), "bytes")
    115 bytes

    Args:
        path: the file to write.
        m, k, n: 1 or more each.
        batch: that many products at once: a, b and c have three dimensions.
        dtype: the type of a, b and c: float32 or float16.
        constant_b: stored in the model instead of b as an input: [k, n], with a batch [batch, k, n], of any type.

    Raises:
        MattockError: "bad_input" (sizes, types, the shape of B, numbers of B beyond the range of `dtype`; the file
            cannot be written), "unsupported" (a model beyond 2 GiB), "usage".
    """
    file = _path("path", path)
    spec = _convert_capi.ExportMatmulSpec(ctypes.sizeof(_convert_capi.ExportMatmulSpec))
    spec.m, spec.k, spec.n = _size("m", m), _size("k", k), _size("n", n)
    if batch is not None:
        spec.batch = _size("batch", batch)
    spec.dtype = _capi.DTYPES[_type_name(dtype)]
    kept = None  # the array and its description, for as long as the call takes
    if constant_b is not None:
        from . import _arrays

        array = _arrays.input_array(constant_b, "constant_b")
        kept = (array, _arrays.described([array]))
        spec.constant_b = ctypes.pointer(kept[1][0])
    _convert_capi.call("mattock_export_matmul", file, ctypes.byref(spec))
    del kept


def _options(chip: str, allow_assumed: bool) -> _convert_capi.Options:
    if not isinstance(chip, str) or "\0" in chip:
        raise MattockError("usage", f"a chip is a name such as 'rk3566', not {chip!r}")
    made = _convert_capi.Options(ctypes.sizeof(_convert_capi.Options))
    made.chip = chip.encode("utf-8", "backslashreplace")
    made.flags = _capi.ALLOW_ASSUMED if allow_assumed else 0
    return made


def _path(argument: str, value: Any) -> bytes:
    name = _capi.file_name(value)
    if name is None:
        raise MattockError("usage", f"{argument} is the name of a file, not {type(value).__name__}")
    return name


def model_bytes(model: Any) -> bytes:
    """Those of a model that is no path."""
    serialised = getattr(model, "SerializeToString", None)
    return _capi.file_bytes(model if serialised is None else serialised())


def _from_file(source: bytes, options: _convert_capi.Options) -> bytes:
    """The library writes files or reads memory; here the model is in a file and its conversion in memory."""
    onnx = file_content(source)
    with located(_capi.text(source)):
        return _convert_capi.convert_memory(onnx, os.path.dirname(source) or b".", options)


def file_content(source: bytes) -> bytes:
    """The bytes of a model's file."""
    try:
        with open(source, "rb") as file:
            return file.read()
    except OSError as error:
        code = "not_found" if not os.path.isdir(source) else "bad_file"
        raise MattockError(code, f"cannot be opened: {error.strerror}", _capi.text(source)) from None


@contextlib.contextmanager
def located(name: str) -> Iterator[None]:
    """Errors about what is in memory tell the file it came from, if it has a name."""
    try:
        yield
    except MattockError as error:
        if not name:
            raise
        where = f"{name}: {error.where}" if error.where else name
        raise MattockError(error.code, error.message, where, error.hint) from None


def _write(target: bytes, file: bytes) -> None:
    """Beside the target, then renamed: half a file is never seen."""
    temporary = b"%s.%d.%d" % (target, os.getpid(), threading.get_ident())
    try:
        try:
            with open(temporary, "xb") as stream:
                stream.write(file)
            os.replace(temporary, target)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise MattockError("bad_input", f"cannot be written: {error.strerror}", _capi.text(target)) from None


def _size(name: str, value: SupportsIndex) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise MattockError("usage", f"{name} is a whole number, not {type(value).__name__}") from None
    if not 1 <= number <= _MOST:
        raise MattockError("bad_input", f"{name} is {number}, which is no size of a matrix", hint="1 or more")
    return number


def _type_name(dtype: DTypeLike) -> str:
    import numpy

    try:
        name = numpy.dtype(dtype).name
    except TypeError as error:
        raise MattockError("usage", f"dtype {dtype!r} is no type of NumPy's") from error
    if name not in ("float32", "float16"):
        raise MattockError("bad_input", f"dtype is {name}; a product's is float32 or float16")
    return name
