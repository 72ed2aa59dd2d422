"""init_runtime, get_sdk_version, and what belongs to the vendor's other class."""

import mattock
import numpy as np
import pytest
from compat_support import INIT, SEED, log_lines, matrices, product, refusal

from rknnlite.api import RKNNLite

ONE_CORE = {"NPU_CORE_AUTO": 0, "NPU_CORE_0": 1, "NPU_CORE_ALL": 65535}
MORE_CORES = {"NPU_CORE_1": 2, "NPU_CORE_2": 4, "NPU_CORE_0_1": 3, "NPU_CORE_0_1_2": 7}


@pytest.fixture
def loaded(lite, capsys):
    assert lite.load_rknn(str(SEED / "matmul.rknn")) == 0
    capsys.readouterr()
    return lite


def test_the_core_masks_have_the_documented_numbers():
    for name, number in {**ONE_CORE, **MORE_CORES}.items():
        assert getattr(RKNNLite, name) == number


def test_misuse_row_init_runtime_before_load(lite, capsys):
    """Row: init_runtime before build: -1. Here a model comes from load_rknn alone."""
    capsys.readouterr()
    assert lite.init_runtime() == -1
    line = refusal(capsys, INIT)
    assert "RKNN init failed. error code: RKNN_ERR_MODEL_INVALID" in line and "call load_rknn first" in line


def test_misuse_row_init_runtime_and_again(loaded):
    """Row: init_runtime(), simulator: 0; again: 0."""
    assert loaded.init_runtime() == 0
    assert loaded.init_runtime() == 0
    a, b = matrices()
    assert np.array_equal(loaded.inference(inputs=[a, b])[0], product(a, b))


def test_again_opens_nothing(ready, monkeypatch):
    monkeypatch.setattr(mattock, "Session", None)
    assert ready.init_runtime() == 0


def test_misuse_row_init_runtime_after_load_rknn_without_target(loaded):
    """Row: -1 there, because the PC simulator runs no .rknn file. Here it is the way to run one: 0."""
    assert loaded.init_runtime() == 0


@pytest.mark.parametrize("target", ["rk3566", "RK3566", "rk3568", "Rk3568", None])
def test_misuse_row_init_runtime_with_the_models_target_without_a_board(loaded, target, tmp_path, monkeypatch):
    """Row: starts adb, then RuntimeError. Here the target is where the model runs anyway: 0, and no adb."""
    adb, mark = tmp_path / "adb", tmp_path / "started"
    adb.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    adb.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert loaded.init_runtime(target=target) == 0
    assert not mark.exists()


@pytest.mark.parametrize("target", ["rk3588", "RK3588", "rv1106", "", 3566])
def test_misuse_row_init_runtime_with_another_target(loaded, capsys, target):
    """Row: init_runtime(target other than config's): ValueError, names both."""
    with pytest.raises(ValueError) as raised:
        loaded.init_runtime(target=target)
    assert f"'{target}'" in str(raised.value) and "'rk3566'" in str(raised.value)
    assert log_lines(capsys) == []  # told once, by the exception
    assert loaded.init_runtime() == 0


@pytest.mark.parametrize("name", ONE_CORE)
def test_masks_that_mean_the_one_core_are_taken(loaded, name):
    assert loaded.init_runtime(core_mask=ONE_CORE[name]) == 0


@pytest.mark.parametrize("name", MORE_CORES)
def test_misuse_row_init_runtime_core_mask(loaded, capsys, name):
    """Row: init_runtime(core_mask != 0) on the simulator: ValueError. Section 3 says -1 for RKNNLite, and that
    NPU_CORE_0 and NPU_CORE_ALL are fine."""
    assert loaded.init_runtime(core_mask=MORE_CORES[name]) == -1
    line = refusal(capsys, INIT)
    assert "RKNN init failed. error code: RKNN_ERR_TARGET_PLATFORM_UNMATCH" in line
    assert f"{name} ({MORE_CORES[name]})" in line and "NPU_CORE_ALL (65535)" in line
    assert loaded.init_runtime() == 0


@pytest.mark.parametrize("number", [5, 6, 8, -1, 65534, "0", None, 0.5])
def test_numbers_that_are_no_mask_are_refused(loaded, capsys, number):
    assert loaded.init_runtime(core_mask=number) == -1
    line = refusal(capsys, INIT)
    assert "RKNN_ERR_PARAM_INVALID" in line and f"core_mask {number!r}" in line and "NPU_CORE_AUTO (0)" in line


@pytest.mark.parametrize("argument, value", [
    ("device_id", "515e9b401c060c0b"), ("device_id", ""), ("async_mode", True), ("async_mode", 1),
    ("perf_debug", True), ("eval_mem", False), ("fallback_prior_device", "gpu"), ("no_such_thing", None),
])  # fmt: skip
def test_arguments_that_mean_nothing_here_are_refused_by_name(loaded, capsys, argument, value):
    assert loaded.init_runtime(**{argument: value}) == -1
    line = refusal(capsys, INIT)
    assert argument in line and "leave" in line
    assert loaded.init_runtime() == 0


def test_the_defaults_of_old_scripts_are_taken(loaded):
    assert loaded.init_runtime(target=None, device_id=None, async_mode=False, core_mask=RKNNLite.NPU_CORE_AUTO) == 0


def test_arguments_are_looked_at_also_after_a_success(ready):
    assert ready.init_runtime(core_mask=RKNNLite.NPU_CORE_1) == -1
    a, b = matrices()
    assert np.array_equal(ready.inference(inputs=[a, b])[0], product(a, b))


def test_init_runtime_after_release_needs_a_model(ready, capsys):
    ready.release()
    assert ready.init_runtime() == -1
    assert "call load_rknn first" in refusal(capsys, INIT)


def test_a_model_with_operators_that_are_not_there_is_refused_by_name(lite, capsys, tmp_path):
    """The file itself can be read, so load_rknn takes it."""
    content = (SEED / "matmul.rknn").read_bytes()
    assert content.count(b"Transpose") == 2
    file = tmp_path / "m.rknn"
    file.write_bytes(content.replace(b"Transpose", b"Tranzpoze"))
    assert lite.load_rknn(str(file)) == 0
    capsys.readouterr()
    assert lite.init_runtime() == -1
    line = refusal(capsys, INIT)
    assert "RKNN_ERR_MODEL_INVALID" in line and "Tranzpoze" in line and "Transpose" in line


@pytest.mark.parametrize("code, rknn_code", [("device", "RKNN_ERR_DEVICE_UNAVAILABLE"), ("internal", "RKNN_ERR_FAIL"),
                                             ("no_memory", "RKNN_ERR_MALLOC_FAIL")])
def test_section_3_failures_of_init_runtime(loaded, capsys, monkeypatch, code, rknn_code):
    """Two E lines and -1, without the traceback that stands between them there."""
    def fail(*_, **__):
        raise mattock.MattockError(code, "no room", "npu", "close something")

    monkeypatch.setattr(mattock, "Session", fail)
    assert loaded.init_runtime() == -1
    assert f"error code: {rknn_code}: npu: no room; close something" in refusal(capsys, INIT)
    monkeypatch.undo()
    assert loaded.init_runtime() == 0


def test_get_sdk_version_names_mattock_and_the_device(ready):
    first, title, api, driver, last = ready.get_sdk_version().split("\n")
    assert title == "RKNN VERSION:"
    assert api.split()[:2] == ["API:", mattock.__version__] and api.endswith(")")
    assert driver.startswith("  DRV: ") and "rk3566" in driver
    assert first == last and set(first) == {"="}


def test_misuse_row_get_sdk_version_before_init(lite):
    """Row: get_sdk_version before init or on the simulator: ValueError. Here the emulator is a device: it answers."""
    for step in (lambda: None, lambda: lite.load_rknn(str(SEED / "matmul.rknn")), lite.release):
        step()
        with pytest.raises(ValueError, match="init_runtime first"):
            lite.get_sdk_version()


@pytest.mark.parametrize("name", ["eval_perf", "eval_memory", "config", "load_onnx", "build", "export_rknn"])
def test_misuse_row_methods_of_the_other_class(ready, name):
    """Rows: eval_perf, eval_memory, build, ...: not RKNNLite's, and the message says whose they are."""
    assert not hasattr(RKNNLite, name)
    with pytest.raises(AttributeError, match=f"'{name}'.*belongs to rknn.api.RKNN"):
        getattr(ready, name)()


def test_other_unknown_names_are_plain_attribute_errors(lite):
    with pytest.raises(AttributeError, match="no attribute 'infer'$"):
        lite.infer  # noqa: B018
