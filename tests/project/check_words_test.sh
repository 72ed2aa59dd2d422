#!/bin/sh
# Negative controls of tools/check_words.sh: each planted fault must be found, and a clean tree must pass.
set -eu
script=$PWD/tools/check_words.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
slash=/

expect() {  # STATUS WHAT PATTERN
  status=0
  output=$("$script" "$2" "$tree") || status=$?
  [ "$status" = "$1" ] && printf '%s\n' "$output" | grep -q "$3" && return 0
  echo "check_words $2: status $status, expected $1 with '$3':"
  echo "$output"
  exit 1
}

mkdir -p "$tree/src/base" "$tree/src/emulator" "$tree/src/session"
echo '#include "hw/chip.hpp"' >"$tree/src/emulator/good.cpp"
echo '#include "base/error.hpp"' >"$tree/src/session/through.cpp"
echo 'see ../shared/streams, build/release/mattock and https://example.org/home/page' >"$tree/notes.md"
expect 0 words '^$'
expect 0 rooms '^$'

for fault in "in ${slash}home/someone/x" "at ${slash}root/x" "under ${slash}tmp/x" "host 10.${slash#/}0.0.7 answers"; do
  echo "$fault" >"$tree/fault.txt"
  expect 1 words fault.txt:1
done
rm "$tree/fault.txt"

echo '#include "hw/chip.hpp"' >"$tree/src/base/bad.cpp"
expect 1 rooms 'src/base/bad.cpp:1: base may not include hw'
rm "$tree/src/base/bad.cpp"
echo '#include "container/model.hpp"' >"$tree/src/emulator/bad.hpp"
expect 1 rooms 'emulator may not include container'
rm "$tree/src/emulator/bad.hpp"
mkdir "$tree/src/convert_capi"
echo '#include "replay/recording.hpp"' >"$tree/src/convert_capi/bad.cpp"
expect 1 rooms 'convert_capi may not include replay'
rm "$tree/src/convert_capi/bad.cpp"
mkdir "$tree/src/attic"
echo '#include "base/error.hpp"' >"$tree/src/attic/x.cpp"
expect 1 rooms 'room attic is not in the table'
