"""Makes a failing model small: steps are left out, then choices lowered, as long as the model still fails."""

from __future__ import annotations

import copy
from typing import Callable, Iterator

from graphs import Description

MOST_TRIES = 600


def smaller(description: Description) -> Iterator[Description]:
    """What to try next, the boldest first."""
    for at in reversed(range(len(description.steps))):
        shorter = copy.deepcopy(description)
        del shorter.steps[at]
        yield shorter
        if at < len(shorter.steps):  # the step behind it may have counted back to another operand
            nearer = copy.deepcopy(shorter)
            nearer.steps[at].choices[:1] = [0]
            yield nearer
    for at, step in enumerate([*description.steps, description.ending]):
        for place, made in enumerate(step.choices):
            for lower in sorted({0, made // 2, made - 1} - {made, -1}):
                lowered = copy.deepcopy(description)
                [*lowered.steps, lowered.ending][at].choices[place] = lower
                yield lowered


def shrink(description: Description, fails: Callable[[Description], bool]) -> Description:
    """The smallest description found that still fails."""
    tries = 0
    progress = True
    while progress:
        progress = False
        for candidate in smaller(description):
            tries += 1
            if tries > MOST_TRIES:
                return description
            if fails(candidate):
                description, progress = candidate, True
                break
    return description
