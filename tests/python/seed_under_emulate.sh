#!/bin/sh
# The seed's script, unchanged, under `mattock emulate`: the package opens the board's node through the driver's calls,
# and the recording shows that the product came from there.
#   seed_under_emulate.sh PYTHON MATTOCK        the packages are found through PYTHONPATH and MATTOCK_LIBRARY
set -eu
python=$1
mattock=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp tests/data/seed/matmul.rknn python/rknn-compat/tests/data/npuMatmulModel.py tests/python/seed_check.py "$work"
cd "$work"
export MATTOCK_DEVICE=rknpu

fail() { echo "seed under emulate: $*"; exit 1; }
submits() { grep -c '^# call [0-9]* SUBMIT .* = 0$' "$1" || true; }

"$mattock" emulate --trace once.txt -- "$python" npuMatmulModel.py >printed 2>said || { cat said; fail "it fails"; }
grep -q '^Resulting matrix' printed || fail "no result is printed"
if grep -q 'emulated' said; then cat said; fail "the package took the emulator instead of the NPU"; fi
once=$(submits once.txt)
[ "$once" -gt 0 ] || fail "the recording has no submit"

# Ten runs, each with operands of its own: NumPy's product within one unit of float16.
"$mattock" emulate --trace ten.txt -- "$python" seed_check.py npuMatmulModel.py || fail "not NumPy's product"
[ "$(submits ten.txt)" -eq $((10 * once)) ] || fail "ten runs are $(submits ten.txt) submits, one is $once"

for trace in once.txt ten.txt; do
  "$mattock" replay --json "$trace" >replayed || fail "$trace does not replay"
  "$python" - "$(submits "$trace")" replayed <<'END' || { cat replayed; fail "$trace does not replay exactly"; }
import json, sys
rows = json.load(open(sys.argv[2]))
assert len(rows) == int(sys.argv[1]) and all(row["tasks"] > 0 for row in rows)
assert all(row.get("exact", True) for row in rows)
END
done
echo "seed under emulate: $once submits a run"
