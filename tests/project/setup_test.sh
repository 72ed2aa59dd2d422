#!/bin/sh
# tools/setup.sh on a machine without any of the packages, played by commands of our own in front of PATH.
set -eu
setup=$PWD/tools/setup.sh
fake=$(mktemp -d)
trap 'rm -rf "$fake"' EXIT

play() { printf '#!/bin/sh\n%s\n' "$2" >"$fake/$1"; chmod +x "$fake/$1"; }
expect() {  # STATUS PATTERN ARGUMENT...
  wanted=$1
  pattern=$2
  shift 2
  status=0
  output=$(PATH="$fake:$PATH" "$setup" "$@" 2>&1 </dev/null) || status=$?
  [ "$status" = "$wanted" ] && printf '%s\n' "$output" | grep -qe "$pattern" && return 0
  printf 'setup %s: status %s, expected %s with "%s":\n%s\n' "$*" "$status" "$wanted" "$pattern" "$output"
  exit 1
}

# Nobody to ask and no root: the command to run is named, and nothing is installed.
play dpkg-query 'exit 0'
play dpkg ':'
play id 'echo 1000'
play apt-cache 'echo "  Candidate: 1.0"'
play apt-get 'echo "apt-get $*" >>"$(dirname "$0")/log"'
expect 3 'apt-get install .*cmake' --for build
expect 3 'libgtest-dev' --for test
expect 3 'dpkg --add-architecture arm64' --for long
[ ! -e "$fake/log" ] || { echo "setup ran apt-get without root:"; cat "$fake/log"; exit 1; }

# As root it installs what is missing, and only that.
play id 'echo 0'
play dpkg-query 'for p in g++ cmake ninja-build ccache libexpected-dev libfmt-dev libfp16-dev libhwy-dev libcli11-dev; do
  echo "installed $p"; done; echo "not-installed nlohmann-json3-dev"'
expect 0 'nlohmann-json3-dev libflatbuffers-dev' --for build
grep -q 'install .*nlohmann-json3-dev' "$fake/log"
if grep -qE 'cmake|update' "$fake/log"; then echo "setup asked for too much:"; cat "$fake/log"; exit 1; fi

# A name that apt does not know brings fresh lists, then a plain sentence.
play apt-cache ':'
expect 3 'apt knows no package .*flatbuffers-compiler' --for build
grep -q ' update' "$fake/log"

# Of alternatives the one that exists is taken; if any is there nothing is missing.
play apt-cache 'case "$2" in libclang-rt-14-dev) ;; *) echo "  Candidate: 1.0" ;; esac'
: >"$fake/log"
expect 0 'libclang-rt-19-dev' --for check
grep -q 'install .*libclang-rt-19-dev' "$fake/log"
if grep -q 'libclang-rt-14-dev' "$fake/log"; then echo "setup took the absent alternative"; exit 1; fi

expect 2 usage --for nothing
expect 2 usage --purpose build
