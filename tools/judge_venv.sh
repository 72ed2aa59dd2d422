#!/bin/sh
# Runs Python with onnxruntime, which Debian lacks: tools/judge_venv.sh PYTHON ARGUMENT...
#
# onnxruntime lies in a virtual environment in build/venv-judge over PYTHON's own packages (numpy, onnx: Debian's). The
# first run makes it, later ones take it as it is. If it cannot be made the exit status is 77, a skip, or with
# MATTOCK_REQUIRE_ALL=1 a failure.
set -eu
cd "$(dirname "$0")/.."

# All of these have wheels for Python 3.11 and 3.13 on x86_64 and aarch64.
wanted='onnxruntime>=1.21,<1.24'

python=$1
shift
venv=build/venv-judge
log=build/venv-judge.log
holds="$("$python" --version), $wanted"

cannot() {
  if [ "${MATTOCK_REQUIRE_ALL:-}" = 1 ]; then
    echo "judge: MATTOCK_REQUIRE_ALL=1, but $1"
    exit 1
  fi
  echo "judge: skipped, $1"
  exit 77
}

# What onnxruntime names as its needs is for its converters; running models takes numpy alone.
install() {
  "$python" -m venv --system-site-packages $venv &&
    $venv/bin/python -m pip -q --disable-pip-version-check --retries 1 install --no-deps --only-binary :all: "$wanted"
}

if [ "$(cat $venv/holds 2>/dev/null)" != "$holds" ]; then
  mkdir -p build
  rm -rf $venv
  "$python" -c 'import numpy, onnx' >$log 2>&1 || cannot "$(tail -n 1 $log)"
  install >$log 2>&1 || cannot "onnxruntime does not install: $(tail -n 1 $log)"
  printf '%s\n' "$holds" >$venv/holds
fi
exec $venv/bin/python "$@"
