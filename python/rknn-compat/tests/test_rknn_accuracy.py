"""RKNN.accuracy_analysis: what is compared, what is written, what is refused."""

import re
import shutil

import numpy as np
import pytest
from compat_support import SEED, VENDOR, matrices, one_error, warnings_of

from rknn.api import RKNN
from rknn.api.accuracy import Compared

MLP = VENDOR / "mlp_tiny.onnx"


def built_from(path, capsys):
    rknn = RKNN()
    rknn.config(target_platform="rk3566")
    assert rknn.load_onnx(model=str(path)) == 0 and rknn.build(do_quantization=False) == 0
    capsys.readouterr()
    return rknn


@pytest.fixture
def product(capsys):
    made = built_from(SEED / "matmul.onnx", capsys)
    yield made
    made.release()


@pytest.fixture
def files(tmp_path):
    """The two inputs of the product as .npy files, in float32 that float16 does not hold."""
    random = np.random.default_rng(5)
    paths = [str(tmp_path / name) for name in ("a.npy", "b.npy")]
    for path in paths:
        np.save(path, random.random((1, 9, 9)).astype(np.float32))
    return paths


def rows(text):
    """Tensor to (operator, numbers), of the part behind the rule."""
    found = {}
    for line in text.split("-" * 20)[-1].splitlines():
        match = re.match(r"\[(.+?)\] (\S+) +(.*)", line)
        if match:
            found[match[2]] = match[1], [float(word) for word in match[3].replace("|", " ").split()]
    return found


def test_both_sides_are_written_and_agree_with_the_table(product, files, tmp_path, capsys):
    out = tmp_path / "snapshot"
    assert product.accuracy_analysis(inputs=files, output_dir=str(out)) == 0
    printed = capsys.readouterr().out
    assert printed == (out / "error_analysis.txt").read_text() and printed.startswith("# ")
    table = rows(printed)
    assert table["2"][0] == "exMatMul" and table["onnx::MatMul_0"][0] == "Input"

    a, b = (np.load(path).astype(np.float64) for path in files)
    golden = np.load(out / "golden" / "npy" / "2.npy")
    assert golden.dtype == np.float32 and np.array_equal(golden, (a @ b).astype(np.float32))
    found = np.load(out / "simulator" / "npy" / "2.npy")
    as_taken = a.astype(np.float16).astype(np.float64) @ b.astype(np.float16).astype(np.float64)
    assert found.dtype == np.float16 and np.array_equal(found, as_taken.astype(np.float16))
    difference = np.abs(golden.astype(np.float64) - found)
    step = 2.0 ** (np.floor(np.log2(golden.max())) - 10)
    cos, euc, largest, steps = table["2"][1]
    assert cos == 1 and euc == pytest.approx(np.linalg.norm(difference), rel=1e-3)
    assert largest == pytest.approx(difference.max(), rel=1e-3) and steps == pytest.approx(largest / step, abs=0.01)
    assert largest > 0, "float16 holds neither operands nor results"

    names = dict(re.findall(r"'(.*)'  (.*)", (out / "map_name_to_file.txt").read_text()))
    assert sorted(names) == ["2", "onnx::MatMul_0", "onnx::MatMul_1"]
    for name, file in names.items():
        for side in ("golden", "simulator"):
            values = np.load(out / side / "npy" / f"{file}.npy")
            assert np.array_equal(np.genfromtxt(out / side / f"{file}.txt").astype(values.dtype), values.ravel()), name


def test_inputs_that_float16_holds_give_the_error_of_one_rounding(product, tmp_path, capsys):
    assert product.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "s") == 0
    table = rows(capsys.readouterr().out)
    assert table["onnx::MatMul_0"][1] == [1, 0, 0, 0] and 0 < table["2"][1][3] <= 0.5


def test_what_is_fused_has_no_numbers_and_what_is_kept_has(tmp_path, capsys):
    """The model's ReLU is a stage of the first product: its input is never written."""
    rknn = built_from(MLP, capsys)
    out = tmp_path / "s"
    assert rknn.accuracy_analysis(inputs=[np.random.default_rng(1).random((3, 20), np.float32)], output_dir=out) == 0
    table = rows(capsys.readouterr().out)
    assert table["y3"] == ("-", []) and table["y4"][0] == "ConvRelu" and table["out"][0] == "Conv"
    assert len(table["y4"][1]) == len(table["out"][1]) == 4
    assert (out / "golden" / "y3.txt").exists() and not (out / "simulator" / "y3.txt").exists()
    assert np.load(out / "simulator" / "npy" / "y4.npy").shape == np.load(out / "golden" / "npy" / "y4.npy").shape


def test_a_folder_is_used_again_and_other_files_stay(product, tmp_path):
    out = tmp_path / "s"
    (out / "golden" / "npy").mkdir(parents=True)
    for old in ("golden/old.txt", "golden/npy/old.npy", "mine.txt"):
        (out / old).write_text("old")
    assert product.accuracy_analysis(inputs=matrices(), output_dir=str(out)) == 0
    assert product.accuracy_analysis(inputs=matrices(2), output_dir=str(out)) == 0
    assert not (out / "golden" / "old.txt").exists() and not (out / "golden" / "npy" / "old.npy").exists()
    assert (out / "mine.txt").read_text() == "old"
    assert np.array_equal(np.load(out / "simulator" / "npy" / "onnx__MatMul_0.npy"), matrices(2)[0])


def test_it_needs_no_init_runtime_and_disturbs_none(product, tmp_path, monkeypatch):
    """Also from another folder than the one the model was loaded from."""
    monkeypatch.chdir(tmp_path)
    assert product.accuracy_analysis(inputs=matrices()) == 0 and (tmp_path / "snapshot").is_dir()
    assert product.init_runtime() == 0
    before = product.inference(inputs=matrices())
    assert product.accuracy_analysis(inputs=matrices(2)) == 0
    assert np.array_equal(product.inference(inputs=matrices())[0], before[0])


def test_numbers_beyond_float16_are_told_and_shown_as_they_are(product, tmp_path, capsys):
    a, b = (array.astype(np.float32) for array in matrices())
    a[0, 0, 0] = 1e5
    assert product.accuracy_analysis(inputs=[a, b], output_dir=tmp_path / "s") == 0
    said = capsys.readouterr()
    assert "W accuracy_analysis: " in said.err and "onnx::MatMul_0" in said.err
    assert np.isnan(rows(said.out)["2"][1][0])


def test_bad_inputs_are_refused_by_name_and_leave_no_file(product, files, tmp_path, capsys):
    out = tmp_path / "s"
    pickled, broken, image = tmp_path / "pickled.npy", tmp_path / "broken.npy", tmp_path / "cat.png"
    np.save(pickled, np.array([{}]), allow_pickle=True)
    broken.write_bytes(b"\x93NUMPY")
    a = matrices()[0]
    for inputs, text in ((files[0], "not str"), (files[:1], "length 1"), ([files[0], 3], "inputs[1] is int"),
                         ([files[0], str(tmp_path / "absent.npy")], "absent.npy' cannot be read"),
                         ([files[0], str(pickled)], "pickled.npy"), ([files[0], str(broken)], "broken.npy"),
                         ([files[0], str(image)], "images are not read"),
                         ([a, np.zeros((9, 8))], "expected is (1,9,9)"), ([a, a.astype(complex)], "complex128")):
        assert product.accuracy_analysis(inputs=inputs, output_dir=out) == -1
        assert text in one_error(capsys)
    assert not out.exists()


def test_places_that_cannot_be_written_are_told(product, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert product.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "file") == -1
    assert "cannot be written" in one_error(capsys)
    assert product.accuracy_analysis(inputs=matrices(), output_dir=7) == -1
    assert "output_dir is int" in one_error(capsys)


def test_boards_are_refused_as_in_init_runtime(product, tmp_path, capsys):
    with pytest.raises(RuntimeError, match="^accuracy_analysis: .*leave target out"):
        product.accuracy_analysis(inputs=matrices(), target="rk3566")
    with pytest.raises(ValueError, match="rk3588"):
        product.accuracy_analysis(inputs=matrices(), target="rk3588")
    assert product.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "s", device_id="x") == -1
    assert "device_id" in one_error(capsys) and not (tmp_path / "s").exists()


def test_an_onnx_file_that_changed_is_not_compared_with(tmp_path, capsys):
    path = tmp_path / "m.onnx"
    shutil.copy(SEED / "matmul.onnx", path)
    rknn = built_from(path, capsys)
    shutil.copy(MLP, path)
    assert rknn.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "s") == -1
    assert "is not the model any more" in one_error(capsys)
    path.unlink()
    assert rknn.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "s") == -1
    assert "m.onnx" in one_error(capsys)


def test_measures_of_what_is_zero_or_small():
    zero, one, small = np.zeros(3, np.float32), np.ones(3, np.float16), np.full(3, 2.0**-24, np.float32)
    assert Compared("", "", zero, zero).cosine() == 1 and Compared("", "", zero, one).cosine() == 0
    assert Compared("", "", np.ones(3, np.float32), -one).cosine() == pytest.approx(-1)
    assert Compared("", "", small, zero).steps() == 1, "the smallest step of float16"
    assert Compared("", "", np.array([1e6]), np.array([1e6 - 64])).steps() == 2, "that of 65504"


def test_nothing_is_said_but_the_table(product, tmp_path, capsys):
    assert product.accuracy_analysis(inputs=matrices(), output_dir=tmp_path / "s") == 0
    assert warnings_of(capsys) == []
