"""Shared by the tests: a skip that counts as a failure where everything must run, and objects that are ready."""

import os
import tempfile

import hypothesis
import hypothesis.configuration
import pytest
from compat_support import SEED, VENDOR

from rknn.api import RKNN
from rknnlite.api import RKNNLite

# The same device on every machine, unless the caller wants another.
os.environ.setdefault("MATTOCK_DEVICE", "emulator")

# The same examples every time, and no folder in the source tree: a failure here is a failure everywhere.
hypothesis.configuration.set_hypothesis_home_dir(tempfile.gettempdir() + "/mattock-hypothesis")
hypothesis.settings.register_profile("mattock", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("mattock")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With MATTOCK_REQUIRE_ALL=1, as in CI, nothing may be left out."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("MATTOCK_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"MATTOCK_REQUIRE_ALL=1, but this was skipped: {report.longrepr}"


@pytest.fixture
def lite():
    """An object on which nothing has been called yet."""
    made = RKNNLite()
    yield made
    made.release()


@pytest.fixture
def rknn(capsys):
    """The same of the class for the PC. Its log so far is gone."""
    made = RKNN()
    capsys.readouterr()
    yield made
    made.release()


@pytest.fixture
def ready(lite, capsys):
    """An object that has the seed's product: two inputs of 1x9x9, float16. Its log so far is gone."""
    assert lite.load_rknn(str(SEED / "matmul.rknn")) == 0
    assert lite.init_runtime() == 0
    capsys.readouterr()
    return lite


@pytest.fixture
def image(lite, capsys):
    """An object that has a convolution: one 4-D input, in ONNX 1x3x16x16, int8. Its log so far is gone."""
    assert lite.load_rknn(str(VENDOR / "conv_img3_i8.rknn")) == 0
    assert lite.init_runtime() == 0
    capsys.readouterr()
    return lite
