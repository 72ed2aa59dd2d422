"""Log lines: which, where to, in what form."""

import io
import os
import subprocess
import sys

import mattock
import pytest
from compat_support import SEED, WITHOUT_NPU, environment, log_lines, matrices

import rknnlite
from rknnlite.api import RKNNLite

MODEL = str(SEED / "matmul.rknn")


def run_once(**options):
    lite = RKNNLite(**options)
    assert lite.load_rknn(MODEL) == 0
    assert lite.init_runtime() == 0
    assert lite.inference(inputs=matrices()) is not None
    lite.release()


def test_the_first_line_says_what_stands_in_whose_place(capsys):
    RKNNLite()
    (line,) = log_lines(capsys)
    assert line.startswith("W mattock ") and "rknn-toolkit-lite2" in line
    assert mattock.__version__ in line and rknnlite.__version__ in line and "not Rockchip's" in line


def test_without_verbose_there_are_no_i_and_d_lines(capsys):
    run_once()
    assert {line[0] for line in log_lines(capsys)} == {"W"}


def test_nothing_goes_to_standard_output(capsys):
    run_once(verbose=True)
    assert capsys.readouterr().out == ""


def test_verbose_tells_the_model_the_device_and_conversions(capsys):
    lite = RKNNLite(verbose=True)
    lite.load_rknn(MODEL)
    lite.init_runtime()
    lines = log_lines(capsys)
    assert any(line.startswith("I load_rknn: ") and "matmul.rknn' for rk3566" in line for line in lines)
    assert any(line.startswith("I init_runtime: ") and "emulator:rk3566" in line for line in lines)
    lite.inference(inputs=[array.astype("float32") for array in matrices()])
    lines = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("D inference: ") for line in lines) == 2


@pytest.mark.parametrize("verbose", [False, True])
def test_verbose_file_gets_the_same_lines(capsys, tmp_path, verbose):
    file = tmp_path / "log.txt"
    run_once(verbose=verbose, verbose_file=str(file))
    assert file.read_text(encoding="utf-8") == capsys.readouterr().err


def test_verbose_file_keeps_what_it_has_and_may_be_shared(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "log.txt"
    file.write_text("kept\n")
    one, other = RKNNLite(verbose_file="log.txt"), RKNNLite(verbose_file=file)
    os.chdir(tmp_path.parent)
    one.load_rknn("absent.rknn")
    other.load_rknn("absent.rknn")
    lines = file.read_text().splitlines()
    assert lines[0] == "kept" and [line[0] for line in lines[1:]] == ["W", "W", "E", "E"]


@pytest.mark.parametrize("name", ["absent/log.txt", ""])
def test_a_verbose_file_that_cannot_be_written_is_a_clear_error(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match="verbose_file cannot be written.*folder that exists") as raised:
        RKNNLite(verbose_file=name)
    assert raised.value.filename is not None


def test_a_verbose_file_that_vanishes_does_not_stop_the_work(capsys, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    lite = RKNNLite(verbose_file=folder / "log.txt")
    (folder / "log.txt").unlink()
    folder.rmdir()
    assert lite.load_rknn("absent.rknn") == -1
    assert lite.load_rknn("absent.rknn") == -1
    lines = log_lines(capsys)
    assert sum("gets no more lines" in line for line in lines) == 1
    assert sum(line.startswith("E ") for line in lines) == 2


def test_letters_are_coloured_on_a_terminal_only(monkeypatch, tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    RKNNLite(verbose_file=tmp_path / "log.txt")
    assert terminal.getvalue().startswith("\033[33mW\033[0m mattock ")
    assert (tmp_path / "log.txt").read_text().startswith("W mattock ")


def closed():
    file = io.StringIO()
    file.close()
    return file


@pytest.mark.parametrize("stderr", [None, closed()])
def test_a_program_without_standard_error_runs(monkeypatch, stderr):
    monkeypatch.setattr(sys, "stderr", stderr)
    run_once(verbose=True)


def test_a_message_is_one_line(capsys):
    RKNNLite().load_rknn("two\nlines\033[1m.rknn")
    _, line = log_lines(capsys)
    assert "two\\nlines\\x1b[1m.rknn" in line


def test_names_that_are_no_text_can_be_logged(capsys, tmp_path):
    file = tmp_path / "log.txt"
    RKNNLite(verbose_file=file).load_rknn(os.fsdecode(b"\xff\xc3\xa4.rknn"))
    assert "'\\udcff\u00e4.rknn'" in log_lines(capsys)[1]
    assert "'\\udcff\u00e4.rknn'" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("configure", ["", "import logging; logging.basicConfig()"])
def test_the_notice_that_there_is_no_npu_comes_once_per_process(configure, tmp_path):
    program = (f"{WITHOUT_NPU}{configure}\nfrom rknnlite.api import RKNNLite\n"
               "for _ in range(3):\n"
               f"    lite = RKNNLite(); lite.load_rknn({MODEL!r}); assert lite.init_runtime() == 0\n")
    done = subprocess.run([sys.executable, "-c", program], env=environment(), cwd=tmp_path, text=True,
                          capture_output=True, check=True)
    lines = done.stderr.splitlines()
    assert [line for line in lines if "emulated rk3566" in line and line.startswith("W ")] == lines[1:2]
    assert len(lines) == 4 and done.stdout == ""
