"""The package itself: its names, its errors, its library, its types and the examples in its texts."""

from __future__ import annotations

import copy
import doctest
import importlib
import importlib.util
import pathlib
import pickle
import shutil
import subprocess
import sys

import pytest
from conftest import require_or_skip

import mattock
import support

PACKAGE = pathlib.Path(mattock.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("_*.py") if path.stem not in ("__init__", "__main__"))


def test_public_names_are_those_documented():
    names = [
        "DeviceInfo",
        "Matmul",
        "MattockError",
        "PrecisionWarning",
        "Scales",
        "Session",
        "TensorInfo",
        "__version__",
        "convert",
        "devices",
        "evaluate",
        "export_matmul",
        "inspect",
        "matmul",
    ]
    assert sorted(mattock.__all__) == names
    assert set(names) <= set(dir(mattock))
    assert all(hasattr(mattock, name) for name in names)
    with pytest.raises(AttributeError, match="Sesion"):
        mattock.Sesion
    scope: dict[str, object] = {}
    exec("from mattock import *", scope)
    assert set(names) <= set(scope)


def test_the_version_is_that_of_the_library():
    from mattock import _capi

    assert mattock.__version__ == _capi.library().mattock_version().decode()


def test_importing_loads_nothing_heavy():
    code = "import sys; before = set(sys.modules); import mattock; print(*set(sys.modules) - before)"
    assert not {"numpy", "json", "logging", "ctypes", "dataclasses"} & set(support.python(code).stdout.split())
    code = "import sys, numpy; before = set(sys.modules); import mattock._session; print(*set(sys.modules) - before)"
    loaded = {name for name in support.python(code).stdout.split() if not name.startswith("mattock")}
    assert not loaded & {"json", "logging", "dataclasses", "asyncio", "subprocess", "numpy.ma", "numpy.typing"}


def test_types_are_marked_and_every_file_is_there():
    assert (PACKAGE / "py.typed").exists()
    expected = (
        "_arrays _capi _convert _convert_capi _devices _error _evaluate _handle _inspect _matmul _matmul_spec "
        "_session _version"
    )
    assert MODULES == expected.split()


def test_errors_read_where_message_hint():
    error = mattock.MattockError("bad_input", "two shapes", "model.rknn", "transpose one")
    assert str(error) == "model.rknn: two shapes; transpose one"
    assert str(mattock.MattockError("usage", "closed")) == "closed"
    assert str(mattock.MattockError("usage", "closed", hint="open it")) == "closed; open it"
    assert str(mattock.MattockError("usage", "closed", "here")) == "here: closed"
    assert isinstance(error, Exception) and issubclass(mattock.PrecisionWarning, RuntimeWarning)


def test_errors_can_be_copied_and_pickled():
    error = mattock.MattockError("bad_input", "two shapes", "model.rknn", "transpose one")
    error.note = "kept"
    for made in (copy.copy(error), copy.deepcopy(error), *(pickle.loads(pickle.dumps(error, n)) for n in range(6))):
        assert type(made) is mattock.MattockError
        assert (made.code, made.message, made.where, made.hint) == (error.code, error.message, error.where, error.hint)
        assert str(made) == str(error) and made.note == "kept"
    with pytest.raises(mattock.MattockError) as caught:
        mattock.Session("absent.rknn")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_long_texts_of_the_library_end_in_dots(tmp_path):
    name = "/".join(["x" * 200] * 8) + "/absent.rknn"
    with pytest.raises(mattock.MattockError) as caught:
        mattock.inspect(tmp_path / name)
    assert caught.value.code == "not_found"
    assert caught.value.where.endswith("...") and 400 < len(caught.value.where) < 512
    assert caught.value.message == "cannot be opened: No such file or directory"


USE = "import mattock\ntry: mattock.devices()\nexcept mattock.MattockError as error: print(error.code, error, sep='|')"


def library_error(file: str) -> tuple[str, str]:
    done = support.python(USE, MATTOCK_LIBRARY=file)
    assert done.returncode == 0, done.stderr
    code, _, text = done.stdout.partition("|")
    return code, text


def test_a_missing_library_is_told(tmp_path):
    code, text = library_error(str(tmp_path / "absent.so"))
    assert code == "not_found" and "absent.so" in text and "MATTOCK_LIBRARY" in text


def test_a_library_that_cannot_be_loaded_is_told(tmp_path):
    text_file, other_machine = tmp_path / "text.so", tmp_path / "other.so"
    text_file.write_text("no library")
    header = bytearray(pathlib.Path(sys.executable).resolve().read_bytes()[:4096])
    header[18:20] = (0xF3 if header[18] != 0xF3 else 0x3E, 0)  # ELF: another machine
    other_machine.write_bytes(header)
    for file in (text_file, other_machine):
        code, text = library_error(str(file))
        assert code == "not_found" and file.name in text and "cannot be used" in text


def test_another_library_in_its_place_is_told():
    numpys = importlib.util.find_spec("numpy.linalg._umath_linalg")
    assert numpys is not None and numpys.origin is not None
    code, text = library_error(numpys.origin)
    assert code == "not_found" and "mattock_version" in text


def test_a_library_of_another_version_is_told():
    code = "import mattock._version\nmattock._version.__version__ = '99.0.1'\n" + USE
    done = support.python(code)
    assert done.stdout.startswith("not_found|")
    assert "99.0.1" in done.stdout and mattock.__version__ in done.stdout


def test_the_library_is_found_again_once_the_name_is_right():
    code = (
        "import os, mattock\nright = os.environ.pop('MATTOCK_LIBRARY', '')\nos.environ['MATTOCK_LIBRARY'] = '/absent'\n"
        "try: mattock.devices()\nexcept mattock.MattockError: pass\nelse: raise SystemExit('found')\n"
        "os.environ['MATTOCK_LIBRARY'] = right\nprint(len(mattock.devices()) > 0)"
    )
    assert support.python(code).stdout == "True\n"


@pytest.mark.parametrize("name", ["", *(f".{module}" for module in MODULES)])
def test_examples_in_the_texts_are_true(name, monkeypatch):
    monkeypatch.chdir(support.SEED.parent)
    module = importlib.import_module(f"mattock{name}")
    found = doctest.testmod(module)
    assert found.failed == 0
    if name in ("", "._session", "._convert", "._devices", "._inspect", "._matmul", "._matmul_spec"):
        assert found.attempted > 0


def test_types_are_right_by_the_strictest_rules(tmp_path):
    if importlib.util.find_spec("mypy") is None:
        require_or_skip("mypy is not installed")
    (tmp_path / "use.py").write_text(
        "from __future__ import annotations\nimport numpy\nimport mattock\n"
        "with mattock.Session('matmul.rknn', device='auto') as session:\n"
        "    arrays = session.run([[1, 2]], numpy.ones(3), raw=True)\n"
        "    more = session.run({'a': numpy.ones(3)}, out=arrays) + session.run(a=[1.5])\n"
        "    names: list[str] = [info.name for info in session.inputs]\n"
        "    scale: float | None = session.outputs[0].scale\n"
        "kinds: list[str] = [device.kind for device in mattock.devices()]\n"
        "target = mattock.inspect(b'bytes')['target']\n"
        "c = mattock.matmul([[1, 2]], numpy.ones((2, 3)), type='fp16', out_dtype=numpy.float16)\n"
        "c = mattock.matmul(c, [1], out_dtype='float32', device='emulator', out=c, allow_assumed=True)\n"
        "with mattock.Matmul(1, numpy.int64(2), 3, type='int8') as product:\n"
        "    product.set_b(numpy.ones((2, 3), numpy.int8))\n"
        "    total: float = product.run([[1, 2]], out=c).sum()\n"
        "    lines: list[str] = product.explain().splitlines()\n"
        "    tasks = product.plan()['tasks']\n"
        "    bound: float = product.error_bound\n"
        "with mattock.Matmul(1, 2, 3, native=('a', 'b')) as product, mattock.Matmul(1, 2, 3, native='c') as other:\n"
        "    sizes: tuple[int, ...] = product.a_shape + product.b_shape + other.c_shape\n"
        "mattock.export_matmul('m.onnx', 1, numpy.int64(2), 3, batch=4, dtype=numpy.float16, constant_b=[[1.5]])\n"
        "file: bytes = mattock.convert('m.onnx', chip='rk3568', allow_assumed=True)\n"
        "mattock.convert(file, 'm.rknn')\n"
    )
    shutil.copytree(PACKAGE, tmp_path / "mattock", ignore=shutil.ignore_patterns("_lib", "_bin", "__pycache__"))
    command = [sys.executable, "-W", "ignore", "-m", "mypy", "--strict", "--cache-dir", "cache", "mattock", "use.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
