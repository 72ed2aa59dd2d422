#!/bin/sh
# The ABI of a library is that of its committed description: functions, structures, offsets, numbers of enums. A change
# on purpose is followed by `make abi` and reviewed as a difference of the description. FIELD, STRUCTURE, FUNCTION: some
# that the description has, for the changes that must be seen.
#   abi_test.sh LIBRARY DESCRIPTION FIELD STRUCTURE FUNCTION
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tools/abi.sh "$1" >"$work/now.abi"
compare() { abidiff --harmless "$1" "$work/now.abi"; }
compare "$2" || { echo "the ABI changed: see above; if it is meant, run make abi"; exit 1; }

# The comparison must see a change: a field with another name, a structure that has grown, a function
# that is gone.
sed "s/name='$3'/name='advice'/" "$2" >"$work/renamed.abi"
sed "s/\(name='$4' size-in-bits=\)'[0-9]*'/\1'4096'/" "$2" >"$work/grown.abi"
sed "/elf-symbol name='$5'/d" "$2" >"$work/gone.abi"
for changed in renamed grown gone; do
  if cmp -s "$2" "$work/$changed.abi"; then echo "nothing to change for: $changed"; exit 1; fi
  if compare "$work/$changed.abi" >"$work/said" 2>&1; then echo "abidiff does not see: $changed"; exit 1; fi
done
