#!/bin/sh
# The seed's whole path, its three scripts unchanged in one folder: PyTorch writes the ONNX model, rknn.api.RKNN makes
# the .rknn file of it, rknnlite.api.RKNNLite runs that, and the product is checked.
#   tests/torch/run.sh            from the project's folder, after the release build
set -eu
project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONPATH="$project/python:$project/python/rknn-compat"
export MATTOCK_LIBRARY="$project/build/release/libmattock.so"

cp python/rknn-compat/tests/data/*.py "$work"
cd "$work"
for script in notebook_cell_export.py notebook_cell_convert.py npuMatmulModel.py; do
  echo "test-torch: $script"
  /usr/bin/python3 "$script" >printed 2>said || { cat printed said; echo "test-torch: $script FAILED"; exit 1; }
done
grep -q '^Resulting matrix' printed || { cat printed; echo "test-torch: no result was printed"; exit 1; }
/usr/bin/python3 "$project/tests/python/seed_check.py" npuMatmulModel.py
echo "test-torch: the seed's path gives the right product"
