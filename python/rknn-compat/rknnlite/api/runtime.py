"""Everything that is asked of the package mattock, with its notices and warnings turned into log lines."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import warnings
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Sequence

import mattock
from rknnlite.api.arguments import Refused
from rknnlite.api.inputs import Array
from rknnlite.api.log import Log

# What went wrong in mattock, as the codes that users of the vendor's package look up.
_RKNN_CODES = {
    "bad_file": "RKNN_ERR_MODEL_INVALID",
    "unsupported": "RKNN_ERR_MODEL_INVALID",
    "device": "RKNN_ERR_DEVICE_UNAVAILABLE",
    "no_memory": "RKNN_ERR_MALLOC_FAIL",
    "bad_input": "RKNN_ERR_INPUT_INVALID",
}


@dataclass(frozen=True)
class Model:
    """A model file as it was when it was loaded; a later change of the file or of the folder does not matter."""

    path: str
    content: bytes  # empty once a session has it
    facts: Dict[str, Any]  # what mattock.inspect says

    @property
    def target(self) -> str:
        return str(self.facts["target"])


def read_model(path: object) -> Model:
    """Raises Refused for what is no readable model of a chip that Mattock knows."""
    if not isinstance(path, (str, os.PathLike)):
        raise Refused(f"path is {type(path).__name__}; it must be the name of a .rknn file")
    name = str(os.fspath(path))
    try:
        with open(name, "rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise Refused(f"'{name}' cannot be read: {reason}; give the path of a .rknn file, absolute or from the folder "
                      "the script runs in") from None
    try:
        return Model(name, content, mattock.inspect(content))
    except mattock.MattockError as error:
        way_out = "" if error.hint else "; give a .rknn file that was converted for rk3566 or rk3568"
        raise Refused(f"'{name}': {error}{way_out}", rknn_code(error)) from None


def open_session(model: Model, log: Log) -> mattock.Session:
    """Raises mattock.MattockError. What mattock says about the choice of the device becomes a W line."""
    with _notices_to(log):
        return mattock.Session(model.content, device="auto")


def run(session: mattock.Session, arrays: Sequence[Array], pass_through: Sequence[bool], log: Log) -> List[Array]:
    """Runs once. Raises mattock.MattockError. Numbers that were lost on their way in become W lines."""
    _hush_precision_warnings()
    outputs = session.run(*arrays, pass_through=pass_through)
    _tell(session, "inference", log)
    return outputs


def layers(session: mattock.Session, arrays: Sequence[Array], log: Log) -> Dict[str, Array]:
    """Runs once and gives what every node wrote, by name. Otherwise as `run`."""
    _hush_precision_warnings()
    found = session.layers(*arrays)
    _tell(session, "accuracy_analysis", log)
    return found


def _tell(session: mattock.Session, method: str, log: Log) -> None:
    report = session.last_report()
    for line in report["notices"]:
        log.debug(f"{method}: {line}")
    for line in report["warnings"]:
        log.warning(f"{method}: {line}")


def rknn_code(error: mattock.MattockError) -> str:
    return _RKNN_CODES.get(error.code, "RKNN_ERR_FAIL")


def _hush_precision_warnings() -> None:
    """Makes Python not show what `run` logs, for calls from this file alone.

    warnings.catch_warnings would serve as well, but only while one thread at a time uses it.
    """
    if warnings.filters[:1] != [_HUSH]:
        warnings.filterwarnings("ignore", category=mattock.PrecisionWarning, module=_THIS_FILE)


_THIS_FILE = re.escape(__name__) + "$"
_HUSH: Any = ("ignore", None, mattock.PrecisionWarning, re.compile(_THIS_FILE), 0)  # as warnings.filters has it


@contextlib.contextmanager
def _notices_to(log: Log) -> Iterator[None]:
    """Lines that this thread sends to the logger "mattock" become W lines of ours, and only that."""
    thread = threading.get_ident()

    def take(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        log.warning(record.getMessage())
        return False

    logger = logging.getLogger("mattock")
    logger.addFilter(take)
    try:
        yield
    finally:
        logger.removeFilter(take)
