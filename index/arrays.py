"""Arrays of numbers in files of NumPy's format, mapped into memory.

NumPy would parse the head of a file as Python; before 3.11.8 CPython fails at that now and then
where several threads do so at once (its issue 106905). Here the head is matched as text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = 128  # bytes of a file before the first number
_HEAD = re.compile(
    rb"\x93NUMPY\x01\x00\x76\x00"  # version 1.0, and the length of what follows
    rb"\{'descr': '(<[if]4)', 'fortran_order': False, 'shape': \((\d{1,15}), (\d{1,15})\), \} *\n"
)


def load(file: Path) -> NDArray[Any]:
    """Map a table of four-byte numbers, as NumPy saves it, read-only.

    Raises OSError where the file cannot be read, ValueError where it holds something else, or
    more or fewer bytes than its head says.
    """
    with file.open("rb") as stream:
        head = _HEAD.fullmatch(stream.read(HEADER))
        size = stream.seek(0, 2)
    if head is None:
        raise ValueError(f"{file} is not an array as it was saved")
    kind, shape = np.dtype(head[1].decode()), (int(head[2]), int(head[3]))
    if size != HEADER + kind.itemsize * shape[0] * shape[1]:
        raise ValueError(f"{file} is not as long as it says")
    if size == HEADER:  # nothing cannot be mapped
        return np.empty(shape, kind)
    return np.memmap(file, kind, "r", HEADER, shape)
