#!/bin/sh
# The story make demo tells: what is in a model made by Rockchip's converter, and its product computed by its
# own command words on the emulated RK3566. MATTOCK is the program to use (default: the release build's).
set -eu
cd "$(dirname "$0")/.."
mattock=${MATTOCK:-build/release/mattock}
seed=tests/data/seed

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
run() {
  echo "\$ mattock $*"
  $mattock "$@"  # unquoted: a cross build puts its emulator in front
}

say "A model for the RK3566, made by Rockchip's converter: one matrix product, 9x9 by 9x9"
run inspect $seed/matmul.rknn

say "Its product on the emulated RK3566, from the file's own command words, checked on the CPU"
run run $seed/matmul.rknn $seed/a.npy $seed/b.npy --verify
