"""mattock.Matmul: a product of one shape for many runs."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy
import pytest

import mattock
import support


@pytest.fixture
def product():
    with mattock.Matmul(2, 3, 4) as made:
        yield made


A, B = numpy.arange(6).reshape(2, 3), numpy.arange(12).reshape(3, 4)


def refused(work) -> mattock.MattockError:
    with pytest.raises(mattock.MattockError) as caught:
        work()
    return caught.value


def test_b_stays_for_many_runs_and_can_be_changed(product):
    product.set_b(B)
    for number in range(3):
        assert (product.run(A + number) == (A + number) @ B).all()
    product.set_b(-B)
    found = product.run(A)
    assert (found == A @ -B).all() and found.dtype == numpy.float32


def test_b_is_copied(product):
    b = B.astype(numpy.float32)
    product.set_b(b)
    b[:] = 99
    assert (product.run(A) == A @ B).all()


def test_a_run_before_its_b_is_usage(product):
    error = refused(lambda: product.run(A))
    assert error.code == "usage" and error.hint == "call set_b first"


def test_other_shapes_and_types_are_refused_and_the_b_before_stays(product):
    product.set_b(B)
    for wrong in (B.T, B[None], B[0], 5, B.astype(complex)):
        assert refused(lambda wrong=wrong: product.set_b(wrong)).code == "bad_input"
    for wrong in (A.T, A[None], A[0], A[:1], "text"):
        assert refused(lambda wrong=wrong: product.run(wrong)).code == "bad_input"
    for out in (numpy.zeros((4, 2), numpy.float32), numpy.zeros((2, 4)), [[0]]):
        assert refused(lambda out=out: product.run(A, out=out)).code == "bad_input"
    assert (product.run(A) == A @ B).all()


def test_the_callers_array_is_written_in_place(product):
    product.set_b(B)
    out = numpy.zeros((4, 2), numpy.float32).T
    assert product.run(A, out) is out and (out == A @ B).all()
    assert (product.run(A[:, ::-1], out=out) == A[:, ::-1] @ B).all()


def test_types():
    with mattock.Matmul(2, 3, 4, type="int8") as product:
        assert refused(lambda: product.set_b(B)).code == "bad_input"
        product.set_b(B.astype(numpy.int8))
        found = product.run(A.astype(numpy.int8))
        assert found.dtype == numpy.int32 and (found == A @ B).all()
    with mattock.Matmul(2, 3, 4, out_dtype=numpy.float16, device="emulator:rk3568") as product:
        product.set_b(B)
        assert product.device == "emulator:rk3568"
        assert product.run(A).dtype == numpy.float16
        assert refused(lambda: product.run(A, numpy.zeros((2, 4), numpy.float32))).code == "bad_input"


def test_numbers_that_become_infinite_are_warned_of(product):
    with pytest.warns(mattock.PrecisionWarning, match="^B: 12 of 12 values are beyond the range of float16"):
        product.set_b(numpy.full((3, 4), 1e6))
    with pytest.warns(mattock.PrecisionWarning, match="^A: 1 of 6 values are"):
        assert (product.run(numpy.float32([[1, 1, 1], [1, 1, -1e5]]))[0] == numpy.inf).all()


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ((0, 1, 1), "bad_input"),
        ((1, -1, 1), "bad_input"),
        ((1, 1, 2**20 + 1), "bad_input"),
        ((2**70, 1, 1), "bad_input"),
        ((1.5, 1, 1), "usage"),
        ((1, "3", 1), "usage"),
        ((1, None, 1), "usage"),
        ((2**20, 2**10, 1), "device"),
    ],
)
def test_dimensions_that_cannot_be_are_refused(sizes, code):
    assert refused(lambda: mattock.Matmul(*sizes)).code == code


def test_options_that_mean_nothing_are_refused():
    for options, code in (
        ({"type": None}, "usage"),
        ({"type": "bf16"}, "usage"),
        ({"out_dtype": "int32"}, "unsupported"),
        ({"type": "int8", "out_dtype": "int8"}, "usage"),
        ({"device": "npu9"}, "device"),
        ({"device": 3}, "usage"),
    ):
        assert refused(lambda options=options: mattock.Matmul(1, 1, 1, **options)).code == code, options


def test_it_explains_itself():
    text = mattock.Matmul(64, 9000, 256, type="int8").explain()
    assert text.startswith("C[64, 256] = A[64, 9000] x B[9000, 256], int8 to int32, on rk3566\n")
    assert {"tile", "banks", "tasks", "bytes", "time", "grade"} <= {line.split()[0] for line in text.splitlines()}
    assert "assumed" not in mattock.Matmul(16, 16, 20000).explain()
    assert "assumed" in mattock.Matmul(16, 16, 20000, allow_assumed=True).explain()


def test_its_plan_is_what_it_says_of_itself():
    product = mattock.Matmul(64, 9000, 256, type="int8")
    product.close()
    plan = product.plan()
    assert (plan["m"], plan["k"], plan["n"], plan["types"]) == (64, 9000, 256, ["int8", "int32"])
    assert plan["uncalibrated"] and not plan["scaled_to_int8"] and 0 < plan["roofline"] <= 1
    assert f"{plan['tasks']} in {plan['submits']} submit" in product.explain()
    assert f"{plan['parts']} parts of" in product.explain() and plan["joined_on"] == "CPU"
    assert mattock.Matmul(2, 3, 4, type="int8", out_dtype="float32").plan()["scaled_to_int8"]


def test_after_close_everything_is_refused_but_what_it_was():
    product = mattock.Matmul(2, 3, 4)
    product.set_b(B)
    product.close()
    product.close()
    for work in (lambda: product.run(A), lambda: product.set_b(B), product.__enter__):
        error = refused(work)
        assert error.code == "usage" and "closed" in error.message
    assert product.explain() and product.device == "emulator:rk3566"
    assert repr(product) == "<mattock.Matmul 2x3 by 3x4, float16 to float32, closed>"


def test_it_is_closed_at_the_end_of_with_and_when_nobody_holds_it():
    with mattock.Matmul(1, 1, 1) as product:
        assert repr(product) == "<mattock.Matmul 1x1 by 1x1, float16 to float32, on emulator:rk3566>"
    assert refused(lambda: product.run([[1]])).code == "usage"
    gone = weakref.ref(product)
    del product
    gc.collect()
    assert gone() is None


def test_it_cannot_be_copied_or_pickled(product):
    for work in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="make another one"):
            work(product)


def test_one_that_did_not_open_goes_quietly():
    done = support.python("import mattock\ntry: mattock.Matmul('x', 1, 1)\nexcept mattock.MattockError: print('refused')")
    assert done.stdout == "refused\n" and done.stderr == ""
