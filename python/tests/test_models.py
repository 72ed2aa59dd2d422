"""Opening models and devices, looking into model files, and the errors of both."""

from __future__ import annotations

import mmap
import os
import pathlib
import shutil

import numpy
import pytest

import mattock
import support

EYE = numpy.eye(9)[None]


class Path:
    """A path that is none of the library's own."""

    def __init__(self, inner):
        self.inner = inner

    def __fspath__(self):
        return self.inner


@pytest.mark.parametrize("make", [str, pathlib.Path, Path, lambda path: Path(os.fsencode(path))])
def test_models_are_opened_and_inspected_by_path(make):
    with mattock.Session(make(str(support.SEED))) as session:
        assert session.outputs[0].name == "2"
    assert mattock.inspect(make(str(support.SEED)))["target"] == "rk3566"


def test_models_are_opened_and_inspected_from_bytes():
    data = support.SEED.read_bytes()
    with open(support.SEED, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        every_second = memoryview(b"".join(bytes([byte, 0]) for byte in data))[::2]
        for model in (data, bytearray(data), memoryview(data), every_second, numpy.frombuffer(data, "u1"), mapped):
            with mattock.Session(model) as session:
                assert (session.run(EYE, EYE)[0] == EYE).all()
            assert mattock.inspect(model)["target"] == "rk3566"


def test_the_bytes_of_a_model_are_not_needed_after_opening():
    data = bytearray(support.SEED.read_bytes())
    with mattock.Session(data) as session:
        data[:] = b"\xff" * len(data)
        data.clear()
        assert (session.run(EYE, EYE)[0] == EYE).all()


@pytest.mark.parametrize("name", ["Gr\u00f6\u00dfe \u5927\u5c0f \N{GRINNING FACE}.rknn", os.fsdecode(b"\xff\xfe.rknn")])
def test_file_names_may_be_any_bytes(tmp_path, name):
    path = tmp_path / name
    shutil.copy(support.SEED, path)
    for model in (path, str(path)):
        with mattock.Session(model) as session:
            assert (session.run(EYE, EYE)[0] == EYE).all()
            repr(session).encode()
        assert mattock.inspect(model)["target"] == "rk3566"
    path.write_bytes(b"no model")
    for use in (mattock.Session, mattock.inspect):
        with pytest.raises(mattock.MattockError) as caught:
            use(path)
        assert caught.value.code == "bad_file"
        str(caught.value).encode()  # can be printed


@pytest.mark.parametrize("use", [mattock.Session, mattock.inspect])
def test_what_is_no_file_name_is_refused_before_it_is_opened(use):
    for model in ("matmul\0.rknn", Path(b"matmul\0.rknn"), "\ud800.rknn"):
        with pytest.raises(mattock.MattockError) as caught:
            use(model)
        assert caught.value.code == "usage" and "file name" in caught.value.message
    for model in (None, 5, 1.5, ["matmul.rknn"], object()):
        with pytest.raises(mattock.MattockError, match="path or the bytes") as caught:
            use(model)
        assert caught.value.code == "usage" and type(model).__name__ in caught.value.message


@pytest.mark.parametrize("use", [mattock.Session, mattock.inspect])
def test_errors_name_the_file_and_the_reason(use, tmp_path):
    damaged = tmp_path / "damaged.rknn"
    damaged.write_bytes(support.SEED.read_bytes()[:5000])
    text, empty = tmp_path / "text.rknn", tmp_path / "empty.rknn"
    text.write_text("not a model\n" * 100)
    empty.touch()
    for path, code in (
        (tmp_path / "absent.rknn", "not_found"),
        (damaged, "bad_file"),
        (text, "bad_file"),
        (empty, "bad_file"),
    ):
        with pytest.raises(mattock.MattockError) as caught:
            use(path)
        assert caught.value.code == code
        assert path.name in str(caught.value)
        assert code != "bad_file" or path.name in caught.value.where
    with pytest.raises(mattock.MattockError):
        use(tmp_path)
    for data in (b"", b"RKNN", damaged.read_bytes(), bytes(100_000)):
        with pytest.raises(mattock.MattockError) as caught:
            use(data)
        assert caught.value.code == "bad_file"


def test_devices_are_listed_and_can_be_opened():
    found = mattock.devices()
    assert mattock.DeviceInfo("emulator:rk3566", "rk3566", "emulator") in found
    for device in found:
        with mattock.Session(support.SEED, device=device.name) as session:
            assert session.device == device.name
    with pytest.raises(AttributeError):
        found[0].name = "other"


@pytest.mark.parametrize("name", ["auto", "emulator"])
def test_auto_and_emulator_are_devices(name, monkeypatch):
    monkeypatch.setenv("MATTOCK_DEVICE", "emulator")  # what auto is
    with mattock.Session(support.SEED, name) as session:
        assert session.device == "emulator:rk3566"


@pytest.mark.parametrize("name", ["npu9", "", "emulator:rk9999", "\udcff", "\N{GRINNING FACE}", "x" * 5000])
def test_another_device_is_refused_with_those_that_exist(name):
    with pytest.raises(mattock.MattockError) as caught:
        mattock.Session(support.SEED, device=name)
    assert caught.value.code == "device"
    assert "emulator" in str(caught.value)
    str(caught.value).encode()


def test_what_is_no_device_name_is_refused():
    for device in (None, 5, b"auto", "auto\0"):
        with pytest.raises(mattock.MattockError) as caught:
            mattock.Session(support.SEED, device=device)
        assert caught.value.code == "usage"


def test_inspection_tells_tensors_and_operators():
    contents = mattock.inspect(support.SEED)
    assert [tensor["name"] for tensor in contents["tensors"] if tensor["kind"] == "input"] == [
        "onnx::MatMul_0",
        "onnx::MatMul_1",
    ]
    assert len(contents["operators"]) == 8
    assert contents["compiler"].startswith("2.3.2")


def test_inspection_of_every_model_is_whole():
    for path in sorted((support.DATA / "vendor").glob("*.rknn")):
        from_path, from_bytes = mattock.inspect(path), mattock.inspect(path.read_bytes())
        assert from_path["file"].endswith(path.name)
        assert from_path["tensors"] == from_bytes["tensors"] and from_path["operators"] == from_bytes["operators"]


NOTICE = """
import mattock
for device in {devices}:
    mattock.Session({model!r}, device=device).close()
"""


def test_the_emulated_chip_is_told_once_per_process_on_stderr():
    done = support.python(support.WITHOUT_NPU + NOTICE.format(devices=["auto"] * 3, model=str(support.SEED)))
    assert done.returncode == 0 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "emulated rk3566" in done.stderr


def test_nothing_is_told_of_a_device_whose_model_did_not_load():
    code = "import mattock\ntry: mattock.Session('absent.rknn')\nexcept mattock.MattockError: pass\n"
    done = support.python(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nothing_is_told_when_the_emulator_was_asked_for():
    done = support.python(NOTICE.format(devices=["emulator"], model=str(support.SEED)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_notice_goes_through_the_logger_mattock():
    code = (
        f"{support.WITHOUT_NPU}import logging, mattock\n"
        "logging.basicConfig(format='%(levelname)s|%(name)s|%(message)s')\n"
        f"mattock.Session({str(support.SEED)!r})\n"
    )
    done = support.python(code)
    assert done.stderr.startswith("WARNING|mattock|") and "emulated rk3566" in done.stderr
