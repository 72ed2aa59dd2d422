#!/bin/sh
# Writes the ABI description of a built library, as src/capi/libmattock.abi and src/convert_capi/libmattock-convert.abi
# hold it: tools/abi.sh LIBRARY
set -eu
abidw --headers-dir include/mattock --drop-private-types --exported-interfaces-only --no-show-locs \
  --no-comp-dir-path --no-corpus-path --no-elf-needed "$1" |
  sed "s| path='[^']*src/| path='src/|"
