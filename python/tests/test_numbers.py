"""The numbers themselves: against float64, against Rockchip's simulator, at the edges of float16."""

from __future__ import annotations

import warnings

import numpy
import pytest

import mattock
import support

EYE = numpy.eye(9)[None]


@pytest.mark.parametrize("seed", range(20))
def test_products_are_those_of_float64_rounded_once(session, seed):
    a, b = (support.random_float16((1, 9, 9), 2 * seed + i) for i in range(2))
    assert support.ulps(session.run(a, b)[0], support.product(a, b)) <= 1


def test_products_that_are_not_square_are_right():
    with mattock.Session(support.vendor("mm_17x31x33").model) as session:
        a, b = support.random_float16((17, 31), 5), support.random_float16((31, 33), 6)
        (c,) = session.run(a, b)
        assert c.shape == (17, 33)
        assert support.ulps(c, support.product(a, b)) <= 1
        ints = (
            numpy.random.default_rng(7).integers(-8, 9, (17, 31)),
            numpy.random.default_rng(8).integers(-4, 5, (31, 33)),
        )
        assert (session.run(*ints)[0] == ints[0] @ ints[1]).all()


@pytest.mark.parametrize("name", ["mm_9x9x9", "mm_17x31x33", "gemm_bias", "mlp_tiny_bf16", "conv1x1_odd", "mmc_clip"])
def test_float_models_give_what_the_vendors_simulator_gives(name):
    model, inputs, recorded = support.vendor(name)
    with mattock.Session(model) as session:
        (c,) = session.run(*inputs)
        assert c.dtype == numpy.float32 and c.shape == recorded.shape == session.outputs[0].shape
        if session.outputs[0].dtype == "float16":
            assert support.ulps(c, recorded) <= 1
        else:
            assert numpy.allclose(c, recorded, rtol=2**-8, atol=0)  # one place of bfloat16


@pytest.mark.parametrize("name", ["gemm_bias_i8", "conv_img3_i8", "conv_dw_s2_i8"])
def test_quantised_models_are_within_one_step_of_the_vendors_simulator(name):
    model, inputs, recorded = support.vendor(name)
    with mattock.Session(model) as session:
        (c,) = session.run(*inputs)
        steps = numpy.abs(c.astype(numpy.float64) - recorded) / session.outputs[0].scale
        assert steps.max() < 1.01 and (steps > 0.01).mean() < 0.05


def test_quantised_inputs_are_taken_as_integers_and_as_real_numbers():
    with mattock.Session(support.vendor("gemm_bias_i8").model) as session:
        (info,) = session.inputs
        assert info.dtype == "int8" and info.scale is not None and info.zero_point is not None
        quantised = numpy.random.default_rng(3).integers(-128, 128, info.shape).astype(numpy.int8)
        real = (quantised.astype(numpy.float64) - info.zero_point) * info.scale
        (expected,) = session.run(quantised, raw=True)
        for dtype in (numpy.float32, numpy.float64):
            assert (session.run(real.astype(dtype), raw=True)[0] == expected).all()
        off = real + 0.25 * info.scale  # still nearest to the same integers
        assert (session.run(off, raw=True)[0] == expected).all()


def test_real_numbers_beyond_the_range_of_a_quantised_model_are_clamped():
    with mattock.Session(support.vendor("gemm_bias_i8").model) as session:
        (info,) = session.inputs
        lowest, highest = numpy.full(info.shape, -128, numpy.int8), numpy.full(info.shape, 127, numpy.int8)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", mattock.PrecisionWarning)
            low, high = session.run(numpy.full(info.shape, -1e6))[0], session.run(numpy.full(info.shape, 10**6))[0]
        assert (low == session.run(lowest)[0]).all()
        assert (high == session.run(highest)[0]).all()


def through(session, value, dtype="float64"):
    """What the value becomes on its way into a float16 model: itself times one, plus zeros."""
    a = numpy.zeros((1, 9, 9), dtype)
    a[0, 4, 3] = value
    (c,) = session.run(a, EYE)
    return float(c[0, 4, 3])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (1 + 2.0**-11, 1.0),  # halfway: to even
        (1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-10),  # by way of float32 this would be halfway
        (1 + 3 * 2.0**-11, 1 + 2.0**-9),
        (1 + 3 * 2.0**-11 - 2.0**-40, 1 + 2.0**-10),
        (-1 - 2.0**-11 - 2.0**-40, -1 - 2.0**-10),
        (2.0**-25, 0.0),  # half of the smallest: to even
        (2.0**-25 + 2.0**-60, 2.0**-24),
        (65519.996, 65504.0),
    ],
)
def test_float64_is_rounded_once(session, value, rounded):
    assert through(session, value) == rounded


@pytest.mark.parametrize(("value", "rounded"), [(2049, 2048), (2051, 2052), (-4098, -4096), (65519, 65504)])
@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_integers_are_rounded_to_nearest_even(session, value, rounded, dtype):
    assert through(session, value, dtype) == rounded


BEYOND = [
    ("int32", 65520), ("int32", -(2**31)), ("uint16", 65535), ("uint32", 2**32 - 1), ("int64", 70000),
    ("int64", -(2**63)), ("uint64", 2**64 - 1), ("float32", 65520), ("float32", -1e30), ("float64", 1e300),
]  # fmt: skip


@pytest.mark.parametrize(("dtype", "value"), BEYOND)
def test_numbers_beyond_float16_become_infinite_with_a_warning(session, dtype, value):
    a = numpy.zeros((1, 9, 9), dtype)
    a[0, 4, 3] = value
    with pytest.warns(mattock.PrecisionWarning, match="onnx::MatMul_0"):
        (c,) = session.run(a, numpy.ones((1, 9, 9)))
    assert (c[0, 4] == (numpy.inf if value > 0 else -numpy.inf)).all()
    assert (numpy.delete(c[0], 4, axis=0) == 0).all()


def test_the_warning_points_at_the_line_that_ran_the_model(session):
    big = numpy.full((1, 9, 9), 70000)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = "session.run(big, big)  # this line"
        session.run(big, big)  # this line
    assert [warning.category for warning in caught] == [mattock.PrecisionWarning] * 2
    assert "onnx::MatMul_0" in str(caught[0].message) and "onnx::MatMul_1" in str(caught[1].message)
    with open(__file__, encoding="utf-8") as source:
        lines = source.read().splitlines()
    for warning in caught:
        assert warning.filename == __file__
        assert lines[warning.lineno - 1].strip() == line


def test_warnings_belong_to_one_run(session, ones):
    with pytest.warns(mattock.PrecisionWarning):
        session.run(numpy.full((1, 9, 9), 1e9), ones)
    session.run(ones, ones)  # a warning would be an error here


def test_a_warning_turned_into_an_error_leaves_the_session_usable(session, ones):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(mattock.PrecisionWarning):
            session.run(numpy.full((1, 9, 9), 1e9), ones)
    assert (session.run(ones, ones)[0] == 9).all()


def test_what_was_infinite_or_no_number_before_warns_of_nothing(session, ones):
    a = numpy.zeros((1, 9, 9))
    a[0, 0, 0], a[0, 1, 0], a[0, 2, 0] = numpy.inf, -numpy.inf, numpy.nan
    (c,) = session.run(a, ones)
    assert (c[0, 0] == numpy.inf).all() and (c[0, 1] == -numpy.inf).all() and numpy.isnan(c[0, 2]).all()
    assert (c[0, 3:] == 0).all()


def test_infinite_results_come_out_infinite(session):
    big = numpy.full((1, 9, 9), 60000.0)
    assert (session.run(big, big)[0] == numpy.inf).all()


def test_integers_are_rounded_once_into_bfloat16():
    model = support.vendor("mlp_tiny_bf16").model
    with mattock.Session(model) as session:
        # bfloat16 steps by 2**33 here. The integer lies just above halfway; by way of float32 it would be halfway.
        just_above = numpy.full((3, 20), 2**40 + 2**32 + 1, numpy.int64)
        rounded = numpy.full((3, 20), 2.0**40 + 2.0**33)
        even = numpy.full((3, 20), 2.0**40)
        results = [session.run(a)[0].tobytes() for a in (just_above, rounded, even)]
        assert results[0] == results[1] != results[2]
