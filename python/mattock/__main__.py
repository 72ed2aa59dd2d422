"""The command `mattock` and `python -m mattock`: becomes the native program that comes with the package.

The program is `_bin/mattock` in this folder; the environment variable MATTOCK_PROGRAM (for developers) names
another one. NumPy is not loaded on the way.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> int:
    """Replaces this process by the program, with the same arguments. Returns an exit status only when it cannot."""
    named = os.environ.get("MATTOCK_PROGRAM")
    program = named or os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bin", "mattock")
    # Python ignores these two, and what is ignored stays so across exec: `mattock ... | head` would never end
    # the program quietly.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(program, [program, *sys.argv[1:]])
    except OSError as error:
        hint = "correct MATTOCK_PROGRAM" if named else "install the mattock package for this machine again"
        print(f"mattock: {program}: the program cannot be started: {error.strerror}; {hint}", file=sys.stderr)
        return 70


if __name__ == "__main__":
    sys.exit(main())
