"""One object per thread."""

import logging
import threading
import warnings

import mattock
import numpy as np
import pytest
from compat_support import SEED, VENDOR, matrices, product

from rknnlite.api import RKNNLite


def test_threads_with_an_object_each_get_their_own_results():
    failures = []

    def work(seed):
        lite = RKNNLite()
        ok = lite.load_rknn(str(SEED / "matmul.rknn")) == 0 and lite.init_runtime() == 0
        for turn in range(5):
            a, b = matrices(100 * seed + turn)
            ok = ok and np.array_equal(lite.inference(inputs=[a, b])[0], product(a, b))
        lite.release()
        if not ok:
            failures.append(seed)

    run_together(work, range(6))
    assert failures == []


def test_threads_with_models_of_different_shapes(capsys):
    shapes = {}

    def work(name):
        lite = RKNNLite()
        lite.load_rknn(str(VENDOR / f"{name}.rknn"))
        lite.init_runtime()
        arrays = {"gemm_bias": [(4, 64)], "mm_17x31x33": [(17, 31), (31, 33)], "mlp_tiny_bf16": [(3, 20)]}[name]
        shapes[name] = lite.inference(inputs=[np.ones(shape, np.float32) for shape in arrays])[0].shape

    run_together(work, ["gemm_bias", "mm_17x31x33", "mlp_tiny_bf16"])
    assert shapes == {"gemm_bias": (4, 32), "mm_17x31x33": (17, 33), "mlp_tiny_bf16": (3, 5)}


def test_what_python_does_with_warnings_and_log_records_is_left_as_it_was(capsys):
    """Runs that warn, in several threads at once: each is told, and other warnings come through as before."""
    show, logger = warnings.showwarning, logging.getLogger("mattock")
    big = np.full((1, 9, 9), 1e6, np.float32)

    def work(_):
        lite = RKNNLite()
        lite.load_rknn(str(SEED / "matmul.rknn"))
        lite.init_runtime()
        for _ in range(4):
            lite.inference(inputs=[big, big])

    run_together(work, range(4))
    assert warnings.showwarning is show and logger.filters == []
    lines = capsys.readouterr().err.splitlines()
    assert sum("onnx::MatMul_0" in line for line in lines) == sum("onnx::MatMul_1" in line for line in lines) == 16
    assert all(line.startswith("W ") for line in lines)


def test_a_mattock_session_of_the_scripts_own_still_warns(ready):
    big = np.full((1, 9, 9), 1e6, np.float32)
    warnings.simplefilter("error")
    ready.inference(inputs=[big, big])
    with mattock.Session(SEED / "matmul.rknn") as session, pytest.raises(mattock.PrecisionWarning):
        session.run(big, big)


def test_records_of_other_threads_stay_log_records(lite, capsys, caplog, monkeypatch):
    real = mattock.Session

    def open_while_others_log(*arguments, **options):
        run_together(logging.getLogger("mattock").warning, ["of another thread"])
        logging.getLogger("mattock").warning("of %s", "this thread")
        return real(*arguments, **options)

    monkeypatch.setattr(mattock, "Session", open_while_others_log)
    lite.load_rknn(str(SEED / "matmul.rknn"))
    assert lite.init_runtime() == 0
    assert [record.getMessage() for record in caplog.records] == ["of another thread"]
    assert "W of this thread" in capsys.readouterr().err.splitlines()


def run_together(work, arguments):
    threads = [threading.Thread(target=work, args=(argument,)) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
