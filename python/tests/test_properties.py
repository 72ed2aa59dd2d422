"""Properties over random types, layouts and values. A failure prints the smallest example that shows it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import mattock
import support
from layouts import laid_out
from support import TYPES

# A model, and the type that it would take as numbers of its own instead of by value.
MODELS = {
    "seed": (support.SEED, None),
    "mm_17x31x33": (support.vendor("mm_17x31x33").model, None),
    "mlp_tiny_bf16": (support.vendor("mlp_tiny_bf16").model, None),
    "gemm_bias_i8": (support.vendor("gemm_bias_i8").model, "int8"),
    "conv_img3_i8": (support.vendor("conv_img3_i8").model, "int8"),
}


@pytest.fixture(scope="module")
def sessions():
    opened = {name: mattock.Session(path) for name, (path, _) in MODELS.items()}
    yield opened
    for session in opened.values():
        session.close()


@st.composite
def same_numbers(draw, shape, types):
    """Numbers as a contiguous float16 array, and the same ones in some other type and layout."""
    dtype = numpy.dtype(draw(st.sampled_from(types)))
    if dtype == bool:
        low, high = 0, 1
    elif dtype.kind in "iu":
        low, high = max(numpy.iinfo(dtype).min, -2048), min(numpy.iinfo(dtype).max, 2048)  # exact in float16
    else:
        low, high = -2048, 2048
    small = draw(st.booleans())
    seed = draw(st.integers(0, 2**32 - 1))
    source = numpy.random.default_rng(seed).integers(low, high, shape, endpoint=True)
    values = (source / 64 if small and dtype.kind == "f" else source).astype(numpy.float16)
    if values.ndim and draw(st.integers(0, 3)) == 0:  # rows that are one row in memory
        axis = draw(st.integers(0, values.ndim - 1))
        first = values.take([0], axis)
        return numpy.broadcast_to(first, shape).copy(), numpy.broadcast_to(draw(laid_out(first.astype(dtype))), shape)
    return values, draw(laid_out(values.astype(dtype)))


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data())
@settings(max_examples=100)
def test_type_and_layout_never_change_a_bit_of_the_result(sessions, name, data):
    session = sessions[name]
    types = [dtype for dtype in TYPES if dtype != MODELS[name][1]]
    pairs = [data.draw(same_numbers(info.shape, types)) for info in session.inputs]
    expected = session.run(*(plain for plain, _ in pairs))
    found = session.run(*(other for _, other in pairs))
    assert [array.tobytes() for array in found] == [array.tobytes() for array in expected]


@given(data=st.data(), dtype=st.sampled_from(["float16", "float32"]))
def test_the_layout_of_out_never_changes_a_bit_of_the_result(sessions, data, dtype):
    session = sessions["mm_17x31x33"]
    inputs = [support.random_float16(info.shape, 3 + index) for index, info in enumerate(session.inputs)]
    (expected,) = session.run(*inputs, raw=dtype == "float16")
    out = data.draw(laid_out(numpy.zeros(expected.shape, dtype))).view(dtype)  # zero in either byte order
    out.flags.writeable = True
    before = out.base.copy()
    session.run(*inputs, out=[out])
    assert out.tobytes() == expected.tobytes()
    out[...] = 0  # the memory around it: as it was
    assert (out.base == before).all()


def rounded_to_float16(value: float) -> float:
    """By definition: the nearest of the float16 numbers, the even one of two; infinite from 65520 on."""
    if math.isnan(value) or math.isinf(value):
        return value
    exact = Fraction(value)
    exponent = max(math.frexp(value)[1] - 1, -14)  # subnormal numbers share the exponent of the smallest normal
    step = Fraction(2) ** (exponent - 10)
    nearest = round(exact / step) * step  # of Fraction: half goes to even
    return math.copysign(math.inf if abs(nearest) > 65504 else float(nearest), value)


@given(data=st.data(), dtype=st.sampled_from(["float16", "float32", "float64"]))
@settings(max_examples=200)
@pytest.mark.filterwarnings("ignore::mattock.PrecisionWarning")
def test_floats_are_rounded_to_the_nearest_even_float16(sessions, data, dtype):
    anything = st.floats(width=8 * numpy.dtype(dtype).itemsize)
    near_ties = st.builds(
        lambda n, e: (1 + (2 * n + 1) * 2.0**-11) * 2.0**e, st.integers(0, 1023), st.integers(-16, 15)
    )
    if dtype == "float64":
        near_ties = st.builds(lambda tie, off: tie * (1 + off * 2.0**-45), near_ties, st.integers(-2, 2))
    values = data.draw(st.lists(anything if dtype == "float16" else anything | near_ties, min_size=1, max_size=9))
    # One number per row: a column of ones brings it out by itself.
    a = numpy.zeros((1, 9, 9), dtype)
    for row, value in enumerate(values):
        a[0, row, row] = value
    (c,) = sessions["seed"].run(a, numpy.ones((1, 9, 9)))
    expected = [rounded_to_float16(float(a[0, row, row])) for row in range(9)]
    assert numpy.array_equal(c[0, :, 0], numpy.float32(expected), equal_nan=True)


@given(data=st.data(), dtype=st.sampled_from([name for name in TYPES if name.startswith(("int", "uint"))]))
@pytest.mark.filterwarnings("ignore::mattock.PrecisionWarning")
def test_integers_are_rounded_to_the_nearest_even_float16(sessions, data, dtype):
    info = numpy.iinfo(dtype)
    inner = st.integers(max(info.min, -70000), min(info.max, 70000))
    values = data.draw(st.lists(inner | st.integers(int(info.min), int(info.max)), min_size=9, max_size=9))
    a = numpy.zeros((1, 9, 9), dtype)
    a[0, range(9), range(9)] = values
    (c,) = sessions["seed"].run(a, numpy.ones((1, 9, 9)))
    # Integers beyond 2**53 are not exact in float64, but far beyond float16 either way.
    assert c[0, :, 0].tolist() == [rounded_to_float16(float(value)) for value in values]


SHAPES = st.just((1, 9, 9)) | arrays_of.array_shapes(min_dims=0, min_side=0, max_side=9)


@given(array=arrays_of.arrays(arrays_of.scalar_dtypes(), SHAPES))
@pytest.mark.filterwarnings("ignore::mattock.PrecisionWarning")
def test_any_array_is_computed_with_or_refused_as_bad_input(sessions, array):
    fits = array.shape == (1, 9, 9) and array.dtype.name in TYPES
    for arrays in ((array, numpy.ones((1, 9, 9))), (numpy.ones((1, 9, 9)), array)):
        try:
            sessions["seed"].run(*arrays)
            assert fits
        except mattock.MattockError as error:
            assert error.code == "bad_input" and not fits


SEED_BYTES = support.SEED.read_bytes()


@given(
    cut=st.integers(0, len(SEED_BYTES)),
    changes=st.lists(st.tuples(st.integers(0, len(SEED_BYTES) - 1), st.integers(0, 255)), max_size=8),
)
@settings(max_examples=200)
@pytest.mark.filterwarnings("ignore::mattock.PrecisionWarning")
def test_damaged_models_run_or_are_refused(cut, changes):
    data = bytearray(SEED_BYTES)
    for place, value in changes:
        data[place] = value
    data = data[: len(data) - cut if cut % 3 else len(data)]
    for use in (mattock.inspect, run_anything):
        try:
            use(data)
        except mattock.MattockError as error:
            assert error.code in ("bad_file", "unsupported", "not_modelled", "device", "bad_input")
            assert error.message


def run_anything(data):
    with mattock.Session(data) as session:
        if all(math.prod(info.shape) < 10**6 for info in session.inputs + session.outputs):
            session.run(*(numpy.ones(info.shape) for info in session.inputs))
