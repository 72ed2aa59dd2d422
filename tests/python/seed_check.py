"""Runs the seed's script and looks at what it computed: seed_check.py npuMatmulModel.py

The product is NumPy's within one unit of float16, for ten pairs of random matrices; its type is float32.
"""

import contextlib
import io
import runpy
import sys

import numpy


def places(values):
    """The place of each float16 value among all of them in order."""
    bits = values.astype(numpy.float16).view(numpy.int16).astype(numpy.int32)
    return numpy.where(bits < 0, -(bits & 0x7FFF), bits)


for seed in range(10):
    numpy.random.seed(seed)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        ran = runpy.run_path(sys.argv[1], run_name="__main__")
    result, expected = ran["result"], ran["numpy_result"]
    assert result.dtype == numpy.float32 and result.shape == (1, 9, 9), (result.dtype, result.shape)
    assert expected.dtype == numpy.float16
    assert numpy.array_equal(result, result.astype(numpy.float16)), "more digits than float16 has"
    worst = numpy.abs(places(result[0]) - places(expected)).max()
    assert worst <= 1, f"seed {seed}: {worst} units from NumPy's product"
