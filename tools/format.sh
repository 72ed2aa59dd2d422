#!/bin/sh
# Formats the C++ sources as .clang-format says; with --check only says which files differ (exit status 1).
# Versions of clang-format differ in details; the style is that of 14, on Debian 12 and 13 alike.
set -eu
cd "$(dirname "$0")/.."

formatter=$(command -v clang-format-14 || command -v clang-format || true)
case "$formatter" in
  "") echo "format: clang-format is missing; run tools/setup.sh --for check" >&2; exit 3 ;;
esac
if ! "$formatter" --version | grep -q 'version 14\.'; then
  echo "format: $("$formatter" --version) would format otherwise than clang-format 14, which the project uses" >&2
  exit 3
fi

sources() { git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.hpp' '*.h' '*.c'; }
case "${1:-}" in
  "") sources | xargs -0 -r "$formatter" -i ;;
  --check) sources | xargs -0 -r "$formatter" --dry-run -Werror && echo "format: clean" ;;
  *) echo "usage: tools/format.sh [--check]" >&2; exit 2 ;;
esac
