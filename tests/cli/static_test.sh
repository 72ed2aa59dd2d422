#!/bin/sh
# That a program needs no library and names no folder of the machine it was built on: static_test.sh PROGRAM FOLDER...
set -eu
program=$1
shift
if readelf -l "$program" | grep -q INTERP; then
  echo "$program wants a loader" >&2
  exit 1
fi
for folder; do
  if strings -a "$program" | grep -nF -e "$folder"; then
    echo "$program names $folder" >&2
    exit 1
  fi
done
if strings -a "$program" | grep -nE '^/(home|root|build|usr/src)/|\.(cpp|hpp)$'; then
  echo "$program names sources" >&2
  exit 1
fi
