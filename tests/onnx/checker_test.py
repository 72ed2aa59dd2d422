#!/usr/bin/env python3
"""checker_test.py PROGRAM...: ONNX's own checker accepts what `mattock export` writes."""

import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy
    import onnx
    import onnx.numpy_helper
except ImportError as missing:
    print(missing)
    sys.exit(1 if os.environ.get("MATTOCK_REQUIRE_ALL") == "1" else 77)


def shape_of(value):
    return [dim.dim_value for dim in value.type.tensor_type.shape.dim]


with tempfile.TemporaryDirectory() as folder:
    path = str(pathlib.Path(folder, "m.onnx"))
    constant = str(pathlib.Path(folder, "b.npy"))
    numpy.save(constant, numpy.arange(15).reshape(5, 3) / 2)
    cases = 0
    for batch in ([], ["--batch", "2"]):
        for name, kind in (("fp32", onnx.TensorProto.FLOAT), ("fp16", onnx.TensorProto.FLOAT16)):
            for stored in ([], ["--constant-b", constant]):
                options = ["--m", "4", "--k", "5", "--n", "3", "--dtype", name, *batch, *stored, "-o", path]
                subprocess.run([*sys.argv[1:], "export", "matmul", *options], check=True)
                model = onnx.load(path)
                onnx.checker.check_model(model, full_check=True)
                lead = [2] if batch else []
                assert [shape_of(value) for value in model.graph.output] == [lead + [4, 3]]
                inputs = [lead + [4, 5]] if stored else [lead + [4, 5], lead + [5, 3]]
                assert [shape_of(value) for value in model.graph.input] == inputs
                assert model.graph.output[0].type.tensor_type.elem_type == kind
                if stored:
                    values = onnx.numpy_helper.to_array(model.graph.initializer[0])
                    assert (values == numpy.arange(15).reshape(5, 3) / 2).all()
                cases += 1
print(cases, "models accepted")
