#!/bin/sh
# What a user gets: both wheels, built by pip from the tree, in a fresh virtual environment, and the seed's script run
# unchanged in a folder with matmul.rknn. Packages that others make come from PyPI; without it the test is skipped
# (77), or fails where MATTOCK_REQUIRE_ALL=1.
#   wheels_test.sh PYTHON CC CXX
set -eu
python=$1
export CC="$2" CXX="$3" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "wheels: $*"; exit 1; }
pip() { "$work/venv/bin/python" -m pip "$@" >"$work/pip.log" 2>&1 || { cat "$work/pip.log"; return 1; }; }

"$python" -m venv "$work/venv"
if ! pip download -q --no-deps -d "$work/probe" flit-core; then
  [ "${MATTOCK_REQUIRE_ALL:-}" != 1 ] || fail "MATTOCK_REQUIRE_ALL=1, but PyPI does not answer"
  echo "wheels: skipped, PyPI does not answer"
  exit 77
fi

# The same flags as the release build, so that ccache has the objects already.
pip wheel --no-deps -w "$work/wheels" --config-settings=cmake.define.MATTOCK_WERROR=ON . || fail "no wheel of mattock"
pip wheel --no-deps -w "$work/wheels" ./python/rknn-compat || fail "no wheel of mattock-rknn-compat"
(cd "$work/wheels" && ls >../names)
version=$(sed -n 's/^project(mattock VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
printf '%s\n' "mattock-$version-py3-none-linux_$(uname -m).whl" "mattock_rknn_compat-$version-py3-none-any.whl" |
  diff - "$work/names" || fail "wheels are not as named on the left"

pip install numpy && pip install --no-index "$work"/wheels/*.whl || fail "the wheels do not install"
package=$("$work/venv/bin/python" -c 'import mattock, os; print(os.path.dirname(mattock.__file__))')
case "$package" in "$work"/*) ;; *) fail "imported $package, not the wheel" ;; esac

# One wheel for many systems: no C++ runtime or third-party library to be found there, no path of this machine, and,
# if it is built on Debian 12, no newer C library than Ubuntu 22.04's.
for file in "$package/_lib/libmattock.so" "$package/_lib/libmattock-convert.so" "$package/_bin/mattock"; do
  foreign=$(objdump -p "$file" | awk '$1 == "NEEDED" && $2 !~ /^(libc|libm|ld-linux.*)[.]so/ { print $2 }')
  [ -z "$foreign" ] || fail "$file needs $foreign"
  newest=$(objdump -T "$file" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -Vu | tail -n 1)
  if grep -q '^VERSION_ID="12"' /etc/os-release && [ "$(printf '%s\n2.35\n' "$newest" | sort -V | tail -n 1)" != 2.35 ]
  then fail "$file needs glibc $newest; what Debian 12 builds may need 2.35"; fi
  if objdump -p "$file" | grep -qE 'RPATH|RUNPATH'; then fail "$file has a search path of its own"; fi
  if grep -qaF "$project" "$file"; then fail "$file holds the path $project"; fi
done

mkdir "$work/scratch"
cp "$project/tests/data/seed/matmul.rknn" "$project/python/rknn-compat/tests/data/npuMatmulModel.py" "$work/scratch"
cd "$work/scratch"
"$work/venv/bin/python" npuMatmulModel.py >printed 2>said || { cat said; fail "npuMatmulModel.py fails"; }
grep -q '^Resulting matrix' printed || fail "npuMatmulModel.py prints no result"
"$work/venv/bin/python" "$project/tests/python/seed_check.py" npuMatmulModel.py

# The notebook's cell makes such a model, from the ONNX file and nothing else.
mkdir "$work/converted"
cp "$project/tests/data/seed/matmul.onnx" "$project/python/rknn-compat/tests/data/"*.py "$work/converted"
cd "$work/converted"
"$work/venv/bin/python" notebook_cell_convert.py >printed 2>said || { cat said; fail "notebook_cell_convert.py fails"; }
"$work/venv/bin/python" "$project/tests/python/seed_check.py" npuMatmulModel.py
cd "$work/scratch"

[ "$("$work/venv/bin/mattock" --version)" = "mattock $version" ] || fail "the command mattock does not run"
[ "$("$work/venv/bin/python" -m mattock --version)" = "mattock $version" ] || fail "python -m mattock does not run"
"$work/venv/bin/mattock" inspect matmul.rknn >/dev/null

# What pip removes is all there was.
pip uninstall -y mattock mattock-rknn-compat
[ ! -e "$package" ] || fail "after pip uninstall there is still: $(ls "$package")"
echo "wheels: $(tr '\n' ' ' <"$work/names"); newest glibc $newest, $("$work/venv/bin/python" --version)"
