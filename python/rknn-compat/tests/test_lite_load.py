"""load_rknn, list_support_target_platform, release."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from compat_support import IDENTITY, SEED, VENDOR, log_lines, matrices, one_error, product, warnings_of

from rknnlite.api import RKNNLite

MODEL = SEED / "matmul.rknn"


def other_chip():
    """The seed's file with the generation of RK3588 in it: a text of ten bytes becomes one of eight."""
    content = MODEL.read_bytes()
    old, new = b"\x0a\0\0\0RKNPU lite", b"\x08\0\0\0RKNPU v2\0\0"
    assert content.count(old) == 1
    return content.replace(old, new)


def test_a_model_loads(lite, capsys):
    assert lite.load_rknn(str(MODEL)) == 0
    assert [line for line in log_lines(capsys) if line.startswith("E")] == []


def test_a_path_object_is_a_path(lite):
    assert lite.load_rknn(MODEL) == 0


def test_misuse_row_load_rknn_missing_file(lite, capsys, tmp_path, monkeypatch):
    """Row: load_rknn missing file: -1."""
    monkeypatch.chdir(tmp_path)
    assert lite.load_rknn("absent.rknn") == -1
    line = one_error(capsys)
    assert "'absent.rknn'" in line and "No such file" in line and "the folder the script runs in" in line


def test_misuse_row_load_rknn_wrong_magic(lite, capsys):
    """Row: load_rknn wrong magic: -1, the message says so."""
    assert lite.load_rknn(str(SEED / "matmul.onnx")) == -1
    line = one_error(capsys)
    assert "matmul.onnx'" in line and "not a .rknn file" in line and "RKNN" in line and "rk3566" in line


def test_a_model_for_another_chip_is_refused_by_name(lite, capsys, tmp_path):
    file = tmp_path / "other.rknn"
    file.write_bytes(other_chip())
    assert lite.load_rknn(str(file)) == -1
    line = one_error(capsys)
    assert "other.rknn'" in line and "rk3588" in line and "rk3566" in line and "convert the model again" in line


def test_a_model_for_a_chip_nobody_knows_but_with_this_npu_is_taken_with_a_warning(lite, capsys, tmp_path):
    file = tmp_path / "m.rknn"
    file.write_bytes(MODEL.read_bytes().replace(b"rk3566", b"rk3567"))
    capsys.readouterr()
    assert lite.load_rknn(str(file)) == 0
    (line,) = warnings_of(capsys)
    assert "unknown target 'rk3567'" in line
    assert lite.list_support_target_platform(file)["filled_target_platform"] == ["rk3567"]
    assert lite.init_runtime(target="rk3567") == lite.init_runtime(target="rk3566") == 0


@pytest.mark.parametrize("size", [0, 3, 63, 64, 500, 5000, 12000])
def test_a_file_that_was_cut_is_refused(lite, capsys, tmp_path, size):
    file = tmp_path / "cut.rknn"
    file.write_bytes(MODEL.read_bytes()[:size])
    assert lite.load_rknn(str(file)) == -1
    assert "cut.rknn'" in one_error(capsys)


@pytest.mark.parametrize("path, word", [(None, "NoneType"), (7, "int"), (b"matmul.rknn", "bytes"), ("", "''"),
                                        ("a\0b", "null"), (os.sep, "directory")])
def test_what_is_no_file_name_is_refused(lite, capsys, path, word):
    assert lite.load_rknn(path) == -1
    assert word in one_error(capsys)


def test_a_second_load_replaces_the_first_and_needs_init_runtime_again(ready, capsys):
    assert ready.load_rknn(str(VENDOR / "gemm_bias.rknn")) == 0
    assert ready.inference(inputs=matrices()) is None
    assert "call init_runtime first" in one_error(capsys)
    assert ready.init_runtime() == 0
    (output,) = ready.inference(inputs=[np.zeros((4, 64), np.float16)])
    assert output.shape == (4, 32)


def test_after_a_load_that_failed_the_model_before_does_not_answer(ready, capsys, tmp_path):
    assert ready.load_rknn(str(tmp_path / "absent.rknn")) == -1
    one_error(capsys)
    assert ready.inference(inputs=matrices()) is None
    assert "call load_rknn" in one_error(capsys)


def test_the_model_is_the_file_as_it_was_when_it_was_loaded(lite, tmp_path, monkeypatch):
    shutil.copy(MODEL, tmp_path / "m.rknn")
    monkeypatch.chdir(tmp_path)
    assert lite.load_rknn("m.rknn") == 0
    Path("m.rknn").write_bytes(b"something else")
    os.chdir(tmp_path.parent)
    assert lite.init_runtime() == 0


def test_misuse_row_release_twice(ready):
    """Row: release twice: fine."""
    assert ready.release() is None
    assert ready.release() is None


def test_release_before_anything_is_fine(lite):
    assert lite.release() is None


def test_after_release_load_rknn_begins_anew(ready):
    ready.release()
    assert ready.load_rknn(str(MODEL)) == 0
    assert ready.init_runtime() == 0
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a, b])[0], product(a, b))


def test_the_platforms_of_a_model_are_told_and_printed(lite, capsys):
    capsys.readouterr()
    assert lite.list_support_target_platform(rknn_model=str(MODEL)) == {
        "support_target_platform": ["RK3566", "RK3568"],
        "filled_target_platform": ["rk3566"],
    }
    seen = capsys.readouterr()
    lines = seen.out.splitlines()
    assert lines[1] == "Target platforms filled in RKNN model:         ['rk3566']"
    assert lines[2] == "Target platforms supported by this RKNN model: ['RK3566', 'RK3568']"
    assert len(lines) == 4 and set(lines[0]) == set(lines[3]) == {"*"}
    assert seen.err == ""


def test_section_3_platforms_without_a_model_are_none(lite, capsys):
    """list_support_target_platform: None when no model is given."""
    capsys.readouterr()
    assert lite.list_support_target_platform() is None
    (line,) = warnings_of(capsys)
    assert "rknn_model" in line


@pytest.mark.parametrize("path", ["absent.rknn", str(SEED / "matmul.onnx"), 7])
def test_platforms_of_an_unreadable_model_are_none(lite, capsys, path):
    assert lite.list_support_target_platform(path) is None
    assert "list_support_target_platform" in one_error(capsys)


def test_asking_for_platforms_leaves_the_loaded_model_alone(ready):
    ready.list_support_target_platform(str(VENDOR / "gemm_bias.rknn"))
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a, IDENTITY])[0], a.astype(np.float32))
    assert b.shape == a.shape


def test_objects_are_independent(ready):
    other = RKNNLite()
    assert other.load_rknn(str(VENDOR / "gemm_bias.rknn")) == 0
    assert other.init_runtime() == 0
    a, b = matrices()
    other.release()
    assert np.array_equal(ready.inference(inputs=[a, b])[0], product(a, b))
