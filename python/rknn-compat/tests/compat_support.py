"""Paths, arrays and log lines for the tests."""

import os
import re
import sys
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = PROJECT / "python" / "rknn-compat"
SEED = PROJECT / "tests" / "data" / "seed"
VENDOR = PROJECT / "tests" / "data" / "vendor"
SCRIPT = PACKAGE / "tests" / "data" / "npuMatmulModel.py"

# Code that comes first in a Python of its own: what "auto" says on a machine without an NPU, whatever this one has.
WITHOUT_NPU = (
    "from mattock import _devices\n"
    "_described = _devices.described\n"
    "_devices.described = lambda opened: (_described(opened)[0], 'no NPU: using the emulated rk3566')\n"
)

SETTING_INPUTS = "E Catch exception when setting inputs."
INIT = "E Catch exception when init runtime!"


def log_lines(capsys):
    """What was logged since the last call: whole lines, each a letter and a text, and never a traceback."""
    lines = capsys.readouterr().err.splitlines()
    for line in lines:
        assert re.match(r"[EWID] \S", line), line
    return lines


def refusal(capsys, heading):
    """The one line that says why, behind its heading. W lines before the two are not looked at."""
    lines = [line for line in log_lines(capsys) if not line.startswith("W ")]
    assert len(lines) == 2 and lines[0] == heading, lines
    assert lines[1].startswith("E "), lines
    return lines[1]


def one_error(capsys):
    """The only E line."""
    lines = [line for line in log_lines(capsys) if line.startswith("E ")]
    assert len(lines) == 1, lines
    return lines[0]


def warnings_of(capsys):
    """The W lines, when nothing else was logged."""
    lines = log_lines(capsys)
    assert all(line.startswith("W ") for line in lines), lines
    return lines


def recorded(name):
    """The inputs, in the model's order, and the one output that the vendor's simulator recorded for a model."""
    with np.load(VENDOR / f"{name}.npz") as arrays:
        inputs = [arrays[key] for key in sorted(arrays) if key.startswith("in_")]
        (output,) = [arrays[key] for key in arrays if key.startswith("sim_")]
    return inputs, output


def matrices(seed=1):
    """Two inputs for the seed's product."""
    random = np.random.default_rng(seed)
    return [random.random((1, 9, 9)).astype(np.float16) for _ in range(2)]


def product(a, b):
    """What the seed's product must give: the exact sum of products, rounded once to float16."""
    return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.float16).astype(np.float32)


IDENTITY = np.eye(9, dtype=np.float16).reshape(1, 9, 9)


def environment(**more):
    """For subprocesses: as here, with the packages these tests see."""
    paths = [path for path in sys.path if path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}
