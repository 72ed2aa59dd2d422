"""int8 products that are int8 again, against the rule written out with whole numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest

import mattock


def rounded(value: Fraction) -> int:
    return round(value)  # halves to even


def fifteen_bits(factor: Fraction) -> Fraction:
    """The nearest multiplier of 15 bits over a power of two."""
    power = 0
    while factor * 2**power < 2**14:
        power += 1
    return Fraction(rounded(factor * 2**power), 2**power)


def expected(a: numpy.ndarray, b: numpy.ndarray, s: mattock.Scales) -> numpy.ndarray:
    n = b.shape[1]
    factors = [Fraction(float(numpy.float32(x))) for x in numpy.ravel(s.b)]
    zeros = [int(x) for x in numpy.ravel(s.b_zero_point)]
    factors, zeros = factors * (n // len(factors)), zeros * (n // len(zeros))
    most = max(factors)
    scale = fifteen_bits(Fraction(float(numpy.float32(s.a))) * most / Fraction(float(numpy.float32(s.c))))
    sums = (a.astype(int) - s.a_zero_point) @ (b.astype(int) - numpy.array(zeros))
    result = numpy.empty(sums.shape, numpy.int8)
    for (row, column), total in numpy.ndenumerate(sums):
        kernel = rounded(Fraction(int(total) * rounded(2**14 * factors[column] / most), 2**14))
        result[row, column] = max(-128, min(127, rounded(kernel * scale + s.c_zero_point)))
    return result


@pytest.mark.parametrize("seed", range(8))
def test_int8_products_follow_the_rule(seed):
    random = numpy.random.default_rng(seed)
    m, k, n = random.integers(1, 30, 3)
    a, b = (random.integers(-128, 128, shape, numpy.int8) for shape in ((m, k), (k, n)))
    many = seed % 2 == 1
    scales = mattock.Scales(
        a=0.03,
        b=random.uniform(0.01, 0.1, n) if many else 0.05,
        c=float(random.uniform(0.1, 3)),
        a_zero_point=int(random.integers(-128, 128)),
        b_zero_point=random.integers(-128, 128, n).tolist() if many else -7,
        c_zero_point=5,
    )
    c = mattock.matmul(a, b, scales=scales)
    assert c.dtype == numpy.int8
    assert numpy.array_equal(c, expected(a, b, scales))
    with mattock.Matmul(m, k, n, type="int8", scales=scales) as product:
        product.set_b(b)
        assert numpy.array_equal(product.run(a), c)


A, B = numpy.int8([[1, 2]]), numpy.int8([[3], [4]])


@pytest.mark.parametrize(
    ("scales", "code", "words"),
    [
        (mattock.Scales(0, 1, 1), "bad_input", "the scale of A is 0"),
        (mattock.Scales(1, [1, 2], 1), "bad_input", "B has 2 scales"),
        (mattock.Scales(1, [], 1), "bad_input", "0 of B's"),
        (mattock.Scales(1, 1, 1, c_zero_point=128), "bad_input", "the zero point of C is 128"),
        (mattock.Scales("x", 1, 1), "usage", "mattock.Scales of numbers"),
        (0.5, "usage", "mattock.Scales of numbers"),
    ],
)
def test_scales_that_cannot_be_are_refused(scales, code, words):
    with pytest.raises(mattock.MattockError) as caught:
        mattock.matmul(A, B, scales=scales)
    assert caught.value.code == code and words in str(caught.value)


def test_scales_are_of_int8_products_alone():
    with pytest.raises(mattock.MattockError) as caught:
        mattock.matmul(A, B, out_dtype="int8")
    assert "needs scales" in str(caught.value)
    with pytest.raises(mattock.MattockError):
        mattock.matmul(A.astype(float), B, type="fp16", scales=mattock.Scales(1, 1, 1))
    with pytest.raises(mattock.MattockError) as caught:
        mattock.matmul(A, B, out_dtype="int32", scales=mattock.Scales(1, 1, 1))
    assert caught.value.code == "usage" or "scales" in str(caught.value)
