"""mattock.matmul: the shapes of numpy.matmul, the numbers of a written-out rule, and what is refused."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import mattock
import support
from layouts import laid_out

SHAPE = st.lists(st.integers(0, 4), max_size=4).map(tuple)
FITTING = arrays_of.mutually_broadcastable_shapes(
    signature=numpy.matmul.signature, max_dims=2, min_side=0, max_side=4
).map(lambda shapes: shapes.input_shapes)


def refused(*arrays, **options) -> mattock.MattockError:
    with pytest.raises(mattock.MattockError) as caught:
        mattock.matmul(*arrays, **options)
    return caught.value


@given(shapes=st.tuples(SHAPE, SHAPE) | FITTING)
@example(shapes=((3,), (3,)))
@example(shapes=((0,), (0,)))
@example(shapes=((), (2,)))
@example(shapes=((2, 0), (0, 3)))
@example(shapes=((0, 2, 3), (3, 0)))
@example(shapes=((3,), (2, 3, 1)))
@example(shapes=((2, 1, 3), (3,)))
@settings(max_examples=500)
def test_shapes_and_errors_are_those_of_numpy(shapes):
    a, b = (numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape) % 5 - 2 for shape in shapes)
    try:
        expected = numpy.matmul(a, b)
    except ValueError:
        assert refused(a, b).code == "bad_input"
        return
    for x, y, dtype in ((a, b, numpy.float32), (a.astype(numpy.int8), b.astype(numpy.int8), numpy.int32)):
        found = mattock.matmul(x, y)
        assert found.shape == expected.shape and found.dtype == dtype
        assert isinstance(found, numpy.ndarray) == isinstance(expected, numpy.ndarray)
        assert (found == expected).all()


def bound(a, b, parts=1):
    """The product in float64, and how far a result may be from it: rounding the sum of each part, then the whole."""
    wide_a, wide_b = a.astype(numpy.float64), b.astype(numpy.float64)
    exact, size = wide_a @ wide_b, numpy.abs(wide_a) @ numpy.abs(wide_b)
    return exact, 2.0**-24 * numpy.abs(exact) + (parts * 2.0**-24 + a.shape[-1] * 2.0**-52) * size


@given(data=st.data(), m=st.integers(1, 40), k=st.integers(1, 400), n=st.integers(1, 40))
@settings(max_examples=100)
def test_numbers_are_rounded_to_float16_multiplied_and_rounded_once(data, m, k, n):
    types = st.sampled_from(["float16", "float32", "float64"])
    rng = numpy.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    a, b = rng.normal(size=(m, k)).astype(data.draw(types)), rng.normal(size=(k, n)).astype(data.draw(types))
    exact, distance = bound(a.astype(numpy.float16), b.astype(numpy.float16))
    found = mattock.matmul(data.draw(laid_out(a)), data.draw(laid_out(b)))
    assert found.dtype == numpy.float32
    assert (numpy.abs(found - exact) <= distance).all()


def test_a_long_inner_dimension_is_summed_in_parts():
    a, b = support.random_float16((3, 20000), 1), support.random_float16((20000, 2), 2)
    exact, distance = bound(a, b, parts=20)
    assert (numpy.abs(mattock.matmul(a, b) - exact) <= distance).all()


@given(data=st.data(), m=st.integers(1, 20), k=st.integers(1, 200), n=st.integers(1, 20))
@settings(max_examples=50)
def test_small_integers_are_exact_in_any_type_and_layout(data, m, k, n):
    types = st.sampled_from([name for name in support.TYPES if name != "bool"])
    rng = numpy.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    a, b = rng.integers(0, 100, (m, k)), rng.integers(0, 100, (k, n))
    x, y = (data.draw(laid_out(array.astype(data.draw(types)))) for array in (a, b))
    assert (mattock.matmul(x, y, type="fp16") == a @ b).all()


@given(data=st.data(), m=st.integers(1, 40), k=st.integers(1, 400), n=st.integers(1, 40))
@settings(max_examples=50)
def test_int8_is_exact(data, m, k, n):
    rng = numpy.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    a, b = rng.integers(-128, 128, (m, k), numpy.int8), rng.integers(-128, 128, (k, n), numpy.int8)
    found = mattock.matmul(data.draw(laid_out(a)), data.draw(laid_out(b)))
    assert found.dtype == numpy.int32
    assert (found == a.astype(numpy.int64) @ b.astype(numpy.int64)).all()


def test_int8_sums_wrap_around():
    a = numpy.full((1, 2**17), -128, numpy.int8)
    assert mattock.matmul(a, a.T).tolist() == [[-(2**31)]]
    assert mattock.matmul(a[:, 1:], a.T[1:]).tolist() == [[2**31 - 2**14]]


def test_float16_results_are_rounded_once():
    a, b = support.random_float16((5, 60), 3), support.random_float16((60, 7), 4)
    found = mattock.matmul(a, b, out_dtype="float16")
    exact = a.astype(numpy.float64) @ b.astype(numpy.float64)
    assert found.dtype == numpy.float16 and support.ulps(found, exact.astype(numpy.float16)) == 0


@given(values=st.lists(st.floats(-70000, 70000) | st.integers(-70000, 70000).map(float), min_size=1, max_size=20))
@pytest.mark.filterwarnings("ignore::mattock.PrecisionWarning")
def test_operands_are_rounded_to_the_nearest_even_float16(values):
    column = numpy.array(values)[:, None]
    with numpy.errstate(over="ignore"):
        expected = column.astype(numpy.float16)
    assert numpy.array_equal(mattock.matmul(column, [[1]]), expected)


def test_lists_bools_and_infinities_are_taken():
    assert mattock.matmul([[1, 2.5], [True, 4]], [[2], [2]]).tolist() == [[7], [10]]
    assert mattock.matmul(numpy.eye(3, dtype=bool), [5, 6, 7]).tolist() == [5, 6, 7]
    found = mattock.matmul([[numpy.inf, 1], [numpy.nan, 1], [-numpy.inf, 1]], [1, 1])
    assert found[0] == numpy.inf and numpy.isnan(found[1]) and found[2] == -numpy.inf


def test_int8_is_chosen_only_when_both_are():
    small = numpy.ones((2, 2), numpy.int8)
    assert mattock.matmul(small, small).dtype == numpy.int32
    assert mattock.matmul(small, small, type="fp16").dtype == numpy.float32
    assert mattock.matmul(small, small.astype(numpy.int16)).dtype == numpy.float32
    assert mattock.matmul(small, small, type="fp16", out_dtype=numpy.float16).dtype == numpy.float16


@pytest.mark.parametrize(
    "layout",
    [
        lambda a: a,
        lambda a: a.T.copy().T,
        lambda a: numpy.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1, ::-1],
        support.unaligned,
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_callers_array_is_written_in_place(layout, dtype):
    a, b, out = numpy.arange(6).reshape(2, 3), numpy.arange(12).reshape(3, 4), layout(numpy.zeros((2, 4), dtype))
    assert mattock.matmul(a, b, out=out) is out
    assert (out == a @ b).all()


def test_results_may_be_written_over_operands():
    a, b = numpy.arange(9, dtype=numpy.float32).reshape(3, 3), numpy.ones((3, 3), numpy.float32)
    expected = a @ b
    mattock.matmul(a, b, out=a)
    assert (a == expected).all()
    stack = numpy.arange(36, dtype=numpy.float32).reshape(4, 3, 3)
    expected = b @ stack
    mattock.matmul(b, stack, out=stack)
    assert (stack == expected).all()


def test_a_dot_product_is_written_into_an_array_without_axes():
    out = numpy.zeros((), numpy.float32)
    assert mattock.matmul([1, 2], [3, 4], out=out) is out and out == 11


@pytest.mark.parametrize(
    ("out", "said"),
    [
        (numpy.zeros((2, 2), numpy.int32), "has the type dtype('int32'); it can be float16 or float32"),
        (numpy.zeros((2, 2), ">f4"), "has the type dtype('>f4')"),
        (numpy.zeros((2, 3), numpy.float32), "has the shape (2, 3), and the product (2, 2)"),
        (numpy.zeros((1, 2, 2), numpy.float32), "has the shape (1, 2, 2)"),
        (numpy.broadcast_to(numpy.float32(0), (2, 2)), "is read-only"),
        (numpy.ma.zeros((2, 2), numpy.float32), "is a masked array"),
        ([[0, 0], [0, 0]], "is no NumPy array but list"),
        (numpy.lib.stride_tricks.as_strided(numpy.zeros(4, numpy.float32), (2, 2), (4, 4)), "share memory"),
    ],
)
def test_arrays_that_cannot_be_written_are_refused(out, said):
    error = refused(numpy.eye(2), numpy.eye(2), out=out)
    assert error.code == "bad_input" and f"the array in out {said}" in str(error) or said in str(error)


def test_out_and_out_dtype_must_agree():
    error = refused(numpy.eye(2), numpy.eye(2), out=numpy.zeros((2, 2), numpy.float32), out_dtype="float16")
    assert error.code == "bad_input" and "it can be float16 in" in str(error)


@pytest.mark.parametrize(
    "array",
    [
        numpy.ones((2, 2), complex),
        numpy.array([["a", "b"], ["c", "d"]]),
        numpy.array([[None, 1], [2, 3]]),
        numpy.zeros((2, 2), "datetime64[s]"),
        numpy.zeros((2, 2), "V4"),
        [[1, 2], [3]],
        [[2**70, 1], [1, 1]],
        numpy.ma.masked_equal(numpy.eye(2), 1),
        "text",
        None,
    ],
    ids=str,
)
def test_what_is_no_array_of_real_numbers_is_refused(array):
    for arrays in ((array, numpy.eye(2)), (numpy.eye(2), array)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ragged lists, by old versions of NumPy
            assert refused(*arrays).code == "bad_input"


def test_options_that_mean_nothing_are_refused():
    eye, small = numpy.eye(2), numpy.eye(2, dtype=numpy.int8)
    for options, code in (
        ({"type": "float16"}, "usage"),
        ({"type": 5}, "usage"),
        ({"out_dtype": "no type"}, "usage"),
        ({"out_dtype": "float64"}, "unsupported"),
        ({"out_dtype": "int32"}, "unsupported"),
        ({"out_dtype": complex}, "unsupported"),
        ({"device": "npu9"}, "device"),
        ({"device": None}, "usage"),
        ({"type": "int8"}, "bad_input"),
    ):
        assert refused(eye, eye, **options).code == code, options
    assert refused(small, small, out_dtype="float32").code == "unsupported"
    error = refused(small, small, out_dtype=numpy.int8)
    assert error.code == "usage" and "scales" in error.message


def test_sizes_beyond_the_npu_are_refused():
    assert refused(numpy.zeros((1, 2**20 + 1), numpy.int8), numpy.zeros((2**20 + 1, 1), numpy.int8)).code == "bad_input"
    wide = numpy.broadcast_to(numpy.float16(1), (2**20, 1000))
    assert refused(wide, numpy.ones((1000, 1))).code == "device"
    column, row = (numpy.broadcast_to(numpy.float16(1), shape) for shape in ((2**31, 1, 1, 1), (2**31, 1, 1)))
    assert refused(column, row).code == "no_memory"  # 2**62 products


BEYOND = "values are beyond the range of float16 and became infinite"


@pytest.mark.parametrize(
    ("dtype", "values", "count"),
    [
        ("float64", [65519.999999, -65519.999999, 1], 0),
        ("float64", [65520, -65520, 1], 2),
        ("float32", [1e38, 0, 1], 1),
        ("float64", [numpy.inf, numpy.nan, -numpy.inf], 0),
        ("float64", [numpy.inf, 70000, numpy.nan], 1),
        ("float32", [numpy.nan, numpy.nan, numpy.nan], 0),
        ("int32", [-70000, 65519, 65520], 2),
        ("int64", [-(2**63), 2**63 - 1, 0], 2),
        ("uint64", [2**64 - 1, 0, 65519], 1),
        ("uint16", [65519, 65520, 65535], 2),
        ("int16", [-32768, 32767, 0], 0),
    ],
)
def test_finite_numbers_that_become_infinite_are_warned_of(dtype, values, count):
    row = numpy.array([values], dtype)
    for a, b, name in ((row, numpy.ones((3, 1)), "A"), (numpy.ones((1, 3)), row.T, "B")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            mattock.matmul(a, b)
        said = [(entry.category, str(entry.message), entry.filename) for entry in caught]
        assert said == ([(mattock.PrecisionWarning, f"{name}: {count} of 3 {BEYOND}", __file__)] if count else [])


@given(data=st.data())
@settings(max_examples=50)
def test_as_many_are_counted_as_become_infinite(data):
    dtype = data.draw(st.sampled_from(["float32", "float64", "int32", "uint32"]))
    elements = st.integers(0 if dtype == "uint32" else -100000, 100000)
    a = data.draw(arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=2, max_dims=3), elements=elements))
    count = sum(abs(Fraction(value)) >= 65520 for value in a.ravel().tolist())
    view = data.draw(laid_out(a))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mattock.matmul(view, numpy.zeros((a.shape[-1], 1)))
    assert [str(entry.message) for entry in caught] == ([f"A: {count} of {a.size} {BEYOND}"] if count else [])


def test_a_refused_product_warns_of_nothing_and_leaves_out_alone():
    out = numpy.full((1, 1), 7, numpy.float32)
    assert refused([[1e9]], [[1], [2]], out=out).code == "bad_input" and out == 7
