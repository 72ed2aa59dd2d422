#!/bin/sh
# What the README shows is what the demo prints: every line of the block, dots apart, in the same order.
#   readme_test.sh PROGRAM (with the emulator of a cross build in front)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

MATTOCK=$* sh tools/demo.sh 2>/dev/null | sed 's/ *$//' >"$work/printed"
awk '/^    A model for the RK3566/ { on = 1 } /^[^ ]/ { on = 0 } on { sub(/^    /, ""); print }' README.md |
  grep -v '^ *[.][.][.]$' | grep . >"$work/shown"
[ "$(wc -l <"$work/shown")" -ge 40 ] || { echo "the README shows too little"; exit 1; }

awk 'NR == FNR { want[++n] = $0; next } $0 == want[at + 1] { at++ }
  END { if (at < n) { print "the demo does not print, or not there: " want[at + 1]; exit 1 } }' \
  "$work/shown" "$work/printed"
