"""convert and export_matmul: from ONNX to a model that runs, and what is said when that does not work."""

from __future__ import annotations

import os
import pathlib
import shutil

import numpy
import pytest

import mattock
import support

SEED_ONNX = support.SEED.with_suffix(".onnx")


@pytest.fixture
def product(tmp_path) -> pathlib.Path:
    path = tmp_path / "m.onnx"
    mattock.export_matmul(path, 4, 32, 16, dtype="float16")
    return path


def test_a_converted_model_multiplies(product):
    a, b = support.random_float16((4, 32), 1), support.random_float16((32, 16), 2)
    with mattock.Session(mattock.convert(product)) as session:
        assert [(info.name, info.shape) for info in session.inputs] == [("a", (4, 32)), ("b", (32, 16))]
        (c,) = session.run(a, b)
    assert support.ulps(c, support.product(a, b)) <= 1


def test_paths_bytes_and_protos_give_the_same_bytes(product, tmp_path, monkeypatch):
    class Proto:
        def SerializeToString(self) -> bytes:
            return product.read_bytes()

    expected = mattock.convert(product)
    assert mattock.convert(str(product)) == expected
    assert mattock.convert(product.read_bytes()) == expected
    assert mattock.convert(memoryview(product.read_bytes())) == expected
    assert mattock.convert(Proto()) == expected
    monkeypatch.chdir(tmp_path)
    assert mattock.convert("m.onnx") == expected
    for model in (product, product.read_bytes(), Proto()):
        (tmp_path / "m.rknn").unlink(missing_ok=True)
        assert mattock.convert(model, "m.rknn") is None
        assert (tmp_path / "m.rknn").read_bytes() == expected
    assert sorted(os.listdir(tmp_path)) == ["m.onnx", "m.rknn"]


def test_the_seeds_model_has_the_names_of_its_onnx():
    with mattock.Session(mattock.convert(SEED_ONNX)) as session:
        names = ["onnx::MatMul_0", "onnx::MatMul_1"]
        assert [info.name for info in session.inputs] == names and session.outputs[0].name == "2"
        a, b = support.random_float16((1, 9, 9), 3), support.random_float16((1, 9, 9), 4)
        assert support.ulps(session.run(a, b)[0], support.product(a, b)) <= 1


@pytest.mark.parametrize("chip", ["rk3566", "rk3568"])
def test_the_file_names_its_chip(product, chip):
    assert mattock.inspect(mattock.convert(product, chip=chip))["target"] == chip


def error_of(*arguments, **named) -> mattock.MattockError:
    with pytest.raises(mattock.MattockError) as caught:
        mattock.convert(*arguments, **named)
    return caught.value


def test_what_is_no_model_is_named(tmp_path, product):
    error = error_of(tmp_path / "absent.onnx")
    assert error.code == "not_found" and "absent.onnx" in str(error)
    assert error_of(tmp_path / "absent.onnx", tmp_path / "out.rknn").code == "not_found"
    assert error_of(tmp_path).code == "bad_file"
    (tmp_path / "text.onnx").write_text("no model")
    error = error_of(tmp_path / "text.onnx")
    assert error.code == "bad_file" and error.where.endswith("text.onnx")
    assert error_of(b"no model").code == "bad_file"
    assert error_of(b"").code == "bad_file"
    assert not (tmp_path / "out.rknn").exists()


def test_arguments_that_cannot_be_meant_are_refused(product, tmp_path):
    error = error_of(product, chip="rk3588")
    assert error.code == "unsupported" and "rk3588" in str(error)
    assert error_of(product, chip=3566).code == "usage"
    assert error_of(42).code == "usage"
    assert error_of(product, 42).code == "usage"
    assert error_of(product, "a\0b").code == "usage"
    assert error_of(product, product).code == "usage"
    before = product.read_bytes()
    link = tmp_path / "link.rknn"
    os.link(product, link)
    assert error_of(product, link).code == "usage"
    assert product.read_bytes() == before


def test_a_file_that_cannot_be_written_is_told(product, tmp_path):
    for model in (product, product.read_bytes()):
        error = error_of(model, tmp_path / "no" / "m.rknn")
        assert error.code == "bad_input" and "m.rknn" in error.where and "cannot be written" in error.message
    assert sorted(os.listdir(tmp_path)) == ["m.onnx"]


def test_the_same_export_gives_the_same_bytes(tmp_path):
    b = numpy.arange(6).reshape(3, 2)
    for name, constant in (("one", b), ("other", numpy.asfortranarray(b.astype(numpy.float16))), ("list", b.tolist())):
        mattock.export_matmul(tmp_path / name, 1, 3, 2, constant_b=constant)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes() == (tmp_path / "list").read_bytes()


@pytest.mark.parametrize(
    "code, text, arguments",
    [
        ("bad_input", "k is 0", {"k": 0}),
        ("bad_input", "batch is -1", {"batch": -1}),
        ("bad_input", f"m is {2**63}", {"m": 2**63}),
        ("usage", "n is a whole number, not float", {"n": 2.0}),
        ("bad_input", "dtype is int8", {"dtype": "int8"}),
        ("usage", "is no type of NumPy's", {"dtype": "float15"}),
        ("bad_input", "2x2", {"constant_b": [[1, 2], [3, 4]]}),
        ("bad_input", "constant_b has the type complex128", {"constant_b": [[1j, 2], [3, 4], [5, 6]]}),
        ("bad_input", "1 of 6 numbers", {"constant_b": [[1, 2], [3, 1e9], [5, 6]], "dtype": "float16"}),
        ("usage", "path is the name of a file, not int", {"path": 3}),
    ],
)
def test_export_refuses(tmp_path, code, text, arguments):
    named = {"path": tmp_path / "m.onnx", "m": 1, "k": 3, "n": 2, **arguments}
    with pytest.raises(mattock.MattockError) as caught:
        mattock.export_matmul(**named)
    assert caught.value.code == code and text in str(caught.value)
    assert not (tmp_path / "m.onnx").exists()


def test_without_the_converters_library_products_still_work(tmp_path):
    library = os.environ.get("MATTOCK_LIBRARY") or pathlib.Path(mattock.__file__).parent / "_lib" / "libmattock.so"
    alone = tmp_path / "libmattock.so"
    shutil.copy(library, alone)
    code = (
        "import mattock\nprint(mattock.matmul([1, 2], [3, 4]))\n"
        "try: mattock.convert(b'')\nexcept mattock.MattockError as error: print(error.code, error, sep='|')"
    )
    first, second = support.python(code, MATTOCK_LIBRARY=str(alone)).stdout.splitlines()
    assert first == "11.0"
    assert second.startswith("not_found|") and "libmattock-convert.so" in second
