#!/bin/sh
# Builds the Python wheels into dist/: mattock for this machine's architecture and, with the argument aarch64, for the
# boards (cross-built), and mattock-rknn-compat, which is for all. pip takes the build tools from PyPI.
#   tools/wheels.sh [aarch64]
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
venv=build/wheel-tools
[ -e $venv/bin/pip ] || "$python" -m venv $venv

wheel() { $venv/bin/python -m pip -q --disable-pip-version-check wheel --no-deps -w dist "$@"; }
case "${1:-}" in
  "") wheel . ;;
  aarch64)
    # The name of the platform that Python would have on the board.
    _PYTHON_HOST_PLATFORM=linux-aarch64 wheel --config-settings=build-dir=build/wheel-aarch64 \
      --config-settings=cmake.define.CMAKE_TOOLCHAIN_FILE="$PWD/cmake/aarch64.cmake" .
    ;;
  *) echo "usage: tools/wheels.sh [aarch64]" >&2; exit 2 ;;
esac
wheel ./python/rknn-compat
ls -l dist
