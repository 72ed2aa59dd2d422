"""From what a script hands to `inference` to what a Mattock session takes: count, types, layout, shape.

Nothing is copied here: a layout is another view of the same numbers, and the session reads arrays of any strides and
byte order and converts them, once, to the model's own type.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from mattock import TensorInfo

from rknnlite.api.arguments import Refused
from rknnlite.api.log import Log

Array = npt.NDArray[Any]

_LAYOUTS = ("nhwc", "nchw")
_DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
           "bool")


@dataclass(frozen=True)
class Given:
    """One input as the script gives it."""

    index: int
    array: Array
    layout: str  # of 4-D arrays: "nhwc" or "nchw"
    pass_through: bool
    model: TensorInfo

    @property
    def label(self) -> str:
        return f"inputs[{self.index}] ('{self.model.name}')"


def prepared(inputs: object, models: Sequence[TensorInfo], data_format: object, data_type: object,
             pass_through: object, log: Log) -> Tuple[List[Array], Sequence[bool]]:
    """Arrays of exactly the model's shapes, 4-D ones as NCHW, and which are to be passed through. Raises Refused."""
    arrays = _arrays(inputs, models, log)
    types = _data_types(data_type, len(models))
    layouts = _layouts(data_format, models, log)
    flags = _pass_through(pass_through, len(models))
    result = []
    for index, model in enumerate(models):
        given = Given(index, arrays[index], layouts[index], flags[index], model)
        _check_type(given, types[index], log)
        result.append(_in_model_shape(given, log))
    return result, flags


def _arrays(inputs: object, models: Sequence[TensorInfo], log: Log) -> Sequence[Array]:
    if isinstance(inputs, (np.ndarray, tuple)):
        log.warning(f"inputs should be a list, not {_kind(inputs)}")
    if not isinstance(inputs, list):
        raise Refused(f"inputs is {_kind(inputs)}; it must be a list with one numpy.ndarray per model input "
                      f"({len(models)}): write inputs=[...]")
    if len(inputs) != len(models):
        names = ", ".join(f"'{model.name}' {_text(model.shape)}" for model in models)
        raise Refused(f"inputs has length {len(inputs)}, but the number of the model's inputs is {len(models)}: "
                      f"{names}")
    for index, array in enumerate(inputs):
        if not isinstance(array, np.ndarray):
            raise Refused(f"inputs[{index}] is {_kind(array)}; it must be a numpy.ndarray: convert it with np.asarray")
    return inputs


def _layouts(data_format: object, models: Sequence[TensorInfo], log: Log) -> Sequence[str]:
    if data_format is None:
        if any(len(model.shape) == 4 for model in models):
            log.warn_once("data_format is not given, so 4-D inputs are taken as 'nhwc'; "
                          "for arrays as in the ONNX model pass data_format='nchw'")
        return ["nhwc"] * len(models)
    words = _one_each("data_format", data_format, str, len(models))
    for word in words:
        if not isinstance(word, str) or word.lower() not in _LAYOUTS:
            raise Refused(f"data_format {word!r} is no layout; allowed are 'nhwc' and 'nchw', one word for all inputs "
                          "or a list with one per input")
    return [str(word).lower() for word in words]


def _pass_through(flags: object, count: int) -> Sequence[bool]:
    if flags is None:
        return [False] * count
    values = _one_each("inputs_pass_through", flags, (), count)
    for value in values:
        if not isinstance(value, (int, np.integer)) or value not in (0, 1):
            raise Refused(f"inputs_pass_through has {value!r}; allowed are 0 (convert to the model's type) and 1 (it "
                          "is in the model's type already)")
    return [bool(value) for value in values]


def _data_types(data_type: object, count: int) -> Sequence[Optional[str]]:
    if data_type is None:
        return [None] * count
    return [_type_name(value) for value in _one_each("data_type", data_type, (str, type, np.dtype), count)]


def _type_name(value: object) -> str:
    name = value
    if isinstance(value, (type, np.dtype)):
        with contextlib.suppress(TypeError, ValueError):  # classes that NumPy has no type for
            name = np.dtype(value).name
    if not isinstance(name, str) or name not in _DTYPES:
        raise Refused(f"data_type {value!r} is no type an input can have; allowed are {', '.join(_DTYPES)}: leave "
                      "data_type out, the arrays say it")
    return name


def _one_each(argument: str, value: object, single: Any, count: int) -> Sequence[object]:
    """A value of type `single` counts for all inputs; a list must have one per input."""
    if isinstance(value, single):
        return [value] * count
    if not isinstance(value, (list, tuple)):
        raise Refused(f"{argument} is {_kind(value)}; it must be a list with one value per input ({count})")
    if len(value) != count:
        raise Refused(f"{argument} has length {len(value)}, but the number of the model's inputs is {count}: give one "
                      "value per input")
    return value


def _check_type(given: Given, told: Optional[str], log: Log) -> None:
    found = given.array.dtype.name
    if found not in _DTYPES:
        raise Refused(f"{given.label} is {found}; allowed are {', '.join(_DTYPES)}: convert it with .astype")
    if told is not None and told != found:
        raise Refused(f"{given.label} is {found}, but data_type says {told}: leave data_type out or convert the array")
    if given.pass_through and found != given.model.dtype:
        raise Refused(f"{given.label} is {found}, but inputs_pass_through is 1 and the model's input is "
                      f"{given.model.dtype}: give 0 to have it converted")
    if found == "float64":
        log.warn_once(f"{given.label} is float64: it is rounded once, to the model's {given.model.dtype}; "
                      "float32 or float16 would say the same with less memory")


def _in_model_shape(given: Given, log: Log) -> Array:
    return _image(given) if len(given.model.shape) == 4 else _plain(given, log)


def _image(given: Given) -> Array:
    """A 4-D input as NCHW, which is a view of what was given."""
    n, c, h, w = given.model.shape
    shapes = {"nhwc": (n, h, w, c), "nchw": (n, c, h, w)}
    expected, found = shapes[given.layout], given.array.shape
    if len(found) != 4:
        way_out = "add the batch dimension with np.expand_dims(image, 0)" if len(found) == 3 else "reshape it"
        raise Refused(f"The input[{given.index}] need 4dims input, but {len(found)}dims input buffer feed. "
                      f"{given.label} has shape {_text(found)}, expected is {_text(expected)} ({given.layout}): "
                      f"{way_out}")
    if found != expected:
        other = _LAYOUTS[1 - _LAYOUTS.index(given.layout)]
        way_out = f": this is its {other} shape, so pass data_format='{other}'" if found == shapes[other] else ""
        raise Refused(f"{given.label} has shape {_text(found)}, expected is {_text(expected)} ({given.layout})"
                      f"{way_out}")
    return given.array if given.layout == "nchw" else np.transpose(given.array, (0, 3, 1, 2))


def _plain(given: Given, log: Log) -> Array:
    """An input of another rank; leading ones may be missing."""
    expected, found = tuple(given.model.shape), given.array.shape
    if found == expected:
        return given.array
    missing = len(expected) - len(found)
    if (1,) * missing + found != expected:
        raise Refused(f"{given.label} has shape {_text(found)}, expected is {_text(expected)}")
    log.warn_once(f"{given.label} has shape {_text(found)}: taken as {_text(expected)}")
    return given.array[(np.newaxis,) * missing]


def _kind(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _text(shape: Sequence[int]) -> str:
    return f"({','.join(str(n) for n in shape)})"
