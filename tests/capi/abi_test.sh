#!/bin/sh
# The ABI of libmattock.so is that of the committed description: functions, structures, offsets, numbers of enums. A
# change on purpose is followed by `make abi` and reviewed as a difference of src/capi/libmattock.abi.
#   abi_test.sh LIBRARY
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tools/abi.sh "$1" >"$work/now.abi"
compare() { abidiff --harmless "$1" "$work/now.abi"; }
compare src/capi/libmattock.abi || { echo "the ABI changed: see above; if it is meant, run make abi"; exit 1; }

# The comparison must see a change: a field with another name, a structure that has grown, a function
# that is gone.
sed "s/name='hint'/name='advice'/" src/capi/libmattock.abi >"$work/renamed.abi"
sed "s/\(name='mattock_array' size-in-bits=\)'384'/\1'448'/" src/capi/libmattock.abi >"$work/grown.abi"
sed "/elf-symbol name='mattock_version'/d" src/capi/libmattock.abi >"$work/gone.abi"
for changed in renamed grown gone; do
  if cmp -s src/capi/libmattock.abi "$work/$changed.abi"; then echo "nothing to change for: $changed"; exit 1; fi
  if compare "$work/$changed.abi" >"$work/said" 2>&1; then echo "abidiff does not see: $changed"; exit 1; fi
done
