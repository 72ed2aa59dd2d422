#!/usr/bin/env python3
"""judge_test.py EVALUATE FOLDER [--cases N] [--seed N]: random models, the reference against onnxruntime, and
converted models on the emulator against the reference.

EVALUATE is the program judge_evaluate; FOLDER is emptied and then holds the cases, and what remains of failures.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import time
from typing import Any, Optional

import numpy
import onnx
import onnxruntime
from build import build
from graphs import FIRST_OPSET, LAST_OPSET, VERSIONS, Case, Description, describe, schedule, version_at
from numpy.typing import NDArray
from shrink import shrink
from tolerances import NPU, RUNTIMES, allowed_errors

Array = NDArray[Any]

MOST_SHOWN = 3  # failures that are shrunk
LEAST_SHARE = 0.01  # of the models has each form of each operator
MOST_UNRUNNABLE = 0.02  # share of the models that onnxruntime may refuse


@dataclasses.dataclass
class Verdict:
    failure: Optional[str] = None
    refusal: Optional[str] = None  # onnxruntime's


def write(case: Case, stem: pathlib.Path) -> None:
    onnx.save(case.model(case.outputs), str(stem.with_suffix(".onnx")))
    for place, array in enumerate(case.inputs.values()):
        numpy.save(f"{stem}.in{place}.npy", array)


def evaluate(program: str, folder: pathlib.Path) -> dict[str, str]:
    """Has the models of a folder evaluated by both; the errors by name of the case."""
    errors: dict[str, str] = {}
    for who in ("reference", "emulator"):
        run = subprocess.run([program, "--with", who, str(folder)], stdout=subprocess.PIPE, text=True, check=False)
        failed = dict(line.split(": ", 1) for line in run.stdout.splitlines())
        for model in folder.glob("*.onnx"):
            if model.stem not in failed and not model.with_suffix(f".{who}0.npy").exists():  # it crashed, here or before
                failed[model.stem] = f"not evaluated, judge_evaluate ended with status {run.returncode}"
        for name, error in failed.items():
            errors.setdefault(name, f"{who}: {error}")
    return errors


def run_onnxruntime(case: Case) -> dict[str, Array]:
    """The values of all tensors. Its optimiser is not what is judged, and may leave out roundings."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    names = case.computed()
    model = case.model(names, halves_apart=True).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    values = dict(zip(names, session.run(names, case.inputs)))
    return {**case.initializers, **case.inputs, **values}


def difference(pair: str, found: Array, expected: Array, allowed: float) -> Optional[str]:
    """Why `found` is not `expected`."""
    if found.dtype != expected.dtype or found.shape != expected.shape:
        return f"{pair}: {found.dtype} {found.shape}, expected {expected.dtype} {expected.shape}"
    if not numpy.isfinite(expected).all():
        return f"{pair}: what is expected is not finite; the generator is meant to prevent that"
    apart = numpy.abs(found.astype(numpy.float64) - expected.astype(numpy.float64))
    if (apart <= allowed).all():  # false for NaN
        return None
    at = numpy.unravel_index(numpy.argmax(numpy.nan_to_num(apart, nan=numpy.inf)), apart.shape)
    return (
        f"{pair}: {list(map(int, at))} is {found[at]!s}, expected {expected[at]!s}; "
        f"difference {apart[at]:.3g}, allowed {allowed:.3g}; {int((~(apart <= allowed)).sum())} of {apart.size} differ"
    )


def judge(case: Case, stem: pathlib.Path, error: Optional[str]) -> Verdict:
    try:
        values = run_onnxruntime(case)
    except Exception as refused:  # pylint: disable=broad-except  # it has a class for each status
        return Verdict(error, str(refused).splitlines()[0])
    if error is not None:
        return Verdict(error)
    runtimes, npu = (allowed_errors(case, values, rules) for rules in (RUNTIMES, NPU))
    failures = []
    for place, name in enumerate(case.outputs):
        reference = numpy.load(f"{stem}.reference{place}.npy")
        emulator = numpy.load(f"{stem}.emulator{place}.npy").astype(reference.dtype)  # it gives float16 as float32
        failures.append(difference(f"{name}, reference and onnxruntime", reference, values[name], runtimes[name]))
        failures.append(difference(f"{name}, emulator and reference", emulator, reference, npu[name]))
    return Verdict(next((failure for failure in failures if failure is not None), None))


def judge_one(program: str, description: Description, folder: pathlib.Path) -> Verdict:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    case = build(description)
    if not case.outputs:
        return Verdict()
    write(case, folder / "case-0")
    return judge(case, folder / "case-0", evaluate(program, folder).get("case-0"))


def show_smallest(program: str, description: Description, folder: pathlib.Path) -> bool:
    """False if the model does not fail on its own: a crash took it along."""
    if judge_one(program, description, folder).failure is None:
        return False
    small = shrink(description, lambda candidate: judge_one(program, candidate, folder).failure is not None)
    verdict = judge_one(program, small, folder)
    print(f"The smallest model that fails, kept in {folder}:\n{build(small).text()}\n{verdict.failure}\n")
    return True


def check_versions() -> None:
    """The table of versions is the installed ONNX's, as far as that goes."""
    newest = min(onnx.defs.onnx_opset_version(), LAST_OPSET)
    for op, versions in VERSIONS.items():
        known = {onnx.defs.get_schema(op, opset, "").since_version for opset in range(FIRST_OPSET, newest + 1)}
        expected = tuple(sorted({max(version, FIRST_OPSET) for version in known}))
        assert tuple(version for version in versions if version <= newest) == expected, (op, versions, expected)


def check_operators() -> None:
    """The generator makes what the reader covers."""
    page = (pathlib.Path(__file__).parents[2] / "docs" / "support.md").read_text(encoding="utf-8")
    covered = re.findall(r"^\| (\w+) \| ", page.split("| not read |")[0], re.MULTILINE)
    assert covered[1:] == list(VERSIONS), covered


def check_shrinking() -> None:
    """A model that fails because of one operator shrinks to it."""
    for index in range(0, 60, 7):
        description, source = describe(0, index)
        if not any(node.op == "Gemm" for node in build(description, source).nodes):
            continue
        small = build(shrink(description, lambda d: any(node.op == "Gemm" for node in build(d).nodes)))
        assert [node.op for node in small.nodes if node.op != "Constant"] == ["Gemm"], small.text()
        assert max(max(t.shape, default=1) for t in small.tensors.values()) == 1, small.text()


def check_coverage(cases: list[Case]) -> None:
    forms: collections.Counter[tuple[str, int]] = collections.Counter()
    halves = set()
    for case in cases:
        forms.update({(node.op, version_at(node.op, case.opset)) for node in case.nodes})
        types = {name: tensor.dtype for name, tensor in case.tensors.items()}
        halves |= {node.op for node in case.nodes if types.get(node.output) == "float16"}
    least = len(cases) * LEAST_SHARE
    rare = [f"{op} of opset {first}" for op, first, _ in schedule() if forms[op, first] < least]
    assert not rare, f"in fewer than {least:g} models: {', '.join(rare)}"
    assert halves == set(VERSIONS), f"never float16: {set(VERSIONS) - halves}"
    opsets = {case.opset for case in cases}
    assert opsets == set(range(FIRST_OPSET, LAST_OPSET + 1)), opsets
    ranks = {len(tensor.shape) for case in cases for tensor in case.tensors.values()}
    assert ranks == {0, 1, 2, 3, 4}, ranks


def generate(seed: int, count: int) -> tuple[list[Description], list[Case]]:
    descriptions, cases = [], []
    for index in range(count):
        description, source = describe(seed, index)
        case = build(description, source)
        assert case.outputs, f"model {index} computes nothing"
        if case.opset <= onnx.defs.onnx_opset_version():
            onnx.checker.check_model(case.model(case.outputs), full_check=True)
        descriptions.append(description)
        cases.append(case)
    return descriptions, cases


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evaluate")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()

    check_versions()
    check_operators()
    check_shrinking()
    descriptions, cases = generate(options.seed, options.cases)
    check_coverage(cases)
    shutil.rmtree(options.folder, ignore_errors=True)
    folder = options.folder / "cases"
    folder.mkdir(parents=True)
    for index, case in enumerate(cases):
        write(case, folder / f"case-{index}")
    errors = evaluate(options.evaluate, folder)

    refusals: collections.Counter[str] = collections.Counter()
    failed = []
    for index, case in enumerate(cases):
        name = f"case-{index}"
        verdict = judge(case, folder / name, errors.get(name))
        if verdict.refusal is not None:
            refusals[verdict.refusal] += 1
        if verdict.failure is not None:
            print(f"{name} (seed {options.seed}): {verdict.failure}")
            failed.append(index)
    for refusal, count in refusals.most_common():
        print(f"onnxruntime refuses {count}: {refusal}")
    shown = 0
    for index in failed:
        if shown < MOST_SHOWN:
            shown += show_smallest(options.evaluate, descriptions[index], options.folder / f"failure-{shown}")

    nodes = sum(len(case.nodes) for case in cases)
    print(
        f"{len(cases)} models, {nodes} nodes, {len(failed)} fail, onnxruntime {onnxruntime.__version__} refuses "
        f"{sum(refusals.values())}; {time.monotonic() - begun:.1f} s"
    )
    if sum(refusals.values()) > MOST_UNRUNNABLE * len(cases):
        print(f"onnxruntime may refuse {MOST_UNRUNNABLE:.0%}")
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
