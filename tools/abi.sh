#!/bin/sh
# Writes the ABI description of a built libmattock.so, as src/capi/libmattock.abi holds it: tools/abi.sh LIBRARY
set -eu
abidw --headers-dir include/mattock --drop-private-types --exported-interfaces-only --no-show-locs \
  --no-comp-dir-path --no-corpus-path --no-elf-needed "$1" |
  sed "s| path='[^']*src/| path='src/|"
