#!/bin/sh
# no_protobuf_test.sh LIBRARY PROGRAM: the library neither holds nor needs protobuf. The program holds it, which shows
# that the pattern would find it.
set -eu
grep -q 'google8protobuf\|google/protobuf\|google\.protobuf' "$2" || { echo "the pattern does not find protobuf in $2"; exit 1; }
if grep -q 'google8protobuf\|google/protobuf\|google\.protobuf\|libprotobuf' "$1"; then
  echo "$1 holds or needs protobuf"
  exit 1
fi
