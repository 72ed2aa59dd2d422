"""What a run takes, how it lies in memory, and what it refuses."""

from __future__ import annotations

import decimal
import warnings

import numpy
import pytest
from numpy.lib.stride_tricks import as_strided

import mattock
import support
from support import TYPES

A = numpy.arange(81).reshape(1, 9, 9) % 100  # integers whose products with B float16 holds exactly
B = numpy.roll(numpy.eye(9), 2, axis=1)[None] + numpy.eye(9)[None]
PRODUCT = A @ B


def run_seed(session, a, b=B):
    (c,) = session.run(a, b)
    assert c.dtype == numpy.float32
    return c


@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_of_numbers_is_taken_by_value(session, dtype):
    a = A.astype(dtype)
    assert (run_seed(session, a) == a.astype(numpy.float64) @ B).all()
    assert (run_seed(session, a, B.astype(dtype)) == a.astype(numpy.float64) @ B.astype(dtype)).all()


@pytest.mark.parametrize("dtype", [name for name in TYPES if name not in ("int8", "uint8", "bool")])
def test_the_other_byte_order_gives_the_same_numbers(session, dtype):
    swapped = A.astype(numpy.dtype(dtype).newbyteorder("S"))
    assert not swapped.dtype.isnative
    assert (run_seed(session, swapped) == PRODUCT).all()
    assert (swapped == A).all()


def test_platform_types_with_other_names_are_taken(session):
    for name in ("intc", "longlong", "ulonglong", "intp", "byte", "half"):
        assert (run_seed(session, A.astype(name)) == PRODUCT).all()


LAYOUTS = {
    "row-major": lambda a: a,
    "column-major": numpy.asfortranarray,
    "transposed": lambda a: numpy.ascontiguousarray(a.transpose(2, 0, 1)).transpose(1, 2, 0),
    "backwards": lambda a: numpy.ascontiguousarray(a[::-1, ::-1, ::-1])[::-1, ::-1, ::-1],
    "every third of a larger one": lambda a: numpy.repeat(a, 3, axis=2)[:, :, 1::3],
    "a window of a larger one": lambda a: numpy.pad(a, ((1, 2), (3, 1), (2, 5)))[1:-2, 3:-1, 2:-5],
    "unaligned": support.unaligned,
    "unaligned and transposed": lambda a: support.unaligned(a.transpose(2, 1, 0)).transpose(2, 1, 0),
    "a field of records": lambda a: numpy.rec.fromarrays([numpy.zeros(a.shape, "u1"), a])["f1"],
    "a matrix of a subclass": lambda a: a.view(numpy.ma.MaskedArray),
}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "uint8"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_product(session, layout, dtype):
    a = LAYOUTS[layout](A.astype(dtype))
    assert (a == A).all()
    assert (run_seed(session, a) == PRODUCT).all()


def test_rows_that_are_one_row_in_memory_are_read_as_rows(session):
    row = numpy.arange(9.0)
    a = numpy.broadcast_to(row, (1, 9, 9))
    assert a.strides[:2] == (0, 0)
    assert (run_seed(session, a) == (a @ B)).all()
    one = as_strided(numpy.float16([2]), (1, 9, 9), (0, 0, 0))
    assert (run_seed(session, one) == numpy.full((1, 9, 9), 4)).all()


def test_windows_that_overlap_are_read(session):
    windows = as_strided(numpy.arange(17.0), (1, 9, 9), (0, 8, 8))
    assert (run_seed(session, windows) == windows @ B).all()


def test_arrays_that_broadcast_arrays_made_are_read_without_a_warning(session):
    a, _ = numpy.broadcast_arrays(numpy.arange(9.0), numpy.zeros((1, 9, 9)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (run_seed(session, a) == a @ B).all()


def test_read_only_arrays_are_taken_and_nothing_is_written_into_inputs(session):
    a = A.astype(numpy.float16)
    before = a.tobytes()
    a.flags.writeable = False
    assert (run_seed(session, a) == PRODUCT).all()
    assert a.tobytes() == before
    assert (run_seed(session, numpy.frombuffer(before, numpy.float16).reshape(1, 9, 9)) == PRODUCT).all()


def test_one_array_may_be_both_inputs(session):
    a = B.astype(numpy.float16)
    assert (session.run(a, a)[0] == support.product(a, a)).all()


def test_lists_tuples_and_buffers_of_numbers_are_taken(session):
    assert (run_seed(session, A.tolist(), B.tolist()) == PRODUCT).all()
    assert (run_seed(session, tuple(map(tuple, A)), [list(map(tuple, B[0]))]) == PRODUCT).all()
    assert (run_seed(session, memoryview(A.astype(numpy.int32))) == PRODUCT).all()
    bools = (A % 2 == 1).tolist()
    assert (run_seed(session, bools) == (A % 2) @ B).all()


def test_objects_that_turn_into_arrays_are_taken(session):
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return A.astype(numpy.float32)

    assert (run_seed(session, Tensor()) == PRODUCT).all()


class NotAnArray:
    def __array__(self, dtype=None, copy=None):
        raise ValueError("only a shell")


# Each with what the error says of it: mostly NumPy's name for the type.
REFUSED = [
    ("complex64", A.astype(numpy.complex64)),
    ("complex128", A.astype(numpy.complex128)),
    ("object", A.astype(object)),
    ("datetime64[s]", A.astype("datetime64[s]")),
    ("timedelta64[s]", A.astype("timedelta64[s]")),
    ("<U", A.astype(str)),
    ("|S", A.astype(bytes)),
    ("|V4", A.astype(numpy.int32).view("V4")),
    ("'f0'", numpy.rec.fromarrays([A]).view(numpy.ndarray)),
    ("<U8", "a string"),
    ("|S5", b"bytes"),
    ("<U", [["1", 2.0] * 9]),
    ("complex128", [[1j] * 9] * 9),
    ("object", None),
    ("object", [[decimal.Decimal(1)] * 9] * 9),
    ("object", [[2**70] * 9] * 9),
    ("object", [[None, 1.0]]),
    ("object", {"a": 1}.keys()),
    ("object", {1.0, 2.0}),
    ("no array of numbers", [[1, 2], [3]]),
    ("only a shell", NotAnArray()),
]
if numpy.dtype(numpy.longdouble).itemsize > 8:
    REFUSED.append((numpy.dtype(numpy.longdouble).name, A.astype(numpy.longdouble)))


@pytest.mark.parametrize(("said", "value"), REFUSED)
def test_what_is_no_real_number_is_refused_by_name_and_type(session, said, value):
    with pytest.raises(mattock.MattockError) as caught:
        session.run(value, B)
    error = caught.value
    assert error.code == "bad_input"
    assert "onnx::MatMul_0" in error.message and said in error.message
    assert "float32" in error.hint and "integer" in error.hint
    with pytest.raises(mattock.MattockError, match="onnx::MatMul_1"):
        session.run(A, value)


def test_masked_arrays_are_taken_when_nothing_is_masked(session):
    assert (run_seed(session, numpy.ma.array(A, mask=False)) == PRODUCT).all()
    assert (run_seed(session, numpy.ma.array(A)) == PRODUCT).all()


@pytest.mark.parametrize("wrap", [lambda a: a, lambda a: list(a), lambda a: (list(a[0]),)])
def test_masked_elements_are_refused_also_within_lists(session, wrap):
    masked = numpy.ma.array(A, mask=A == 5)
    with pytest.raises(mattock.MattockError) as caught:
        session.run(wrap(masked), B)
    assert caught.value.code == "bad_input"
    assert "onnx::MatMul_0" in caught.value.message and "masked" in caught.value.message
    assert "filled" in caught.value.hint


SHAPES = [(), (1,), (81,), (9, 9), (9, 1, 9), (1, 9, 8), (1, 10, 9), (2, 9, 9), (1, 1, 9, 9), (1, 9, 9, 1)]
EMPTY = [(0,), (0, 9, 9), (1, 0, 9), (1, 9, 0), (0, 0, 0)]


@pytest.mark.parametrize("shape", SHAPES + EMPTY)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_shapes_are_refused_even_with_as_many_elements(session, shape, dtype):
    for arrays in ((numpy.zeros(shape, dtype), B), (A, numpy.zeros(shape, dtype))):
        with pytest.raises(mattock.MattockError) as caught:
            session.run(*arrays)
        assert caught.value.code == "bad_input"
        assert "1x9x9" in str(caught.value)
    assert (run_seed(session, A) == PRODUCT).all()


def test_numbers_and_empty_lists_are_arrays_of_the_wrong_shape(session):
    for value in (1.5, 3, True, numpy.float16(2), numpy.array(7), [], [[]], [[[]]]):
        with pytest.raises(mattock.MattockError) as caught:
            session.run(value, B)
        assert caught.value.code == "bad_input"


@pytest.mark.parametrize("rank", [31, 32, 33, 64])
def test_arrays_of_very_many_axes_are_refused(session, rank):
    try:
        a = numpy.zeros((1,) * rank)
    except ValueError:  # more than this NumPy can make
        return
    with pytest.raises(mattock.MattockError) as caught:
        session.run(a, B)
    assert caught.value.code == "bad_input"


def test_image_inputs_take_every_layout_of_nchw():
    model, (image,), _ = support.vendor("conv_img3_i8")
    with mattock.Session(model) as session:
        assert session.inputs[0].shape == (1, 3, 16, 16)
        (expected,) = session.run(image)
        as_nhwc = numpy.ascontiguousarray(image.transpose(0, 2, 3, 1))
        for same in (as_nhwc.transpose(0, 3, 1, 2), numpy.asfortranarray(image), support.unaligned(image)):
            assert session.run(same)[0].tobytes() == expected.tobytes()
        with pytest.raises(mattock.MattockError) as caught:
            session.run(as_nhwc)
        assert caught.value.code == "bad_input" and "1x3x16x16" in str(caught.value)


def test_numbers_passed_through_are_the_models_own():
    model, (image,), _ = support.vendor("conv_img3_i8")
    with mattock.Session(model) as session:
        info = session.inputs[0]
        own = numpy.clip(numpy.rint(image / numpy.float32(info.scale)) + info.zero_point, -128, 127).astype(numpy.int8)
        (expected,) = session.run(own)
        for flags in (True, [True], 1):
            assert session.run(own, pass_through=flags)[0].tobytes() == expected.tobytes()
        with pytest.raises(mattock.MattockError) as caught:
            session.run(image, pass_through=True)
        assert caught.value.code == "bad_input" and "int8 when numbers are passed through" in str(caught.value)


@pytest.mark.parametrize("flags", [[], [True], [True, False, True], "yes", None])
def test_pass_through_is_one_answer_or_one_per_input(session, flags):
    with pytest.raises(mattock.MattockError) as caught:
        session.run(A, B, pass_through=flags)
    assert caught.value.code == "usage"
