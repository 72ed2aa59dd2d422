"""Sessions: what they tell of a model, how inputs are named, how they end."""

from __future__ import annotations

import copy
import pickle
from collections import ChainMap, UserDict

import numpy
import pytest

import mattock
import support

A, B = "onnx::MatMul_0", "onnx::MatMul_1"
EYE = numpy.eye(9)[None]
COUNT = numpy.arange(81.0).reshape(1, 9, 9)


def test_inputs_and_outputs_are_told_as_the_model_declares_them(session):
    assert session.inputs == (
        mattock.TensorInfo(name=A, shape=(1, 9, 9), dtype="float16", scale=None, zero_point=None),
        mattock.TensorInfo(name=B, shape=(1, 9, 9), dtype="float16", scale=None, zero_point=None),
    )
    assert session.outputs == (mattock.TensorInfo("2", (1, 9, 9), "float16", None, None),)
    assert session.device == "emulator:rk3566"
    assert all(type(length) is int for info in session.inputs for length in info.shape)


def test_quantisation_is_told():
    with mattock.Session(support.vendor("gemm_bias_i8").model) as session:
        (a,), (out,) = session.inputs, session.outputs
        assert (a.name, a.shape, a.dtype, a.zero_point) == ("a", (4, 64), "int8", -13)
        assert a.scale == pytest.approx(0.02727481536567211, rel=1e-6)
        assert (out.zero_point, out.scale) == (-2, pytest.approx(0.04801829159259796, rel=1e-6))


def test_tensor_information_cannot_be_changed(session):
    with pytest.raises(AttributeError):
        session.inputs[0].name = "other"
    with pytest.raises(AttributeError):
        session.inputs = ()


def test_a_session_shows_model_device_and_tensors(session):
    text = repr(session)
    assert "matmul.rknn on emulator:rk3566" in text and "onnx::MatMul_0 (1x9x9 float16)" in text
    closed = mattock.Session(support.SEED.read_bytes())
    closed.close()
    assert "closed" in repr(closed) and "1x9x9" in repr(closed)


def test_inputs_may_be_named_by_a_mapping_in_any_order(session):
    for mapping in ({B: EYE, A: COUNT}, ChainMap({A: COUNT}, {B: EYE}), UserDict({A: COUNT, B: EYE})):
        (c,) = session.run(mapping)
        assert (c == COUNT).all()


def test_inputs_may_be_named_by_keywords(session):
    (c,) = session.run(**{B: EYE, A: COUNT})
    assert (c == COUNT).all()
    model, (image,), _ = support.vendor("gemm_bias")
    with mattock.Session(model) as other:
        assert (other.run(a=image)[0] == other.run(image)[0]).all()


def test_saved_collections_of_arrays_are_mappings(session, tmp_path):
    numpy.savez(tmp_path / "inputs.npz", **{A: COUNT, B: EYE})
    with numpy.load(tmp_path / "inputs.npz") as saved:
        assert (session.run(saved)[0] == COUNT).all()


@pytest.mark.parametrize(
    ("arrays", "named"),
    [
        (({A: COUNT},), {B: EYE}),
        ((COUNT,), {B: EYE}),
        (({A: COUNT}, {B: EYE}), {}),
        (({A: COUNT}, EYE), {}),
    ],
)
def test_ways_to_give_inputs_are_not_mixed(session, arrays, named):
    with pytest.raises(mattock.MattockError, match="mixes") as caught:
        session.run(*arrays, **named)
    assert caught.value.code == "usage"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({A: COUNT}, f"'{B}' is missing"),
        ({}, f"'{A}' is missing; '{B}' is missing"),
        ({A: COUNT, B: EYE, "c": EYE}, "no input is called 'c'"),
        ({A: COUNT, "onnx::matmul_1": EYE}, "no input is called 'onnx::matmul_1'"),
        ({A: COUNT, B: EYE, 3: EYE}, "no input is called 3"),
    ],
)
def test_names_that_do_not_fit_are_refused_with_those_that_do(session, named, said):
    with pytest.raises(mattock.MattockError) as caught:
        session.run(named)
    assert caught.value.code == "bad_input"
    assert said in caught.value.message
    assert A in caught.value.hint and B in caught.value.hint


@pytest.mark.parametrize("count", [1, 3, 17])
def test_another_number_of_arrays_is_refused(session, count):
    with pytest.raises(mattock.MattockError) as caught:
        session.run(*[EYE] * count)
    assert caught.value.code == "bad_input"
    assert "2" in caught.value.message and str(count) in caught.value.message
    assert (session.run(COUNT, EYE)[0] == COUNT).all()  # it can be run again


def test_a_wrong_array_is_named_by_the_models_name_also_in_a_mapping(session):
    with pytest.raises(mattock.MattockError, match=B) as caught:
        session.run({B: EYE[0], A: COUNT})
    assert caught.value.code == "bad_input"
    with pytest.raises(mattock.MattockError, match="input 2 has the type complex128"):
        session.run(COUNT, EYE, EYE.astype(complex))


def test_the_report_tells_of_the_last_run(session):
    session.run(COUNT, EYE)
    report = session.last_report()
    assert sum(len(submit["tasks"]) for submit in report["submits"]) == 8  # as the file plans it
    assert sum(task["macs"] for submit in report["submits"] for task in submit["tasks"]) > 0
    assert report["warnings"] == []
    with pytest.warns(mattock.PrecisionWarning) as caught:
        session.run(numpy.full((1, 9, 9), 1e6), EYE * 0)
    assert session.last_report()["warnings"] == [str(warning.message) for warning in caught]


def test_there_is_no_report_before_a_run_or_after_a_failed_one():
    with mattock.Session(support.SEED) as session:
        with pytest.raises(mattock.MattockError) as caught:
            session.last_report()
        assert caught.value.code == "usage"
        session.run(COUNT, EYE)
        session.last_report()
        with pytest.raises(mattock.MattockError):
            session.run(COUNT[0], EYE)
        with pytest.raises(mattock.MattockError) as caught:
            session.last_report()
        assert caught.value.code == "usage"


def test_a_closed_session_refuses_everything_but_questions_and_close():
    session = mattock.Session(support.SEED)
    inputs = session.inputs
    session.close()
    session.close()
    assert session.inputs == inputs and session.device == "emulator:rk3566"
    for use in (lambda: session.run(COUNT, EYE), session.last_report, session.run, session.__enter__):
        with pytest.raises(mattock.MattockError, match="closed") as caught:
            use()
        assert caught.value.code == "usage"
        assert caught.value.where.endswith("matmul.rknn")


def test_a_session_closes_at_the_end_of_its_block_also_by_an_error():
    with pytest.raises(KeyError):
        with mattock.Session(support.SEED) as session:
            assert (session.run(COUNT, EYE)[0] == COUNT).all()
            raise KeyError
    with pytest.raises(mattock.MattockError, match="closed"):
        session.run(COUNT, EYE)


def test_sessions_cannot_be_copied_or_pickled(session):
    for make in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="open the model again"):
            make(session)
    assert (session.run(COUNT, EYE)[0] == COUNT).all()


def test_a_session_left_open_at_the_end_of_python_says_nothing():
    code = f"import mattock; keep = mattock.Session({str(support.SEED)!r}, device='emulator')"
    done = support.python(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_two_sessions_of_one_model_do_not_disturb_each_other(session):
    with mattock.Session(support.SEED) as other:
        first, second = session.run(COUNT, EYE), other.run(EYE, EYE)
        assert (first[0] == COUNT).all() and (second[0] == EYE).all()
        assert session.last_report() is not None
    assert (session.run(COUNT, EYE)[0] == COUNT).all()
