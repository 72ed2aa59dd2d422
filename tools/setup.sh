#!/bin/sh
# Installs the Debian packages that are missing for a purpose: tools/setup.sh [--for build|test|torch|check|long|bench]
#
# Nothing missing: says nothing and ends at once. As root it installs. Otherwise it asks before it uses sudo
# if there is a terminal to ask on, and else names what is missing and the command (exit status 3).
set -eu

usage() {
  echo "usage: tools/setup.sh [--for build|test|torch|check|long|bench]" >&2
  exit 2
}

purpose=build
while [ $# -gt 0 ]; do
  case "$1" in
    --for) [ $# -ge 2 ] || usage; purpose=$2; shift 2 ;;
    *) usage ;;
  esac
done
list=$(dirname "$0")/packages.txt

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "setup: this is not a Debian system; install the equivalents of the packages in tools/packages.txt" >&2
  exit 3
fi

# Lines of a group and of the groups it stands on ("## test [build]: ...").
group_lines() {
  below=$(sed -n "s/^## $1 \[\([a-z]*\)\]:.*/\1/p" "$list")
  [ -z "$below" ] || group_lines "$below"
  awk -v group="$1" '/^## / { on = ($2 == group || $2 == group ":") } /^[a-z]/ && on' "$list"
}
grep -q "^## $purpose[ :]" "$list" || usage

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n${db:Status-Status} ${Package}:${Architecture}\n' |
  sed -n 's/^installed //p')
is_installed() { printf '%s\n' "$installed" | grep -qxF "$1"; }
is_known() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# One line per requirement that no installed package meets, alternatives separated by spaces.
missing=$(group_lines "$purpose" | tr -d '|' | while read -r alternatives; do
  for name in $alternatives; do
    if is_installed "$name"; then continue 2; fi
  done
  echo "$alternatives"
done)
[ -n "$missing" ] || exit 0

# The packages to ask apt for: the first alternative it knows, or the first one if it knows none.
choose() {
  printf '%s\n' "$missing" | while read -r alternatives; do
    chosen=
    for name in $alternatives; do
      if [ -z "$chosen" ] && is_known "$name"; then chosen=$name; fi
    done
    echo "${chosen:-${alternatives%% *}}"
  done
}
unknown() { for name in $1; do is_known "$name" || echo "$name"; done; }
one_line() { printf '%s\n' "$1" | tr '\n' ' ' | sed 's/ *$//'; }

foreign=
case "$missing" in
  *:arm64*) dpkg --print-foreign-architectures | grep -qx arm64 || foreign="dpkg --add-architecture arm64 && " ;;
esac

packages=$(one_line "$(choose)")
echo "setup: missing for $purpose: $packages" >&2

as=
if [ "$(id -u)" != 0 ]; then
  command="${foreign}apt-get update && apt-get install --no-install-recommends $packages"
  if [ ! -t 0 ] || ! command -v sudo >/dev/null 2>&1; then
    echo "setup: cannot install them without root and nobody to ask; run as root: $command" >&2
    exit 3
  fi
  printf 'setup: install them now with sudo? [y/N] ' >&2
  read -r answer
  case "$answer" in
    y | Y | yes) as=sudo ;;
    *) echo "setup: nothing installed; as root: $command" >&2; exit 3 ;;
  esac
fi

apt_get() { $as env DEBIAN_FRONTEND=noninteractive apt-get -o APT::Color=0 "$@"; }

if [ -n "$foreign" ]; then $as dpkg --add-architecture arm64; fi
if [ -n "$foreign" ] || [ -n "$(unknown "$packages")" ]; then
  apt_get update -q
  packages=$(one_line "$(choose)")
fi
absent=$(one_line "$(unknown "$packages")")
if [ -n "$absent" ]; then
  echo "setup: apt knows no package $absent; Debian 12 and 13 have them: check the sources in /etc/apt" >&2
  exit 3
fi
# shellcheck disable=SC2086  # a list of names
if ! apt_get install -q -y --no-install-recommends $packages; then
  # Lists older than the mirror name files that are gone; once more with fresh ones.
  apt_get update -q
  apt_get install -q -y --no-install-recommends $packages || {
    echo "setup: apt could not install: $packages" >&2
    exit 3
  }
fi
