"""The command `mattock` and `python -m mattock`, which become the native program."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import mattock
import support

PACKAGE = pathlib.Path(mattock.__file__).parent


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **environment}
    line = [sys.executable, "-m", "mattock", *arguments]
    return subprocess.run(line, env=variables, capture_output=True, text=True, timeout=120)


def script(path: pathlib.Path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def test_the_version_is_that_of_the_package():
    done = command("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["mattock", mattock.__version__]


def test_inspect_prints_what_the_function_returns():
    done = command("inspect", "--json", str(support.SEED))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == mattock.inspect(support.SEED)


def test_the_programs_exit_status_comes_through():
    assert command("inspect", "absent.rknn").returncode == 1
    assert command("no-such-command").returncode == 2


def test_arguments_come_through_as_they_are(tmp_path):
    program = script(tmp_path / "program", 'for argument in "$@"; do printf "<%s>" "$argument"; done\n')
    assert (
        command("a b", "", "--x=*", "$HOME", "\u5927", MATTOCK_PROGRAM=program).stdout
        == "<a b><><--x=*><$HOME><\u5927>"
    )
    line = [os.fsencode(sys.executable), b"-m", b"mattock", b"\xff\xfe"]
    environment = {**os.environ, "MATTOCK_PROGRAM": program}
    assert subprocess.run(line, env=environment, capture_output=True).stdout == b"<\xff\xfe>"


def test_the_program_ends_quietly_when_its_reader_goes(tmp_path):
    program = script(tmp_path / "program", "grep SigIgn: /proc/$$/status\n")
    ignored = int(command(MATTOCK_PROGRAM=program).stdout.split()[1], 16)
    assert ignored & (1 << 12) == 0  # SIGPIPE is 13: not ignored


def test_a_missing_program_is_one_line_and_status_70(tmp_path):
    absent = str(tmp_path / "absent")
    done = command("--version", MATTOCK_PROGRAM=absent)
    assert done.returncode == 70 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert absent in done.stderr and "MATTOCK_PROGRAM" in done.stderr


def test_a_program_of_another_kind_is_one_line_and_status_70(tmp_path):
    text = tmp_path / "text"
    text.write_bytes(b"\x7fELF no program")
    for mode in (0o755, 0o644):
        text.chmod(mode)
        done = command(MATTOCK_PROGRAM=str(text))
        assert done.returncode == 70 and len(done.stderr.splitlines()) == 1


def test_the_command_loads_neither_numpy_nor_ctypes():
    code = (
        "import os, sys\nbefore = set(sys.modules)\nfrom mattock.__main__ import main\n"
        "os.execv = lambda *arguments: print(*set(sys.modules) - before)\nmain()"
    )
    loaded = set(support.python(code).stdout.split())
    assert "mattock.__main__" in loaded
    assert not loaded & {"numpy", "ctypes", "json", "logging"}
