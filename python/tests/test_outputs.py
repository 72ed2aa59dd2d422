"""Where results go: new arrays, the caller's arrays, the model's own type."""

from __future__ import annotations

import numpy
import pytest
from numpy.lib.stride_tricks import as_strided

import mattock
import support
from mattock import _arrays

A = support.random_float16((1, 9, 9), 1)
B = support.random_float16((1, 9, 9), 2)


@pytest.fixture(scope="module")
def expected(session):
    (c,) = session.run(A, B)
    assert support.ulps(c, support.product(A, B)) <= 1
    return c


def test_results_are_new_arrays_that_later_runs_leave_alone(session, expected):
    (first,) = session.run(A, B)
    kept = first.copy()
    (second,) = session.run(B, A)
    assert first is not second and not numpy.shares_memory(first, second)
    assert (first == kept).all() and first.flags.writeable and first.flags.c_contiguous


def test_raw_gives_the_models_own_type(session, expected):
    (c,) = session.run(A, B, raw=True)
    assert c.dtype == numpy.float16 and (c == expected).all()


def test_raw_gives_the_integers_of_quantised_models():
    model, inputs, _ = support.vendor("gemm_bias_i8")
    with mattock.Session(model) as session:
        info = session.outputs[0]
        (real,), (raw,) = session.run(*inputs), session.run(*inputs, raw=True)
        assert raw.dtype == numpy.int8 and info.dtype == "int8"
        dequantised = (raw.astype(numpy.float64) - info.zero_point) * info.scale
        assert numpy.allclose(real, dequantised, rtol=1e-6, atol=0)
        assert len(numpy.unique(raw)) > 10


def test_raw_is_refused_for_bfloat16():
    model, inputs, _ = support.vendor("mlp_tiny_bf16")
    with mattock.Session(model) as session:
        assert session.outputs[0].dtype == "bfloat16"
        with pytest.raises(mattock.MattockError, match="bfloat16") as caught:
            session.run(*inputs, raw=True)
        assert caught.value.code == "unsupported" and "float32" in caught.value.hint
        with pytest.raises(mattock.MattockError, match="bfloat16"):
            session.run(*inputs, raw=True, out=[numpy.empty((3, 5), numpy.uint16)])


def view_of(layout: str, dtype: str):
    """An array to write, and the memory it lies in, filled with 7."""
    if layout == "contiguous":
        memory = numpy.full((1, 9, 9), 7, dtype)
        return memory, memory
    if layout == "transposed":
        memory = numpy.full((9, 9, 1), 7, dtype)
        return memory.transpose(2, 1, 0), memory
    if layout == "backwards":
        memory = numpy.full((1, 9, 9), 7, dtype)
        return memory[:, ::-1, ::-1], memory
    if layout == "every second of a larger one":
        memory = numpy.full((1, 9, 20), 7, dtype)
        return memory[:, :, 1:19:2], memory
    memory = support.unaligned(numpy.full((1, 9, 9), 7, dtype))
    return memory, memory


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize(
    "layout", ["contiguous", "transposed", "backwards", "every second of a larger one", "unaligned"]
)
def test_the_callers_array_is_written_in_place(session, expected, layout, dtype):
    out, memory = view_of(layout, dtype)
    result = session.run(A, B, out=[out])
    assert len(result) == 1 and result[0] is out
    assert (out == expected).all()
    out[...] = 7
    assert (memory == 7).all()  # nothing beside it was written


@pytest.mark.parametrize("which", [0, 1])
def test_results_may_be_written_over_inputs(session, expected, which):
    arrays = [A.copy(), B.copy()]
    session.run(*arrays, out=[arrays[which]])
    assert (arrays[which] == expected).all()
    assert (arrays[1 - which] == (B, A)[which]).all()


def test_results_may_be_written_over_a_part_of_an_input(session, expected):
    memory = numpy.zeros(200, numpy.float32)
    a = memory[:81].reshape(1, 9, 9)
    a[...] = A
    out = memory[40:121].reshape(1, 9, 9)
    session.run(a, B, out=[out])
    assert (out == expected).all()


def test_a_tuple_may_name_the_outputs_and_raw_may_confirm_their_type(session, expected):
    out = numpy.empty((1, 9, 9), numpy.float16)
    assert session.run(A, B, out=(out,), raw=True)[0] is out
    assert (out == expected).all()
    with pytest.raises(mattock.MattockError) as caught:
        session.run(A, B, out=[numpy.empty((1, 9, 9), numpy.float32)], raw=True)
    assert caught.value.code == "bad_input"


def read_only():
    array = numpy.zeros((1, 9, 9), numpy.float32)
    array.flags.writeable = False
    return array


REFUSED = [
    ("float64", numpy.zeros((1, 9, 9))),
    ("int16", numpy.zeros((1, 9, 9), numpy.int16)),
    ("native byte order", numpy.zeros((1, 9, 9), numpy.dtype("float32").newbyteorder("S"))),
    ("read-only", read_only()),
    ("share memory", as_strided(numpy.zeros(9, numpy.float32), (1, 9, 9), (0, 0, 4))),
    ("share memory", as_strided(numpy.zeros(99, numpy.float32), (1, 9, 9), (0, 4, 4))),
    ("masked", numpy.ma.zeros((1, 9, 9), numpy.float32)),
    ("list", numpy.zeros((1, 9, 9), numpy.float32).tolist()),
    ("NoneType", None),
]


@pytest.mark.parametrize(("said", "array"), REFUSED)
def test_arrays_that_cannot_be_written_are_refused(session, said, array):
    with pytest.raises(mattock.MattockError) as caught:
        session.run(A, B, out=[array])
    assert caught.value.code == "bad_input"
    assert said in caught.value.message and "output '2'" in caught.value.message


@pytest.mark.parametrize("shape", [(), (81,), (9, 9), (1, 9, 8), (1, 9, 10), (0, 9, 9), (1, 1, 9, 9)])
def test_arrays_of_another_shape_are_refused_and_left_alone(session, shape):
    out = numpy.full(shape, 7, numpy.float32)
    with pytest.raises(mattock.MattockError) as caught:
        session.run(A, B, out=[out])
    assert caught.value.code == "bad_input" and "1x9x9" in str(caught.value)
    assert (out == 7).all()


def test_as_many_arrays_as_outputs_are_wanted(session):
    good = numpy.zeros((1, 9, 9), numpy.float32)
    for out in ([], [good, good.copy()]):
        with pytest.raises(mattock.MattockError, match=f"{len(out)}.* 1 output") as caught:
            session.run(A, B, out=out)
        assert caught.value.code == "bad_input"


def test_an_array_in_place_of_the_list_is_refused(session):
    for out in (numpy.zeros((1, 9, 9), numpy.float32), "out", {"2": 1}, 5):
        with pytest.raises(mattock.MattockError, match="list") as caught:
            session.run(A, B, out=out)
        assert caught.value.code == "usage"


def test_outputs_are_left_alone_when_inputs_are_refused(session):
    out = numpy.full((1, 9, 9), 7, numpy.float32)
    for arrays in ((A,), (A, B[0]), (A, B, B), (A, B.astype(complex))):
        with pytest.raises(mattock.MattockError):
            session.run(*arrays, out=[out])
    assert (out == 7).all()


def test_two_outputs_may_lie_side_by_side_but_not_on_each_other():
    infos = [mattock.TensorInfo(name, (3, 2), "float16", None, None) for name in ("left", "right")]
    memory = numpy.zeros((3, 4), numpy.float32)
    halves = [memory[:, :2], memory[:, 2:]]
    given = _arrays.given_outputs(halves, infos, raw=False)
    assert given[0] is halves[0] and given[1] is halves[1]
    with pytest.raises(mattock.MattockError, match="'left' and 'right' share memory") as caught:
        _arrays.given_outputs([memory[:, :2], memory[:, 1:3]], infos, raw=False)
    assert caught.value.code == "bad_input"
