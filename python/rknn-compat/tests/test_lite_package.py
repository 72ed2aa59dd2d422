"""The distribution itself: types, and that the wheel would have what the folders have."""

import ast
import importlib.util
import os
import re
import subprocess
import sys

import pytest
from compat_support import PACKAGE, PROJECT, environment

import rknn.api
import rknnlite
from rknnlite.api import RKNNLite


@pytest.mark.parametrize("package", ["rknnlite", "rknn"])
def test_the_packages_are_typed_strictly(tmp_path, package):
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    paths = os.pathsep.join([str(PACKAGE), str(PROJECT / "python")])
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir",
                           str(tmp_path / "cache"), "-p", package], cwd=tmp_path, text=True, capture_output=True,
                          env={**environment(), "MYPYPATH": paths})
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_type_checker_sees_names_that_do_not_exist(tmp_path):
    """__getattr__ must not hide them."""
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    (tmp_path / "use.py").write_text("from rknnlite.api import RKNNLite\nRKNNLite().eval_perf()\n")
    paths = os.pathsep.join([str(PACKAGE), str(PROJECT / "python")])
    done = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "use.py"],
                          cwd=tmp_path, text=True, capture_output=True, env={**environment(), "MYPYPATH": paths})
    assert done.returncode == 1 and '"RKNNLite" has no attribute "eval_perf"' in done.stdout


def test_every_folder_with_modules_is_in_the_wheel():
    text = (PACKAGE / "pyproject.toml").read_text()
    listed = ast.literal_eval(re.search(r"^packages = (\[.*?\])", text, re.MULTILINE).group(1))
    folders = [path.parent.relative_to(PACKAGE).as_posix().replace("/", ".")
               for path in PACKAGE.glob("rknn*/**/__init__.py")]
    assert sorted(listed) == sorted(folders)
    assert (PACKAGE / "rknnlite" / "py.typed").is_file() and (PACKAGE / "rknn" / "py.typed").is_file()


@pytest.mark.parametrize("source", sorted(PACKAGE.glob("rknn*/**/*.py")), ids=lambda path: path.name)
def test_sources_are_python_3_9(source):
    ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_class_is_where_scripts_import_it_from():
    import rknnlite.api as api

    assert api.__all__ == ["RKNNLite"] and api.RKNNLite is RKNNLite
    assert rknn.api.__all__ == ["RKNN"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", rknnlite.__version__)
