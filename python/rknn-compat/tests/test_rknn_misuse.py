"""RKNN: calls in the wrong order and wrong arguments, row by row, as far as no model has to be converted for them."""

import numpy as np
import pytest
from compat_support import SEED, VENDOR, log_lines, matrices, one_error, product, warnings_of

from rknn.api import RKNN

ONNX, MODEL = str(SEED / "matmul.onnx"), str(SEED / "matmul.rknn")


@pytest.fixture
def configured(rknn, capsys):
    assert rknn.config(target_platform="rk3566") == 0
    capsys.readouterr()
    return rknn


@pytest.fixture
def loaded(rknn, capsys):
    """An object with the seed's model file, on which init_runtime was not called."""
    assert rknn.load_rknn(MODEL) == 0
    capsys.readouterr()
    return rknn


@pytest.fixture
def running(loaded, capsys):
    assert loaded.init_runtime() == 0
    capsys.readouterr()
    return loaded


def test_the_constants_have_the_documented_numbers():
    names = {"AUTO": 0, "0": 1, "1": 2, "2": 4, "0_1": 3, "0_1_2": 7, "ALL": 65535}
    assert {name: getattr(RKNN, f"NPU_CORE_{name}") for name in names} == names


def test_the_first_line_says_what_stands_in_whose_place(capsys):
    RKNN()
    (line,) = warnings_of(capsys)
    assert "rknn-toolkit2" in line and "not Rockchip's" in line


def test_misuse_row_build_before_load(configured, capsys):
    """Row: -1, says load first."""
    assert configured.build(do_quantization=False) == -1
    assert "call load_onnx first" in one_error(capsys)


@pytest.mark.parametrize("stage", ["nothing", "config"])
def test_misuse_row_export_rknn_before_build(rknn, capsys, tmp_path, stage):
    if stage == "config":
        rknn.config(target_platform="rk3566")
    assert rknn.export_rknn(str(tmp_path / "m.rknn")) == -1
    assert "call load_onnx and build first" in one_error(capsys)
    assert list(tmp_path.iterdir()) == []


def test_misuse_row_export_rknn_to_a_missing_folder(loaded, tmp_path):
    """Row: raises, FileNotFoundError inside."""
    with pytest.raises(ValueError, match="folder does not exist") as raised:
        loaded.export_rknn(str(tmp_path / "no" / "m.rknn"))
    assert isinstance(raised.value.__cause__, FileNotFoundError)


def test_export_rknn_takes_any_name_and_refuses_unknown_arguments(loaded, tmp_path, capsys):
    assert loaded.export_rknn(tmp_path / "plain") == 0
    assert loaded.export_rknn(str(tmp_path / "other"), expert=True) == -1
    assert "unknown argument expert" in one_error(capsys)
    assert loaded.export_rknn(str(tmp_path)) == -1  # a folder
    assert "cannot be written" in one_error(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_misuse_row_init_runtime_before_build(configured, capsys):
    assert configured.init_runtime() == -1
    assert "call build or load_rknn first" in one_error(capsys)


def test_misuse_row_init_runtime_after_load_rknn(loaded, capsys):
    """Row: -1 there. Here model files run: 0, and again: 0."""
    assert loaded.init_runtime() == 0 and loaded.init_runtime() == 0
    a, b = matrices()
    (c,) = loaded.inference(inputs=[a, b])
    assert c.dtype == np.float32 and np.array_equal(c, product(a, b))


def test_misuse_row_init_runtime_with_a_board(loaded, tmp_path, monkeypatch):
    """Row: starts adb, then RuntimeError. Here no adb."""
    adb, mark = tmp_path / "adb", tmp_path / "started"
    adb.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    adb.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for target in ("rk3566", "RK3568"):
        with pytest.raises(RuntimeError, match="leave target out"):
            loaded.init_runtime(target=target)
    assert not mark.exists()


@pytest.mark.parametrize("target", ["rk3588", "rv1106", ""])
def test_misuse_row_init_runtime_with_another_target(loaded, target):
    """Row: ValueError, names both."""
    with pytest.raises(ValueError) as raised:
        loaded.init_runtime(target=target)
    assert f"'{target}'" in str(raised.value) and "'rk3566'" in str(raised.value)


@pytest.mark.parametrize("mask", [1, 2, 3, 4, 7, 65535, 99, "auto"])
def test_misuse_row_init_runtime_core_mask(loaded, mask):
    """Row: core_mask != 0 on the simulator: ValueError."""
    with pytest.raises(ValueError, match="core_mask"):
        loaded.init_runtime(core_mask=mask)


@pytest.mark.parametrize("arguments", [{"device_id": "abc"}, {"async_mode": True}, {"fallback_prior_device": "gpu"}])
def test_section_6_arguments_that_mean_nothing_here_are_refused_by_name(loaded, capsys, arguments):
    assert loaded.init_runtime(**arguments) == -1
    assert next(iter(arguments)) in one_error(capsys)


def test_measuring_is_taken_with_one_line(loaded, capsys):
    assert loaded.init_runtime(perf_debug=True, eval_mem=True) == 0
    assert any("perf_debug and eval_mem" in line for line in warnings_of(capsys))


def test_misuse_row_inference_before_init_runtime(loaded, capsys):
    """Row: None."""
    assert loaded.inference(inputs=matrices()) is None
    assert "call init_runtime first" in one_error(capsys)


def test_misuse_row_inference_after_release(running, capsys):
    """Row: raises."""
    running.release()
    with pytest.raises(RuntimeError, match="released"):
        running.inference(inputs=matrices())


@pytest.mark.parametrize("method", ["get_sdk_version", "eval_perf", "eval_memory"])
def test_misuse_row_asking_before_init(loaded, method):
    with pytest.raises(ValueError, match=method):
        getattr(loaded, method)()


@pytest.mark.parametrize("method", ["get_sdk_version", "eval_memory"])
def test_misuse_row_asking_on_the_simulator(running, method):
    with pytest.raises(ValueError, match="no board"):
        getattr(running, method)()


def test_eval_perf_tells_modelled_time_and_says_so(running, capsys):
    """Row: ValueError on the simulator there. Here the cost model answers."""
    text = running.eval_perf()
    assert capsys.readouterr().out == text + "\n"
    assert "modelled and not measured" in text and "Total Time(us): " in text and "FPS: " in text
    assert running.eval_perf(is_print=False) == text and capsys.readouterr().out == ""


def test_misuse_row_load_onnx_before_config(rknn):
    with pytest.raises(ValueError, match="call config first"):
        rknn.load_onnx(model=ONNX)


def test_misuse_row_load_onnx_of_what_is_no_model(configured, tmp_path):
    """Row: ValueError each; broken: with the parser's message."""
    broken, other = tmp_path / "broken.onnx", tmp_path / "model.pb"
    broken.write_bytes(b"no model")
    other.write_bytes(b"no model")
    for path, text in ((tmp_path / "absent.onnx", "is no file"), (tmp_path, "is no file"),
                       (other, "does not end in .onnx"), (broken, "broken.onnx"), (3, "int")):
        with pytest.raises(ValueError, match=text):
            configured.load_onnx(model=path)


def test_misuse_row_load_onnx_inputs_without_input_size_list(configured):
    with pytest.raises(ValueError, match="inputs needs input_size_list"):
        configured.load_onnx(model=ONNX, inputs=["onnx::MatMul_0"])


def test_load_onnx_refuses_initial_values(configured):
    with pytest.raises(ValueError, match="input_initial_val is not there yet"):
        configured.load_onnx(model=ONNX, input_initial_val=[None, np.zeros((1, 9, 9))])


def test_misuse_row_load_rknn_of_what_is_no_model(rknn, capsys, tmp_path):
    """Row: missing file: -1; wrong magic: -1 (message says so)."""
    assert rknn.load_rknn(str(tmp_path / "absent.rknn")) == -1
    assert "absent.rknn" in one_error(capsys)
    assert rknn.load_rknn(ONNX) == -1
    assert "not a .rknn file" in one_error(capsys)


def test_misuse_row_accuracy_analysis(rknn, capsys, tmp_path, monkeypatch):
    """Row: after load_rknn: -1. It leaves no files."""
    monkeypatch.chdir(tmp_path)
    assert rknn.accuracy_analysis(inputs=["a.npy"]) == -1
    assert "call load_onnx and build first" in one_error(capsys)
    assert rknn.load_rknn(MODEL) == 0
    assert rknn.accuracy_analysis(inputs=["a.npy"]) == -1
    assert "from load_rknn" in one_error(capsys)
    assert list(tmp_path.iterdir()) == []


def test_misuse_row_export_rknn_after_load_rknn(running, tmp_path):
    """Row: 0 and a useless file there. Here the same bytes, also once it runs."""
    assert running.export_rknn(str(tmp_path / "same.rknn")) == 0
    assert (tmp_path / "same.rknn").read_bytes() == (SEED / "matmul.rknn").read_bytes()


def test_misuse_row_release_twice(running):
    assert running.release() is None and running.release() is None
    assert running.load_rknn(MODEL) == 0 and running.init_runtime() == 0


def test_build_after_load_rknn_is_refused(loaded, capsys):
    assert loaded.build(do_quantization=False) == -1
    assert "built already" in one_error(capsys)


@pytest.mark.parametrize("method", ["load_pytorch", "load_tflite", "load_tensorflow", "load_caffe", "load_darknet",
                                    "hybrid_quantization_step1", "hybrid_quantization_step2", "reg_custom_op",
                                    "codegen", "optimize_onnx"])
def test_methods_that_are_not_there_say_so(rknn, capsys, method):
    capsys.readouterr()
    assert getattr(rknn, method)("a", outputs=["b"]) == -1
    assert one_error(capsys).startswith(f"E {method}: ")


def test_no_boards_are_listed(rknn, capsys):
    assert rknn.list_devices() == ([], [])
    assert rknn.clear_op_cache() is None


def test_names_of_elsewhere_are_told():
    with pytest.raises(AttributeError, match="RKNNLite"):
        RKNN().list_support_target_platform
    with pytest.raises(AttributeError, match="never encrypted"):
        RKNN().export_encrypted_rknn_model


# ---- inference, section 1


def test_section_1_inputs_are_a_list_of_arrays(running, capsys):
    a, b = matrices()
    assert running.inference(inputs=a) is None
    assert "must be a list" in [line for line in log_lines(capsys) if line.startswith("E ")][0]
    assert running.inference(inputs=[a]) is None
    assert "length 1" in one_error(capsys)
    assert running.inference(inputs=[a, b], get_frame_id=True) is None
    assert "get_frame_id" in one_error(capsys)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool", ">f4"])
def test_section_1_types_are_taken_by_value(running, dtype):
    a, b = (np.round(array * 3) for array in matrices())
    (c,) = running.inference(inputs=[a.astype(dtype), b.astype(dtype)])
    expected = product(a.astype(dtype).astype(np.float16), b.astype(dtype).astype(np.float16))
    assert c.dtype == np.float32 and np.array_equal(c, expected)


def test_section_1_leading_ones_may_be_missing(running, capsys):
    a, b = matrices()
    (c,) = running.inference(inputs=[a[0], b[0]])
    assert c.shape == (1, 9, 9) and np.array_equal(c, product(a, b))
    assert len(warnings_of(capsys)) == 2
    assert running.inference(inputs=[a.reshape(1, 81), b]) is None
    assert "expected is (1,9,9)" in one_error(capsys)


def test_section_6_a_missing_batch_dimension_of_an_image_is_added(rknn, capsys):
    assert rknn.load_rknn(str(VENDOR / "conv_img3_i8.rknn")) == 0 and rknn.init_runtime() == 0
    image = np.random.default_rng(1).integers(0, 255, (16, 16, 3)).astype(np.uint8)
    (whole,) = rknn.inference(inputs=[image[None]])
    capsys.readouterr()
    (single,) = rknn.inference(inputs=[image])
    assert np.array_equal(whole, single) and whole.dtype == np.float32
    assert "taken as a batch of one image" in warnings_of(capsys)[0]
    (planes,) = rknn.inference(inputs=[image.transpose(2, 0, 1)], data_format="nchw")
    assert np.array_equal(whole, planes)
    assert rknn.inference(inputs=[image[None]], data_format="chwn") is None
