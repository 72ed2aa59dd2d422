"""A hypothesis strategy: where and how an array lies in memory."""

from __future__ import annotations

import math

import numpy
from hypothesis import strategies as st


@st.composite
def laid_out(draw, values):
    """The same numbers in memory of another order, with gaps, backwards, at any address, perhaps read-only."""
    order = draw(st.permutations(range(values.ndim)))
    steps = draw(st.lists(st.sampled_from([1, 1, 2, 3, -1, -2]), min_size=values.ndim, max_size=values.ndim))
    offset = draw(st.integers(0, 15))
    swapped = draw(st.booleans())
    dtype = values.dtype.newbyteorder("S") if swapped else values.dtype
    lengths = [values.shape[axis] * abs(steps[axis]) for axis in order]
    memory = numpy.full(math.prod(lengths) * dtype.itemsize + offset, 0x7E, numpy.uint8)
    whole = numpy.ndarray(lengths, dtype, memory, offset)
    view = whole.transpose(numpy.argsort(order))[tuple(slice(None, None, step) for step in steps)]
    view[...] = values
    view.flags.writeable = draw(st.booleans())
    return view
