"""How each operator enters a model: its operands and attributes, in the form that the model's opset has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

import numpy
from graphs import FLOATS, Tensor

if TYPE_CHECKING:
    from build import Builder

Add = Callable[["Builder", Tensor], None]

LEAST_DIVISOR = 0.5


def variant(b: Builder, shape: tuple[int, ...], widen: bool) -> tuple[int, ...]:
    """A shape that broadcasts with `shape`: leading dimensions left out, others 1; if it may widen, what is 1 grows
    and a dimension is added in front."""
    sizes = list(shape[b.pick(len(shape) + 1) :])
    for axis, size in enumerate(sizes):
        if size > 1 and b.flag():
            sizes[axis] = 1
        elif size == 1 and widen and b.flag():
            sizes[axis] = b.size(leading=len(sizes) - axis > 2)
    if widen and len(sizes) == len(shape) < 4 and b.flag():
        sizes.insert(0, b.size(leading=True))
    return tuple(sizes)


def joined(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(numpy.broadcast_shapes(*shapes))


def partner(b: Builder, x: Tensor) -> Tensor:
    """A second operand of an element-wise operator."""
    kind = b.pick(4)
    if kind == 0:
        return b.fresh(x.shape, x.dtype)
    known = [t for t in b.existing(x.dtype) if _fits(t.shape, x.shape)]
    if kind == 1 and known:
        return known[b.pick(len(known))]
    return b.fresh(variant(b, x.shape, widen=True), x.dtype)


def _fits(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(1 in pair or pair[0] == pair[1] for pair in zip(reversed(a), reversed(b)))


def unary(op: str) -> Add:
    return lambda b, x: b.emit(op, [x.name], x.dtype, x.shape, x.bound)


def binary(op: str, bound: Callable[[float, float], float]) -> Add:
    def add(b: Builder, x: Tensor) -> None:
        operands = [x, partner(b, x)]
        if b.flag():
            operands.reverse()
        shape = joined(*(t.shape for t in operands))
        b.emit(op, [t.name for t in operands], x.dtype, shape, bound(operands[0].bound, operands[1].bound))

    return add


def div(b: Builder, x: Tensor) -> None:
    shape = variant(b, x.shape, widen=True) if b.flag() else x.shape
    divisor = b.fresh(shape, x.dtype, least=LEAST_DIVISOR)
    b.emit("Div", [x.name, divisor.name], x.dtype, joined(x.shape, shape), x.bound / LEAST_DIVISOR)


def maximum(b: Builder, x: Tensor) -> None:
    operands = [x]
    for _ in range(b.pick(3)):  # before opset 8 nothing broadcasts
        operands.append(b.fresh(x.shape, x.dtype) if b.opset < 8 else partner(b, x))
    shapes = [t.shape for t in operands]
    if not all(_fits(one, other) for one in shapes for other in shapes):
        operands, shapes = operands[:2], shapes[:2]
    b.emit("Max", [t.name for t in operands], x.dtype, joined(*shapes), max(t.bound for t in operands))


def clip(b: Builder, x: Tensor) -> None:
    low, high = b.choose((-1.0, -0.5, 0.0)), b.choose((1.0, 0.5, 2.0))
    given = {"min": low, "max": high}
    for name in b.choose(((), ("min",), ("max",), ("min", "max"))):
        del given[name]
    if b.opset < 11:
        b.emit("Clip", [x.name], x.dtype, x.shape, x.bound, **given)
        return
    inputs = [x.name]
    for name in ("min", "max"):
        if name in given:
            inputs.append(b.given(numpy.array(given[name], dtype=x.dtype), as_node=b.flag()).name)
        else:
            inputs.append("")
    while inputs[-1] == "":
        inputs.pop()
    b.emit("Clip", inputs, x.dtype, x.shape, max(x.bound, 2.0))


def leaky_relu(b: Builder, x: Tensor) -> None:
    alpha = b.choose((None, 0.125, 0.3, -0.5))
    b.emit("LeakyRelu", [x.name], x.dtype, x.shape, x.bound, **({} if alpha is None else {"alpha": alpha}))


def prelu(b: Builder, x: Tensor) -> None:
    slope = b.fresh(variant(b, x.shape, widen=False) if b.flag() else x.shape, x.dtype)
    b.emit("PRelu", [x.name, slope.name], x.dtype, x.shape, x.bound * max(1.0, slope.bound))


def matmul(b: Builder, x: Tensor) -> None:
    x = b.ranked(x)
    kind = b.pick(5)
    lead = variant(b, x.shape[:-2], widen=True) if kind in (2, 4) else ()
    if kind == 1:
        left, right = x, b.fresh((x.shape[-1],), x.dtype)
    elif kind == 3:
        left, right = b.fresh((x.shape[-2] if len(x.shape) > 1 else x.shape[0],), x.dtype), x
    elif kind == 4:
        left, right = b.fresh((*lead, b.size(), x.shape[-2] if len(x.shape) > 1 else x.shape[0]), x.dtype), x
    else:
        left, right = x, b.fresh((*lead, x.shape[-1], b.size()), x.dtype)
    shape = list(joined(left.shape[:-2], right.shape[:-2]))
    shape += left.shape[-2:-1] if len(left.shape) > 1 else []
    shape += right.shape[-1:] if len(right.shape) > 1 else []
    b.emit("MatMul", [left.name, right.name], x.dtype, shape, left.shape[-1] * left.bound * right.bound)


def gemm(b: Builder, x: Tensor) -> None:
    x = b.ranked(x, 2, 2)
    turn_a, turn_b = b.flag(), b.flag()
    rows, inner = reversed(x.shape) if turn_a else x.shape
    columns = b.size()
    right = b.fresh((columns, inner) if turn_b else (inner, columns), x.dtype)
    attributes: dict[str, Any] = {}
    for name, value in (("transA", turn_a), ("transB", turn_b)):
        if value or b.flag():
            attributes[name] = int(value)
    alpha, beta = b.choose((1.0, 0.5, -0.25, 1.5, 0.3)), b.choose((1.0, 0.5, -2.0, 0.0, 0.3))
    for name, factor in (("alpha", alpha), ("beta", beta)):
        if factor != 1:
            attributes[name] = factor
    operands = [x, right]
    shapes: list[Any] = [(rows, columns), (columns,), (1, columns), (rows, 1), (1,), ()]
    shape = b.choose(shapes if b.opset < 11 else [None, *shapes])
    if shape is not None:
        operands.append(b.fresh(shape, x.dtype))
    bound = abs(alpha) * inner * x.bound * right.bound + abs(beta) * 2
    b.emit("Gemm", [t.name for t in operands], x.dtype, (rows, columns), bound, **attributes)


def softmax(b: Builder, x: Tensor) -> None:
    x = b.ranked(x)
    rank = len(x.shape)
    axes: list[Any] = [*range(rank)] + ([*range(-rank, 0)] if b.opset >= 11 else [])
    if b.opset >= 13 or rank > 1:
        axes.append(None)
    axis = b.choose(axes)
    b.emit("Softmax", [x.name], x.dtype, x.shape, 1.0, **({} if axis is None else {"axis": axis}))


def cast(b: Builder, x: Tensor) -> None:
    other = "float32" if x.dtype == "float16" else "float16"
    kind = b.pick(4)
    attributes: dict[str, Any] = {"saturate": 1} if b.opset >= 19 and b.flag() else {}
    if kind == 3:
        name, shape, bound = b.of_any_type()
        b.emit("Cast", [name], other, shape, bound, to=FLOATS[other], **attributes)
        return
    to = x.dtype if kind == 2 else other
    b.emit("Cast", [x.name], to, x.shape, x.bound, to=FLOATS[to], **attributes)


def constant(b: Builder, x: Tensor) -> None:
    shape = b.choose(((), (1,), x.shape, x.shape[-1:]))
    b.given(numpy.full(shape, b.choose((1.0, 0.5, -0.75)), dtype=x.dtype), as_node=True)


def reshape(b: Builder, x: Tensor) -> None:
    rest = int(numpy.prod(x.shape))
    sizes = []
    for _ in range(b.pick(4)):
        sizes.append(b.choose([size for size in range(1, rest + 1) if rest % size == 0]))
        rest //= sizes[-1]
    sizes.insert(b.pick(len(sizes) + 1), rest)
    wanted = list(sizes)
    for axis, size in enumerate(sizes):
        if axis < len(x.shape) and x.shape[axis] == size and b.flag():
            wanted[axis] = 0
    if b.flag():
        wanted[b.pick(len(wanted))] = -1
    attributes = {"allowzero": int(0 not in wanted)} if b.opset >= 14 and b.flag() else {}
    b.emit("Reshape", [x.name, b.integers(wanted)], x.dtype, sizes, x.bound, **attributes)


def flatten(b: Builder, x: Tensor) -> None:
    x = b.ranked(x)
    rank = len(x.shape)
    axis = b.choose([None, *range(rank + 1), *(range(-rank, 0) if b.opset >= 11 else [])])
    at = 1 if axis is None else axis
    shape = numpy.prod(x.shape[:at], dtype=int), numpy.prod(x.shape[at:], dtype=int)
    b.emit("Flatten", [x.name], x.dtype, shape, x.bound, **({} if axis is None else {"axis": axis}))


def transpose(b: Builder, x: Tensor) -> None:
    x = b.ranked(x)
    perm = list(reversed(range(len(x.shape))))
    attributes = {}
    if b.flag():
        rest = list(range(len(x.shape)))
        perm = [rest.pop(b.pick(len(rest))) for _ in x.shape]
        attributes["perm"] = perm
    b.emit("Transpose", [x.name], x.dtype, [x.shape[axis] for axis in perm], x.bound, **attributes)


def with_axes(b: Builder, op: str, x: Tensor, axes: list[int], shape: list[int]) -> None:
    """Squeeze and Unsqueeze: axes may be negative since opset 11, and are an operand since 13."""
    rank = max(len(x.shape), len(shape))
    if b.opset >= 11:
        axes = [axis - rank if b.flag() else axis for axis in axes]
    if b.opset >= 13:
        b.emit(op, [x.name, b.integers(axes)], x.dtype, shape, x.bound)
    else:
        b.emit(op, [x.name], x.dtype, shape, x.bound, axes=axes)


def squeeze(b: Builder, x: Tensor) -> None:
    ones = [axis for axis, size in enumerate(x.shape) if size == 1]
    axes = [axis for axis in ones if b.flag()]
    if axes:
        with_axes(b, "Squeeze", x, axes, [size for axis, size in enumerate(x.shape) if axis not in axes])
    else:
        b.emit("Squeeze", [x.name], x.dtype, [size for size in x.shape if size != 1], x.bound)


def unsqueeze(b: Builder, x: Tensor) -> None:
    x = b.ranked(x, 0, 3)
    rank = len(x.shape) + 1 + b.pick(4 - len(x.shape))
    places = list(range(rank))
    axes = [places.pop(b.pick(len(places))) for _ in range(rank - len(x.shape))]
    old = iter(x.shape)
    with_axes(b, "Unsqueeze", x, axes, [1 if axis in axes else next(old) for axis in range(rank)])


BUILD: dict[str, Add] = {
    "Abs": unary("Abs"),
    "Add": binary("Add", lambda a, b: a + b),
    "Cast": cast,
    "Clip": clip,
    "Constant": constant,
    "Div": div,
    "Flatten": flatten,
    "Gemm": gemm,
    "Identity": unary("Identity"),
    "LeakyRelu": leaky_relu,
    "MatMul": matmul,
    "Max": maximum,
    "Mul": binary("Mul", lambda a, b: a * b),
    "Neg": unary("Neg"),
    "PRelu": prelu,
    "Relu": unary("Relu"),
    "Reshape": reshape,
    "Softmax": softmax,
    "Squeeze": squeeze,
    "Sub": binary("Sub", lambda a, b: a + b),
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
