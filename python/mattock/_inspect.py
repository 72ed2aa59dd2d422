"""What is in a model file, without loading it into a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _capi

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, StrPath


def inspect(model: StrPath | ReadableBuffer) -> dict[str, Any]:
    """What is in a .rknn file: target, tensors, operators, memory, as `mattock inspect --json` prints it.

    `model` is a path, or the bytes of the file. Errors: "not_found", "bad_file", "unsupported".

    >>> import mattock
    >>> contents = mattock.inspect("matmul.rknn")
    >>> contents["target"], [operator["name"] for operator in contents["operators"]][5]
    ('rk3566', 'exMatMul:/MatMul#1')
    """
    import json

    name = _capi.file_name(model)
    if name is not None:
        text = _capi.call_text("mattock_inspect", name, capacity=64 * 1024)
    else:
        data = _capi.file_bytes(model)
        text = _capi.call_text("mattock_inspect_memory", data, len(data), capacity=64 * 1024)
    contents: dict[str, Any] = json.loads(text)
    return contents
