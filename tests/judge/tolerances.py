"""How far two right implementations of a model may lie apart, operator by operator and added up along the model.

Two runtimes: exact are the operators that move elements, choose among them, or compute with one rounding that is the
same everywhere: a sum, product or quotient of two float32 or float16 rounded once. A runtime computes float16 in
float32 and the reference in float64 before rounding; both have more than twice the digits, so that the second
rounding changes nothing (p >= 2q + 2). The others differ by a share of the largest magnitude they work with, and by
one place of the result's type where a result lies near a border between two numbers.

The NPU and a runtime: every number that an operator computes may be rounded to float16, whatever the model's type,
or not at all where the next operator is done in the same task; and so may constants that the converter computes.
Exact are only the operators that move elements or choose among them.

What is said of a tensor is one number: no element differs by more. Operands that differ already make the result
differ as the operator's derivative says, and by a place more, since both round.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import numpy
from graphs import Case, Node
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclasses.dataclass
class Rules:
    """What may differ between two kinds of implementations."""

    # Share of the largest magnitude at work by which results differ before they are rounded, in float32 and float16.
    # For products that is the largest sum of the terms' magnitudes (inner size * max|a| * max|b|, and the bias), not
    # the result's magnitude: terms may cancel. What is not here does not differ before it is rounded.
    shares: dict[str, dict[str, float]]
    place: dict[str, float]  # of a number, relative to it
    same_rounding: bool  # of results that do not differ before


RUNTIMES = Rules(
    shares={
        "Gemm": {"float32": 5e-7, "float16": 5e-7},  # float32 sums in another order
        "LeakyRelu": {"float16": 1e-7},  # a float32 factor: float16 times it is rounded to float32 first, or is not
        "MatMul": {"float32": 5e-7, "float16": 5e-7},
        "Softmax": {"float32": 5e-7, "float16": 5e-7},  # exponentials in float32
    },
    place={"float32": 2.0**-23, "float16": 2.0**-10},
    same_rounding=True,
)

HALF_PLACE = 2.0**-11  # of float16: what rounding to nearest may change

NPU = Rules(
    shares={
        op: {"float32": share, "float16": share}
        for op, share in {
            "Div": HALF_PLACE,  # times a constant's reciprocal, which is rounded
            "Gemm": HALF_PLACE,  # alpha is multiplied into the constant operand, beta into the bias
            "LeakyRelu": HALF_PLACE,  # alpha itself
            "MatMul": 5e-7,  # float32 sums
            "Softmax": 5e-7,
        }.items()
    },
    place={"float32": 2.0**-10, "float16": 2.0**-10},
    same_rounding=False,
)


# Results are among the operands' numbers: nothing is rounded.
UNROUNDED = {"Abs", "Clip", "Flatten", "Identity", "Max", "Neg", "Relu", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}


def largest(array: Array) -> float:
    return float(numpy.abs(array.astype(numpy.float64)).max())


def least(array: Array) -> float:
    return float(numpy.abs(array.astype(numpy.float64)).min())


@dataclasses.dataclass
class Work:
    """A node with the values of its operands and of its result, and the differences allowed in the operands."""

    node: Node
    operands: list[Array]
    errors: list[float]
    result: Array

    def factor(self, name: str, otherwise: float = 1.0) -> float:
        return abs(float(self.node.attributes.get(name, otherwise)))

    def inner(self) -> int:
        """How many terms a product's sums have."""
        shape = self.operands[0].shape
        return int(shape[0] if self.node.attributes.get("transA") else shape[-1])

    def magnitude(self) -> float:
        """The largest magnitude at work."""
        if self.node.op not in ("MatMul", "Gemm"):
            return max(largest(self.operands[0]), largest(self.result))
        terms = self.inner() * largest(self.operands[0]) * largest(self.operands[1]) * self.factor("alpha")
        return terms + (largest(self.operands[2]) * self.factor("beta") if len(self.operands) > 2 else 0.0)


def first(work: Work) -> float:
    return work.errors[0]


def in_sum(work: Work) -> float:
    return sum(work.errors)


def in_largest(work: Work) -> float:
    return max(work.errors)


def in_product(work: Work) -> float:
    a, b = work.errors[:2]
    return a * largest(work.operands[1]) + b * largest(work.operands[0]) + a * b


def in_matrix_product(work: Work) -> float:
    terms = work.inner() * in_product(work) * work.factor("alpha")
    return terms + (work.errors[2] * work.factor("beta") if len(work.errors) > 2 else 0.0)


def in_quotient(work: Work) -> float:
    a, b = work.errors
    return (a + largest(work.result) * b) / (least(work.operands[1]) - b)


def in_slope(work: Work) -> float:
    return max(work.errors[0], in_product(work))


def in_leak(work: Work) -> float:
    return work.errors[0] * max(1.0, work.factor("alpha", 0.01))


def in_softmax(work: Work) -> float:
    return largest(work.result) * float(numpy.expm1(min(2 * work.errors[0], 30.0)))


# What the operands' differences make of the result; of other operators it is that of the first operand.
CARRIED: dict[str, Callable[[Work], float]] = {
    "Add": in_sum,
    "Div": in_quotient,
    "Gemm": in_matrix_product,
    "LeakyRelu": in_leak,
    "MatMul": in_matrix_product,
    "Max": in_largest,
    "Mul": in_product,
    "PRelu": in_slope,
    "Softmax": in_softmax,
    "Sub": in_sum,
}


def after(work: Work, rules: Rules) -> float:
    """The difference allowed in a node's result."""
    dtype = str(work.result.dtype)
    carried = CARRIED.get(work.node.op, first)(work) if any(work.errors) else 0.0
    share = rules.shares.get(work.node.op, {}).get(dtype, 0.0)
    if rules.same_rounding and carried + share == 0:
        return 0.0
    place = 0.0 if work.node.op in UNROUNDED else rules.place[dtype] * (largest(work.result) + carried)
    return carried + share * work.magnitude() + place


def allowed_errors(case: Case, values: dict[str, Array], rules: Rules) -> dict[str, float]:
    """The difference allowed in each tensor of a model, whose values one side computed."""
    errors = {name: 0.0 for name in values}
    for node in case.nodes:
        names = [name for name in node.inputs if name in values]
        if node.output in values and names:
            operands = [values[name] for name in names]
            work = Work(node, operands, [errors[name] for name in names], values[node.output])
            errors[node.output] = after(work, rules)
    return errors
