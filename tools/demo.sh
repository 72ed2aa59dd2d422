#!/bin/sh
# The story make demo tells: what is in a model made by Rockchip's converter, and its product computed by its
# own command words on the emulated RK3566; then the same model converted here, and both compared. MATTOCK is the program to use (default: the release build's).
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

mkdir -p build/demo
say "The same ONNX model, converted here"
run convert $seed/matmul.onnx -o build/demo/matmul.rknn --chip rk3566
run run build/demo/matmul.rknn $seed/a.npy $seed/b.npy -o build/demo/ours.npy
$mattock run $seed/matmul.rknn $seed/a.npy $seed/b.npy -o build/demo/theirs.npy >/dev/null
cmp build/demo/ours.npy build/demo/theirs.npy
echo "both products are equal to the last bit"

say "What the cost model says of both: Rockchip's file, and ours"
run estimate $seed/matmul.rknn
run estimate build/demo/matmul.rknn

say "And without a model or PyTorch at hand: an ONNX file of one product, converted"
run export matmul --m 64 --k 128 --n 32 -o build/demo/product.onnx
run convert build/demo/product.onnx -o build/demo/product.rknn
