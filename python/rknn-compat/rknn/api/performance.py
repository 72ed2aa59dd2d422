"""The time a model would take, by Mattock's cost model: what `eval_perf` tells where there is no board to measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Dict

_RULE = "=" * 66


def modelled(content: bytes, chip: str) -> Dict[str, Any]:
    """What `mattock estimate` says of a model file. Raises RuntimeError when it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.rknn")
        with open(path, "wb") as file:
            file.write(content)
        command = [sys.executable, "-m", "mattock", "estimate", path, "--chip", chip, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise RuntimeError(f"eval_perf: {done.stderr.strip()}")
    facts: Dict[str, Any] = json.loads(done.stdout)
    return facts


def performance_text(facts: Dict[str, Any], chip: str) -> str:
    """The lines that programs look for, and that nothing of it was measured."""
    seconds = facts["seconds"] + facts["host_seconds"]
    return "\n".join([
        _RULE,
        f"Performance of {chip}, modelled and not measured (uncalibrated)".center(len(_RULE)).rstrip(),
        _RULE,
        f"Total Time(us): {seconds * 1e6:.0f}",
        f"FPS: {1 / seconds:.2f}" if seconds > 0 else "FPS: \\",
        f"Tasks: {facts['tasks']}   Memory Read/Write(KB): {facts['bytes'] / 1024:.2f}   Limited by: {facts['bound']}",
        _RULE,
    ])
