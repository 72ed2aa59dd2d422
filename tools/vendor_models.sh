#!/bin/sh
# Runs all models of Rockchip's converter that lie beside the project and prints the table of
# docs/vendor-models.md. MODELS names their folder.
set -eu
cd "$(dirname "$0")/.."
models=${MODELS:-../shared/models/vendor}
build=build/release

if [ ! -f "$models/README.md" ]; then
  echo "vendor-models: no models in $models; set MODELS to the folder that holds them" >&2
  exit 1
fi
python3 tools/unpack_npz.py "$models" $build/vendor-arrays
exec $build/tests/session/vendor_models "$models" $build/vendor-arrays
