"""Real numbers over int8: distances from numpy.matmul in float64, the bound, shapes, layouts, what is refused."""

from __future__ import annotations

import warnings

import numpy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from layouts import laid_out

import mattock
import support
from test_matmul import FITTING

OVER_INT8 = {"type": "int8", "out_dtype": "float32"}


def refused(work) -> mattock.MattockError:
    with pytest.raises(mattock.MattockError) as caught:
        work()
    return caught.value


def half_steps(matrix: numpy.ndarray, axis: int) -> numpy.ndarray:
    """By how much a number is off at most: half of what 127 of make the largest, and what float32 makes of that."""
    return numpy.abs(matrix).max(axis=axis, keepdims=True, initial=0) / 254 * (1 + 2.0**-23)


def product_and_distance(a: numpy.ndarray, b: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The product in float64, and how far each element of a result may be from it."""
    a, b = a.astype(numpy.float64), b.astype(numpy.float64)
    of_a, of_b = half_steps(a, -1), half_steps(b, -2)
    distance = of_a * numpy.abs(b).sum(-2, keepdims=True) + of_b * numpy.abs(a).sum(-1, keepdims=True)
    exact = a @ b
    return exact, distance + a.shape[-1] * of_a * of_b + numpy.abs(exact) * 2.0**-22


def random(shape, seed: int, dtype="float64") -> numpy.ndarray:
    """Rows and columns of very different sizes: one scale for all would lose the small ones."""
    numbers = numpy.random.default_rng(seed).normal(size=shape)
    rows, columns = (10.0 ** (numpy.arange(shape[axis]) % 3) for axis in (-2, -1))
    return (numbers * rows[:, None] * columns).astype(dtype)


@given(data=st.data(), m=st.integers(1, 30), k=st.integers(1, 300), n=st.integers(1, 30))
@settings(max_examples=60)
def test_each_number_is_as_near_as_int8_can_be_and_the_bound_says_so(data, m, k, n):
    types = st.sampled_from(["float16", "float32", "float64"])
    seed = data.draw(st.integers(0, 2**31))
    a, b = random((m, k), seed, data.draw(types)), random((k, n), seed + 1, data.draw(types))
    exact, distance = product_and_distance(a, b)
    left, right = data.draw(laid_out(a)), data.draw(laid_out(b))
    found = mattock.matmul(left, right, **OVER_INT8)
    assert found.dtype == numpy.float32 and found.shape == (m, n)
    assert (numpy.abs(found - exact) <= distance).all()
    with mattock.Matmul(m, k, n, **OVER_INT8) as product:
        product.set_b(right)
        assert numpy.array_equal(product.run(left), found)
        assert (numpy.abs(found - exact) <= product.error_bound + numpy.abs(exact) * 2.0**-22).all()
        assert 0.99 * distance.max() < product.error_bound + numpy.abs(exact).max() * 2.0**-22 < 1.01 * distance.max()


@given(shapes=FITTING)
@example(shapes=((3,), (3,)))
@example(shapes=((0,), (0,)))
@example(shapes=((2, 0), (0, 3)))
@example(shapes=((5, 1, 2, 3), (4, 3, 6)))
@example(shapes=((2, 1, 3), (3,)))
@settings(max_examples=200)
def test_shapes_are_those_of_numpy(shapes):
    a, b = (numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape) % 5 - 2 for shape in shapes)
    expected = numpy.matmul(a, b)
    for x, y in ((a, b), (a.astype(numpy.int8), b.astype(numpy.int8))):
        found = mattock.matmul(x, y, **OVER_INT8)
        assert found.shape == expected.shape and found.dtype == numpy.float32
        assert isinstance(found, numpy.ndarray) == isinstance(expected, numpy.ndarray)
        assert (numpy.abs(found - expected) <= 4 * (2 * 2 * 2 / 254) + 0.001).all()  # 4 products of numbers within 2


def test_integers_up_to_127_are_exact_in_any_type():
    for dtype in (name for name in support.TYPES if name != "bool"):
        sign = 1 if dtype.startswith("u") else -1
        a = numpy.array([[127, sign * 5, 64], [127, sign * 1, 0]]).astype(dtype)
        b = numpy.array([[9, 127], [sign * 127, 3], [2, sign * 77]]).astype(dtype)
        assert (mattock.matmul(a, b, **OVER_INT8) == a.astype(int) @ b.astype(int)).all()


def test_the_callers_array_is_written_in_place_and_chooses_the_result():
    a, b = random((3, 5), 1), random((5, 4), 2)
    wide = numpy.zeros((4, 6), numpy.float32)
    out = wide.T[::-2]
    assert mattock.matmul(a, b, type="int8", out=out) is out
    exact, distance = product_and_distance(a, b)
    assert (numpy.abs(out - exact) <= distance).all() and not wide[:, ::2].any()


def test_results_may_be_written_over_operands():
    a, stack = random((3, 3), 3, "float32"), random((4, 3, 3), 4, "float32")
    expected = mattock.matmul(a, a, **OVER_INT8), mattock.matmul(a, stack, **OVER_INT8)
    assert (mattock.matmul(a, stack, out=stack, **OVER_INT8) == expected[1]).all()
    assert (mattock.matmul(a, a, out=a, **OVER_INT8) == expected[0]).all()


def test_b_stays_for_many_runs_and_the_bound_is_of_the_last():
    with mattock.Matmul(2, 3, 4, **OVER_INT8) as product:
        assert repr(product) == "<mattock.Matmul 2x3 by 3x4, int8 to float32, on emulator:rk3566>"
        assert "scaled back to float32" in product.explain()
        b = random((3, 4), 5)
        product.set_b(b)
        b, given_b = b.copy(), b
        given_b[:] = 99  # it is copied
        bounds = []
        for factor in (1, 100):
            a = factor * random((2, 3), 6)
            exact, distance = product_and_distance(a, b)
            assert (numpy.abs(product.run(a) - exact) <= distance).all()
            bounds.append(product.error_bound)
        assert bounds[1] == pytest.approx(100 * bounds[0])
        assert refused(lambda: product.run(a.T)).code == "bad_input" and product.error_bound == bounds[1]


def test_zeros_are_exact():
    with mattock.Matmul(2, 3, 1, **OVER_INT8) as product:
        product.set_b([[1], [2], [3]])
        assert (product.run(numpy.zeros((2, 3))) == 0).all() and product.error_bound == 0


def test_a_bound_that_is_not_there_is_usage():
    product = mattock.Matmul(1, 1, 1, **OVER_INT8)
    error = refused(lambda: product.error_bound)
    assert error.code == "usage" and error.message == "the product has not run, so it has no error bound"
    product.close()
    assert "closed" in refused(lambda: product.error_bound).message
    for options in ({}, {"type": "int8"}):
        with mattock.Matmul(1, 1, 1, **options) as other:
            other.set_b(numpy.int8([[1]]))
            other.run(numpy.int8([[1]]))
            error = refused(lambda other=other: other.error_bound)
            assert error.code == "usage" and "only a product of int8 operands to a float32 result" in error.message


def test_what_cannot_be_is_refused():
    eye, small = numpy.eye(2), numpy.eye(2, dtype=numpy.int8)
    scales = mattock.Scales(1, 1, 1)
    for work, code in (
        (lambda: mattock.matmul(eye, eye, type="int8"), "bad_input"),
        (lambda: mattock.matmul(small, small, out_dtype="float32"), "unsupported"),
        (lambda: mattock.matmul(small, small, out=numpy.zeros((2, 2), numpy.float32)), "unsupported"),
        (lambda: mattock.matmul(eye, eye, type="int8", out_dtype="float16"), "unsupported"),
        (lambda: mattock.matmul(eye, eye, scales=scales, **OVER_INT8), "usage"),
        (lambda: mattock.matmul(eye, numpy.eye(3), **OVER_INT8), "bad_input"),
        (lambda: mattock.matmul(eye, eye, out=numpy.zeros((2, 2), numpy.float16), **OVER_INT8), "bad_input"),
        (lambda: mattock.matmul(eye.astype(complex), eye, **OVER_INT8), "bad_input"),
        (lambda: mattock.Matmul(1, 133145, 1, **OVER_INT8), "unsupported"),  # sums could wrap around
        (lambda: mattock.Matmul(2, 2, 2, scales=scales, **OVER_INT8), "usage"),
    ):
        assert refused(work).code == code
    assert "float32 result" in refused(lambda: mattock.matmul(eye, eye, type="int8")).hint


def test_infinities_and_nan_become_finite_with_a_warning():
    said = "of 3 values are infinite or NaN, which int8 cannot hold: infinities became the largest finite number, NaN 0"
    row, ones = numpy.float32([[numpy.nan, -numpy.inf, 127]]), numpy.full((3, 1), 127)
    for a, b, name in ((row, ones, "A"), (ones.T, row.T, "B")):
        with pytest.warns(mattock.PrecisionWarning) as caught:
            assert mattock.matmul(a, b, **OVER_INT8) == 0  # 127 * (0 - 127 + 127)
        assert [(str(entry.message), entry.filename) for entry in caught] == [(f"{name}: 2 {said}", __file__)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mattock.matmul([[1e300, 70000]], [[1e-300], [0]], **OVER_INT8)
