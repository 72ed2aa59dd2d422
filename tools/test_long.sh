#!/bin/sh
# The checks that take longer than a change wants to wait, and a table of how they went:
#   tools/test_long.sh [fuzz] [mutants] [aarch64] [armhf] [fresh]          none named: all five
# fuzz: every libFuzzer target for MATTOCK_FUZZ_SECONDS (60). mutants: MATTOCK_MUTANTS (a million) changed programs,
# checker against emulator, for at most MATTOCK_MUTANT_SECONDS (3600); its log shows the progress. aarch64: cross build,
# all tests under qemu-user, a client of libdrm under emulate, the wheels under an arm64 Python. armhf: the back ends for
# 32-bit systems, their tests under qemu-user.
# fresh: tests/fresh/run.sh. Logs stay in build/long.
set -eu
cd "$(dirname "$0")/.."
seconds=${MATTOCK_FUZZ_SECONDS:-60}
mutants=${MATTOCK_MUTANTS:-1000000}
mutant_seconds=${MATTOCK_MUTANT_SECONDS:-3600}
jobs=${JOBS:-$(nproc)}
logs=$PWD/build/long
mkdir -p "$logs"
failed=0
table=

# Runs a command with its output in a log and adds a line to the table.
record() {  # NAME COMMAND...
  name=$1
  shift
  log=$logs/$(echo "$name" | tr -c 'a-z0-9_\n' '-').log
  echo "test-long: $name"
  began=$(date +%s)
  if "$@" >"$log" 2>&1; then
    verdict=passed
  else
    verdict=FAILED
    failed=1
    tail -n 30 "$log"
  fi
  table="$table$(printf '%-34s %-7s %6s s' "$name" "$verdict" "$(($(date +%s) - began))")
"
  [ "$verdict" = passed ]
}

build() { cmake --preset "$1" && cmake --build --preset "$1" -j "$jobs"; }

fuzz_one() {  # PROGRAM
  name=$(basename "$1")
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  # A finding is written to the corpus folder named in the log; copied to tests/fuzz/corpus/NAME it stays a test.
  # shellcheck disable=SC2046  # one argument per line
  "$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$name-" "$corpus" $(seed_folders "$1.seeds" "build/fuzz/seeds/$name")
}

# libFuzzer takes folders: single seed files are copied into one.
seed_folders() {  # LIST FOLDER
  mkdir -p "$2"
  while read -r seed; do
    if [ -d "$seed" ]; then echo "$seed"; elif [ -n "$seed" ]; then cp "$seed" "$2"; fi
  done <"$1"
  echo "$2"
}

run_fuzz() {
  record "fuzz: build" build fuzz || return 0
  for list in build/fuzz/tests/fuzz/*.seeds; do
    record "fuzz: $(basename "$list" .seeds), $seconds s" fuzz_one "${list%.seeds}" || true
  done
}

run_mutants() {
  record "mutants: build" build release || return 0
  record "mutants: $mutants" build/release/tests/check/mutants "$mutants" 1 "$mutant_seconds" || true
}

# The test is there only where libdrm for arm64 is; that there is none fails here.
libdrm_client() { build release && ctest --preset release -R 'OfLibdrm.*aarch64'; }

run_aarch64() {
  record "aarch64: build" build aarch64 || return 0
  record "aarch64: tests under qemu-user" ctest --preset aarch64 || true
  grep -E 'tests passed' "$logs/aarch64--tests-under-qemu-user.log" || true
  record "aarch64: client of libdrm under emulate" libdrm_client || true
  record "aarch64: wheels under qemu-user" sh tests/python/aarch64_test.sh || true
}

# The tests of the back ends, with GoogleTest from its sources: a 32-bit one is not installed beside the host's. Left out:
# what qemu 7.2 gets wrong, which cuts the offset of a mapping to 32 bits on its way to the host.
use_armhf() {
  google=/usr/src/googletest/googletest
  rooms=$(for room in device emulator check hw base; do echo "-Ibuild/armhf/rooms/$room"; done)
  libraries=$(for room in device emulator check hw base fmt hwy; do find build/armhf -name "libmattock_$room.a"; done)
  # shellcheck disable=SC2046,SC2086  # lists of paths
  arm-linux-gnueabihf-g++ -std=c++20 -O1 -Wno-psabi -D_FILE_OFFSET_BITS=64 -I$google -I$google/include -Itests $rooms \
    $google/src/gtest-all.cc $google/src/gtest_main.cc tests/device/rknpu/*.cpp tests/device/kernel/*.cpp \
    tests/device/support/*.cpp tests/check/support/example.cpp tests/support/allocations.cpp \
    -Wl,--start-group $libraries -Wl,--end-group -o build/armhf/device_tests &&
    qemu-arm-static -L /usr/arm-linux-gnueabihf build/armhf/device_tests \
      --gtest_filter=-Linux.MapsAtOffsetsBeyondFourGiB
}

run_armhf() {
  record "armhf: back ends" build armhf || return 0
  record "armhf: their tests under qemu-user" use_armhf || true
}

run_fresh() { record "fresh roots of Debian 12 and 13" tests/fresh/run.sh || true; }

tools/setup.sh --for long
for step in ${*:-fuzz mutants aarch64 armhf fresh}; do
  case "$step" in
    fuzz | mutants | aarch64 | armhf | fresh) "run_$step" ;;
    *) echo "usage: tools/test_long.sh [fuzz] [mutants] [aarch64] [armhf] [fresh]" >&2; exit 2 ;;
  esac
done

printf '\n%s' "$table"
exit "$failed"
