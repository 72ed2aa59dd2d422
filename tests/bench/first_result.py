"""How long a user waits for the first product: a new Python that imports mattock, opens the seed's model and runs it,
beside a new Python that does nothing and one that imports NumPy, in turns.

    PYTHONPATH=python MATTOCK_LIBRARY=build/release/libmattock.so python3 tests/bench/first_result.py [ROUNDS]

Prints medians and their ratio to Python's own start-up. With an installed package no environment is needed.
"""

import os
import statistics
import subprocess
import sys
import time

MODEL = os.path.join(os.path.dirname(__file__), "..", "data", "seed", "matmul.rknn")
PROGRAMS = {
    "python": "pass",
    "import numpy": "import numpy",
    "mattock, first product": "import numpy, mattock\n"
    f"a = numpy.ones((1, 9, 9))\nassert mattock.Session({MODEL!r}).run(a, a)[0][0, 0, 0] == 9",
}


def seconds(code):
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    times = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, code in PROGRAMS.items():
            times[name].append(seconds(code))
    start = statistics.median(times["python"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:24} {median * 1000:7.1f} ms  {median / start:5.2f} times Python's start-up")


if __name__ == "__main__":
    main()
