"""The seed's script, unchanged, as its user runs it: from a folder with matmul.rknn in it."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from compat_support import SCRIPT, SEED, environment

SEEDED = "import numpy, runpy; numpy.random.seed({}); runpy.run_path('npuMatmulModel.py', run_name='__main__')"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(SCRIPT, tmp_path)
    shutil.copy(SEED / "matmul.rknn", tmp_path)
    return tmp_path


def run(folder, *arguments):
    variables = environment(PYTHONIOENCODING="utf-8", MATTOCK_DEVICE="emulator")
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=variables, encoding="utf-8", capture_output=True)


def printed_matrices(text):
    """The 9x9 matrices of the output, by the title above each."""
    found = {}
    for title, body in re.findall(r"^(\S[^\n]*):\n(\[\[.*?\]\])$", text, re.MULTILINE | re.DOTALL):
        found[title] = np.array(body.replace("[", " ").replace("]", " ").split(), float).reshape(9, 9)
    return found


def assert_printed_alike(found, expected):
    """Three decimals each, so 0.001 together, and one unit of float16."""
    assert np.all(np.abs(found - expected) <= 0.001 + np.spacing(expected.astype(np.float16)).astype(float))


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_script_prints_the_product(folder, seed):
    done = run(folder, "-c", SEEDED.format(seed))
    assert done.returncode == 0, done.stderr
    matrices = printed_matrices(done.stdout)
    result, numpys = (matrices[title] for title in ("Resulting matrix (Matrix 1 × Matrix 2)",
                                                    "NumPy result (for verification)"))
    random = np.random.RandomState(seed)
    a, b = (random.rand(1, 9, 9).astype(np.float16)[0].astype(np.float64) for _ in range(2))
    assert_printed_alike(result, a @ b)
    assert_printed_alike(result, numpys)
    assert np.array_equal(matrices["Matrix 1"].astype(np.float16), a.astype(np.float16))


def test_the_script_run_as_it_is_agrees_with_numpy(folder):
    done = run(folder, "npuMatmulModel.py")
    assert done.returncode == 0, done.stderr
    matrices = printed_matrices(done.stdout)
    assert len(matrices) == 4
    assert_printed_alike(*list(matrices.values())[2:])


def test_log_lines_go_to_standard_error_only_and_no_file_is_left(folder):
    before = sorted(folder.iterdir())
    done = run(folder, "npuMatmulModel.py")
    assert done.stdout.startswith("Matrix 1:\n")
    assert not re.search(r"^[EWID] ", done.stdout, re.MULTILINE)
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("W mattock ")
    assert sorted(folder.iterdir()) == before


def test_without_the_model_the_script_says_so_and_ends(folder):
    (folder / "matmul.rknn").unlink()
    done = run(folder, "npuMatmulModel.py")
    assert done.returncode == 255 and done.stdout == "Load RKNN model failed\n"  # exit(-1)
    assert "'matmul.rknn' cannot be read: No such file" in done.stderr and "Traceback" not in done.stderr
