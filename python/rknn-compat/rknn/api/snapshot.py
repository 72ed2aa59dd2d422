"""What `accuracy_analysis` leaves in its folder: both models' tensors, a map from names to files, the table.

    error_analysis.txt    map_name_to_file.txt
    golden/TENSOR.txt     golden/npy/TENSOR.npy       the ONNX model's exact values
    simulator/TENSOR.txt  simulator/npy/TENSOR.npy    the converted model's, where it has the tensor
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Sequence

import numpy as np

from rknn.api.accuracy import Compared
from rknnlite.api.inputs import Array

_SIDES = ("golden", "simulator")


def write(folder: Path, tensors: Sequence[Compared], table: str) -> None:
    """Tensors of an earlier analysis go first; other files stay. Raises OSError."""
    for side in _SIDES:
        (folder / side / "npy").mkdir(parents=True, exist_ok=True)
        for old in [*(folder / side).glob("*.txt"), *(folder / side / "npy").glob("*.npy")]:
            old.unlink()
    files = _file_names([tensor.name for tensor in tensors])
    for tensor, file in zip(tensors, files):
        _write_tensor(folder / "golden", file, tensor.golden)
        if tensor.simulator is not None:
            _write_tensor(folder / "simulator", file, tensor.simulator)
    lines = [f"{tensor.name!r}  {file}\n" for tensor, file in zip(tensors, files)]
    (folder / "map_name_to_file.txt").write_text("".join(lines), encoding="utf-8")
    (folder / "error_analysis.txt").write_text(table, encoding="utf-8")


def _write_tensor(folder: Path, file: str, array: Array) -> None:
    np.savetxt(folder / f"{file}.txt", array.ravel(), fmt="%.9g")
    np.save(folder / "npy" / f"{file}.npy", array)


def _file_names(names: Sequence[str]) -> List[str]:
    """One per tensor, of letters that every system takes, none twice."""
    taken: List[str] = []
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100].lstrip(".") or "tensor"
        file, count = stem, 0
        while file.lower() in (other.lower() for other in taken):
            count += 1
            file = f"{stem}_{count}"
        taken.append(file)
    return taken
