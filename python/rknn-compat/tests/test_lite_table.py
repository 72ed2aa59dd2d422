"""The table of layers: the form that programs parse, and numbers that the report has."""


import mattock
import pytest
from compat_support import SEED, VENDOR, matrices, recorded

from rknnlite.api import RKNNLite
from rknnlite.api.layer_table import layer_table

HEADER = ["ID", "OpType", "DataType", "Target", "InputShape", "OutputShape", "Cycles(DDR/NPU/Total)", "Time(us)",
          "MacUsage(%)", "WorkLoad(0/1/2)", "RW(KB)", "FullName"]


def printed_table(capsys, model, inputs):
    """What verbose=True shows behind one inference, as the table's lines."""
    lite = RKNNLite(verbose=True)
    assert lite.load_rknn(str(model)) == 0
    assert lite.init_runtime() == 0
    capsys.readouterr()
    assert lite.inference(inputs=inputs, data_format="nchw") is not None
    lines = [line for line in capsys.readouterr().err.splitlines() if line[:2] not in ("D ", "W ", "I ")]
    lite.release()
    return lines


def rows(lines):
    return [line.split() for line in lines if line[:1].isdigit()]


def test_the_seeds_table_has_the_documented_form(capsys):
    lines = printed_table(capsys, SEED / "matmul.rknn", matrices())
    rules = [line for line in lines if set(line) == {"-"}]
    assert len(set(rules)) == 1 and lines[0] == lines[2] == lines[4] == lines[-1] == rules[0]
    assert lines[1].strip() == "Network Layer Information Table"
    assert lines[3].split() == HEADER
    assert [row[1] for row in rows(lines)] == ["InputOperator", "InputOperator", "Reshape", "Reshape", "Transpose",
                                               "exMatMul", "Reshape", "OutputOperator"]
    assert [row[3] for row in rows(lines)] == ["CPU", "CPU", "CPU", "NPU", "CPU", "NPU", "CPU", "CPU"]
    assert [row[0] for row in rows(lines)] == list("12345678")
    # Cycles and bytes per task stand in the project's README: 27 + 16 + 32 + 32 + 27 + 9 + 18 of the product.
    product = rows(lines)[5]
    assert product[2] == "FLOAT16" and product[5] == "(1,9,1,9)" and product[11] == "exMatMul:/MatMul#1"
    assert product[6] == "\\/161/\\" and product[10] == f"{(6800 - 968) / 1024:.2f}"
    assert rows(lines)[0][4:] == ["\\", "(1,9,9)", "\\", "\\", "\\", "\\", "\\", "InputOperator:onnx::MatMul_0"]
    assert "Total Operator Elapsed Per Frame Time(us): \\" in lines
    assert f"Total Memory Read/Write Per Frame Size(KB): {6800 / 1024:.2f}" in lines
    ranking = lines[[line.strip() for line in lines].index("Operator Time Consuming Ranking Table"):]
    assert ranking[2].split() == ["OpType", "CallNumber", "CPUTime(us)", "GPUTime(us)", "NPUTime(us)",
                                  "TotalTime(us)", "TimeRatio(%)"]
    assert [line.split()[:2] for line in ranking[4:6]] == [["exMatMul", "1"], ["Reshape", "3"]]


@pytest.mark.parametrize("name", ["gemm_bias", "mlp_tiny_bf16", "conv_img3_i8", "mm_17x31x33", "conv1x1_odd"])
def test_every_row_has_as_many_cells_as_the_header_and_the_sums_agree(capsys, name):
    model = VENDOR / f"{name}.rknn"
    inputs, _ = recorded(name)
    lines = printed_table(capsys, model, inputs)
    assert all(len(row) == len(HEADER) for row in rows(lines))
    session = mattock.Session(model)
    session.run(*inputs)
    tasks = [task for submit in session.last_report()["submits"] for task in submit["tasks"]]
    cells = [row[6] for row in rows(lines) if row[3] == "NPU"]
    assert sum(int(cell.split("/")[1]) for cell in cells) == sum(task["cycles"] for task in tasks)
    assert f"Size(KB): {sum(task['bytes'] for task in tasks) / 1024:.2f}" in "\n".join(lines)


def test_an_operator_that_did_not_run_on_the_npu_is_the_cpus(capsys):
    """The file gives the output's conversion to the NPU, but the session does it on the CPU."""
    inputs, _ = recorded("conv_img3_i8")
    last = rows(printed_table(capsys, VENDOR / "conv_img3_i8.rknn", inputs))[-1]
    assert last[1] == "OutputOperator" and last[3] == "CPU" and last[6] == "\\"


def test_tasks_of_one_submit_are_shared_out_to_their_operators():
    def operator(index, op, first, count):
        return {"index": index, "op": op, "name": op, "inputs": [], "outputs": [], "first_task": first,
                "task_count": count}

    model = {"tensors": [], "operators": [operator(0, "A", 0, 1), operator(1, "B", 1, 2), operator(2, "C", 3, 0)]}
    counts = [{"cycles": 5, "bytes": 1024}, {"cycles": 7, "bytes": 512}, {"cycles": 11, "bytes": 512}]
    table = layer_table(model, {"submits": [{"first_task": 0, "tasks": counts}]}).splitlines()
    assert [(row[1], row[3], row[6], row[10], row[11]) for row in rows(table)] == [
        ("A", "NPU", "\\/5/\\", "1.00", "A"), ("B", "NPU", "\\/18/\\", "1.00", "B"), ("C", "CPU", "\\", "\\", "C")]


def test_without_verbose_there_is_no_table(ready, capsys):
    ready.inference(inputs=matrices())
    assert capsys.readouterr().err == ""
