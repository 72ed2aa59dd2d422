#!/bin/sh
# walls_test.sh ALLOWED FORBIDDEN FOLDER:FOLDER... COMPILER: with a room's include folders the one header
# compiles and the other is not found.
set -eu
allowed=$1
forbidden=$2
compiler=$4
[ -e "$(dirname "$0")/../../src/$forbidden" ] || { echo "$forbidden does not exist: nothing is tested"; exit 1; }
folders=$(printf '%s' "$3" | sed 's/^/-I/; s/:/ -I/g')

# shellcheck disable=SC2086  # one argument per folder
compile() { printf '#include "%s"\n' "$1" | "$compiler" -std=c++20 -fsyntax-only $folders -x c++ - 2>&1; }

message=$(compile "$allowed") || { echo "$allowed should compile: $message"; exit 1; }
if message=$(compile "$forbidden"); then
  echo "$forbidden compiles, though this room may not use it"
  exit 1
fi
# For want of that header, not for another reason.
printf '%s\n' "$message" | grep -qE "$forbidden.*(No such file|not found)" || { echo "$message"; exit 1; }
