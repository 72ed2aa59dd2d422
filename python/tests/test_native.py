"""Products whose operands or results lie in the NPU's own layout."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy
import pytest

import mattock


class Layout(NamedTuple):
    """RK356x, by the user guide of Rockchip's library: channels of A's atoms, kernels and channels of B's blocks."""

    a: int
    b: tuple[int, int]
    dtype: str


LAYOUTS = {"fp16": Layout(4, (8, 16), "float16"), "int8": Layout(8, (16, 32), "int8")}
WAYS = ["".join(names) for count in (1, 2, 3) for names in itertools.combinations("abc", count)]
SIZES = [(4, 64, 32), (3, 5, 7), (1, 1, 1), (5, 33, 17), (1, 100, 40), (50, 70, 1), (13, 9000, 9)]


def rounded_up(number: int, step: int) -> int:
    return -(-number // step) * step


def padded(k: int, n: int, layout: Layout) -> tuple[int, int]:
    return rounded_up(k, layout.b[1]), rounded_up(n, layout.b[0])


def native_a(a: numpy.ndarray, n: int, layout: Layout) -> numpy.ndarray:
    m, k = a.shape
    result = numpy.zeros((padded(k, n, layout)[0] // layout.a, m, layout.a), layout.dtype)
    for i, j in numpy.ndindex(m, k):
        result[j // layout.a, i, j % layout.a] = a[i, j]
    return result


def native_b(b: numpy.ndarray, layout: Layout) -> numpy.ndarray:
    k, n = padded(*b.shape, layout)
    s, t = layout.b
    result = numpy.zeros((n // s, k // t, s, t), layout.dtype)
    for i, j in numpy.ndindex(b.shape):
        result[j // s, i // t, j % s, i % t] = b[i, j]
    return result


def matrix_of(c: numpy.ndarray, m: int, n: int, lanes: int) -> numpy.ndarray:
    return numpy.array([[c[j // lanes, i, j % lanes] for j in range(n)] for i in range(m)]).reshape(m, n)


def operands(m: int, k: int, n: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Small integers, so that sums are exact; some negative."""
    random = numpy.random.default_rng(m * k + n)
    return random.integers(-3, 4, (m, k)), random.integers(-3, 4, (k, n))


def refused(work) -> mattock.MattockError:
    with pytest.raises(mattock.MattockError) as caught:
        work()
    return caught.value


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("type", ["fp16", "int8"])
def test_products_are_exact_whichever_arrays_lie_natively(type, sizes):
    m, k, n = sizes
    layout = LAYOUTS[type]
    a, b = operands(*sizes)
    left, right = native_a(a, n, layout), native_b(b, layout)
    for native in WAYS:
        with mattock.Matmul(m, k, n, type=type, native=native) as product:
            assert product.a_shape == (left.shape if "a" in native else (m, k)), native
            assert product.b_shape == (right.shape if "b" in native else (k, n)), native
            assert product.c_shape == ((padded(k, n, layout)[1] // 4, m, 4) if "c" in native else (m, n)), native
            product.set_b(right if "b" in native else b.astype(layout.dtype))
            c = product.run(left if "a" in native else a.astype(layout.dtype))
            assert c.shape == product.c_shape and c.dtype == ("int32" if type == "int8" else "float32")
            found = matrix_of(c, m, n, 4) if "c" in native else c
            assert (found == a @ b).all(), native


@pytest.mark.parametrize(
    ("options", "lanes"),
    [({"out_dtype": "float16"}, 4), ({"type": "int8", "scales": mattock.Scales(1, 1, 1, 0, 0, 5)}, 8)],
    ids=["float16", "int8"],
)
def test_narrow_results(options, lanes):
    layout = LAYOUTS[options.get("type", "fp16")]
    a, b = operands(6, 5, 21)
    with mattock.Matmul(6, 5, 21, native="abc", **options) as product:
        product.set_b(native_b(b, layout))
        c = product.run(native_a(a, 21, layout))
        assert c.shape == (padded(5, 21, layout)[1] // lanes, 6, lanes) and c.dtype == layout.dtype
        assert (matrix_of(c, 6, 21, lanes) == a @ b + (5 if "scales" in options else 0)).all()


def test_the_callers_array_is_written_in_place_and_b_can_be_changed():
    layout = LAYOUTS["fp16"]
    a, b = operands(3, 20, 5)
    out = numpy.full((2, 3, 4), 99, numpy.float32)
    with mattock.Matmul(3, 20, 5, native=iter("abc")) as product:
        for factor in (1, -1):
            product.set_b(native_b(factor * b, layout))
            assert product.run(native_a(a, 5, layout), out) is out
            assert (matrix_of(out, 3, 5, 4) == factor * a @ b).all()
    assert product.c_shape == (2, 3, 4)  # also when closed


@pytest.mark.parametrize("native", [(), "", [], "aa", ("a", "a", "b"), {"c"}, numpy.array(["b", "c"])], ids=repr)
def test_any_letters_in_any_order_name_the_arrays(native):
    with mattock.Matmul(3, 4, 5, native=native) as product:
        named = [len(shape) > 2 for shape in (product.a_shape, product.b_shape, product.c_shape)]
        assert named == [letter in list(native) for letter in "abc"]


@pytest.mark.parametrize("native", ["d", "A", "a,b", ("ab",), ("a", None), 1, None, True, b"a", [["a"]]], ids=repr)
def test_other_names_are_refused(native):
    error = refused(lambda: mattock.Matmul(3, 4, 5, native=native))
    assert error.code == "usage" and error.hint == "such as native='ac' or native=('a', 'c')"
    assert error.message == f"native names arrays that lie in the NPU's layout, of 'a', 'b' and 'c', not {native!r}"


def test_other_shapes_types_and_gaps_are_refused_and_the_b_before_stays():
    layout = LAYOUTS["fp16"]
    a, b = operands(3, 20, 5)
    left, right = native_a(a, 5, layout), native_b(b, layout)
    with mattock.Matmul(3, 20, 5, native="abc") as product:
        product.set_b(right)
        for wrong, said in (
            (b.astype("float16"), "B has shape 20x5, this product has 1x2x8x16 in the NPU's layout"),
            (right.astype("float32"), "B is float32, but in the NPU's layout it is float16"),
            (right.tolist(), "B is float64, but in the NPU's layout it is float16"),
            (numpy.asfortranarray(right), "B is not row-major without gaps, as the NPU's layout is"),
            (numpy.repeat(right, 2, axis=3)[..., ::2], "B is not row-major without gaps, as the NPU's layout is"),
        ):
            error = refused(lambda wrong=wrong: product.set_b(wrong))
            assert error.code == "bad_input" and error.message == said
        for wrong, said in (
            (a.astype("float16"), "A has shape 3x20, this product has 8x3x4 in the NPU's layout"),
            (left.astype("int8"), "A is int8, but in the NPU's layout it is float16"),
            (left[:, ::-1], "A is not row-major without gaps, as the NPU's layout is"),
        ):
            error = refused(lambda wrong=wrong: product.run(wrong))
            assert error.code == "bad_input" and error.message == said
        for out, said in (
            (numpy.zeros((3, 5), "float32"), "the array in out has the shape (3, 5), and the product (2, 3, 4)"),
            (numpy.zeros((2, 3, 4), "float16"), "float32 in native byte order"),
            (numpy.zeros((2, 3, 8), "float32")[..., ::2], "C is not row-major without gaps, as the NPU's layout is"),
        ):
            error = refused(lambda out=out: product.run(left, out))
            assert error.code == "bad_input" and error.message.endswith(said) and not out.any()
        assert (matrix_of(product.run(left), 3, 5, 4) == a @ b).all()


def test_floats_over_int8_have_no_native_layout_and_plain_shapes():
    for native in "abc":
        error = refused(lambda native=native: mattock.Matmul(2, 3, 4, type="int8", out_dtype="float32", native=native))
        assert error.code == "usage" and error.hint == "scale them first and multiply int8 arrays"
    with mattock.Matmul(2, 3, 4, type="int8", out_dtype="float32") as product:
        assert (product.a_shape, product.b_shape, product.c_shape) == ((2, 3), (3, 4), (2, 4))
