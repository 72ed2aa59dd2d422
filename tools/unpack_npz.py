#!/usr/bin/env python3
"""Unpack FOLDER/NAME.npz into OUT/NAME/ARRAY.npy, for every NAME or for those given.

usage: unpack_npz.py FOLDER OUT [NAME...]

An .npz is a zip of .npy files; the tests read .npy only. Standard library only.
"""

import pathlib
import sys
import zipfile


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    folder, out = map(pathlib.Path, arguments[:2])
    names = arguments[2:] or sorted(path.stem for path in folder.glob("*.npz"))
    if not names:
        sys.exit(f"{folder}: no .npz files")
    for name in names:
        target = out / name
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{name}.npz") as archive:
            for entry in archive.namelist():
                (target / pathlib.PurePath(entry).name).write_bytes(archive.read(entry))


if __name__ == "__main__":
    main(sys.argv[1:])
