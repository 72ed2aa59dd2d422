#!/bin/sh
# Mattock as others find it: installed into a prefix of its own, which then moves; the examples are built with
# find_package(mattock) and with pkg-config, and run. Their product is known: half of the row numbers.
#   outsider_test.sh BUILD_FOLDER CC CXX
set -eu
build=$1
cc=$2
cxx=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --component development --prefix "$work/first" >/dev/null
mv "$work/first" "$work/prefix"
libdir=$(dirname "$(find "$work/prefix" -name libmattock.so)")
export LD_LIBRARY_PATH="$libdir"

check() {  # PROGRAM
  "$1" tests/data/seed/matmul.rknn | grep -v '^emulator' >"$work/printed"
  awk 'NF != 9 { bad = 1 } { for (i = 1; i <= 9; i++) if ($i != NR / 2) bad = 1 } END { exit bad || NR != 9 }' \
    "$work/printed" || { echo "$1 printed:"; cat "$work/printed"; exit 1; }
}

cmake -S examples -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_C_COMPILER="$cc" \
  -DCMAKE_CXX_COMPILER="$cxx" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/cmake" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
check "$work/cmake/multiply_c"
check "$work/cmake/multiply_cpp"

export PKG_CONFIG_PATH="$libdir/pkgconfig"
# shellcheck disable=SC2046  # flags, one word each
"$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror examples/multiply.c $(pkg-config --cflags --libs mattock) \
  -o "$work/multiply_c"
# shellcheck disable=SC2046
"$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror examples/multiply.cpp $(pkg-config --cflags --libs mattock) \
  -o "$work/multiply_cpp"
check "$work/multiply_c"
check "$work/multiply_cpp"

# The converter is a library of its own, which needs nothing of the first one to be linked.
printf '#include <mattock/convert.h>\n#include <stdio.h>\nint main(void) { puts(mattock_convert_version()); }\n' >"$work/convert.c"
# shellcheck disable=SC2046
"$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror "$work/convert.c" $(pkg-config --cflags --libs mattock-convert) \
  -o "$work/convert"
[ "$("$work/convert")" = "$(pkg-config --modversion mattock-convert)" ] || { echo "mattock-convert: another version"; exit 1; }

# An outsider who asks for a version that cannot serve is told so.
if pkg-config --exists 'mattock >= 99'; then echo "pkg-config finds version 99"; exit 1; fi
"$work/prefix/bin/mattock" --version | grep -qxF "mattock $(pkg-config --modversion mattock)"

# Programs find an NPU through what is installed beside the program.
[ "$("$work/prefix/bin/mattock" emulate -- cat /sys/kernel/debug/rknpu/version)" = "RKNPU driver: v0.9.8" ] ||
  { echo "mattock emulate does not work when installed"; exit 1; }

# A wrong model is an error in words, with status 1.
status=0
"$work/multiply_c" README.md >/dev/null 2>"$work/message" || status=$?
if [ "$status" != 1 ] || ! grep -q '^README.md: not a .rknn file' "$work/message"; then
  echo "a file that is no model: status $status"
  cat "$work/message"
  exit 1
fi
