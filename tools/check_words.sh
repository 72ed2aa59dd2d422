#!/bin/sh
# What must not stand in tracked files: paths of the machine it was written on, addresses of hosts, and
# includes between rooms that docs/architecture.md does not allow. The compiler holds the same walls; this
# also sees files that are not compiled today.
#   tools/check_words.sh words|rooms [FOLDER]
set -eu
what=${1:-}
top=${2:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$top"

files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1 && [ "$(git rev-parse --show-toplevel)" = "$PWD" ]; then
    git ls-files --cached --others --exclude-standard
  else
    find . -type f -not -path './build/*' -not -path './.git/*' | sed 's|^\./||'
  fi
}
# Files with text of ours; the last bracket keeps this script's own patterns from matching themselves.
search() { files | tr '\n' '\0' | xargs -0 -r grep -nIE -e "$1" -- /dev/null; }

check_words() {
  found=$(
    search '(^|[^A-Za-z0-9_.$}])/(home|work|Users|mnt|opt|srv|workspace)[/]' || true
    search '(^|[^A-Za-z0-9_.$}/])/(root|tmp|var/tmp)[/][A-Za-z0-9_]' || true
    search '(^|[^0-9.])(10|127|172|192)[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}([^0-9.]|$)' || true
    search 'localhost[:][0-9]' || true
  )
  # The fresh root puts the project into a folder of its own; that is no path of this machine.
  found=$(printf '%s\n' "$found" | grep -v '^tests/fresh/run.sh:.*[/]home/mattock' || true)
  [ -z "$found" ] && return 0
  printf 'paths or addresses of a machine:\n%s\n' "$found"
  return 1
}

# One line per include from room to room that the table does not have.
check_rooms() {
  found=$(files | grep -E '^src/[a-z_]+/.*[.](cpp|hpp|h|inc)$' | tr '\n' '\0' |
    xargs -0 -r grep -nE '^ *# *include *["<][a-z_]+/' -- /dev/null | awk '
    BEGIN {
      # docs/architecture.md, with the rooms that a room may use through another.
      table = "base=;hw=base;layout=hw;check=hw;emulator=hw;replay=emulator;graph=base;onnx=graph;reference=graph;plan=hw;emit=plan;" \
              "lower=graph,plan;container=hw;convert=lower,emit,layout,container,onnx;device=check,emulator;" \
              "fakekernel=emulator,device;emulate=fakekernel,replay;session=device,container,layout,emit;matmul=device,layout,emit;probe=matmul,session,replay;doctor=device;capi=session,matmul;" \
              "convert_capi=convert,onnx,reference,capi"
      rooms = split(table, row, ";")
      for (i = 1; i <= rooms; i++) { split(row[i], pair, "="); uses[pair[1]] = pair[2] }
      for (room in uses) add(room, room)
    }
    function add(room, used,   names, n, i) {
      n = split(uses[used], names, ",")
      for (i = 1; i <= n; i++) if (!((room, names[i]) in may)) { may[room, names[i]] = 1; add(room, names[i]) }
    }
    {
      split($0, place, ":"); split(place[1], folder, "/"); room = folder[2]
      match($0, /include *["<][a-z_]+\//)
      used = substr($0, RSTART, RLENGTH); gsub(/include *["<]|\//, "", used)
      if (!(room in uses)) { print place[1] ": room " room " is not in the table"; next }
      if ((used in uses) && used != room && !((room, used) in may))
        print place[1] ":" place[2] ": " room " may not include " used
    }')
  [ -z "$found" ] && return 0
  printf 'includes between rooms that the table of docs/architecture.md does not have:\n%s\n' "$found"
  return 1
}

case "$what" in
  words) check_words ;;
  rooms) check_rooms ;;
  *) echo "usage: tools/check_words.sh words|rooms [FOLDER]" >&2; exit 2 ;;
esac
