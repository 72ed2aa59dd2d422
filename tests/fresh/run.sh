#!/bin/sh
# Both commands of the README on machines that hold nothing yet: a fresh minimal root of Debian 12 and one of
# 13 with only apt, git and make, each with a clone of HEAD in it.
#   tests/fresh/run.sh [--keep] [SUITE...]        suites: bookworm trixie
# Needs root (mounts, chroot). All mounts live in a namespace of their own and vanish with it. Logs stay in
# build/fresh. MATTOCK_DEBIAN_MIRROR overrides the mirror this machine's apt uses.
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)
logs=$project/build/fresh
keep=

suites=
for argument in "$@"; do
  case "$argument" in
    --keep) keep=1 ;;
    bookworm | trixie) suites="$suites $argument" ;;
    *) echo "usage: tests/fresh/run.sh [--keep] [bookworm] [trixie]" >&2; exit 2 ;;
  esac
done
suites=${suites:-bookworm trixie}

if [ "$(id -u)" != 0 ]; then
  echo "test-fresh: makes roots and enters them, so it needs root: sudo make test-fresh" >&2
  exit 3
fi
for tool in mmdebstrap unshare chroot git; do
  command -v "$tool" >/dev/null 2>&1 || "$project/tools/setup.sh" --for long
done

# The first Debian mirror in this machine's apt configuration; none: mmdebstrap takes its own default.
host_mirror() {
  apt-get indextargets --format '$(CREATED_BY) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
    awk '$1 == "Packages" && $2 == "main" && $3 ~ /\/debian\/?$/ { print $3; exit }'
}
mirror=${MATTOCK_DEBIAN_MIRROR:-$(host_mirror)}
proxy=$(apt-config shell value Acquire::http::Proxy | sed "s/^value='\(.*\)'$/\1/")

# What this machine's pip trusts and asks, if it was told: the wheels' test takes packages from PyPI.
certificates=${PIP_CERT:-}
include=git,make
case "$mirror" in https:*) include=$include,ca-certificates ;; esac

make_root() {  # SUITE ROOT
  mmdebstrap --mode=root --variant=apt --include="$include" --format=directory --quiet \
    ${proxy:+--aptopt="Acquire::http::Proxy \"$proxy\""} "$1" "$2" ${mirror:+"$mirror"}
  git clone --quiet --no-hardlinks "$project" "$2/home/mattock"
  git -C "$2/home/mattock" checkout --quiet --detach "$(git -C "$project" rev-parse HEAD)"
  for file in /etc/resolv.conf /etc/hosts; do
    if [ -e "$file" ]; then cat "$file" >"$2$file"; fi
  done
  if [ -n "$certificates" ]; then mkdir -p "$2/etc/ssl" && cp "$certificates" "$2/etc/ssl/pip-certificates.pem"; fi
}

# Runs a command in the project's clone inside ROOT, with its own processes and mounts.
inside() {  # ROOT COMMAND...
  root=$1
  shift
  unshare --mount --pid --fork --kill-child sh -c '
    mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" && mount -t tmpfs tmpfs "$0/dev/shm" &&
      exec chroot "$0" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb \
        MATTOCK_REQUIRE_ALL=1 '"${certificates:+PIP_CERT=/etc/ssl/pip-certificates.pem} ${PIP_INDEX_URL:+PIP_INDEX_URL=$PIP_INDEX_URL}"' \
        sh -c "cd /home/mattock && exec \"\$@\"" sh "$@"' "$root" "$@" </dev/null
}

mkdir -p "$logs"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/mattock-fresh.XXXXXX")
trap '[ -n "$keep" ] || rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM

failed=0
report=
for suite in $suites; do
  root=$work/$suite
  echo "test-fresh: making a root of $suite"
  if ! make_root "$suite" "$root" >"$logs/$suite-root.log" 2>&1; then
    failed=1
    report="$report$suite root: FAILED, see build/fresh/$suite-root.log
"
    tail -n 20 "$logs/$suite-root.log"
    continue
  fi
  # demo twice: the second run has nothing to install or build and takes seconds.
  for step in demo demo-again test; do
    echo "test-fresh: make ${step%-again} in $suite"
    began=$(date +%s)
    if inside "$root" make "${step%-again}" >"$logs/$suite-$step.log" 2>&1; then
      verdict=passed
    else
      verdict="FAILED, see build/fresh/$suite-$step.log"
      failed=1
      tail -n 40 "$logs/$suite-$step.log"
    fi
    report="$report$suite make ${step%-again}: $verdict ($(($(date +%s) - began)) s)
"
  done
  [ -n "$keep" ] || rm -rf --one-file-system "$root"
done

printf '\n%s' "$report"
[ -z "$keep" ] || echo "roots kept in $work"
exit "$failed"
