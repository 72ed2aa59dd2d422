"""What a conversion costs, process start included: time and peak memory of `mattock convert`, and how many tasks come
out, beside the limits the project sets itself and what the vendor's converter needed for the same model.

    python3 tests/bench/convert_bench.py build/release/mattock [ROUNDS]

Needs Debian's python3-onnx and python3-numpy, which write the large model. Exit status 1 if a limit is exceeded.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SEED = os.path.join(os.path.dirname(__file__), "..", "data", "seed", "matmul.onnx")
SEED_SECONDS = 0.050
BATCH, WIDTHS = 32, (1024, 4096, 4096, 1024)
MLP_SECONDS, MLP_MEMORY = 2.0, 2.5  # memory relative to the model's size
VENDOR_TASKS, VENDOR_SECONDS, VENDOR_BYTES = 764, 11.3, 1.06e9  # Rockchip's converter on these layers


def write_perceptron(path):
    """Layers of Gemm and Relu in float32, 100 MB."""
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random = numpy.random.default_rng(1)
    nodes, constants, last = [], [], "x"
    for layer, (rows, columns) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        weights = random.standard_normal((rows, columns), dtype=numpy.float32) / 32
        constants.append(numpy_helper.from_array(weights, f"w{layer}"))
        constants.append(numpy_helper.from_array(weights[0], f"b{layer}"))
        final = layer + 2 == len(WIDTHS)
        nodes.append(helper.make_node("Gemm", [last, f"w{layer}", f"b{layer}"], ["y" if final else f"g{layer}"]))
        if not final:
            nodes.append(helper.make_node("Relu", [f"g{layer}"], [f"h{layer}"]))
            last = f"h{layer}"
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, size])
        for name, size in (("x", WIDTHS[0]), ("y", WIDTHS[-1]))
    ]
    graph = helper.make_graph(nodes, "perceptron", values[:1], values[1:], constants)
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)]), path)


def convert(program, model, output):
    """Seconds, bytes of memory at most, and what --json says."""
    began = time.perf_counter()
    child = subprocess.Popen([program, "convert", "--json", model, "-o", output], stdout=subprocess.PIPE)
    summary = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"convert_bench: {program} convert {model} ended with status {child.returncode}")
    return seconds, usage.ru_maxrss * 1024, json.loads(summary)


def measure(program, model, folder, rounds):
    """Medians of time and memory, and the last summary."""
    runs = [convert(program, model, os.path.join(folder, "out.rknn")) for _ in range(rounds)]
    return statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs), runs[-1][2]


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--write":
        write_perceptron(sys.argv[2])
        return 0
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 20
    exceeded = 0

    def line(what, value, limit, text, beside=""):
        nonlocal exceeded
        exceeded += value > limit
        print(f"{what:22} {text:>10}   limit {limit:g}{'   EXCEEDED' if value > limit else ''}{beside}")

    with tempfile.TemporaryDirectory() as folder:
        seconds, _, _ = measure(program, SEED, folder, rounds)
        line("seed, ms", seconds * 1000, SEED_SECONDS * 1000, f"{seconds * 1000:.1f}")

        # By a process of its own: what a process had in memory before it starts a program counts as the program's.
        model = os.path.join(folder, "perceptron.onnx")
        subprocess.run([sys.executable, __file__, "--write", model], check=True)
        size = os.path.getsize(model)
        seconds, memory, summary = measure(program, model, folder, max(3, rounds // 4))
        vendor = "   {:.3g} of the vendor's {}".format
        line("MLP, s", seconds, MLP_SECONDS, f"{seconds:.2f}", vendor(seconds / VENDOR_SECONDS, f"{VENDOR_SECONDS} s"))
        ratio = memory / size
        beside = vendor(memory / VENDOR_BYTES, f"{VENDOR_BYTES / 1e9:.2f} GB")
        line("MLP, memory / model", ratio, MLP_MEMORY, f"{ratio:.2f}", beside)
        tasks = summary["npu_tasks"]
        line("MLP, tasks", tasks, VENDOR_TASKS, str(tasks), vendor(tasks / VENDOR_TASKS, VENDOR_TASKS))
        print(f"model of {size / 1e6:.1f} MB, at most {memory / 1e6:.0f} MB of memory, layers {WIDTHS}, batch {BATCH}")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
