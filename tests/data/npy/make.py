#!/usr/bin/env python3
"""Writes the .npy files beside it with NumPy: python3 tests/data/npy/make.py

The tests read the files; only making them anew needs NumPy. The values follow a rule that the test states
again in C++: element i (row-major) of every array is VALUES[i % len(VALUES)] in its own type.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
FLOATS = [0.0, 1.0, -2.5, 0.125, 1000.0, -0.0]
SIGNED = [0, 1, -2, 100, -128, 127]
UNSIGNED = [0, 1, 2, 100, 200, 255]
BOOLS = [False, True, True]


def values(dtype, shape):
    kind = np.dtype(dtype).kind
    source = {"f": FLOATS, "i": SIGNED, "u": UNSIGNED, "b": BOOLS}[kind]
    return np.resize(np.array(source), shape).astype(dtype)


def save(name, array, version=None):
    with open(HERE / f"{name}.npy", "wb") as stream:
        np.lib.format.write_array(stream, array, version=version, allow_pickle=True)


for code in ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "b1"]:
    save(f"{code}_little", values("<" + code, (2, 3)))
    if not code.endswith("1"):
        save(f"{code}_big", values(">" + code, (2, 3)))

save("scalar", values("<f4", ()))
save("vector", values("<f4", (5,)))
save("empty", values("<f4", (0, 4)))
save("rank_five", values("<i2", (2, 1, 3, 2, 2)))
save("fortran", np.asfortranarray(values("<f4", (2, 3, 4))))
save("fortran_big", np.asfortranarray(values(">i4", (3, 5))))
save("version_2", values("<f4", (2, 3)), version=(2, 0))
save("version_3", values("<f4", (2, 3)), version=(3, 0))

save("refused_object", np.array([{}, None], dtype=object))
save("refused_unicode", np.array(["ab", "c"]))
save("refused_bytes", np.array([b"ab", b"c"]))
save("refused_complex", np.zeros(2, np.complex64))
save("refused_structured", np.zeros(2, [("x", "<f4"), ("y", "<i2")]))
save("refused_date", np.zeros(2, "<M8[s]"))
save("refused_longdouble", np.zeros(2, "<f16") if np.dtype(np.longdouble).itemsize == 16 else np.zeros(2))
