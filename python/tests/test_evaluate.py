"""evaluate and Session.layers: a model's exact values, and what its nodes write."""

from __future__ import annotations

import numpy
import pytest

import mattock
import support

SEED_ONNX = support.SEED.with_suffix(".onnx")
MLP = support.DATA / "vendor" / "mlp_tiny.onnx"


def halves(*shape: int) -> numpy.ndarray:
    """Numbers whose products and sums are exact in float16."""
    return numpy.random.default_rng(len(shape)).integers(-4, 5, shape) / 4


def test_values_are_exact_and_rounded_once():
    a, b = support.random_float16((1, 9, 9), 1), support.random_float16((1, 9, 9), 2)
    values = mattock.evaluate(SEED_ONNX, [a, b])
    assert list(values) == ["onnx::MatMul_0", "onnx::MatMul_1", "2"]
    exact = a.astype(numpy.float64) @ b.astype(numpy.float64)
    assert values["2"].dtype == numpy.float32 and numpy.array_equal(values["2"], exact.astype(numpy.float32))
    assert numpy.array_equal(values["onnx::MatMul_0"], a)


def test_paths_and_bytes_of_any_strides_and_type_give_the_same():
    a, b = halves(1, 9, 9), halves(9, 9, 1).transpose(2, 1, 0)
    (expected,) = (a @ b,)
    for model in (SEED_ONNX, str(SEED_ONNX), SEED_ONNX.read_bytes()):
        assert numpy.array_equal(mattock.evaluate(model, [a, b])["2"], expected)
    whole = numpy.arange(81, dtype=numpy.int16).reshape(1, 9, 9)
    assert numpy.array_equal(mattock.evaluate(SEED_ONNX, [whole, numpy.eye(9, dtype=bool)[None]])["2"], whole)


def test_what_lies_between_is_there_too():
    names = {info.name for info in mattock.Session(mattock.convert(MLP)).outputs}
    with mattock.Session(mattock.convert(MLP)) as session:
        (info,) = session.inputs
    values = mattock.evaluate(MLP, [halves(*info.shape)])
    assert names < set(values) and len(values) > 2


def test_wrong_inputs_and_models_are_named():
    a = numpy.zeros((1, 9, 9))
    for inputs, text in (([a], "1 inputs; the graph takes 2"), ([a, a[0]], "input 'onnx::MatMul_1' is float32 9x9")):
        with pytest.raises(mattock.MattockError, match=text) as raised:
            mattock.evaluate(SEED_ONNX, inputs)
        assert raised.value.code == "bad_input" and "matmul.onnx" in raised.value.where
    with pytest.raises(mattock.MattockError, match="a list with one array per input"):
        mattock.evaluate(SEED_ONNX, a)
    with pytest.raises(mattock.MattockError) as raised:
        mattock.evaluate("absent.onnx", [a, a])
    assert raised.value.code == "not_found"
    with pytest.raises(mattock.MattockError) as raised:
        mattock.evaluate(b"no model", [a, a])
    assert raised.value.code == "bad_file"


def test_layers_are_what_the_nodes_write():
    a, b = halves(1, 9, 9), halves(1, 9, 9)[:, ::-1]
    with mattock.Session(support.SEED) as session:
        found = session.layers(a, b)
        (output,) = session.run(a, b)
        named = session.layers({"onnx::MatMul_1": b, "onnx::MatMul_0": a})
        with pytest.raises(mattock.MattockError, match="1 input"):
            session.layers(a)
    assert numpy.array_equal(found["2"], a @ b) and numpy.array_equal(found["2"], output)
    assert numpy.array_equal(found["onnx::MatMul_0"], a) and found["2"].dtype == numpy.float16
    assert len(found) > 3 and found.keys() == named.keys()
    with pytest.raises(mattock.MattockError, match="closed"):
        session.layers(a, b)


def test_layers_tell_what_was_lost_on_the_way_in():
    with mattock.Session(support.SEED) as session, pytest.warns(mattock.PrecisionWarning, match="onnx::MatMul_0"):
        found = session.layers(numpy.full((1, 9, 9), 1e5), numpy.zeros((1, 9, 9)))
    assert numpy.isinf(found["onnx::MatMul_0"]).all()


def test_layers_of_bfloat16_are_float32():
    with mattock.Session(support.DATA / "vendor" / "mlp_tiny_bf16.rknn") as session:
        found = session.layers(*(halves(*info.shape) for info in session.inputs))
        outputs = session.run(*(halves(*info.shape) for info in session.inputs))
    assert numpy.array_equal(found[session.outputs[0].name], outputs[0])
    assert found[session.outputs[0].name].dtype == numpy.float32
