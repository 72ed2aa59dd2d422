"""What `inference` refuses: None, the line `E Catch exception when setting inputs.`, and one line that helps."""

import mattock
import numpy as np
import pytest
from compat_support import IDENTITY, SEED, SETTING_INPUTS, log_lines, matrices, one_error, product, refusal, warnings_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

IMAGE = np.zeros((1, 16, 16, 3), np.float32)  # the 4-D input of conv_img3_i8, as NHWC


def test_misuse_row_inference_before_init_runtime(lite, capsys):
    """Row: inference before init_runtime: None."""
    assert lite.inference(inputs=matrices()) is None
    assert "call load_rknn and init_runtime first" in one_error(capsys)


def test_misuse_row_inference_after_release(ready, capsys):
    """Row: inference after release: raises. Told once, by the exception."""
    ready.release()
    with pytest.raises(RuntimeError, match="released; call load_rknn and init_runtime") as raised:
        ready.inference(inputs=matrices())
    assert type(raised.value) is RuntimeError
    assert log_lines(capsys) == []


def test_inference_after_release_and_load_needs_init_runtime(ready, capsys):
    ready.release()
    assert ready.load_rknn(str(SEED / "matmul.rknn")) == 0
    assert ready.inference(inputs=matrices()) is None
    assert "call init_runtime first" in one_error(capsys)


@pytest.mark.parametrize("inputs, kind", [(np.zeros((1, 9, 9)), "numpy.ndarray"), (tuple(matrices()), "tuple")])
def test_section_1_a_bare_array_or_a_tuple_is_a_warning_and_an_error(ready, capsys, inputs, kind):
    assert ready.inference(inputs=inputs) is None
    lines = log_lines(capsys)
    assert [line[0] for line in lines] == ["W", "E", "E"]
    assert kind in lines[0] and lines[1] == SETTING_INPUTS
    assert kind in lines[2] and "a list" in lines[2] and "inputs=[...]" in lines[2]


@pytest.mark.parametrize("inputs", [None, 3, "a.npy", {"a": 1}, iter([])])
def test_what_is_no_list_is_refused(ready, capsys, inputs):
    assert ready.inference(inputs=inputs) is None
    assert type(inputs).__name__ in refusal(capsys, SETTING_INPUTS)


@pytest.mark.parametrize("count", [0, 1, 3, 9])
def test_section_1_fewer_or_more_inputs_than_the_model_has(ready, capsys, count):
    """There, fewer raises and more are ignored silently. Here both are None, with both numbers."""
    assert ready.inference(inputs=[IDENTITY] * count) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert f"length {count}," in line and "inputs is 2:" in line and "'onnx::MatMul_1' (1,9,9)" in line


@pytest.mark.parametrize("element", [[[1.0]], None, 1.5, "text", np.float32(1)])
def test_elements_that_are_no_arrays_are_refused(ready, capsys, element):
    assert ready.inference(inputs=[IDENTITY, element]) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert line.startswith("E inference: inputs[1] is ") and "np.asarray" in line


@pytest.mark.parametrize("dtype", ["complex64", "complex128", ">c8", "object", "U3", "S3", "M8[s]", "m8[s]", "V4",
                                   "f4,i4", "longdouble"])
def test_section_1_types_that_are_no_numbers_a_model_takes(ready, capsys, dtype):
    """complex is refused there too; the others cannot be taken by value."""
    assert ready.inference(inputs=[np.zeros((1, 9, 9), dtype), IDENTITY]) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert "inputs[0] ('onnx::MatMul_0')" in line and np.dtype(dtype).name in line and "allowed are float16" in line


def test_masked_elements_are_refused(ready, capsys):
    array = np.ma.masked_equal(np.arange(81.0).reshape(1, 9, 9), 3)
    assert ready.inference(inputs=[array, IDENTITY]) is None
    assert "masked" in refusal(capsys, SETTING_INPUTS)


@pytest.mark.parametrize("shape", [(9, 1, 9), (1, 9, 8), (81,), (1, 1, 9, 9), (2, 9, 9), (1, 81), (9,), (), (0, 9, 9)])
def test_section_1_other_shapes_are_refused_with_the_expected_one(ready, capsys, shape):
    """There a ValueError, and there too the number of elements alone is not enough."""
    assert ready.inference(inputs=[IDENTITY, np.zeros(shape, np.float32)]) is None
    line = refusal(capsys, SETTING_INPUTS)
    found = "(" + ",".join(map(str, shape)) + ")"
    assert f"inputs[1] ('onnx::MatMul_1') has shape {found}, expected is (1,9,9)" in line


def test_section_3_a_3d_array_for_a_4d_input(image, capsys):
    """The commonest beginner's error, in the words people search for, and with the way out."""
    assert image.inference(inputs=[IMAGE[0]], data_format=["nhwc"]) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert "The input[0] need 4dims input, but 3dims input buffer feed." in line
    assert "(1,16,16,3)" in line and "np.expand_dims(image, 0)" in line


@pytest.mark.parametrize("shape", [(), (768,), (16, 48), (1, 1, 16, 16, 3)])
def test_other_ranks_for_a_4d_input(image, capsys, shape):
    assert image.inference(inputs=[np.zeros(shape, np.uint8)], data_format="nhwc") is None
    assert f"need 4dims input, but {len(shape)}dims input buffer feed." in refusal(capsys, SETTING_INPUTS)


@pytest.mark.parametrize("data_format, shape, other", [
    ("nhwc", (1, 3, 16, 16), "nchw"), ("nchw", (1, 16, 16, 3), "nhwc"),
])  # fmt: skip
def test_a_4d_array_in_the_other_layout_is_told_so(image, capsys, data_format, shape, other):
    assert image.inference(inputs=[np.zeros(shape, np.float32)], data_format=data_format) is None
    assert f"pass data_format='{other}'" in refusal(capsys, SETTING_INPUTS)


def test_a_4d_array_of_another_size_is_refused_with_the_expected_shape(image, capsys):
    assert image.inference(inputs=[np.zeros((1, 15, 16, 3), np.float32)], data_format="nhwc") is None
    line = refusal(capsys, SETTING_INPUTS)
    assert "(1,15,16,3)" in line and "(1,16,16,3) (nhwc)" in line and "pass data_format" not in line


@pytest.mark.parametrize("word", ["nhcw", "NC1HWC2", "", 0, [None], ["nchw "], [1], {"a": "nchw"}])
def test_section_1_data_format_a_wrong_word(image, capsys, word):
    assert image.inference(inputs=[IMAGE], data_format=word) is None
    assert "data_format" in refusal(capsys, SETTING_INPUTS)


@pytest.mark.parametrize("words", [[], ["nhwc", "nhwc"]])
def test_section_1_data_format_a_list_of_the_wrong_length(image, capsys, words):
    assert image.inference(inputs=[IMAGE], data_format=words) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert f"data_format has length {len(words)}," in line and "inputs is 1:" in line


def test_data_format_is_looked_at_also_where_it_has_no_effect(ready, capsys):
    assert ready.inference(inputs=matrices(), data_format="rows") is None
    assert "'rows'" in refusal(capsys, SETTING_INPUTS)


@pytest.mark.parametrize("flags", [[], [0], [0, 0, 0], [0, 2], [0, -1], [0, None], [0, "1"], [0, 0.5], 1, "01"])
def test_section_1_inputs_pass_through_is_a_list_of_0_and_1_per_input(ready, capsys, flags):
    assert ready.inference(inputs=matrices(), inputs_pass_through=flags) is None
    assert "inputs_pass_through" in refusal(capsys, SETTING_INPUTS)


def test_pass_through_demands_the_models_own_type(ready, capsys):
    a, b = matrices()
    assert ready.inference(inputs=[a, b.astype(np.float32)], inputs_pass_through=[1, 1]) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert "inputs[1]" in line and "float32" in line and "float16" in line


@pytest.mark.parametrize("types", ["float32", ["float16", "float32"], np.float32, [np.float16, np.dtype("uint8")]])
def test_data_type_that_is_not_the_arrays(ready, capsys, types):
    assert ready.inference(inputs=matrices(), data_type=types) is None
    line = refusal(capsys, SETTING_INPUTS)
    assert "is float16, but data_type says" in line


@pytest.mark.parametrize("types", ["float", "float17", [], ["float16"], 7, ["float16", None], ["float16", "complex64"]])
def test_data_type_that_is_no_type_or_not_one_per_input(ready, capsys, types):
    assert ready.inference(inputs=matrices(), data_type=types) is None
    assert "data_type" in refusal(capsys, SETTING_INPUTS)


# What a script may get wrong in any argument: never an exception, never a result for what is no input.
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4)
    | st.sampled_from([np.float16, "float16", "nchw", object, complex, np.dtype("V3"), np.ones(3), np.int8(1)]),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=300,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ANYTHING, _ANYTHING, _ANYTHING, _ANYTHING)
def test_nonsense_in_any_argument_is_refused_without_an_exception(ready, inputs, formats, types, flags):
    assert ready.inference(inputs) is None
    good = matrices()
    for argument, value in (("data_format", formats), ("data_type", types), ("inputs_pass_through", flags)):
        outputs = ready.inference(good, **{argument: value})
        assert outputs is None or np.array_equal(outputs[0], product(*good))


@pytest.fixture
def broken(lite, monkeypatch):
    """An object whose session fails as a device does, while it runs."""

    def fail(*_, **__):
        raise mattock.MattockError("device", "the NPU does not answer", "node 'x'", "ask it again")

    monkeypatch.setattr(mattock.Session, "run", fail)
    assert lite.load_rknn(str(SEED / "matmul.rknn")) == 0 and lite.init_runtime() == 0
    return lite


def test_a_device_that_fails_is_not_blamed_on_the_inputs(broken, capsys):
    capsys.readouterr()
    assert broken.inference(inputs=matrices()) is None
    line = refusal(capsys, "E Catch exception when running the model.")
    assert line == "E inference: node 'x': the NPU does not answer; ask it again"


def test_after_a_refusal_the_next_call_works(ready, capsys):
    assert ready.inference(inputs=[]) is None
    assert ready.inference(inputs=matrices()) is not None


def test_the_vendors_warnings_about_dynamic_range_do_not_come(lite, capsys):
    """Section 3: a better module prints neither of the two."""
    lite.load_rknn(str(SEED / "matmul.rknn"))
    lite.init_runtime()
    lite.inference(inputs=matrices())
    assert not any("dynamic" in line.lower() for line in warnings_of(capsys))
