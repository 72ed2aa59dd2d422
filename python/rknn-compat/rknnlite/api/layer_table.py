"""The table of layers that verbose=True shows after each inference, in the form that programs parse.

Rows begin with a digit, the fourth column is the target, and a backslash stands for what is not known. Known are the
emulator's counts: cycles of the multipliers and bytes at the memory port, per NPU task. Times are not: those cycles
leave out fetching and waiting, and the clock of a board is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

_UNKNOWN = "\\"
_LAYERS = ("ID", "OpType", "DataType", "Target", "InputShape", "OutputShape", "Cycles(DDR/NPU/Total)", "Time(us)",
           "MacUsage(%)", "WorkLoad(0/1/2)", "RW(KB)", "FullName")
_RANKING = ("OpType", "CallNumber", "CPUTime(us)", "GPUTime(us)", "NPUTime(us)", "TotalTime(us)", "TimeRatio(%)")


@dataclass
class Work:
    """What the NPU did for one operator in one run."""

    cycles: int = 0
    moved_bytes: int = 0


def layer_table(model: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """`model` is what mattock.inspect says, `report` what Session.last_report says."""
    operators: Sequence[Mapping[str, Any]] = model["operators"]
    work = _work_per_operator(operators, report["submits"])
    rows = [_layer_row(model["tensors"], number, operator, work.get(operator["index"]))
            for number, operator in enumerate(operators, start=1)]
    layers = _columns([_LAYERS, *rows])
    ranking = _columns([_RANKING, *_ranking_rows(operators, work)])
    rule = "-" * max(len(line) for line in layers + ranking)
    moved = sum(done.moved_bytes for done in work.values())
    return "\n".join([
        rule, "Network Layer Information Table".center(len(rule)).rstrip(), rule, layers[0], rule, *layers[1:], rule,
        f"Total Operator Elapsed Per Frame Time(us): {_UNKNOWN}",
        f"Total Memory Read/Write Per Frame Size(KB): {_kilobytes(moved)}",
        rule, "Operator Time Consuming Ranking Table".center(len(rule)).rstrip(), rule, ranking[0], rule, *ranking[1:],
        rule,
    ])


def _work_per_operator(operators: Sequence[Mapping[str, Any]],
                       submits: Iterable[Mapping[str, Any]]) -> Dict[int, Work]:
    """A submit runs the tasks of several operators in a row; the model says whose a task is."""
    owner = {task: operator["index"] for operator in operators
             for task in range(operator["first_task"], operator["first_task"] + operator["task_count"])}
    work: Dict[int, Work] = {}
    for submit in submits:
        for task, counts in enumerate(submit["tasks"], start=submit["first_task"]):
            done = work.setdefault(owner[task], Work())
            done.cycles += counts["cycles"]
            done.moved_bytes += counts["bytes"]
    return work


def _layer_row(tensors: Sequence[Mapping[str, Any]], number: int, operator: Mapping[str, Any],
               work: Optional[Work]) -> Tuple[str, ...]:
    inputs, outputs = _known(tensors, operator["inputs"]), _known(tensors, operator["outputs"])
    either = outputs or inputs
    return (
        str(number),
        operator["op"],
        either[0]["dtype"].upper() if either else _UNKNOWN,
        "NPU" if work else "CPU",
        _shapes(inputs),
        _shapes(outputs),
        f"{_UNKNOWN}/{work.cycles}/{_UNKNOWN}" if work else _UNKNOWN,
        _UNKNOWN,
        _UNKNOWN,
        _UNKNOWN,
        _kilobytes(work.moved_bytes) if work else _UNKNOWN,
        _full_name(operator),
    )


def _ranking_rows(operators: Sequence[Mapping[str, Any]], work: Mapping[int, Work]) -> List[Tuple[str, ...]]:
    """Operator types, those with most NPU cycles first; no times, as above."""
    calls: Dict[str, int] = {}
    cycles: Dict[str, int] = {}
    for operator in operators:
        kind = operator["op"]
        calls[kind] = calls.get(kind, 0) + 1
        cycles[kind] = cycles.get(kind, 0) + work.get(operator["index"], Work()).cycles
    order = sorted(calls, key=lambda kind: -cycles[kind])
    return [(kind, str(calls[kind]), *[_UNKNOWN] * 5) for kind in order]


def _known(tensors: Sequence[Mapping[str, Any]], indices: Iterable[int]) -> List[Mapping[str, Any]]:
    return [tensors[index] for index in indices if tensors[index]["kind"] != "placeholder"]


def _shapes(tensors: Iterable[Mapping[str, Any]]) -> str:
    return ",".join("(" + ",".join(map(str, tensor["shape"])) + ")" for tensor in tensors) or _UNKNOWN


def _full_name(operator: Mapping[str, Any]) -> str:
    kind, name = str(operator["op"]), str(operator["name"])
    return name if name == kind or name.startswith(kind + ":") else f"{kind}:{name}"


def _kilobytes(count: int) -> str:
    return f"{count / 1024:.2f}"


def _columns(rows: Sequence[Sequence[str]]) -> List[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
