#!/usr/bin/env python3
"""Writes case-N.onnx: random models of tests/judge with the seed 1, spread over the list of operators and their forms.

Needs Debian's python3-onnx. What tests convert and damage, and seeds of the fuzz targets.
"""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent / "judge"))

from build import build  # noqa: E402
from graphs import describe, schedule  # noqa: E402

SEED, MODELS = 1, 30

for i in range(MODELS):
    index = i * len(schedule()) // MODELS
    case = build(*describe(SEED, index))
    (FOLDER / f"case-{index}.onnx").write_bytes(case.model(case.outputs).SerializeToString())
