#!/bin/sh
# A header, the export list, what the library really shows and the program that uses every function name the same
# functions. AT_LEAST: so many there are, or the patterns have gone wrong.
#   exports_test.sh LIBRARY HEADER EXPORTS USER AT_LEAST
set -eu
library=$1
header=$2
exports=$3
user=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n 's/^MATTOCK_API .*[ *]\(mattock_[a-z_]*\)(.*/\1/p' "$header" | sort >"$work/declared"
sed -n 's/^    \(mattock_[a-z_]*\);$/\1/p' "$exports" >"$work/listed"
sort -C "$work/listed" || { echo "$exports is not in order"; exit 1; }
nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/shown"
grep -o 'mattock_[a-z_]*(' "$user" | tr -d '(' | sort -u >"$work/used"

[ "$(wc -l <"$work/declared")" -ge "$5" ] || { echo "found too few declarations"; exit 1; }
for other in listed shown used; do
  diff "$work/declared" "$work/$other" || { echo "$header (<) and what is $other (>) differ"; exit 1; }
done
