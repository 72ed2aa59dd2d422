"""No copies of arrays in Python, and nothing left behind by sessions."""

from __future__ import annotations

import gc
import os
import resource
import tracemalloc

import numpy
import pytest
from conftest import require_or_skip

import mattock
import support

# The largest input and output among the models: 3,240 and 1,000 elements, so at least 4,000 bytes.
MODEL, (IMAGE,), _ = support.vendor("conv_dw_s2_i8")
SHAPE, OUT_SHAPE = (1, 40, 9, 9), (1, 40, 5, 5)


def peak_of(work) -> int:
    """Bytes that Python and NumPy had allocated at most while `work` ran, beyond those before."""
    work()  # caches are filled
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def overhead() -> int:
    """What a run of a model allocates whose arrays are small: 60 and 15 elements."""
    model, inputs, recorded = support.vendor("mlp_tiny_bf16")
    out = [numpy.empty(recorded.shape, numpy.float32)]
    with mattock.Session(model) as session:
        return peak_of(lambda: session.run(*inputs, out=out))


def read_only(array: numpy.ndarray) -> numpy.ndarray:
    array.flags.writeable = False
    return array


INPUTS = {
    "contiguous": lambda a: a,
    "transposed": lambda a: numpy.ascontiguousarray(a.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
    "column-major": numpy.asfortranarray,
    "backwards": lambda a: a[:, ::-1, ::-1, ::-1],
    "every second": lambda a: numpy.repeat(a, 2, axis=3)[:, :, :, ::2],
    "broadcast": lambda a: numpy.broadcast_to(a[:, :1], SHAPE),
    "unaligned": support.unaligned,
    "read-only": read_only,
}


def test_the_measure_sees_a_copy_of_an_array():
    array = numpy.zeros(SHAPE, numpy.float64)
    assert peak_of(array.copy) >= array.nbytes
    assert peak_of(lambda: numpy.empty(OUT_SHAPE, numpy.float32)) >= 4000


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64"])
@pytest.mark.parametrize("layout", INPUTS)
def test_inputs_are_read_where_they_lie(overhead, layout, dtype):
    image = INPUTS[layout](IMAGE.astype(dtype))
    assert image.shape == SHAPE and image.dtype == dtype
    out = [numpy.empty(OUT_SHAPE, numpy.float32)]
    with mattock.Session(MODEL) as session:
        peak = peak_of(lambda: session.run(image, out=out))
    assert peak < overhead + 1500 and image.size * image.itemsize > 6000


OUTPUTS = {
    "transposed": lambda: numpy.empty(OUT_SHAPE[::-1], numpy.float32).transpose(),
    "backwards": lambda: numpy.empty(OUT_SHAPE, numpy.float32)[:, ::-1, ::-1, ::-1],
    "every second": lambda: numpy.empty((1, 40, 5, 10), numpy.float32)[..., ::2],
    "unaligned": lambda: support.unaligned(numpy.empty(OUT_SHAPE, numpy.float32)),
}


@pytest.mark.parametrize("layout", OUTPUTS)
def test_outputs_are_written_where_they_lie(overhead, layout):
    out = [OUTPUTS[layout]()]
    with mattock.Session(MODEL) as session:
        assert peak_of(lambda: session.run(IMAGE, out=out)) < overhead + 1500
    assert out[0].nbytes == 4000


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64"])
@pytest.mark.parametrize("layout", ["contiguous", "transposed", "backwards", "unaligned"])
def test_operands_of_a_product_are_read_where_they_lie(layout, dtype):
    a = INPUTS[layout](numpy.ones((1, 4, 250, 100), dtype))
    b, out = numpy.ones((a.shape[-1], 2), dtype), numpy.empty((*a.shape[:-1], 2), numpy.float32)
    assert peak_of(lambda: mattock.matmul(a, b, out=out)) < 140_000  # NumPy's buffers for unaligned numbers
    assert a.nbytes >= 200_000 and (out == a.shape[-1]).all()


def test_operands_are_read_where_they_lie_over_int8_too():
    a, b, out = numpy.ones((250, 200)), numpy.ones((200, 2)), numpy.empty((250, 2), numpy.float32)
    assert peak_of(lambda: mattock.matmul(a[:, ::-1], b, type="int8", out=out)) < 140_000 < a.nbytes


def memory_kib() -> int:
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            (line,) = [line for line in status if line.startswith("VmRSS:")]
    except OSError:
        require_or_skip("the system has no /proc/self/status to read the memory from")
    return int(line.split()[1])


def descriptors() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        require_or_skip("the system has no /proc/self/fd to count descriptors in")


def open_run_close(times: int, end) -> None:
    a, b = numpy.ones((1, 9, 9)), numpy.full((1, 9, 9), 2)
    for number in range(times):
        session = mattock.Session(support.SEED if number % 2 else support.SEED.read_bytes())
        assert session.run(a, b)[0][0, 0, 0] == 18
        end(session)


def left_behind(work) -> int:
    """KiB by which the process grew in a call of `work`: the least of three, as a leak grows in all of them."""
    work()
    growth = []
    for _ in range(3):
        gc.collect()
        memory, opened = memory_kib(), descriptors()
        work()
        gc.collect()
        assert descriptors() == opened
        growth.append(memory_kib() - memory)
    return min(growth)


@pytest.mark.parametrize("end", [mattock.Session.close, lambda session: None], ids=["closed", "dropped"])
def test_five_hundred_sessions_leave_nothing_behind(end):
    assert left_behind(lambda: open_run_close(500, end)) < 128  # 500 lost devices are 500 KiB, sessions 23 MiB


def test_sessions_that_fail_to_open_leave_nothing_behind(tmp_path):
    damaged = support.SEED.read_bytes()[:-1000]

    def fail():
        for _ in range(500):
            for model, device in ((damaged, "auto"), (tmp_path / "absent", "auto"), (support.SEED, "no such device")):
                with pytest.raises(mattock.MattockError):
                    mattock.Session(model, device=device)

    assert left_behind(fail) < 128


def test_products_leave_nothing_behind():
    a, b = numpy.ones((4, 9)), numpy.full((9, 4), 2)

    def multiply():
        for number in range(300):
            assert mattock.matmul(a, b)[0, 0] == 18
            product = mattock.Matmul(4, 9, 4)
            product.set_b(b)
            assert product.run(a)[0, 0] == 18
            scaled = mattock.Matmul(4, 9, 4, type="int8", out_dtype="float32")
            scaled.set_b(b)
            assert abs(scaled.run(a)[0, 0] - 18) < 0.001 and scaled.error_bound > 0
            if number % 2:
                product.close()
                scaled.close()
            with pytest.raises(mattock.MattockError):
                mattock.Matmul(1, 2**20, 2**20)

    assert left_behind(multiply) < 128


def test_many_sessions_may_be_open_at_once():
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    sessions = [mattock.Session(support.SEED) for _ in range(min(soft, 1024) + 10)]  # none holds a descriptor
    a = numpy.ones((1, 9, 9))
    assert all(session.run(a, a)[0][0, 0, 0] == 9 for session in sessions)
    for session in sessions:
        session.close()
