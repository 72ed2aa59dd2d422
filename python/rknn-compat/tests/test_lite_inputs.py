"""What `inference` takes: types by value, layouts, strides, leading ones; and what it says meanwhile."""

import warnings

import numpy as np
import pytest
from compat_support import IDENTITY, log_lines, matrices, product, recorded, warnings_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TYPES = ["float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
SAME_EVERY_TIME = settings(derandomize=True, database=None, deadline=None, max_examples=25,
                           suppress_health_check=[HealthCheck.function_scoped_fixture])


def copied(lite, array, **options):
    """What the model makes of `array` on its way in: the seed's product by the identity."""
    outputs = lite.inference(inputs=[array, IDENTITY], **options)
    assert outputs is not None and len(outputs) == 1
    return outputs[0]


def test_results_are_float32_in_the_models_shape(ready):
    outputs = ready.inference(inputs=matrices())
    assert isinstance(outputs, list) and len(outputs) == 1
    assert type(outputs[0]) is np.ndarray and outputs[0].dtype == np.float32 and outputs[0].shape == (1, 9, 9)


def test_inputs_may_be_given_by_position(ready):
    a, b = matrices()
    assert np.array_equal(ready.inference([a, b])[0], product(a, b))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", TYPES)
def test_every_real_type_is_taken_by_value_in_either_byte_order(ready, dtype, order):
    """Section 1 refuses float64 and big-endian arrays there; they can be converted exactly, so here they are."""
    low = 0 if np.dtype(dtype).kind == "u" else -40
    numbers = np.arange(low, low + 81).reshape(1, 9, 9)
    array = numbers.astype(np.dtype(dtype).newbyteorder(order))
    assert np.array_equal(copied(ready, array), numbers.astype(np.float32))


def test_bool_is_taken_as_0_and_1(ready):
    array = np.arange(81).reshape(1, 9, 9) % 3 == 0
    assert np.array_equal(copied(ready, array), array.astype(np.float32))


@SAME_EVERY_TIME
@given(st.integers(0, 2**32 - 1))
def test_float32_gives_what_the_same_numbers_rounded_to_float16_give(ready, seed):
    random = np.random.default_rng(seed)
    a, b = (random.normal(size=(1, 9, 9)).astype(np.float32) for _ in range(2))
    rounded = ready.inference(inputs=[a.astype(np.float16), b.astype(np.float16)])
    assert np.array_equal(ready.inference(inputs=[a, b])[0], rounded[0])


def test_float64_is_rounded_once_and_said_once(ready, capsys):
    # Just above the middle of 1 and its neighbour; as float32 it would be the middle, which rounds to 1.
    above = 1 + 2.0**-11 + 2.0**-40
    array = np.full((1, 9, 9), above)
    assert np.all(copied(ready, array) == 1 + 2.0**-10)
    (line,) = warnings_of(capsys)
    assert "inputs[0] ('onnx::MatMul_0') is float64" in line and "float16" in line
    copied(ready, array)
    assert warnings_of(capsys) == []


def test_values_beyond_float16_are_infinite_and_told_per_tensor(ready, capsys):
    big = np.full((1, 9, 9), 70000, np.int64)
    outputs = ready.inference(inputs=[big, big.astype(np.float32)])
    assert np.all(np.isposinf(outputs[0]))
    lines = warnings_of(capsys)
    assert len(lines) == 2
    assert "onnx::MatMul_0" in lines[0] and "onnx::MatMul_1" in lines[1]


def test_values_beyond_float16_are_told_on_every_run_and_never_raised(ready, capsys, recwarn):
    """Whatever the script's own warning filters are: the log line is what tells."""
    big = np.full((1, 9, 9), 70000.0, np.float32)
    for action in ("error", "always", "ignore"):
        warnings.simplefilter(action)
        copied(ready, big)
        (line,) = warnings_of(capsys)
        assert "onnx::MatMul_0" in line
    assert list(recwarn) == []


def test_nan_passes_through(ready, capsys):
    array = np.zeros((1, 9, 9), np.float32)
    array[0, 4, 4] = np.nan
    result = copied(ready, array)
    assert np.all(np.isnan(result[0, 4]))
    assert np.all(np.delete(result, 4, axis=1) == 0)
    assert log_lines(capsys) == []


@pytest.mark.parametrize("shape", [(9, 9), (1, 9, 9)])
def test_section_1_leading_ones_may_be_missing(ready, capsys, shape):
    """A warning, and (9, 9) is taken as (1, 9, 9)."""
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a.reshape(shape), b])[0], product(a, b))
    lines = warnings_of(capsys)
    assert len(lines) == (1 if len(shape) == 2 else 0)
    assert all("(9,9)" in line and "(1,9,9)" in line for line in lines)


@pytest.mark.parametrize("view", [
    lambda a: np.asfortranarray(a),
    lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    lambda a: np.repeat(a, 3, axis=2)[..., ::3],
    lambda a: np.pad(a, ((1, 1), (2, 0), (0, 5)))[1:-1, 2:, :-5],
    lambda a: np.frombuffer(b"x" + a.tobytes(), a.dtype.newbyteorder("="), offset=1).reshape(a.shape),
])  # fmt: skip
def test_arrays_need_not_be_contiguous_or_aligned_or_writable(ready, view):
    a, b = matrices()
    given = view(a)
    assert np.array_equal(given, a)
    given.flags.writeable = False
    assert np.array_equal(ready.inference(inputs=[given, b])[0], product(a, b))


def test_an_array_that_repeats_one_row_is_fine(ready):
    a, b = matrices()
    rows = np.broadcast_to(a[:, :1], a.shape)
    assert np.array_equal(ready.inference(inputs=[rows, b])[0], product(rows, b))


def test_inputs_are_left_as_they_were(ready):
    a, b = matrices()
    before = a.copy(), b.copy()
    ready.inference(inputs=[a, b])
    assert np.array_equal(a, before[0]) and np.array_equal(b, before[1])


def test_results_of_earlier_calls_stay(ready):
    a, b = matrices()
    first = ready.inference(inputs=[a, b])[0]
    ready.inference(inputs=[b, a])
    assert np.array_equal(first, product(a, b))


@pytest.mark.parametrize("data_format", ["nchw", "NCHW", ["nchw"], ("NcHw",), "nhwc", "NHWC", ["NHWC"], None])
def test_section_1_data_format_a_word_or_a_list_in_any_case(image, data_format):
    (pixels,), _ = recorded("conv_img3_i8")
    expected = image.inference(inputs=[pixels], data_format="nchw")[0]
    word = data_format if isinstance(data_format, (str, type(None))) else data_format[0]
    array = pixels if word is not None and word.lower() == "nchw" else pixels.transpose(0, 2, 3, 1).copy()
    assert np.array_equal(image.inference(inputs=[array], data_format=data_format)[0], expected)


def test_section_1_nhwc_is_the_default_with_one_warning_on_the_first_call(image, capsys):
    array = np.zeros((1, 16, 16, 3), np.float32)
    assert image.inference(inputs=[array]) is not None
    (line,) = warnings_of(capsys)
    assert "'nhwc'" in line and "data_format='nchw'" in line
    assert image.inference(inputs=[array]) is not None
    assert log_lines(capsys) == []


def test_no_warning_about_layouts_where_no_input_is_4d(ready, capsys):
    ready.inference(inputs=matrices())
    assert log_lines(capsys) == []


@pytest.mark.parametrize("flags", [None, [0, 0], [1, 1], [True, False], [np.int64(1), 0], (0, 1)])
def test_pass_through_of_the_models_own_type_changes_nothing(ready, flags):
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a, b], inputs_pass_through=flags)[0], product(a, b))


def test_pass_through_hands_quantised_numbers_to_a_quantised_model(image):
    """int8 numbers are the model's own either way; 0.030821077525615692 and -2 stand in the file."""
    (pixels,), _ = recorded("conv_img3_i8")
    scale = np.float32(0.030821077525615692)
    numbers = np.clip(np.rint(pixels.astype(np.float32) / scale) - 2, -128, 127).astype(np.int8)
    real = image.inference(inputs=[pixels], data_format="nchw")[0]
    for flags in (None, [0], [1]):
        assert np.array_equal(image.inference([numbers], data_format="nchw", inputs_pass_through=flags)[0], real)


@pytest.mark.parametrize("types", ["float16", ["float16", "float16"], np.float16, [np.float16, np.dtype("float16")]])
def test_data_type_that_is_the_arrays_own_changes_nothing(ready, types):
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a, b], data_type=types)[0], product(a, b))
