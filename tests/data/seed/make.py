#!/usr/bin/env python3
"""Writes a.npy and b.npy, the inputs of the recorded run, from the recording beside this file."""
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def npy_of_halves(rows):
    header = "{'descr': '<f2', 'fortran_order': False, 'shape': (1, %d, %d), }" % (len(rows), len(rows[0]))
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    data = b"".join(struct.pack("<H", int(bits, 16)) for row in rows for bits in row)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


recording = json.loads((HERE / "rk3566_fp16_matmul_9x9x9.json").read_text())
for name in ("a", "b"):
    (HERE / f"{name}.npy").write_bytes(npy_of_halves(recording[f"{name}_fp16_hex"]))
