"""The chips that scripts name, and which of them models can be made for."""

from __future__ import annotations

from rknnlite.api.arguments import INTERCHANGEABLE

# What `target_platform` may be in scripts at large.
KNOWN = ("rk3562", "rk3566", "rk3568", "rk3576", "rk3588", "rk3588s", "rk2118", "rv1103", "rv1103b", "rv1106",
         "rv1106b", "rv1126b")


def checked_platform(value: object) -> str:
    """In small letters. Raises ValueError for none, for what is no chip, and for chips Mattock makes no models for."""
    allowed = ", ".join(INTERCHANGEABLE)
    if value is None:
        raise ValueError(f"config: target_platform is missing; allowed are {allowed}: "
                         "write config(target_platform='rk3566')")
    name = value.lower() if isinstance(value, str) else ""
    if name in INTERCHANGEABLE:
        return name
    reason = "is a chip that Mattock makes no models for" if name in KNOWN else "is no chip"
    raise ValueError(f"config: target_platform {value!r} {reason}; allowed are {allowed}")


def check_target(target: object, platform: str, method: str = "init_runtime") -> None:
    """What `target` of init_runtime and accuracy_analysis may be: nothing. ValueError for another chip than the model's; RuntimeError for the
    right one, because no board is ever asked."""
    if target is None:
        return
    name = str(target).lower()
    fitting = INTERCHANGEABLE if platform in INTERCHANGEABLE else (platform,)
    if name not in fitting:
        raise ValueError(f"{method}: target '{target}' does not fit the model, which is for '{platform}'; leave "
                         "target out to run it here")
    raise RuntimeError(f"{method}: target '{target}' asks for a board at the end of a cable, and Mattock has no "
                       "way to one (it starts no adb); leave target out to run the model here")
