"""The parameters of `config`, all by name: which count here, which mean nothing, which would need what is not there.

A parameter is taken silently when it has its default, told of in one line when it has no effect here, and refused by
name when the model would be another one than was asked for.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any, Callable, List, Mapping, Optional, Tuple

from rknn.api.platforms import checked_platform
from rknnlite.api.log import Log

_QUANTISING = "is about quantisation, which is not there yet"
_SIZE_ONLY = "changes no result, and nothing here"
_NOT_THERE = "is not there yet"


@dataclass(frozen=True)
class Parameter:
    """`allowed` says no, in words, to a value that is wrong anywhere; `refuse` is why only the default is taken."""

    default: object
    allowed: Callable[[object], Optional[str]]
    without_effect: str = ""
    refuse: str = ""


def _one_of(*values: object) -> Callable[[object], Optional[str]]:
    return lambda value: None if value in values else "allowed are " + ", ".join(repr(each) for each in values)


def _flag(value: object) -> Optional[str]:
    return None if isinstance(value, bool) or value in (0, 1) else "allowed are True and False"


def _number(value: object) -> Optional[str]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return None if value is None or is_number else "it must be a number"


def _text(value: object) -> Optional[str]:
    return None if value is None or isinstance(value, str) else "it must be a str"


def _anything(value: object) -> Optional[str]:
    return None


def _method(value: object) -> Optional[str]:
    groups = [f"group{size}" for size in range(32, 257, 32)]
    return _one_of("layer", "channel", *groups)(value)


_QUANTISED_TYPES = ("w8a8", "w8a16", "w16a16i_dfp", "w4a16", "asymmetric_quantized-8", "asymmetric_affine-u8",
                    "dynamic_fixed_point-i8", "dynamic_fixed_point-i16")

PARAMETERS: Mapping[str, Parameter] = {
    "quantized_dtype": Parameter("w8a8", _one_of(*_QUANTISED_TYPES), without_effect=_QUANTISING),
    "quantized_algorithm": Parameter("normal", _one_of("normal", "mmse", "kl_divergence", "gdq"),
                                     without_effect=_QUANTISING),
    "quantized_method": Parameter("channel", _method, without_effect=_QUANTISING),
    "quantized_hybrid_level": Parameter(0, _number, without_effect=_QUANTISING),
    "quant_img_RGB2BGR": Parameter(False, _anything, without_effect=_QUANTISING),
    "float_dtype": Parameter("float16", _one_of("float16", "bfloat16", "tfloat32"),
                             refuse="is no type that this chip multiplies"),
    "custom_string": Parameter(None, _text, refuse=f"stored in the file {_NOT_THERE}"),
    "remove_weight": Parameter(False, _flag, refuse=_NOT_THERE),
    "compress_weight": Parameter(False, _flag, without_effect=_SIZE_ONLY),
    "inputs_yuv_fmt": Parameter(None, _anything, refuse=_NOT_THERE),
    "single_core_mode": Parameter(False, _flag, without_effect="is for chips with several cores"),
    "dynamic_input": Parameter(None, _anything, refuse=f"{_NOT_THERE}: convert one model per shape"),
    "model_pruning": Parameter(False, _flag, without_effect=_SIZE_ONLY),
    "op_target": Parameter(None, _anything, refuse=f"{_NOT_THERE}: what the NPU cannot do is done by the CPU"),
    "quantize_weight": Parameter(False, _flag, refuse="means w8a16, which this chip does not have"),
    "remove_reshape": Parameter(False, _flag, refuse=f"{_NOT_THERE}: inputs and outputs have the ONNX model's shapes"),
    "sparse_infer": Parameter(False, _flag, refuse="is for rk3576 and rv1126b"),
    "mini_rknn": Parameter(False, _flag, refuse="is for the runtime of other chips"),
    "enable_flash_attention": Parameter(False, _flag, without_effect=_SIZE_ONLY),
    "auto_hybrid_cos_thresh": Parameter(0.98, _number, without_effect=_QUANTISING),
    "auto_hybrid_euc_thresh": Parameter(None, _number, without_effect=_QUANTISING),
    "memory_plan_strategy": Parameter("BestFit", _one_of("BestFit", "GreedyBySize", "GreedyByLifetime",
                                                         "SlowPeakGrowth"), without_effect=_SIZE_ONLY),
    "compute_order": Parameter("WidthFirst", _one_of("WidthFirst", "DepthFirst"), without_effect=_SIZE_ONLY),
    "compiler_control_file": Parameter(None, _anything, refuse="has a content that nobody documents"),
}

# Switches of the vendor's compiler that scripts pass on; none has a counterpart.
_UNDOCUMENTED = ("output_optimize", "set_op_attr", "sram_prefer", "nbuf_prefer", "check_data", "stream_op",
                 "disable_rules", "enable_const_share", "enable_rnn_loop", "enable_core0_only_mode",
                 "disable_first_conv")

_OTHERS = ("target_platform", "mean_values", "std_values", "optimization_level")


@dataclass(frozen=True)
class Config:
    """What of it counts later."""

    platform: str
    mean_values: Optional[List[List[float]]]
    std_values: Optional[List[List[float]]]


def checked(mean_values: object, std_values: object, given: Mapping[str, object], log: Log) -> Config:
    """Raises ValueError for names that do not exist and for values that cannot be taken."""
    for name in given:
        _check_name(name)
    platform = checked_platform(given.get("target_platform"))
    for name, value in given.items():
        if name in PARAMETERS:
            _check_value(name, PARAMETERS[name], value, log)
        elif name in _UNDOCUMENTED:
            log.warning(f"config: {name} is a switch of the vendor's compiler and has no effect here")
    level = given.get("optimization_level", 3)
    if level not in (0, 1, 2, 3):
        log.warning(f"config: optimization_level {level!r} is not 0, 1, 2 or 3: taken as 3")
    if given.get("quantized_dtype") in ("w8a16", "w4a16"):
        raise ValueError(f"config: quantized_dtype {given['quantized_dtype']!r} is not for {platform}; "
                         "allowed is 'w8a8'")
    return Config(platform, _per_input("mean_values", mean_values), _per_input("std_values", std_values))


def check_normalisation(config: Config, shapes: List[Tuple[int, ...]], log: Log) -> None:
    """Mean and standard deviation against the model's inputs: they count for 4-D ones, where they are not there yet."""
    for name, values, neutral in (("mean_values", config.mean_values, 0), ("std_values", config.std_values, 1)):
        if values is None:
            continue
        if len(values) != len(shapes):
            raise ValueError(f"load_onnx: config's {name} is for {len(values)} inputs, and the model has {len(shapes)}")
        for index, (numbers, shape) in enumerate(zip(values, shapes)):
            channels = shape[1] if len(shape) > 1 else 1
            if len(numbers) != channels:
                raise ValueError(f"load_onnx: config's {name} has {len(numbers)} numbers for input {index}, whose "
                                 f"shape is {shape}: {channels} are needed")
            if all(number == neutral for number in numbers):
                continue
            if len(shape) == 4:
                raise ValueError(f"load_onnx: config's {name} for input {index} {_NOT_THERE}: normalise the array "
                                 "before inference, and leave it out")
            log.warning(f"load_onnx: config's {name} has no effect on input {index}, which has {len(shape)} "
                        "dimensions; only those with 4 are normalised")


def _check_name(name: str) -> None:
    names = [*_OTHERS, *PARAMETERS, *_UNDOCUMENTED]
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=1)
    guess = f"did you mean '{close[0]}'? " if close else ""
    raise ValueError(f"config: there is no parameter '{name}'; {guess}allowed are {', '.join(names)}")


def _check_value(name: str, parameter: Parameter, value: object, log: Log) -> None:
    fault = parameter.allowed(value)
    if fault:
        raise ValueError(f"config: {name}={value!r}: {fault}")
    if value == parameter.default:
        return
    if parameter.refuse:
        raise ValueError(f"config: {name}={value!r} {parameter.refuse}; leave {name} out")
    log.warning(f"config: {name}={value!r} {parameter.without_effect}")


def _per_input(name: str, values: Any) -> Optional[List[List[float]]]:
    """A list of numbers per input; a flat list is for one input."""
    if values is None:
        return None
    try:
        nested = [values] if all(_is_number(value) for value in values) else values
        return [[float(number) for number in numbers] for numbers in nested]
    except (TypeError, ValueError):
        raise ValueError(f"config: {name}={values!r}: it must be a list with a list of numbers per input") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))
