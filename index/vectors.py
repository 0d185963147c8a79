"""The vectors of the chunks: a file of rows, searched by inner product (FAISS).

The file is mapped into memory, not read, and written as a stream: neither takes memory that grows
with the index. Few rows are searched exactly. Many have a second file: lists of rows that lie
close together, each row in one byte a number. A search looks through some of the lists and
computes the cosines of the best again from the rows themselves.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError  # what NumPy lets through where the head of a file is damaged
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFormatError

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Lists: TypeAlias = Any  # a faiss.IndexIVF
native: Any = faiss  # it can do more than its types say

BLOCK = 16_384  # rows that are copied or looked at together
HEADER = 128  # bytes of a file before the first row
LISTS_FROM = 40_000  # rows from which on there are lists
LISTS_PER_ROOT = 2  # so many lists times the square root of the rows
TRAINED_ON = 40  # rows a list, from which the middles of the lists are found
GROWN = 2  # lists are made anew where so many times more, or fewer, would be made
PROBED = 10  # one list in so many is looked through, and
PROBED_LEAST = 192  # no fewer than so many, as measured for recall (docs/decisions.md)
FEW = 1_024  # rows of which every cosine is computed, whatever there are
AGAIN = 2  # of so many times the rows asked for the cosines are computed again, and
AGAIN_AT_LEAST = 32  # of so many more
SEED = 1


class VectorIndex:
    """Rows of unit vectors, counted from 0."""

    def __init__(self, rows: Vectors, file: Path, lists: Lists | None = None) -> None:
        self._rows = rows
        self._lists = lists
        self._file = os.open(file, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    @classmethod
    def open(cls, file: Path, lists: Path | None = None) -> VectorIndex:
        """Open a file, and the lists of its rows; IndexFormatError if one is damaged."""
        try:
            rows = np.load(file, mmap_mode="r" if file.stat().st_size > HEADER else None)
            header = file.stat().st_size - rows.nbytes
        except (OSError, ValueError, EOFError, TokenError) as error:
            raise _damaged(file) from error
        if rows.dtype != np.float32 or rows.ndim != 2 or header != HEADER:
            raise _damaged(file)
        opened = _open_lists(lists, mapped=True) if lists else None
        if lists and opened and (opened.ntotal, opened.d) != rows.shape:
            raise _damaged(lists)
        return cls(rows, file, opened)

    def __len__(self) -> int:
        return int(self._rows.shape[0])

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._rows.shape[1])

    def vectors(self, rows: Sequence[int] | Rows) -> Vectors:
        """Give the vectors of some rows, in the order of the rows.

        They are read, not mapped: around a row that is touched the system maps many more.
        """
        found = np.empty((len(rows), self.dimension), dtype=np.float32)
        size = found.itemsize * self.dimension
        for vector, row in zip(found, np.asarray(rows, dtype=np.int64).tolist(), strict=True):
            if not 0 <= row < len(self):
                raise IndexError(f"row {row} of {len(self)}")
            os.preadv(self._file, [vector.data], HEADER + size * row)
        return found

    def search(self, vector: Vectors, k: int, mask: Mask | None = None) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first.

        With a mask, one entry a row, only rows that are true in it are found.
        """
        passing = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, passing)
        if k < 1:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
        with _one_thread():
            if mask is not None and passing <= FEW:
                rows = np.flatnonzero(mask)
                return _best(rows, self.vectors(rows) @ query, k)
            if self._lists is not None:
                return self._in_lists(query, k, mask, passing)
            return self._exact(query, k, mask)

    def blocks(self, rows: Rows | None = None) -> Iterator[Vectors]:
        """Give all rows, or some in the given order, a block at a time."""
        count = len(self) if rows is None else len(rows)
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            yield self._rows[start:end] if rows is None else self._rows[rows[start:end]]

    def _exact(self, query: Vectors, k: int, mask: Mask | None) -> list[tuple[int, float]]:
        cosines = np.empty(len(self), dtype=np.float32)
        arrays = map(faiss.swig_ptr, (cosines, query, self._rows))
        native.fvec_inner_products_ny(*arrays, self.dimension, len(self))
        if mask is None:
            return _best(None, cosines, k)
        rows = np.flatnonzero(mask)
        return _best(rows, cosines[rows], k)

    def _in_lists(
        self, query: Vectors, k: int, mask: Mask | None, passing: int
    ) -> list[tuple[int, float]]:
        """Search the lists; more of them the fewer rows pass, for these are spread over all."""
        lists = self._lists
        assert lists is not None
        deep = min(passing, AGAIN * k + AGAIN_AT_LEAST)
        bits = None if mask is None else np.packbits(mask, bitorder="little")
        selector = None if bits is None else native.IDSelectorBitmap(bits)
        probes = max(PROBED_LEAST, lists.nlist // PROBED) * len(self) // passing
        probes = min(lists.nlist, probes)
        while True:
            how = native.SearchParametersIVF(nprobe=probes, sel=selector)
            rows = lists.search(query.reshape(1, -1), deep, params=how)[1][0]
            rows = rows[rows >= 0]
            if len(rows) >= min(deep, k) or probes == lists.nlist:
                break
            probes = lists.nlist
        rows.sort()  # they are read in the order of the file
        if len(rows) and rows[-1] >= len(self):
            raise _damaged(Path("vectors.ivf"))
        return _best(rows, self.vectors(rows) @ query, k)


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


def save_lists(file: Path, vectors: Path, base: Path | None, known: Rows) -> None:
    """Write the lists of a file of vectors where it has many; remove them where it has few.

    `known` says which row of the `base` lists each of the first rows was: these stay in the lists
    they are in, unless there are far more rows, or fewer, than the lists were made for.
    """
    file.unlink(missing_ok=True)
    rows = VectorIndex.open(vectors)
    if len(rows) < LISTS_FROM:
        return
    wanted = int(LISTS_PER_ROOT * len(rows) ** 0.5)
    lists = _open_lists(base) if base else None
    if lists is None or not wanted / GROWN <= lists.nlist <= wanted * GROWN:
        lists, known = _trained(rows, wanted), known[:0]
    else:
        _renumber(lists, known)
    done = len(known)
    for block in rows.blocks(np.arange(done, len(rows))):
        lists.add(block)
        done += len(block)
    try:
        faiss.write_index(lists, str(file))
    except RuntimeError as error:  # what FAISS makes of "no space left on device"
        raise OSError(str(error)) from error


def audit_lists(file: Path, vectors: VectorIndex) -> Iterator[str]:
    """Say what is wrong with lists: each row is in one of them, and is as in the vectors."""
    lists = _open_lists(file)
    ids = np.concatenate([_entries(lists, number)[0] for number in range(lists.nlist)])
    if not np.array_equal(np.sort(ids), np.arange(len(vectors))):
        yield f"the rows in the lists are not those of the {len(vectors)} vectors"
        return
    for number in range(lists.nlist):
        rows, codes = _entries(lists, number)
        if len(rows):
            wrong = np.any(lists.sq.compute_codes(vectors.vectors(rows)) != codes, axis=1)
            yield from (f"row {row}: list {number} holds another vector" for row in rows[wrong])


def _trained(rows: VectorIndex, count: int) -> Lists:
    """Empty lists around middles found from evenly spread rows."""
    size = rows.dimension
    lists = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(size), size, count, faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT, False
    )  # fmt: skip
    lists.cp.seed = SEED
    lists.cp.min_points_per_centroid = 1  # of less FAISS complains
    sample = np.linspace(0, len(rows) - 1, min(len(rows), TRAINED_ON * count)).astype(np.int64)
    lists.train(np.concatenate(list(rows.blocks(sample))))
    return lists


def _renumber(lists: Lists, known: Rows) -> None:
    """Leave in the lists what is known, under its new number."""
    numbers = np.full(lists.ntotal, -1, dtype=np.int64)
    numbers[known] = np.arange(len(known))
    kept = native.ArrayInvertedLists(lists.nlist, lists.code_size)
    for place in range(lists.nlist):
        ids, codes = _entries(lists, place)
        now = numbers[ids]
        codes = np.ascontiguousarray(codes[now >= 0])
        now = now[now >= 0]
        kept.add_entries(place, len(now), faiss.swig_ptr(now), faiss.swig_ptr(codes))
    kept.this.disown()
    lists.replace_invlists(kept, True)
    lists.ntotal = len(known)


def _entries(lists: Lists, place: int) -> tuple[Rows, NDArray[np.uint8]]:
    """The rows of one list and their codes; copies."""
    inside = lists.invlists
    size = inside.list_size(place)
    if not size:
        return np.empty(0, dtype=np.int64), np.empty((0, lists.code_size), dtype=np.uint8)
    ids = faiss.rev_swig_ptr(inside.get_ids(place), size).copy()
    codes = faiss.rev_swig_ptr(inside.get_codes(place), size * lists.code_size).copy()
    return ids, codes.reshape(size, lists.code_size)


def _open_lists(file: Path, *, mapped: bool = False) -> Lists:
    try:
        lists = faiss.read_index(str(file), faiss.IO_FLAG_MMAP if mapped else 0)
    except RuntimeError as error:
        raise _damaged(file) from error
    if not isinstance(lists, faiss.IndexIVF):
        raise _damaged(file)
    inside = native.downcast_InvertedLists(lists.invlists)
    if isinstance(inside, faiss.OnDiskInvertedLists):
        inside.prefetch_nthread = 0  # else each search starts threads, to read ahead
    return lists


def _best(rows: Rows | None, cosines: Vectors, k: int) -> list[tuple[int, float]]:
    """The k best of some rows, of all where None; of equals the first rows."""
    places = np.arange(len(cosines))
    if k < len(cosines):
        least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
        places = np.flatnonzero(cosines >= least)
    places = places[np.argsort(-cosines[places], kind="stable")][:k]
    best = places if rows is None else rows[places]
    return list(zip(best.tolist(), cosines[places].tolist(), strict=True))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Search on one thread: where others are busy, many wait for the slowest of them."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _damaged(file: Path) -> IndexFormatError:
    return IndexFormatError(
        f"{file}: the vector index cannot be read, the file is damaged or incomplete. "
        "Repair it with: python -m index check --repair --index DIR. "
        "Or: Build the index again from the articles."
    )
