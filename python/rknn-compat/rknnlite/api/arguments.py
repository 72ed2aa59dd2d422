"""What `init_runtime` takes, and what it refuses by name."""

from __future__ import annotations

from typing import Mapping, Optional, Sequence, Tuple

CORE_MASKS: Mapping[str, int] = {
    "NPU_CORE_AUTO": 0,
    "NPU_CORE_0": 1,
    "NPU_CORE_1": 2,
    "NPU_CORE_2": 4,
    "NPU_CORE_0_1": 3,
    "NPU_CORE_0_1_2": 7,
    "NPU_CORE_ALL": 65535,
}

# The chips Mattock runs have one core, so these three mean the same.
_ONE_CORE = ("NPU_CORE_AUTO", "NPU_CORE_0", "NPU_CORE_ALL")

# RK3566 and RK3568 carry the same NPU: a file for one runs on the other.
INTERCHANGEABLE: Tuple[str, ...] = ("rk3566", "rk3568")


class Refused(Exception):
    """Something that cannot be taken. The text says what was found, what is allowed and the way out."""

    def __init__(self, text: str, code: str = "RKNN_ERR_PARAM_INVALID") -> None:
        super().__init__(text)
        self.code = code


def platforms(target: str) -> Sequence[str]:
    """The chips that run a model which was made for `target`."""
    return INTERCHANGEABLE if target in INTERCHANGEABLE else (target, *INTERCHANGEABLE)


def check_init(core_mask: object, device_id: object, async_mode: object, unknown: Mapping[str, object]) -> None:
    """Raises Refused unless the arguments of init_runtime ask for what one core on this machine can do."""
    _check_core_mask(core_mask)
    if device_id is not None:
        raise Refused(f"device_id {device_id!r} names a board at the end of a cable; this runs on the machine it is "
                      "called on: leave device_id out")
    if async_mode is not None and async_mode is not False and async_mode != 0:
        raise Refused(f"async_mode={async_mode!r} would return the result of the frame before; only False is there: "
                      "leave async_mode out")
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Refused(f"unknown argument {names}; allowed are core_mask, target, device_id and async_mode (the last "
                      f"three for old scripts): leave {names} out")


def check_target(target: Optional[object], model_target: str) -> None:
    """Raises ValueError when `target` is a chip that the model was not made for."""
    fitting = platforms(model_target)
    if target is None or str(target).lower() in fitting:
        return
    raise ValueError(f"init_runtime: target '{target}' does not fit the model, which was made for '{model_target}'; "
                     f"allowed are {', '.join(fitting)}: leave target out, or convert the model for '{target}'")


def _check_core_mask(core_mask: object) -> None:
    allowed = ", ".join(f"{name} ({CORE_MASKS[name]})" for name in _ONE_CORE)
    for name, number in CORE_MASKS.items():
        if core_mask == number:
            if name in _ONE_CORE:
                return
            raise Refused(f"core_mask {name} ({number}) asks for cores that RK3566 and RK3568 do not have (they have "
                          f"one); allowed are {allowed}: leave core_mask out", "RKNN_ERR_TARGET_PLATFORM_UNMATCH")
    raise Refused(f"core_mask {core_mask!r} is no core mask; allowed are {allowed}: leave core_mask out")
