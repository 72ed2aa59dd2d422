"""RKNN.config: every parameter by name."""

import pytest
from compat_support import log_lines, warnings_of

from rknn.api import RKNN
from rknn.api.parameters import PARAMETERS


def configured(rknn, **parameters):
    return rknn.config(**{"target_platform": "rk3566", **parameters})


@pytest.mark.parametrize("target", ["rk3566", "RK3566", "rk3568", "Rk3568"])
def test_section_2_the_chip_in_any_case(rknn, capsys, target):
    assert rknn.config(target_platform=target) == 0
    assert log_lines(capsys) == []


def test_misuse_row_config_without_target_platform(rknn):
    """Row: ValueError listing the platforms."""
    with pytest.raises(ValueError, match="target_platform is missing; allowed are rk3566, rk3568"):
        rknn.config()
    with pytest.raises(ValueError, match="allowed are rk3566, rk3568"):
        rknn.config(target_platform=None)


@pytest.mark.parametrize("target, reason", [("rk3588", "no models for"), ("RV1106", "no models for"),
                                            ("rk3599", "is no chip"), ("", "is no chip"), (3566, "is no chip")])
def test_other_chips_are_refused_by_name(rknn, target, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        rknn.config(target_platform=target)
    assert repr(target) in str(raised.value) and "rk3566, rk3568" in str(raised.value)


def test_section_2_an_unknown_name_is_a_value_error_with_the_list_and_a_guess(rknn):
    with pytest.raises(ValueError) as raised:
        configured(rknn, quantised_dtype="w8a8")
    text = str(raised.value)
    assert "'quantised_dtype'" in text and "did you mean 'quantized_dtype'?" in text
    assert all(name in text for name in (*PARAMETERS, "target_platform", "mean_values", "sram_prefer"))
    with pytest.raises(ValueError, match="there is no parameter 'x'; allowed are"):
        configured(rknn, x=1)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_default_is_taken_in_silence(rknn, capsys, name):
    assert configured(rknn, **{name: PARAMETERS[name].default}) == 0
    assert log_lines(capsys) == []


@pytest.mark.parametrize("name, value", [
    ("quantized_algorithm", "mmse"), ("quantized_method", "layer"), ("quantized_method", "group64"),
    ("quantized_dtype", "asymmetric_quantized-8"), ("quant_img_RGB2BGR", [True]), ("compress_weight", True),
    ("single_core_mode", True), ("model_pruning", True), ("enable_flash_attention", True),
    ("compute_order", "DepthFirst"), ("auto_hybrid_cos_thresh", 0.9), ("auto_hybrid_euc_thresh", 1),
    ("memory_plan_strategy", "GreedyBySize"),
    ("sram_prefer", 1), ("disable_rules", ["a"]), ("optimization_level", 7)])
def test_what_means_nothing_here_is_taken_with_one_line(rknn, capsys, name, value):
    assert configured(rknn, **{name: value}) == 0
    (line,) = warnings_of(capsys)
    assert line.startswith(f"W config: {name}")


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_section_2_optimization_levels(rknn, capsys, level):
    assert configured(rknn, optimization_level=level) == 0
    assert log_lines(capsys) == []


@pytest.mark.parametrize("name, value", [
    ("float_dtype", "bfloat16"), ("custom_string", "v1"), ("remove_weight", True), ("inputs_yuv_fmt", ["nv12"]),
    ("dynamic_input", [[[1, 9, 9]]]), ("op_target", {"MatMul": "cpu"}), ("quantize_weight", True),
    ("remove_reshape", True), ("sparse_infer", True), ("mini_rknn", True), ("compiler_control_file", "a.txt")])
def test_what_would_be_another_model_is_refused_by_name(rknn, name, value):
    with pytest.raises(ValueError, match=f"config: {name}=.*leave {name} out"):
        configured(rknn, **{name: value})


@pytest.mark.parametrize("name, value", [
    ("quantized_dtype", "w2a2"), ("quantized_dtype", "w8a16"), ("quantized_dtype", "w4a16"),
    ("quantized_algorithm", "best"), ("quantized_method", "group33"), ("float_dtype", "float32"), ("custom_string", 5),
    ("remove_weight", "yes"),
    ("memory_plan_strategy", "Best"), ("compute_order", None), ("auto_hybrid_cos_thresh", "high"), ("mean_values", 3),
    ("std_values", [["a"]])])
def test_values_that_are_wrong_anywhere_are_refused(rknn, name, value):
    with pytest.raises(ValueError, match=f"config: {name}"):
        configured(rknn, **{name: value})


def test_section_2_it_may_be_called_again(rknn):
    assert configured(rknn, target_platform="rk3568") == 0
    assert configured(rknn) == 0


def test_positional_mean_and_std_as_in_the_signature():
    assert RKNN().config([[0, 0, 0]], [[1, 1, 1]], target_platform="rk3566") == 0
