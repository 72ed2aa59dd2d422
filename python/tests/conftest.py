"""Fixtures of all tests, and the one way to skip one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import NoReturn

import hypothesis
import hypothesis.configuration
import numpy
import pytest

import mattock
import support

# The same device on every machine, unless the caller wants another.
os.environ.setdefault("MATTOCK_DEVICE", "emulator")

# The same examples every time, and no folder in the source tree: a failure here is a failure everywhere.
hypothesis.configuration.set_hypothesis_home_dir(tempfile.gettempdir() + "/mattock-hypothesis")
hypothesis.settings.register_profile("mattock", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("mattock")


def require_or_skip(reason: str) -> NoReturn:
    """For a test that cannot run here: it is skipped, or fails where MATTOCK_REQUIRE_ALL=1 says that all must run."""
    if os.environ.get("MATTOCK_REQUIRE_ALL") == "1":
        pytest.fail(f"may not be skipped with MATTOCK_REQUIRE_ALL=1: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def session() -> Iterator[mattock.Session]:
    """The seed's model: two 1x9x9 float16 inputs, their product."""
    with mattock.Session(support.SEED) as opened:
        yield opened


@pytest.fixture(scope="session")
def ones() -> numpy.ndarray:
    return numpy.ones((1, 9, 9), numpy.float16)
