#!/bin/sh
# clang-tidy over the sources that differ from the main branch, or over all with --all. Uses the compile
# commands of build/clang (make tidy configures it).
set -eu
cd "$(dirname "$0")/.."

changed() {
  git diff --name-only --diff-filter=d "$(git merge-base HEAD main 2>/dev/null || echo HEAD)" -- 'src/*.cpp' 'cli/*.cpp'
  git ls-files --others --exclude-standard -- 'src/*.cpp' 'cli/*.cpp'
}
case "${1:-}" in
  "") files=$(changed) ;;
  --all) files=$(git ls-files -- 'src/*.cpp' 'cli/*.cpp') ;;
  *) echo "usage: tools/tidy.sh [--all]" >&2; exit 2 ;;
esac

# Only files the build compiles have compile commands.
compiled=$(for file in $files; do
  if grep -qF "/$file\"" build/clang/compile_commands.json; then echo "$file"; fi
done | sort -u)
[ -n "$compiled" ] || { echo "tidy: nothing to look at"; exit 0; }
echo "$compiled" | xargs -P "$(nproc)" -n 1 clang-tidy -p build/clang --quiet --warnings-as-errors='*'
echo "tidy: clean ($(echo "$compiled" | wc -l) files)"
