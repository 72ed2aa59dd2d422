"""Small random ONNX models over exactly the operators that the reader covers.

A model is described by the operators it is made of and, for each, the choices that were made (which operand, which
shape, which attribute), as small numbers of which 0 is the simplest. Any description can be built: choices that are
missing are 0, and those that are too large the last possible one. So a description can be shrunk by leaving out
steps and lowering numbers, and what remains is still a valid model.
"""

from __future__ import annotations

import dataclasses
import random
from typing import Any, Optional

import numpy
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

FIRST_OPSET, LAST_OPSET = 7, 21
IR_VERSION = 8  # initialisers need not be inputs; older than every reader of interest

# The opsets in which each operator's schema changed, from the first that counts here.
VERSIONS: dict[str, tuple[int, ...]] = {
    "Abs": (7, 13),
    "Add": (7, 13, 14),
    "Cast": (7, 9, 13, 19, 21),
    "Clip": (7, 11, 12, 13),
    "Constant": (7, 9, 11, 12, 13, 19, 21),
    "Div": (7, 13, 14),
    "Flatten": (7, 9, 11, 13, 21),
    "Gemm": (7, 9, 11, 13),
    "Identity": (7, 13, 14, 16, 19, 21),
    "LeakyRelu": (7, 16),
    "MatMul": (7, 9, 13),
    "Max": (7, 8, 12, 13),
    "Mul": (7, 13, 14),
    "Neg": (7, 13),
    "PRelu": (7, 9, 16),
    "Relu": (7, 13, 14),
    "Reshape": (7, 13, 14, 19, 21),
    "Softmax": (7, 11, 13),
    "Squeeze": (7, 11, 13, 21),
    "Sub": (7, 13, 14),
    "Transpose": (7, 13, 21),
    "Unsqueeze": (7, 11, 13, 21),
}

FLOATS = {"float32": onnx.TensorProto.FLOAT, "float16": onnx.TensorProto.FLOAT16}

# Beyond these a step is left out: results stay finite in float16 whatever the order of summation, and small.
LARGEST_MAGNITUDE = 2.0**13
MOST_ELEMENTS = 20000
MOST_STEPS = 8


def version_at(op: str, opset: int) -> int:
    """The opset in which the form of `op` that `opset` has appeared (7 for all before)."""
    return max(version for version in VERSIONS[op] if version <= opset)


@dataclasses.dataclass
class Step:
    op: str
    choices: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Description:
    """What is built and shrunk. `seed` decides nothing but the values of inputs and constants."""

    seed: int
    opset: int
    steps: list[Step]
    ending: Step = dataclasses.field(default_factory=lambda: Step("outputs"))


@dataclasses.dataclass
class Tensor:
    name: str
    dtype: str
    shape: tuple[int, ...]
    bound: float  # no element has a larger magnitude


@dataclasses.dataclass
class Node:
    op: str
    inputs: list[str]
    output: str
    attributes: dict[str, Any]


class Refused(Exception):
    """The step would leave the limits above."""


class Case:
    """A description as it was built: every tensor with its type and shape, and the values of inputs and constants."""

    def __init__(self, opset: int, seed: int) -> None:
        self.opset = opset
        self.seed = seed
        self.tensors: dict[str, Tensor] = {}
        self.inputs: dict[str, NDArray[Any]] = {}
        self.initializers: dict[str, NDArray[Any]] = {}
        self.nodes: list[Node] = []
        self.outputs: list[str] = []

    def computed(self) -> list[str]:
        """Names of the tensors that nodes give, integers left out."""
        return [node.output for node in self.nodes if node.output in self.tensors]

    def model(self, outputs: list[str], halves_apart: bool = False) -> onnx.ModelProto:
        """`halves_apart` puts an Identity behind each node that gives float16. A runtime that computes it in float32
        may otherwise hand on to the next node what it has not rounded."""
        nodes = []
        for node in self.nodes:
            output = node.output
            if halves_apart and output in self.tensors and self.tensors[output].dtype == "float16":
                output += "_"
            attributes = {
                key: numpy_helper.from_array(value) if isinstance(value, numpy.ndarray) else value
                for key, value in node.attributes.items()
            }
            nodes.append(helper.make_node(node.op, node.inputs, [output], **attributes))
            if output != node.output:
                nodes.append(helper.make_node("Identity", [output], [node.output]))
        graph = helper.make_graph(
            nodes,
            "judged",
            [self._info(name) for name in self.inputs],
            [self._info(name) for name in outputs],
            [numpy_helper.from_array(value, name) for name, value in self.initializers.items()],
        )
        return helper.make_model(graph, ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", self.opset)])

    def text(self) -> str:
        """The model, a line per tensor."""
        lines = [f"opset {self.opset}"]
        for kind, arrays in (("input", self.inputs), ("initializer", self.initializers)):
            for name, array in arrays.items():
                lines.append(f"{name} = {kind} {array.dtype} {list(array.shape)} {_short(array)}")
        for node in self.nodes:
            attributes = [f"{key}={_short(value)}" for key, value in node.attributes.items()]
            made = self.tensors.get(node.output)
            kind = f" {made.dtype} {list(made.shape)}" if made else ""
            lines.append(f"{node.output} ={kind} {node.op}({', '.join(node.inputs + attributes)})")
        return "\n".join([*lines, f"outputs {', '.join(self.outputs)}"])

    def _info(self, name: str) -> onnx.ValueInfoProto:
        tensor = self.tensors[name]
        return helper.make_tensor_value_info(name, FLOATS[tensor.dtype], tensor.shape)


def _short(value: Any) -> str:
    if not isinstance(value, numpy.ndarray):
        return str(value)
    return numpy.array2string(value, threshold=8, edgeitems=3).replace("\n", "")


class Choices:
    """Plays back a step's choices, and adds to them from `source` as long as there is one."""

    def __init__(self, step: Step, source: Optional[random.Random]) -> None:
        self._step = step
        self._source = source
        self._next = 0

    def pick(self, count: int) -> int:
        """A number below `count`."""
        if self._source is not None and self._next == len(self._step.choices):
            self._step.choices.append(self._source.randrange(count))
        made = self._step.choices[self._next] if self._next < len(self._step.choices) else 0
        self._next += 1
        return min(made, count - 1)


def schedule() -> list[tuple[str, int, int]]:
    """Each operator in each of its forms: its name, the first opset and the last."""
    rows = []
    for op, versions in VERSIONS.items():
        for first, following in zip(versions, (*versions[1:], LAST_OPSET + 1)):
            rows.append((op, first, following - 1))
    return rows


def describe(seed: int, index: int) -> tuple[Description, random.Random]:
    """The index-th description of a seed, still without choices, and where these come from."""
    source = random.Random(f"{seed}/{index}")
    rows = schedule()
    op, first, last = rows[index % len(rows)]
    names = list(VERSIONS)
    steps = [Step(source.choice(names)) for _ in range(source.randrange(MOST_STEPS))]
    steps.insert(source.randrange(len(steps) // 2 + 1), Step(op))
    return Description(source.randrange(2**31), source.randint(first, last), steps), source
