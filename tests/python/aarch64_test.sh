#!/bin/sh
# The wheels for the boards, without a board: an arm64 Debian 12 is unpacked (nothing in it is installed or started), its
# Python runs under qemu-user with NumPy of its own and the two wheels, and with that the seed's script and the command.
#   aarch64_test.sh        part of make test-long; needs the packages of group long, Debian's mirror and PyPI
set -eu
cd "$(dirname "$0")/../.."
qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/mattock-arm64.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() { echo "aarch64: $*"; exit 1; }

tools/wheels.sh aarch64
mirror=${MATTOCK_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(REPO_URI)' |
  awk '$1 == "Packages" && $2 == "main" && $3 ~ /\/debian\/?$/ { print $3; exit }')}
mmdebstrap --quiet --variant=extract --architectures=arm64 --include=python3,python3-numpy,libblas3,liblapack3 \
  bookworm "$work/debian" ${mirror:+"$mirror"}

mkdir "$work/site" "$work/scratch"
for wheel in dist/mattock-*aarch64.whl dist/mattock_rknn_compat-*.whl; do
  python3 -m zipfile -e "$wheel" "$work/site"
done
chmod +x "$work/site/mattock/_bin/mattock"  # as pip does
cp tests/data/seed/matmul.rknn python/rknn-compat/tests/data/npuMatmulModel.py tests/python/seed_check.py "$work/scratch"
cd "$work/scratch"

lib=$work/debian/usr/lib/aarch64-linux-gnu
arm() { "$qemu" -L "$work/debian" -E PYTHONPATH="$work/site" -E LD_LIBRARY_PATH="$lib/blas:$lib/lapack" "$@"; }
python=$(ls "$work/debian"/usr/bin/python3.*[0-9])

arm "$python" npuMatmulModel.py >printed 2>said || { cat said; fail "npuMatmulModel.py fails"; }
grep -q '^Resulting matrix' printed || fail "npuMatmulModel.py prints no result"
arm "$python" seed_check.py npuMatmulModel.py
arm "$work/site/mattock/_bin/mattock" inspect matmul.rknn >/dev/null

for file in "$work/site/mattock/_lib/libmattock.so" "$work/site/mattock/_lib/libmattock-convert.so" \
  "$work/site/mattock/_bin/mattock"; do
  newest=$(aarch64-linux-gnu-objdump -T "$file" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -Vu | tail -n 1)
  echo "$(basename "$file") needs glibc $newest"
  if grep -q '^VERSION_ID="12"' /etc/os-release && [ "$(printf '%s\n2.35\n' "$newest" | sort -V | tail -n 1)" != 2.35 ]
  then fail "what Debian 12 builds may need glibc 2.35"; fi
done
echo "aarch64: $(arm "$python" --version), the seed's script and the command run"
