"""The exception and the warning of this package."""

from __future__ import annotations


class MattockError(Exception):
    """Why a call failed.

    Its text is "where: message; hint" with absent parts left out.

    Attributes:
        code: one word that programs can compare. "usage" (the call contradicts itself or came in the wrong
            order), "bad_file", "unsupported", "bad_input" (a value, shape or type does not fit the model or the
            product), "not_found", "device", "not_modelled" (the emulator met something it does not model),
            "internal", "bad_handle", "no_memory".
        message: one line: what, what was found, what is allowed.
        where: the file or node the message is about; may be empty.
        hint: what to do next; may be empty.

    >>> import mattock
    >>> try:
    ...     mattock.Session("absent.rknn")
    ... except mattock.MattockError as error:
    ...     print(error.code)
    not_found
    """

    __module__ = "mattock"  # the public home: tracebacks and pickles name it

    code: str
    message: str
    where: str
    hint: str

    def __init__(self, code: str, message: str, where: str = "", hint: str = "") -> None:
        super().__init__(code, message, where, hint)  # all four: a pickled error is made from them again
        self.code = code
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}; {self.hint}" if self.hint else text


class PrecisionWarning(RuntimeWarning):
    """Numbers were lost on their way into a model or a product: beyond the range of its type, say."""

    __module__ = "mattock"
