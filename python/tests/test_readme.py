"""What the README says about Python is so: its examples run, and the run it shows is one."""

from __future__ import annotations

import doctest
import re

import numpy

import support

README = support.DATA.parents[1] / "README.md"


def test_the_examples_print_what_is_shown(tmp_path, monkeypatch):
    (tmp_path / "matmul.rknn").write_bytes(support.SEED.read_bytes())
    monkeypatch.chdir(tmp_path)
    tried = doctest.testfile(str(README), module_relative=False)
    assert tried.attempted >= 8 and tried.failed == 0


def shown(title: str) -> numpy.ndarray:
    """The rows of a matrix below its title; "..." stands for those that are left out."""
    _, _, below = README.read_text(encoding="utf-8").partition(f"    {title}:\n")
    rows = re.match(r"(?:    [\[ ]\[[^\n]*\n)+", below)
    assert rows, title
    return numpy.array([row.strip(" []").split() for row in rows.group().splitlines()], float)


def test_the_run_that_is_shown_multiplies():
    a, b = shown("Matrix 1"), shown("Matrix 2")
    assert a.shape == (2, 9) and b.shape == (9, 9)
    for title in ("Resulting matrix (Matrix 1 × Matrix 2)", "NumPy result (for verification)"):
        # Printed with three decimals, after one rounding to float16; the inputs are float16 with all their digits.
        assert numpy.abs(shown(title) - a @ b).max() < 0.0005 + 2.0**-10
