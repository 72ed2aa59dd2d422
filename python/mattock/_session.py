"""Sessions: a model, loaded and ready to run."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _arrays, _capi, _devices
from ._error import MattockError, PrecisionWarning
from ._handle import Handle

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrPath
    from numpy.typing import ArrayLike, NDArray


class TensorInfo(NamedTuple):
    """An input or output as the model declares it.

    Attributes:
        name: its name in the model.
        shape: lengths of the axes, as in ONNX: rank 4 is NCHW.
        dtype: the type the model computes with, by NumPy's name; "bfloat16", which NumPy does not have, too.
        scale, zero_point: for quantised tensors, real value = (number - zero_point) * scale; else None.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float | None
    zero_point: int | None


class Session(Handle):
    """A model, loaded into a device and ready to run.

    >>> import numpy, mattock
    >>> session = mattock.Session("matmul.rknn")
    >>> session
    <mattock.Session matmul.rknn on emulator:rk3566: onnx::MatMul_0 (1x9x9 float16), \
onnx::MatMul_1 (1x9x9 float16) -> 2 (1x9x9 float16)>
    >>> [c] = session.run(numpy.ones((1, 9, 9)), numpy.full((1, 9, 9), 0.5))
    >>> float(c[0, 0, 0])
    4.5
    >>> session.close()

    A session is a context manager that closes itself at the end. Threads may share one: runs take turns, and
    other Python threads go on meanwhile. Sessions cannot be pickled or copied; each process opens its own.
    """

    _noun = "session"
    _closer = "mattock_session_close"
    _again = "open the model again"

    # Set here so that __repr__ works on a session that failed to open.
    _source = ""
    _inputs: tuple[TensorInfo, ...] = ()
    _outputs: tuple[TensorInfo, ...] = ()

    def __init__(self, model: StrPath | ReadableBuffer, device: str = "auto") -> None:
        """Loads a model.

        Args:
            model: the path of a .rknn file, or the bytes of one (bytes, memoryview, mmap, ...; they are not
                needed afterwards).
            device: a name from `devices()`, "emulator", or "auto": an NPU if one answers, else the emulated
                RK3566, which is told once per process through the logger "mattock".

        Raises:
            MattockError: "not_found", "bad_file", "unsupported" (a model for another chip, operators that are
                not there yet), "device" (no such device, its memory is short), "usage".
        """
        super().__init__()
        path = _capi.file_name(model)
        data = b"" if path is not None else _capi.file_bytes(model)
        self._source = "(bytes)" if path is None else _capi.text(path)
        opened, loaded = ctypes.c_void_p(), ctypes.c_void_p()
        _capi.call("mattock_device_open", _devices.encoded(device), ctypes.byref(opened))
        try:
            self._device, notice = _devices.described(opened)
            if path is not None:
                _capi.call("mattock_session_load", opened, path, ctypes.byref(loaded))
            else:
                _capi.call("mattock_session_load_memory", opened, data, len(data), ctypes.byref(loaded))
            self._handle = loaded.value
        finally:
            _capi.call("mattock_device_close", opened)  # the session keeps what it needs
        self._inputs = _describe_tensors("input", loaded)
        self._outputs = _describe_tensors("output", loaded)
        _devices.log_once(notice)

    @property
    def inputs(self) -> tuple[TensorInfo, ...]:
        """The model's inputs, in its order. Also after close."""
        return self._inputs

    @property
    def outputs(self) -> tuple[TensorInfo, ...]:
        """The model's outputs, in its order. Also after close."""
        return self._outputs

    @property
    def device(self) -> str:
        """The name of the device it runs on, such as "emulator:rk3566"."""
        return self._device

    def run(
        self,
        /,
        *arrays: ArrayLike | Mapping[str, ArrayLike],
        out: Sequence[NDArray[Any]] | None = None,
        raw: bool = False,
        pass_through: bool | Sequence[bool] = False,
        **named: ArrayLike,
    ) -> list[NDArray[Any]]:
        """Runs the model once.

        Args:
            arrays: one array per input, in the model's order, each of exactly the input's shape; or a single
                mapping from input names to arrays.
            named: the arrays by name instead. A mapping also serves inputs that are called like an option.
            out: a list with one array per output to write, of any strides, float32 or the model's own type.
                They may lie where inputs lie, but not on each other. After a MattockError they are as they were.
            raw: new outputs in the model's own type instead of float32: for quantised models the integers.
            pass_through: the numbers are in the model's own type already: no mean, no standard deviation, no
                quantisation. For all inputs, or a sequence with one answer per input in the model's order.

        Inputs are whatever NumPy makes an array of numbers of: float16, float32, float64, any integers, bool, of
        any strides, read in place. Models that compute in float take them by value, rounded once to nearest
        even. Quantised models take their own integer type as quantised already, every other type as real
        numbers to be quantised. Other inputs (tables of indices, say) take their own type only.

        Returns:
            One array per output, in the model's order: `out`'s, or new ones, float32 real values in the
            model's shape.

        Raises:
            MattockError: "bad_input" (count, name, shape or type), "unsupported" (raw for a bfloat16 model),
                "usage" (the session is closed; names and positions are mixed), "not_modelled", "device". The
                session can be run again.

        Warns:
            PrecisionWarning: numbers were lost on their way in, such as 70000 for a float16 model.

        >>> import numpy, mattock
        >>> a = numpy.arange(81.0).reshape(1, 9, 9)
        >>> with mattock.Session("matmul.rknn") as session:
        ...     [c] = session.run(numpy.swapaxes(a, 1, 2), numpy.eye(9)[None])
        ...     [d] = session.run({"onnx::MatMul_0": a, "onnx::MatMul_1": numpy.eye(9)[None]}, raw=True)
        >>> c[0, 0, :4].tolist(), d[0, 0, :4].tolist(), d.dtype
        ([0.0, 9.0, 18.0, 27.0], [0.0, 1.0, 2.0, 3.0], dtype('float16'))
        """
        if self._closed:
            self._refuse_closed()
        values = self._in_order(arrays, named)
        inputs = [_arrays.input_array(value, self._label(index)) for index, value in enumerate(values)]
        if out is None:
            outputs = _arrays.new_outputs(self._outputs, raw)
        else:
            outputs = _arrays.given_outputs(out, self._outputs, raw)
        ins, outs = _arrays.described(inputs), _arrays.described(outputs)
        for entry, passes in zip(ins, _one_each(pass_through, len(inputs))):
            entry.flags = _capi.PASS_THROUGH if passes else 0
        with self._turn:  # the warnings are to be those of this run
            handle = self._open_handle()
            _capi.call("mattock_session_run", handle, ins, len(inputs), outs, len(outputs))
            lost = _capi.call_text("mattock_session_warnings", handle, capacity=256)
        for line in filter(None, lost.split("\n")):
            warnings.warn(line, PrecisionWarning, stacklevel=2)
        return outputs

    def layers(self, /, *arrays: ArrayLike | Mapping[str, ArrayLike], **named: ArrayLike) -> dict[str, NDArray[Any]]:
        """Runs the model once and returns what every node wrote, by the tensors' names in the file.

        Inputs as in `run`; they are among the tensors, as the model took them. Each array has the shape of the file's
        tensor and its type, float32 for bfloat16. What one operator keeps to itself is not there: a product with its
        activation fused into it gives one tensor. NPU nodes run one by one, which is slower; the numbers are the same.

        >>> import numpy, mattock
        >>> a = numpy.eye(9)[None]
        >>> with mattock.Session("matmul.rknn") as session:
        ...     found = session.layers(a, a)
        >>> found["2"].shape, found["2"].dtype, len(found)
        ((1, 9, 9), dtype('float16'), 7)

        Raises:
            MattockError: as `run`.

        Warns:
            PrecisionWarning: as `run`.
        """
        if self._closed:
            self._refuse_closed()
        values = self._in_order(arrays, named)
        inputs = [_arrays.input_array(value, self._label(index)) for index, value in enumerate(values)]
        ins = _arrays.described(inputs)
        with self._turn:
            handle = self._open_handle()
            found = _arrays.collected(
                lambda visit: _capi.call("mattock_session_layers", handle, ins, len(inputs), visit, None)
            )
            lost = _capi.call_text("mattock_session_warnings", handle, capacity=256)
        for line in filter(None, lost.split("\n")):
            warnings.warn(line, PrecisionWarning, stacklevel=2)
        return found

    def last_report(self) -> dict[str, Any]:
        """What the last run did: {"submits": [{"first_task", "nodes", "tasks", "events"}], "notices", "warnings"}.

        Cycles and bytes are the emulator's. MattockError "usage" when no run has succeeded yet, or the last one
        failed.
        """
        import json

        with self._turn:
            text = _capi.call_text("mattock_session_report", self._open_handle(), capacity=16 * 1024)
        report: dict[str, Any] = json.loads(text)
        return report

    def __repr__(self) -> str:
        def listed(infos: Sequence[TensorInfo]) -> str:
            shapes = ["x".join(map(str, info.shape)) for info in infos]
            return ", ".join(f"{info.name} ({shape} {info.dtype})" for info, shape in zip(infos, shapes))

        return f"<mattock.Session {self._source} {self._state()}: {listed(self._inputs)} -> {listed(self._outputs)}>"

    def _subject(self) -> str:
        return self._source

    def _label(self, index: int) -> str:
        return f"input '{self._inputs[index].name}'" if index < len(self._inputs) else f"input {index}"

    def _in_order(self, arrays: tuple[Any, ...], named: Mapping[str, Any]) -> Sequence[Any]:
        """The values in the model's order, however they were given."""
        mapping = arrays and isinstance(arrays[0], Mapping)
        if (arrays and named) or (mapping and len(arrays) > 1):
            message = "inputs are given in order, as one mapping, or by keyword; this call mixes them"
            raise MattockError("usage", message, self._source)
        if arrays and not mapping:
            return arrays
        given = dict(arrays[0] if mapping else named)
        names = [info.name for info in self._inputs]
        unknown = [name for name in given if name not in names]
        missing = [name for name in names if name not in given]
        if unknown or missing or len(given) != len(names):
            faults = [f"no input is called {name!r}" for name in unknown] + [f"{name!r} is missing" for name in missing]
            message = "; ".join(faults) or "two inputs of the model have one name"
            hint = f"the model's inputs are {', '.join(map(repr, names))}"
            raise MattockError("bad_input", message, self._source, hint)
        return [given[name] for name in names]


def _one_each(answer: bool | Sequence[bool], count: int) -> Sequence[bool]:
    if isinstance(answer, (bool, int)):
        return [bool(answer)] * count
    if not isinstance(answer, (list, tuple)) or len(answer) != count:
        raise MattockError("usage", f"pass_through is a bool, or a list with one per input ({count}), not {answer!r}")
    return answer


def _describe_tensors(which: str, session: ctypes.c_void_p) -> tuple[TensorInfo, ...]:
    """The tensors of a session; `which` is "input" or "output"."""
    count = ctypes.c_size_t()
    _capi.call(f"mattock_session_{which}_count", session, ctypes.byref(count))
    infos = []
    for index in range(count.value):
        info = _capi.TensorInfo(ctypes.sizeof(_capi.TensorInfo))
        _capi.call(f"mattock_session_{which}_info", session, index, ctypes.byref(info))
        shape = tuple(info.shape[axis] for axis in range(info.rank))
        dtype = _capi.text(_capi.library().mattock_dtype_name(info.dtype))
        quantised = (info.scale, info.zero_point) if info.quantised else (None, None)
        infos.append(TensorInfo(_capi.text(info.name), shape, dtype, *quantised))
    return tuple(infos)
