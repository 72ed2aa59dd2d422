"""Where the test data lies, and the arithmetic that expected values come from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy

DATA = Path(__file__).resolve().parents[2] / "tests" / "data"
TYPES = "float16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool".split()  # that runs take
SEED = DATA / "seed" / "matmul.rknn"  # two 1x9x9 float16 inputs, their product

# Code that comes first in a Python of its own: what "auto" says on a machine without an NPU, whatever this one has.
WITHOUT_NPU = (
    "from mattock import _devices\n"
    "_described = _devices.described\n"
    "_devices.described = lambda opened: (_described(opened)[0], 'no NPU: using the emulated rk3566')\n"
)


class Vendor(NamedTuple):
    """A model of Rockchip's converter, inputs for it, and what Rockchip's simulator made of them."""

    model: Path
    inputs: list[numpy.ndarray]
    recorded: numpy.ndarray


def vendor(name: str) -> Vendor:
    folder = DATA / "vendor" / name
    inputs = [numpy.load(path) for path in sorted(folder.glob("in_*.npy"))]
    return Vendor(DATA / "vendor" / f"{name}.rknn", inputs, numpy.load(folder / "sim_out.npy"))


def product(a: numpy.ndarray, b: numpy.ndarray) -> numpy.ndarray:
    """The product of two float16 arrays: summed in float64, rounded once to float16, told in float32."""
    assert a.dtype == b.dtype == numpy.float16
    return (a.astype(numpy.float64) @ b.astype(numpy.float64)).astype(numpy.float16).astype(numpy.float32)


def ulps(one: numpy.ndarray, other: numpy.ndarray) -> int:
    """The largest distance of two arrays of float16 values, in float16 numbers between them."""

    def places(values: numpy.ndarray) -> numpy.ndarray:
        bits = values.astype(numpy.float16).view(numpy.int16).astype(numpy.int32)
        return numpy.where(bits < 0, -(bits & 0x7FFF), bits)

    assert one.shape == other.shape
    return int(numpy.abs(places(one) - places(other)).max(initial=0))


def random_float16(shape: tuple[int, ...], seed: int) -> numpy.ndarray:
    return numpy.random.default_rng(seed).uniform(-4, 4, shape).astype(numpy.float16)


def unaligned(array: numpy.ndarray) -> numpy.ndarray:
    """The same numbers at an odd address."""
    memory = numpy.empty(array.nbytes + 1, numpy.uint8)
    moved = numpy.ndarray(array.shape, array.dtype, memory, offset=1 - memory.ctypes.data % 2)
    moved[...] = array
    assert moved.size == 0 or moved.ctypes.data % 2 == 1
    return moved


def python(code: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Runs code in a Python of its own, with environment variables set, or unset where None."""
    variables = {**os.environ, **{name: value for name, value in environment.items() if value is not None}}
    for name, value in environment.items():
        if value is None:
            variables.pop(name, None)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120)
