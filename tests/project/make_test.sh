#!/bin/sh
# The Makefile has the targets the README and HACKING name, and help says a line about each.
set -eu
wanted='abi clean demo format format-check help probe test test-fresh test-long test-torch tidy vendor-models wheels'
listed=$(make -s --no-print-directory help | sed -n 's/^make \([a-z-]*\) .*/\1/p' | sort | tr '\n' ' ' | sed 's/ $//')
declared=$(sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile | sort | tr '\n' ' ' | sed 's/ $//')
[ "$listed" = "$wanted" ] || { echo "help lists: $listed"; exit 1; }
[ "$declared" = "$wanted" ] || { echo "the Makefile has: $declared"; exit 1; }
