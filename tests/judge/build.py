"""From a description to a model: each operator takes a tensor that is there, makes the operands it lacks, and says
what shape and what largest magnitude its result has."""

from __future__ import annotations

import copy
import random
from typing import Any, Optional

import numpy
import operators
from graphs import LARGEST_MAGNITUDE, MOST_ELEMENTS, Case, Choices, Description, Node, Refused, Step, Tensor

# Around the widths of the hardware: 4, 8, 16 and 32 elements, and what does not divide by them.
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 33)
LEADING_SIZES = (1, 2, 3)

# Values are exact in float16. Sums of products of eighths are exact in float32 too, those of the finer ones are not.
GRAINS = (8, 1024)
LARGEST_VALUE = 2


class Builder:
    def __init__(self, case: Case) -> None:
        self.case = case
        self._choices = Choices(Step(""), None)

    @property
    def opset(self) -> int:
        return self.case.opset

    # Choices.

    def pick(self, count: int) -> int:
        return self._choices.pick(count)

    def choose(self, options: Any) -> Any:
        return options[self.pick(len(options))]

    def flag(self) -> bool:
        return self.pick(2) == 1

    def size(self, leading: bool = False) -> int:
        return int(self.choose(LEADING_SIZES if leading else SIZES))

    def shape(self, rank: int) -> tuple[int, ...]:
        return tuple(self.size(leading=rank - axis > 2) for axis in range(rank))

    # Tensors.

    def existing(self, dtype: Optional[str] = None) -> list[Tensor]:
        """The newest first."""
        return [t for t in reversed(self.case.tensors.values()) if dtype in (None, t.dtype)]

    def operand(self) -> Tensor:
        """What a step begins with: the newest tensor, any that is there, or an input of the model."""
        known = self.existing()
        kind = self.pick(4)
        if known and kind < 3:
            return known[self.pick(len(known)) if kind == 2 else 0]
        return self.source(dtype=self.choose(("float32", "float32", "float16")))

    def source(self, rank: Optional[int] = None, dtype: str = "float32") -> Tensor:
        """A new input of the model."""
        return self._input(self.shape(1 + self.pick(4) if rank is None else rank), dtype, 0)

    def ranked(self, x: Tensor, least: int = 1, most: int = 4) -> Tensor:
        """`x` if it has a rank that fits, otherwise something that has."""
        if least <= len(x.shape) <= most:
            return x
        return self.source(rank=max(least, min(most, len(x.shape))), dtype=x.dtype)

    def fresh(self, shape: tuple[int, ...], dtype: str, least: float = 0) -> Tensor:
        """A new constant or input; no magnitude is smaller than `least`."""
        return self._input(shape, dtype, least) if self.pick(3) == 2 else self.constant(shape, dtype, least)

    def constant(self, shape: tuple[int, ...], dtype: str, least: float = 0) -> Tensor:
        return self.given(self._values(shape, dtype, least), as_node=self.flag())

    def given(self, values: Any, as_node: bool) -> Tensor:
        name = self._constant(values, as_node)
        bound = float(numpy.abs(values).max())
        return self._keep(Tensor(name, str(values.dtype), values.shape, bound))

    def integers(self, numbers: list[int]) -> str:
        """The name of a list of int64 that is constant."""
        return self._constant(numpy.array(numbers, dtype=numpy.int64), self.flag())

    def of_any_type(self) -> tuple[str, tuple[int, ...], float]:
        """A constant that is no float16 or float32: its name, shape and bound."""
        dtype = self.choose(("int64", "int32", "int8", "uint8", "float64"))
        shape = self.shape(1 + self.pick(2))
        whole = numpy.round(self._values(shape, "float32", 0) * 8)
        values = (numpy.abs(whole) if dtype == "uint8" else whole).astype(dtype)
        return self._constant(values, self.flag()), shape, 8.0 * LARGEST_VALUE

    def emit(self, op: str, inputs: list[str], dtype: str, shape: Any, bound: float, **attributes: Any) -> None:
        shape = tuple(int(size) for size in shape)
        if bound > LARGEST_MAGNITUDE or numpy.prod(shape) > MOST_ELEMENTS or len(shape) > 4:
            raise Refused(op)
        output = self._name("t")
        self.case.nodes.append(Node(op, inputs, output, attributes))
        self._keep(Tensor(output, dtype, shape, bound))

    def step(self, step: Step, source: Optional[random.Random]) -> None:
        """Adds a step; nothing of it if it would leave the limits."""
        before = copy.copy(self.case.__dict__)
        for name, value in before.items():
            setattr(self.case, name, copy.copy(value))
        self._choices = Choices(step, source)
        try:
            operators.BUILD[step.op](self, self.operand())
        except Refused:
            self.case.__dict__ = before

    def end(self, step: Step, source: Optional[random.Random]) -> None:
        """What nobody reads is an output, and some of what somebody reads. There is always one."""
        self._choices = Choices(step, source)
        if not self.case.computed():
            operators.BUILD["Identity"](self, self.source())
        read = {name for node in self.case.nodes for name in node.inputs}
        for name in self.case.computed():
            if name not in read or self.pick(6) == 5:
                self.case.outputs.append(name)

    def _input(self, shape: tuple[int, ...], dtype: str, least: float) -> Tensor:
        name = self._name("x")
        self.case.inputs[name] = self._values(shape, dtype, least)
        return self._keep(Tensor(name, dtype, shape, LARGEST_VALUE))

    def _values(self, shape: tuple[int, ...], dtype: str, least: float) -> Any:
        source = numpy.random.default_rng([self.case.seed, self._count()])
        grain = self.choose(GRAINS)
        grains = source.integers(int(least * grain), LARGEST_VALUE * grain + 1, shape) * source.choice((-1, 1), shape)
        return numpy.asarray(grains / grain, dtype=dtype)

    def _constant(self, values: Any, as_node: bool) -> str:
        name = self._name("c")
        floats_only = self.opset < 9  # in nodes
        if not as_node or (floats_only and values.dtype.kind != "f"):
            self.case.initializers[name] = values
            return name
        attributes: dict[str, Any] = {"value": values}
        short = self.opset >= 12 and len(values.shape) < 2 and str(values.dtype) in ("float32", "int64") and self.flag()
        if short:
            kind = "value_float" if values.dtype == numpy.float32 else "value_int"
            attributes = {kind + ("s" if values.shape else ""): values.tolist()}
        self.case.nodes.append(Node("Constant", [], name, attributes))
        return name

    def _keep(self, tensor: Tensor) -> Tensor:
        self.case.tensors[tensor.name] = tensor
        return tensor

    def _count(self) -> int:
        return len(self.case.inputs) + len(self.case.initializers) + len(self.case.nodes)

    def _name(self, letter: str) -> str:
        return f"{letter}{self._count()}"


def build(description: Description, source: Optional[random.Random] = None) -> Case:
    """The model of a description. With a source, choices that are missing are made and recorded."""
    builder = Builder(Case(description.opset, description.seed))
    for step in description.steps:
        builder.step(step, source)
    builder.end(description.ending, source)
    return builder.case
