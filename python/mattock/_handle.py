"""What all objects that hold something of the library have in common: turns, closing, and no way to copy them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NoReturn, TypeVar

from . import _capi
from ._error import MattockError

if TYPE_CHECKING:
    from types import TracebackType

_Self = TypeVar("_Self", bound="Handle")


class Handle:
    """Holds a handle of the C interface until it is closed. Threads take turns."""

    # Set here so that __del__ and __repr__ work on an object that failed to open.
    _handle: int | None = None
    _closed = False
    _device = ""

    # A class says: its name for people, the function that frees a handle, how to get another one.
    _noun = ""
    _closer = ""
    _again = ""

    def __init__(self) -> None:
        self._turn = threading.RLock()  # held while the library works for this object

    def close(self) -> None:
        """Frees its memory. A run in another thread is awaited; later ones are refused. Again: no effect."""
        self._closed = True
        with self._turn:
            handle, self._handle = self._handle, None
            if handle is not None:
                _capi.call(self._closer, handle)

    def __enter__(self: _Self) -> _Self:
        if self._closed:
            self._refuse_closed()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        try:
            self.close()
        except Exception:  # at the end of the interpreter, or from one that never opened: nobody to tell
            pass

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a mattock.{type(self).__name__} cannot be pickled or copied: {self._again} instead")

    def _state(self) -> str:
        return "closed" if self._closed else f"on {self._device}"

    def _open_handle(self) -> int:
        if self._closed or self._handle is None:
            self._refuse_closed()
        return self._handle

    def _refuse_closed(self) -> NoReturn:
        raise MattockError("usage", f"the {self._noun} is closed", self._subject(), self._again)

    def _subject(self) -> str:
        """What an error is about, such as a file; "" if there is nothing to name."""
        return ""
