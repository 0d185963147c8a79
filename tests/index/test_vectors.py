from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.embed import Vectors
from index.errors import IndexFormatError
from index.vectors import VectorIndex


def unit_vectors(count: int, dimension: int = 16, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def index_of(*batches: Vectors) -> VectorIndex:
    index = VectorIndex.empty(16)
    for batch in batches:
        index.add(batch)
    return index


@pytest.mark.parametrize("k", [1, 7, 300, 1_000])
def test_a_search_finds_what_brute_force_finds(k: int) -> None:
    vectors = unit_vectors(300)
    index = index_of(vectors[:100], vectors[100:])
    for query in unit_vectors(20, seed=2):
        cosines = vectors @ query
        best = np.argsort(-cosines, kind="stable")[:k]
        found = index.search(query, k)
        assert [row for row, _ in found] == best.tolist()
        assert [cosine for _, cosine in found] == pytest.approx(cosines[best].tolist(), abs=1e-5)


def test_nothing_is_found_in_nothing_and_for_nothing() -> None:
    query = unit_vectors(1)[0]
    assert VectorIndex.empty(16).search(query, 5) == []
    assert index_of(unit_vectors(3)).search(query, 0) == []


def test_no_rows_may_be_added() -> None:
    assert len(index_of(unit_vectors(2), unit_vectors(0))) == 2


def test_rows_give_back_the_vectors_that_were_added() -> None:
    vectors = unit_vectors(30)
    index = index_of(vectors[:10], vectors[10:])
    assert np.array_equal(index.vectors([7, 29, 7, 0]), vectors[[7, 29, 7, 0]])
    assert np.array_equal(index.vectors(range(30)), vectors)
    assert index.vectors([]).shape == (0, 16)


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    index = index_of(unit_vectors(300))
    index.save(tmp_path / "vectors")
    opened = VectorIndex.open(tmp_path / "vectors")
    assert (len(opened), opened.dimension) == (300, 16)
    query = unit_vectors(1, seed=2)[0]
    assert opened.search(query, 10) == index.search(query, 10)


@pytest.mark.parametrize("keep", [0, 3, 30, 1_000, -1])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, keep: int) -> None:
    file = tmp_path / "vectors"
    index_of(unit_vectors(300)).save(file)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexFormatError, match=r"vectors: .*damaged.* Build the index again"):
        VectorIndex.open(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match="vectors"):
        VectorIndex.open(tmp_path / "vectors")


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        index_of(unit_vectors(1)).save(tmp_path / "missing" / "vectors")
