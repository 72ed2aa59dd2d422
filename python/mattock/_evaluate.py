"""ONNX models evaluated exactly on the CPU: `evaluate`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _arrays, _capi, _convert, _convert_capi
from ._error import MattockError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrPath
    from numpy.typing import ArrayLike, NDArray


def evaluate(
    model: StrPath | ReadableBuffer | _convert._ModelProto, inputs: Sequence[ArrayLike]
) -> dict[str, NDArray[Any]]:
    """The values of an ONNX model's tensors, computed slowly and exactly on the CPU.

    Every sum of products is exact to float64 and rounded once, to the type of its tensor. It shares no arithmetic with
    `convert` and the emulated NPU, so that a converted model can be judged by it.

    >>> import numpy, mattock
    >>> values = mattock.evaluate("matmul.onnx", [numpy.ones((1, 9, 9)), numpy.full((1, 9, 9), 0.5)])
    >>> list(values), float(values["2"][0, 0, 0]), values["2"].dtype
    (['onnx::MatMul_0', 'onnx::MatMul_1', '2'], 4.5, dtype('float32'))

    Args:
        model: as in `convert`.
        inputs: a list with one array per input, in the model's order, each of exactly the input's shape.

    Returns:
        The inputs, in their types in the model, and all that the nodes compute, by the tensors' names. Operators that
        are read as one (Gemm) have their result only.

    Raises:
        MattockError: "not_found", "bad_file", "unsupported" (the nodes that are not covered, by name), "bad_input"
            (count or shape), "usage".
    """
    if not isinstance(inputs, (list, tuple)):
        raise MattockError("usage", f"inputs is a list with one array per input, not {type(inputs).__name__}")
    arrays = [_arrays.input_array(value, f"input {index}") for index, value in enumerate(inputs)]
    entries = _arrays.described(arrays)
    source = _capi.file_name(model)  # type: ignore[arg-type]  # what is no path gives None
    if source is None:
        onnx, folder, name = _convert.model_bytes(model), None, ""
    else:
        onnx, folder, name = _convert.file_content(source), os.path.dirname(source) or b".", _capi.text(source)
    with _convert.located(name):
        return _arrays.collected(
            lambda visit: _convert_capi.call(
                "mattock_evaluate", onnx, len(onnx), folder, entries, len(arrays), visit, None
            )
        )
