"""The FAISS side of the store: exact search by inner product over unit vectors, one row a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFormatError

Vectors = NDArray[np.float32]
WRITE_BYTES = 1 << 20


class VectorIndex:
    """Rows of vectors, counted from 0 in the order they were added."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """Make an index without rows."""
        return cls(faiss.IndexFlatIP(dimension))

    @classmethod
    def open(cls, file: Path) -> VectorIndex:
        """Read an index from a file; IndexFormatError if it is damaged."""
        try:
            return cls(faiss.read_index(str(file)))
        except RuntimeError as error:
            raise IndexFormatError(
                f"{file}: the vector index cannot be read, the file is damaged or incomplete. "
                "Build the index again from the articles."
            ) from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    def add(self, vectors: Vectors) -> None:
        """Append rows, shape (n, dimension)."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def save(self, file: Path) -> None:
        """Write the index to a file; OSError where the disk refuses."""
        with file.open("wb") as stream:  # faiss, writing by itself, loses the end unnoticed
            writer = faiss.PyCallbackIOWriter(stream.write, WRITE_BYTES)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Give the vectors of some rows, in the order of the rows."""
        if len(rows) == 0:
            return np.empty((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        found = min(k, len(self))
        if found < 1:
            return []
        cosines, rows = self._index.search(vector.reshape(1, -1), found)
        return [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]
