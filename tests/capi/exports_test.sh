#!/bin/sh
# mattock.h, exports.map, what the library really shows and every_function.c name the same functions.
#   exports_test.sh LIBRARY
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n 's/^MATTOCK_API .*[ *]\(mattock_[a-z_]*\)(.*/\1/p' include/mattock/mattock.h | sort >"$work/declared"
sed -n 's/^    \(mattock_[a-z_]*\);$/\1/p' src/capi/exports.map >"$work/listed"
sort -C "$work/listed" || { echo "exports.map is not in order"; exit 1; }
nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/shown"
grep -o 'mattock_[a-z_]*(' tests/capi/every_function.c | tr -d '(' | sort -u >"$work/used"

[ "$(wc -l <"$work/declared")" -ge 20 ] || { echo "found too few declarations"; exit 1; }
for other in listed shown used; do
  diff "$work/declared" "$work/$other" || { echo "mattock.h (<) and what is $other (>) differ"; exit 1; }
done
