"""Several threads: one session shared, closed while it runs; other Python threads while it runs."""

from __future__ import annotations

import gc
import sys
import threading
import time
import warnings
import weakref

import numpy
import pytest

import mattock
import support


def in_threads(count, work):
    """Runs work(index) in `count` threads at the same time; raises the first error that left one of them."""
    barrier = threading.Barrier(count)
    errors = []

    def body(index):
        try:
            barrier.wait(60)
            work(index)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=body, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "threads wait for each other"
    if errors:
        raise errors[0]


def test_eight_threads_share_a_session(session):
    def work(index):
        rng = numpy.random.default_rng(index)
        for _ in range(50):
            a, b = rng.integers(0, 10, (1, 9, 9)), rng.integers(0, 10, (1, 9, 9))
            (c,) = session.run(a, b)
            assert (c == a @ b).all()

    in_threads(8, work)


def test_eight_threads_open_and_close_sessions_of_their_own():
    def work(index):
        for round_ in range(10):
            with mattock.Session(support.SEED) as session:
                a = numpy.full((1, 9, 9), index + round_)
                assert (session.run(a, numpy.ones((1, 9, 9)))[0] == 9 * (index + round_)).all()

    in_threads(8, work)


def test_each_thread_gets_the_warnings_of_its_own_runs(session, ones):
    told = []

    def show(message, category, filename, lineno, file=None, line=None):
        told.append((threading.current_thread().name, str(message)))

    def work(index):
        threading.current_thread().name = "loud" if index % 2 else "quiet"
        a = numpy.full((1, 9, 9), 70000 if index % 2 else 1)
        for _ in range(25):
            session.run(a, ones)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        in_threads(4, work)
    assert {name for name, _ in told} == {"loud"} and len(told) == 50


def run_until_closed(session, value, finished):
    try:
        while True:
            (c,) = session.run(numpy.full((1, 9, 9), value), numpy.ones((1, 9, 9)))
            assert (c == 9 * value).all()
            finished.release()
    except mattock.MattockError as error:
        assert error.code == "usage" and "closed" in error.message


def test_a_session_closed_while_others_run_it_finishes_what_has_begun():
    for round_ in range(20):
        session = mattock.Session(support.SEED)
        finished = threading.Semaphore(0)

        def work(index, session=session, finished=finished, runs=round_):
            if index:
                run_until_closed(session, index, finished)
            else:
                for _ in range(runs):
                    assert finished.acquire(timeout=60)
                session.close()

        in_threads(5, work)
        session.close()


def test_a_session_closed_by_all_threads_at_once_is_closed_once():
    for _ in range(20):
        session = mattock.Session(support.SEED)
        in_threads(8, lambda _, session=session: session.close())
        with pytest.raises(mattock.MattockError):
            session.run()


def test_a_session_that_nobody_holds_is_closed():
    session = mattock.Session(support.SEED)
    gone = weakref.ref(session)
    del session
    gc.collect()
    assert gone() is None


def test_other_python_threads_go_on_during_a_run():
    """Threads change only where one gives way: the switch interval is set to days. The counting thread gives way
    after each count, this one in nothing but calls of the library, which it makes without Python's lock."""
    model, inputs, _ = support.vendor("conv_dw_s2_i8")
    out = [numpy.empty((1, 40, 5, 5), numpy.float32)]
    counts = [0]
    done = threading.Event()

    def count():
        while not done.is_set():
            counts[0] += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    with mattock.Session(model) as session:
        session.run(*inputs, out=out)
        counter = threading.Thread(target=count)
        counter.start()
        sys.setswitchinterval(1e5)
        try:
            during, end = 0, time.monotonic() + 60
            while during < 100 and time.monotonic() < end:
                before = counts[0]
                session.run(*inputs, out=out)
                during += counts[0] - before
        finally:
            sys.setswitchinterval(interval)
            done.set()
            counter.join(60)
    assert during >= 100


def test_eight_threads_multiply_on_one_device():
    def work(index):
        rng = numpy.random.default_rng(index)
        for _ in range(20):
            a, b = rng.integers(0, 10, (1 + index, 9)), rng.integers(0, 10, (9, 3))
            assert (mattock.matmul(a, b, device="emulator") == a @ b).all()

    in_threads(8, work)


def test_a_device_is_opened_once_for_all_products():
    """In a process of its own; "auto" and "emulator" are two names, so two devices."""
    code = (
        f"{support.WITHOUT_NPU}import threading, numpy, mattock\nfrom mattock import _capi\nopened, call = [], _capi.call\n"
        "def counted(name, *arguments):\n"
        "    if name == 'mattock_device_open': opened.append(arguments[0])\n"
        "    call(name, *arguments)\n"
        "_capi.call = counted\na = numpy.ones((3, 3))\n"
        "def work():\n"
        "    for name in 'auto', 'emulator': mattock.matmul(a, a, device=name)\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(*sorted(opened))"
    )
    done = support.python(code)
    assert done.stdout == "b'auto' b'emulator'\n", done.stderr
    assert done.stderr.count("emulated rk3566") == 1


def test_a_forked_process_multiplies_on_a_device_of_its_own():
    code = (
        "import os, numpy, mattock\nfrom mattock import _devices\na = numpy.ones((3, 3))\n"
        "mattock.matmul(a, a, device='emulator')\nbefore = _devices.shared('emulator').value\nchild = os.fork()\n"
        "right = (mattock.matmul(a, a, device='emulator') == 3).all()\n"
        "same = _devices.shared('emulator').value == before\n"
        "if child == 0: os._exit(0 if right and not same else 1)\n"
        "print(os.waitpid(child, 0)[1], right and same)"
    )
    done = support.python(code)
    assert done.stdout == "0 True\n", done.stderr


def test_eight_threads_share_a_matmul():
    b = numpy.arange(27).reshape(9, 3)
    with mattock.Matmul(4, 9, 3) as product:
        product.set_b(b)

        def work(index):
            rng = numpy.random.default_rng(index)
            for _ in range(20):
                a = rng.integers(0, 10, (4, 9))
                assert (product.run(a) == a @ b).all()

        in_threads(8, work)


def test_a_matmul_closed_while_others_run_it_finishes_what_has_begun():
    for _ in range(10):
        product = mattock.Matmul(3, 3, 3)
        product.set_b(numpy.eye(3))

        def work(index, product=product):
            a = numpy.full((3, 3), index)
            try:
                for _ in range(50):
                    assert (product.run(a) == index).all()
                    if index == 0:
                        product.close()
            except mattock.MattockError as error:
                assert error.code == "usage"

        in_threads(4, work)
        with pytest.raises(mattock.MattockError):
            product.run(numpy.eye(3))
