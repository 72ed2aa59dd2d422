#!/usr/bin/env python3
"""Writes operators_7.onnx and operators_13.onnx: every operator that is read, in the form of that opset.

Needs Debian's python3-onnx. Seeds of the fuzz target, and a test reads them.
"""

import pathlib

import onnx
from onnx import TensorProto, helper


def tensor(name, kind, dims, values):
    return helper.make_tensor(name, kind, dims, values)


def model(opset):
    new = opset >= 13
    floats = [
        tensor("w", TensorProto.FLOAT, [3, 2], [1, 2, 3, 4, 5, 6]),
        tensor("bias", TensorProto.FLOAT, [3], [1, 2, 3]),
        tensor("lo", TensorProto.FLOAT, [], [-1]),
        tensor("hi", TensorProto.FLOAT, [], [6]),
        tensor("slope", TensorProto.FLOAT16, [1], [15872]),  # 1.5, as a bit pattern
        tensor("bytes", TensorProto.INT8, [3], [1, -2, 3]),
        tensor("shape", TensorProto.INT64, [2], [0, -1]),
        tensor("axes", TensorProto.INT64, [1], [0]),
    ]
    one_axis = {} if new else {"axes": [0]}
    axes = ["axes"] if new else []
    nodes = [
        ("Gemm", ["x", "w", "bias"], "fc", {"transB": 1, "alpha": 0.5, "beta": 2.0}),
        ("Clip", ["fc", "lo", "hi"] if new else ["fc"], "clip", {} if new else {"min": -1.0, "max": 6.0}),
        ("Cast", ["bytes"], "scale", {"to": TensorProto.FLOAT}),
        ("Mul", ["clip", "scale"], "mul", {}),
        ("Sub", ["mul", "fc"], "sub", {}),
        ("Constant", [], "two", {"value": tensor("", TensorProto.FLOAT, [], [2])}),
        ("Div", ["sub", "two"], "div", {}),
        ("Neg", ["div"], "neg", {}),
        ("Abs", ["neg"], "abs", {}),
        ("Max", ["abs", "div", "two"], "max", {}),
        ("Relu", ["max"], "relu", {}),
        ("LeakyRelu", ["relu"], "leaky", {"alpha": 0.25}),
        ("Cast", ["leaky"], "half", {"to": TensorProto.FLOAT16}),
        ("PRelu", ["half", "slope"], "prelu", {}),
        ("Cast", ["prelu"], "single", {"to": TensorProto.FLOAT}),
        ("Reshape", ["single", "shape"], "reshape", {}),
        ("Unsqueeze", ["reshape"] + axes, "unsqueeze", one_axis),
        ("Transpose", ["unsqueeze"], "transpose", {"perm": [0, 2, 1]}),
        ("MatMul", ["unsqueeze", "transpose"], "matmul", {}),
        ("Squeeze", ["matmul"] + axes, "squeeze", one_axis),
        ("Softmax", ["squeeze"], "softmax", {"axis": 0}),
        ("Flatten", ["softmax"], "flatten", {"axis": 0}),
        ("Identity", ["flatten"], "same", {}),
        ("Add", ["same", "lo"], "y", {}),
    ]
    graph = helper.make_graph(
        [helper.make_node(op, inputs, [output], name=f"n_{output}", **more) for op, inputs, output, more in nodes],
        "operators",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 16])],
        floats,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="")
    made.ir_version = 7
    onnx.checker.check_model(made, full_check=True)
    return made


folder = pathlib.Path(__file__).parent
for version in (7, 13):
    onnx.save(model(version), str(folder / f"operators_{version}.onnx"))
