"""Log lines: a letter (E, W, I, D), a blank, the text; on standard error, and plain in a file if one is named."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Optional, Set, Union

FilePath = Union[str, "os.PathLike[str]"]

_COLOURS = {"E": "31", "W": "33", "I": "32", "D": "36"}


class Log:
    """What one object says. E and W lines always appear, I and D lines with verbose=True.

    The file is opened for each line and appended to: several objects may share it, and nothing has to be closed.
    """

    def __init__(self, verbose: bool, path: Optional[FilePath]) -> None:
        self.verbose = bool(verbose)
        self._path = None if path is None else _writable(path)
        self._said: Set[str] = set()

    def error(self, text: str) -> None:
        self._line("E", text)

    def warning(self, text: str) -> None:
        self._line("W", text)

    def warn_once(self, text: str) -> None:
        """The same text does not come twice: frames of a video need no warning each."""
        if text not in self._said:
            self._said.add(text)
            self.warning(text)

    def info(self, text: str) -> None:
        if self.verbose:
            self._line("I", text)

    def debug(self, text: str) -> None:
        if self.verbose:
            self._line("D", text)

    def block(self, text: str) -> None:
        """Lines that stand as they are, such as a table that programs parse."""
        lines = "".join(_printable(line) + "\n" for line in text.split("\n"))
        self._write(lines, lines)

    def _line(self, letter: str, text: str) -> None:
        line = _printable(text)
        self._write(f"{letter} {line}\n", f"\033[{_COLOURS[letter]}m{letter}\033[0m {line}\n")

    def _write(self, plain: str, coloured: str) -> None:
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):  # a closed one must not stop the work
                sys.stderr.write(coloured if sys.stderr.isatty() else plain)
                sys.stderr.flush()
        if self._path is not None:
            try:
                _append(self._path, plain)
            except OSError as error:
                path, self._path = self._path, None
                self.warning(f"verbose_file '{path}': {error.strerror}; it gets no more lines")


def _printable(text: str) -> str:
    """One line for certain: names in files may hold line ends and what a terminal obeys."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _writable(path: FilePath) -> Path:
    """The file's absolute path, so that a later chdir does not move it. OSError when nothing can be written to it."""
    absolute = Path(path).absolute()
    try:
        _append(absolute, "")
    except OSError as error:
        number = errno.EIO if error.errno is None else error.errno
        reason = f"verbose_file cannot be written ({error.strerror})"
        raise OSError(number, f"{reason}; name a file in a folder that exists, or leave it out", str(path)) from None
    return absolute


def _append(path: Path, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)
