"""`accuracy_analysis`: the converted model on the NPU, tensor by tensor, against the ONNX model's exact values.

Whatever the converted model keeps under a tensor's name is compared: its inputs as it took them (float16), its outputs,
and what lies between as far as it is no inner matter of a fused task. The rest has no numbers and its row says so.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

import mattock
import numpy as np
from mattock import TensorInfo

from rknnlite.api import runtime
from rknnlite.api.arguments import Refused
from rknnlite.api.inputs import Array, prepared
from rknnlite.api.log import Log

# A matrix that lies in rows with gaps between them is a tensor of its own in the file.
_IN_ROWS = "-rs"
# What the converter appends to a tensor's name for values that the ONNX model does not have.
_MADE = re.compile(r"_(tp|part|expand|below|row|rs)(_\d+)?$")
# Of float16.
_LARGEST, _SMALLEST_EXPONENT, _FRACTION_BITS = 65504.0, -14, 10


@dataclass(frozen=True)
class Compared:
    """A tensor of the ONNX model, its exact values, and those of the converted model if it has them."""

    name: str
    operator: str  # of the converted model
    golden: Array
    simulator: Optional[Array]

    def cosine(self) -> float:
        """1 for equal directions, also of two zeros; NaN when a number is not finite."""
        exact, found = self._flat()
        lengths = np.sqrt(exact @ exact) * np.sqrt(found @ found)
        if lengths == 0:
            return 1.0 if np.array_equal(exact, found) else 0.0
        return float(exact @ found / lengths)

    def distance(self) -> float:
        exact, found = self._flat()
        return float(np.sqrt(np.sum((exact - found) ** 2)))

    def largest(self) -> float:
        exact, found = self._flat()
        return float(np.max(np.abs(exact - found), initial=0))

    def steps(self) -> float:
        """The largest difference, in steps of float16 at the tensor's largest exact number."""
        top = min(float(np.max(np.abs(self.golden), initial=0)), _LARGEST)
        exponent = max(math.frexp(top)[1] - 1, _SMALLEST_EXPONENT)
        return self.largest() / 2.0 ** (exponent - _FRACTION_BITS)

    def _flat(self) -> Sequence[Any]:
        assert self.simulator is not None
        return self.golden.astype(np.float64).ravel(), self.simulator.astype(np.float64).ravel()


def arrays_of(inputs: object, models: Sequence[TensorInfo], log: Log) -> List[Array]:
    """One array per model input, in the ONNX model's shapes. Raises Refused."""
    if not isinstance(inputs, (list, tuple)) or len(inputs) != len(models):
        found = f"length {len(inputs)}" if isinstance(inputs, (list, tuple)) else type(inputs).__name__
        names = ", ".join(f"'{model.name}' ({','.join(map(str, model.shape))})" for model in models)
        raise Refused(f"inputs is a list with one .npy file or array per model input ({len(models)}: {names}), "
                      f"not {found}")
    loaded = [_array_of(index, value) for index, value in enumerate(inputs)]
    return prepared(loaded, models, "nchw", None, None, log)[0]


def compared(path: str, session: mattock.Session, facts: Mapping[str, Any], arrays: Sequence[Array],
             log: Log) -> List[Compared]:
    """In the order of the ONNX model's nodes. Raises mattock.MattockError."""
    golden = mattock.evaluate(path, list(arrays))
    layers = runtime.layers(session, arrays, log)
    operators = _operators(facts)
    result = []
    for name, exact in golden.items():
        found = None if _is_ambiguous(name, golden) else _layer(name, exact, layers)
        operator = operators.get(name + _IN_ROWS, operators.get(name, "-"))
        result.append(Compared(name, operator if found is not None else "-", exact, found))
    return result


def table(tensors: Sequence[Compared]) -> str:
    """What is printed and written as error_analysis.txt."""
    lines = ["# The converted model on the NPU (float16) against the exact values of the ONNX model.",
             "# cos: cosine similarity, best 1; euc: Euclidean distance, best 0; largest: difference of two numbers;",
             "# steps: that difference in steps of float16 at the tensor's largest number.",
             "# Without numbers: the converted model has no such tensor, because its task goes on to the next.",
             "# Columns of single layers are missing: every tensor has the errors of those before it."]
    width = max([len(_title(tensor)) for tensor in tensors] + [len("layer_name")])
    lines += [f"{'layer_name':<{width}}  entire", f"{'':<{width}}  {'cos':>8} | {'euc':<10}  {'largest':<10}  steps",
              "", "-" * (width + 44)]
    with np.errstate(all="ignore"):  # what is not finite is shown as it is
        lines += [_row(tensor, width) for tensor in tensors]
    return "\n".join(lines) + "\n"


def _title(tensor: Compared) -> str:
    title = f"[{tensor.operator}] {tensor.name}"
    return title if title.isprintable() else repr(title)[1:-1]


def _row(tensor: Compared, width: int) -> str:
    if tensor.simulator is None:
        return f"{_title(tensor):<{width}}  {'':>8} |"
    return (f"{_title(tensor):<{width}}  {tensor.cosine():8.5f} | {tensor.distance():<10.4g}  "
            f"{tensor.largest():<10.4g}  {tensor.steps():.2f}")


def _array_of(index: int, value: object) -> Array:
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, (str, os.PathLike)):
        raise Refused(f"inputs[{index}] is {type(value).__name__}; it must be the name of a .npy file, or an array")
    name = str(os.fspath(value))
    if not name.endswith(".npy"):
        raise Refused(f"inputs[{index}] is '{name}', which does not end in .npy; images are not read: save the array "
                      "the model is to get with np.save")
    try:
        array = np.load(name, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise Refused(f"inputs[{index}]: '{name}' cannot be read: {reason}; give an array that np.save wrote") from None
    if not isinstance(array, np.ndarray):
        raise Refused(f"inputs[{index}]: '{name}' holds several arrays; give one .npy file per input")
    return array


def _operators(facts: Mapping[str, Any]) -> Dict[str, str]:
    """By the names of the tensors they write; of several operators the first."""
    found: Dict[str, str] = {}
    for operator in facts["operators"]:
        for index in operator["outputs"]:
            found.setdefault(facts["tensors"][index]["name"], operator["op"])
    return {name: "Input" if op == "InputOperator" else op for name, op in found.items()}


def _is_ambiguous(name: str, golden: Mapping[str, Array]) -> bool:
    """Whether the converter may have made a tensor of this name out of another one of the model."""
    made = _MADE.search(name)
    return made is not None and name[:made.start()] in golden


def _layer(name: str, exact: Array, layers: Mapping[str, Array]) -> Optional[Array]:
    plain, rows = layers.get(name), layers.get(name + _IN_ROWS)
    if plain is not None and plain.shape == exact.shape:
        return plain
    return rows.reshape(exact.shape) if rows is not None and rows.size == exact.size else None
