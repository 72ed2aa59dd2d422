"""RKNN: what converts a model. The seed's notebook cell, unchanged; build, export and inference of an ONNX model."""

import re
import shutil
import subprocess
import sys

import mattock
import numpy as np
import pytest
from compat_support import PACKAGE, SEED, environment, log_lines, matrices, one_error, product, warnings_of

CELL = PACKAGE / "tests" / "data" / "notebook_cell_convert.py"
NAMES = ["onnx::MatMul_0", "onnx::MatMul_1"]
ONNX = str(SEED / "matmul.onnx")


@pytest.fixture
def loaded(rknn, capsys):
    assert rknn.config(target_platform="rk3566") == 0
    assert rknn.load_onnx(model=ONNX) == 0
    capsys.readouterr()
    return rknn


@pytest.fixture
def built(loaded, capsys):
    assert loaded.build(do_quantization=False) == 0
    capsys.readouterr()
    return loaded


def test_the_seeds_notebook_cell_runs_unchanged(tmp_path):
    shutil.copy(SEED / "matmul.onnx", tmp_path)
    done = subprocess.run([sys.executable, str(CELL)], cwd=tmp_path, env=environment(), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ONNX model converted to RKNN successfully.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["matmul.onnx", "matmul.rknn"]
    lines = done.stderr.splitlines()
    assert all(re.match(r"[WI] \S", line) for line in lines), lines
    for method in ("config", "load_onnx", "build", "export_rknn"):
        assert sum(line.startswith(f"I {method}: ") for line in lines) == 1, lines
    a, b = matrices()
    with mattock.Session(tmp_path / "matmul.rknn") as session:
        assert np.array_equal(session.run(a, b)[0], product(a, b))


def test_the_cell_says_why_it_cannot_load(tmp_path):
    done = subprocess.run([sys.executable, str(CELL)], cwd=tmp_path, env=environment(), text=True, capture_output=True)
    assert done.returncode == 1 and "ValueError: load_onnx: 'matmul.onnx' is no file" in done.stderr


def test_loading_and_building_say_nothing_without_verbose(loaded, capsys):
    assert loaded.build(do_quantization=False) == 0
    assert log_lines(capsys) == []


def test_misuse_row_build_twice(built, capsys):
    """Row: -1, repeated call not allowed."""
    assert built.build(do_quantization=False) == -1
    assert "second call is not allowed" in one_error(capsys)


def test_misuse_row_build_with_quantisation(loaded, capsys, tmp_path):
    """Rows: without dataset: -1; dataset file missing: -1. Here -1 whatever the dataset is, and a way out."""
    dataset = tmp_path / "dataset.txt"
    dataset.write_text("a.npy b.npy\n")
    for arguments, text in (({}, "has no dataset"), ({"dataset": "absent.txt"}, "'absent.txt' is no file"),
                            ({"dataset": str(dataset)}, "quantisation is not there yet")):
        assert loaded.build(**arguments) == -1
        line = one_error(capsys)
        assert text in line and "do_quantization=False" in line
    assert loaded.build(do_quantization=False) == 0


@pytest.mark.parametrize("arguments, text", [({"rknn_batch_size": 4}, "rknn_batch_size=4"),
                                             ({"auto_hybrid": True}, "auto_hybrid=True")])
def test_what_build_does_not_do_is_refused_by_name(loaded, capsys, arguments, text):
    assert loaded.build(do_quantization=False, **arguments) == -1
    assert text in one_error(capsys)
    assert loaded.build(do_quantization=False, rknn_batch_size=1) == 0


def test_misuse_row_before_build(loaded, capsys, tmp_path):
    """Rows: export_rknn, init_runtime: -1; inference: None; accuracy_analysis: -1."""
    assert loaded.export_rknn(str(tmp_path / "m.rknn")) == -1
    assert "call load_onnx and build first" in one_error(capsys)
    assert loaded.init_runtime() == -1
    assert "call build or load_rknn first" in one_error(capsys)
    assert loaded.inference(inputs=matrices()) is None
    assert "call init_runtime first" in one_error(capsys)
    assert loaded.accuracy_analysis(inputs=["a.npy", "b.npy"]) == -1


def test_misuse_row_init_runtime_on_the_simulator(built, capsys):
    """Row: 0, an info line; again: 0."""
    assert built.init_runtime() == 0 and built.init_runtime() == 0
    a, b = matrices()
    (c,) = built.inference(inputs=[a, b])
    assert c.dtype == np.float32 and c.shape == (1, 9, 9) and np.array_equal(c, product(a, b))


def test_section_1_float32_inputs_count_as_the_same_rounded_to_float16(built):
    built.init_runtime()
    a, b = (np.random.default_rng(seed).random((1, 9, 9)).astype(np.float32) for seed in (1, 2))
    (c,) = built.inference(inputs=[a, b])
    assert np.array_equal(c, built.inference(inputs=[a.astype(np.float16), b.astype(np.float16)])[0])


def test_what_is_exported_is_what_runs(built, rknn, tmp_path):
    assert built.export_rknn(str(tmp_path / "m.rknn")) == 0
    assert built.load_rknn(str(tmp_path / "m.rknn")) == 0 and built.init_runtime() == 0
    a, b = matrices()
    assert np.array_equal(built.inference(inputs=[a, b])[0], product(a, b))


def test_load_onnx_again_begins_anew(built, capsys):
    assert built.init_runtime() == 0
    assert built.load_onnx(model=ONNX) == 0
    assert built.inference(inputs=matrices()) is None
    assert built.build(do_quantization=False) == 0


def test_load_onnx_takes_the_models_own_ends(loaded):
    sizes = [[1, 9, 9], [1, 9, 9]]
    assert loaded.load_onnx(model=ONNX, inputs=NAMES, input_size_list=sizes, outputs=["2"]) == 0
    assert loaded.load_onnx(model=ONNX, input_size_list=sizes, input_initial_val=[None, None]) == 0


@pytest.mark.parametrize("arguments, text", [
    ({"inputs": ["x"], "input_size_list": [[1]]}, "inputs names 'x'; the model's inputs are 'onnx::MatMul_0'"),
    ({"inputs": NAMES[:1], "input_size_list": [[1, 9, 9]]}, "leaves out 'onnx::MatMul_1'"),
    ({"outputs": ["y", "2"]}, "outputs names 'y'"),
    ({"inputs": NAMES, "input_size_list": [[1, 9, 9]]}, "length 1"),
    ({"input_size_list": [[1, 9, 9], [1, 9, 8]]}, "'onnx::MatMul_1', whose shape"),
    ({"outputs": "2"}, "must be a list")])
def test_misuse_row_load_onnx_names_that_are_unknown(loaded, arguments, text):
    """Row: unknown input or output names: ValueError naming them."""
    with pytest.raises(ValueError, match=re.escape(text)):
        loaded.load_onnx(model=ONNX, **arguments)


def test_section_2_mean_and_std_of_other_ranks_are_checked_and_have_no_effect(rknn, capsys):
    rknn.config(target_platform="rk3566", mean_values=[[1] * 9, [0] * 9], std_values=[[1] * 9] * 2)
    assert rknn.load_onnx(model=ONNX) == 0
    (line,) = warnings_of(capsys)
    assert "mean_values has no effect on input 0" in line
    rknn.config(target_platform="rk3566", mean_values=[[0] * 8, [0] * 9])
    with pytest.raises(ValueError, match="8 numbers for input 0"):
        rknn.load_onnx(model=ONNX)
    rknn.config(target_platform="rk3566", std_values=[1] * 9)
    with pytest.raises(ValueError, match="for 1 inputs, and the model has 2"):
        rknn.load_onnx(model=ONNX)


def test_operators_that_are_not_covered_are_named(rknn, tmp_path):
    """The exporter's one operator under another name."""
    mattock.export_matmul(tmp_path / "m.onnx", 1, 9, 9)
    renamed = (tmp_path / "m.onnx").read_bytes().replace(b"MatMul", b"MatNul")
    (tmp_path / "n.onnx").write_bytes(renamed)
    rknn.config(target_platform="rk3566")
    with pytest.raises(ValueError, match="MatNul"):
        rknn.load_onnx(model=str(tmp_path / "n.onnx"))


def test_the_last_config_counts(rknn, tmp_path):
    rknn.config(target_platform="rk3566")
    rknn.config(target_platform="RK3568")
    assert rknn.load_onnx(model=ONNX) == 0 and rknn.build(do_quantization=False) == 0
    assert rknn.export_rknn(str(tmp_path / "m.rknn")) == 0
    assert mattock.inspect(tmp_path / "m.rknn")["target"] == "rk3568"
    assert rknn.init_runtime() == 0  # the same NPU
