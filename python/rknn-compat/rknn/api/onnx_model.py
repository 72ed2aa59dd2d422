"""What `load_onnx` is given: a file, and the names at which it is to be cut, which has to be its whole extent here."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Sequence, Tuple

import mattock
from rknnlite.api.runtime import Model


def converted(path: object, platform: str) -> Model:
    """The model file that the ONNX file becomes. Raises ValueError, with what is wrong with it."""
    name = _checked_name(path)
    try:
        content = mattock.convert(name, chip=platform)
        return Model(name, content, mattock.inspect(content))
    except mattock.MattockError as error:
        said = str(error) if name in str(error) else f"'{name}': {error}"
        raise ValueError(f"load_onnx: {said}") from None


def shapes_of(facts: Dict[str, Any], kind: str) -> Dict[str, Tuple[int, ...]]:
    """Names and shapes of a model's "inputs" or "outputs", in its order."""
    tensors = [facts["tensors"][index] for index in facts[kind]]
    return {tensor["name"]: tuple(tensor["shape"]) for tensor in tensors}


def check_ends(model: Model, inputs: object, input_size_list: object, outputs: object) -> None:
    """Raises ValueError unless the names are the model's own inputs and outputs, and the sizes their shapes."""
    own = shapes_of(model.facts, "inputs")
    names = _check_names("inputs", inputs, own)
    _check_names("outputs", outputs, shapes_of(model.facts, "outputs"))
    if input_size_list is None:
        return
    sizes = _listed("input_size_list", input_size_list)
    if len(sizes) != len(names):
        raise ValueError(f"load_onnx: input_size_list has length {len(sizes)}, but {len(names)} inputs are meant")
    for name, size in zip(names, sizes):
        if tuple(_listed("input_size_list", size)) != own[name]:
            raise ValueError(f"load_onnx: input_size_list says {size!r} for '{name}', whose shape in the model is "
                             f"{list(own[name])}; other shapes have to be exported from the framework")


def check_arguments(inputs: object, input_size_list: object, input_initial_val: object) -> None:
    """What is wrong whatever the model is. Raises ValueError."""
    if inputs is not None and input_size_list is None:
        raise ValueError("load_onnx: inputs needs input_size_list: give one shape per input, or leave both out")
    initial = [] if input_initial_val is None else _listed("input_initial_val", input_initial_val)
    if any(value is not None for value in initial):
        raise ValueError("load_onnx: input_initial_val is not there yet: make the input a constant in the ONNX model")


def _checked_name(path: object) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise ValueError(f"load_onnx: model is {type(path).__name__}; it must be the name of an .onnx file")
    name = str(os.fspath(path))
    if not os.path.isfile(name):
        raise ValueError(f"load_onnx: '{name}' is no file; give the path of an .onnx file, absolute or from the folder "
                         "the script runs in")
    if not name.endswith(".onnx"):
        raise ValueError(f"load_onnx: '{name}' does not end in .onnx; only ONNX models are loaded")
    return name


def _check_names(argument: str, given: object, own: Dict[str, Tuple[int, ...]]) -> Sequence[str]:
    """The names that are meant: the given ones, or all of the model's."""
    if given is None:
        return list(own)
    names = _listed(argument, given)
    unknown = [name for name in names if name not in own]
    if unknown:
        raise ValueError(f"load_onnx: {argument} names {', '.join(map(repr, unknown))}; the model's {argument} are "
                         f"{', '.join(map(repr, own))}, and cutting it elsewhere is not there yet")
    if set(names) != set(own):
        left = ", ".join(repr(name) for name in own if name not in names)
        raise ValueError(f"load_onnx: {argument} leaves out {left}, and cutting a model is not there yet: leave "
                         f"{argument} out")
    return names


def _listed(argument: str, value: Any) -> List[Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    raise ValueError(f"load_onnx: {argument} is {type(value).__name__}; it must be a list")
