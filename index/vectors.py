"""The vectors of the chunks: a file of rows, searched exactly by inner product (FAISS).

The file is mapped into memory, not read, and written as a stream: neither takes memory that grows
with the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFormatError

Vectors = NDArray[np.float32]
BLOCK = 16_384  # rows that are copied or looked at together


class VectorIndex:
    """Rows of unit vectors, counted from 0."""

    def __init__(self, rows: Vectors) -> None:
        self._rows = rows

    @classmethod
    def open(cls, file: Path) -> VectorIndex:
        """Open a file; IndexFormatError if it is damaged."""
        try:
            rows = np.load(file, mmap_mode="r" if file.stat().st_size > 128 else None)
            header = file.stat().st_size - rows.nbytes
        except (OSError, ValueError, EOFError) as error:
            raise _damaged(file) from error
        if rows.dtype != np.float32 or rows.ndim != 2 or header != 128:
            raise _damaged(file)
        return cls(rows)

    def __len__(self) -> int:
        return int(self._rows.shape[0])

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._rows.shape[1])

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Give the vectors of some rows, in the order of the rows."""
        found: Vectors = np.asarray(self._rows[np.asarray(rows, dtype=np.int64)])
        return found

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        found = min(k, len(self))
        if found < 1:
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        cosines, rows = faiss.knn(query, self._rows, found, metric=faiss.METRIC_INNER_PRODUCT)
        return [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]

    def blocks(self, rows: NDArray[np.int64] | None = None) -> Iterator[Vectors]:
        """Give all rows, or some in the given order, a block at a time."""
        count = len(self) if rows is None else len(rows)
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            yield self._rows[start:end] if rows is None else self._rows[rows[start:end]]


def save_vectors(file: Path, blocks: Iterable[Vectors], count: int, dimension: int) -> None:
    """Write `count` rows to a file, a block at a time; OSError where the disk refuses."""
    written = 0
    with file.open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (count, dimension)}
        np.lib.format.write_array_header_1_0(stream, header)
        for block in blocks:
            stream.write(np.ascontiguousarray(block, dtype=np.float32).data)
            written += len(block)
    if written != count:
        raise IndexFormatError(
            f"{file}: {written} vectors were there to write and {count} are needed: what an "
            "interrupted add left behind is damaged. Delete that folder and run the command again."
        )


def _damaged(file: Path) -> IndexFormatError:
    return IndexFormatError(
        f"{file}: the vector index cannot be read, the file is damaged or incomplete. "
        "Repair it with: python -m index check --repair --index DIR. "
        "Or: Build the index again from the articles."
    )
