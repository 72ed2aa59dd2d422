"""Results against what others recorded: an RK3566, and the simulator of the vendor's converter."""

import json

import numpy as np
import pytest
from compat_support import SEED, VENDOR, log_lines, recorded

from rknnlite.api import RKNNLite


def lite_with(name):
    lite = RKNNLite()
    assert lite.load_rknn(str(VENDOR / f"{name}.rknn")) == 0
    assert lite.init_runtime() == 0
    return lite


def close_to_recorded(found, expected, step):
    """At most one step apart, and that in at most one of a hundred elements (the table of the vendor's models: 5 of
    1,024 for conv_img3_i8, none for the others)."""
    assert found.dtype == np.float32 and found.shape == expected.shape
    apart = np.abs(found.astype(np.float64) - expected.astype(np.float64)) / step
    assert apart.max() <= 1.001, apart.max()
    assert np.count_nonzero(apart > 0.001) <= found.size / 100


def step_of(expected, bits):
    """The distance of neighbours with `bits` bits of mantissa, at the largest value."""
    return 2.0 ** (np.floor(np.log2(np.abs(expected).max())) - bits)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name, bits", [("gemm_bias", 10), ("mm_17x31x33", 10), ("mm_9x9x9", 10), ("mlp_tiny_bf16", 7)])
def test_float_models_give_what_the_vendors_simulator_gave(name, bits, dtype):
    inputs, expected = recorded(name)
    (found,) = lite_with(name).inference(inputs=[array.astype(dtype) for array in inputs])
    close_to_recorded(found, expected, step_of(expected, bits))


# conv1x1_odd is float16, 1x17x7x5 in and 1x23x7x5 out: no two lengths alike, so no axis can be mixed up unseen.
@pytest.mark.parametrize("name, step", [("conv_img3_i8", 0.03465284779667854), ("conv_dw_s2_i8", None),
                                        ("conv1x1_odd", 2.0**-9)])
def test_images_in_both_layouts_give_what_the_vendors_simulator_gave(name, step, capsys):
    """int8: a step is the output's scale, which stands in the file."""
    (pixels,), expected = recorded(name)
    if step is None:
        step = np.diff(np.unique(expected)).min()
    lite = lite_with(name)
    as_nchw = lite.inference(inputs=[pixels], data_format="nchw")
    as_nhwc = lite.inference(inputs=[np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))], data_format=["nhwc"])
    default = lite.inference(inputs=[pixels.transpose(0, 2, 3, 1).astype(np.float32)])
    for (found,) in (as_nchw, as_nhwc, default):
        close_to_recorded(found, expected, step)
    assert not [line for line in log_lines(capsys) if line.startswith("E")]


def test_the_seeds_inputs_give_what_the_board_printed():
    """The run was recorded on an RK3566; each output is one of the float16 values that print as it was printed."""
    record = json.loads((SEED / "rk3566_fp16_matmul_9x9x9.json").read_text())
    lite = RKNNLite()
    assert lite.load_rknn(str(SEED / "matmul.rknn")) == 0
    assert lite.init_runtime() == 0
    (found,) = lite.inference(inputs=[np.load(SEED / "a.npy"), np.load(SEED / "b.npy")])
    for row in range(9):
        for column in range(9):
            candidates = [np.frombuffer(bytes.fromhex(text), ">f2")[0]
                          for text in record["c_fp16_hex_candidates"][row][column]]
            assert found[0, row, column] in candidates, (row, column)
