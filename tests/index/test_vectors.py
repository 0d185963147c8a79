from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

from index.embed import Vectors
from index.errors import IndexFormatError
from index.vectors import BLOCK, VectorIndex, save_vectors


def unit_vectors(count: int, dimension: int = 16, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def index_of(*batches: Vectors) -> VectorIndex:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors"
        save_vectors(file, batches, sum(map(len, batches)), 16)
        return VectorIndex.open(file)


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
    assert index_of().search(query, 5) == []
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
    save_vectors(tmp_path / "vectors", [unit_vectors(300)], 300, 16)
    opened = VectorIndex.open(tmp_path / "vectors")
    assert (len(opened), opened.dimension) == (300, 16)
    query = unit_vectors(1, seed=2)[0]
    assert opened.search(query, 10) == index.search(query, 10)


@pytest.mark.parametrize("keep", [0, 3, 30, 128, 1_000, -1])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, keep: int) -> None:
    file = tmp_path / "vectors"
    save_vectors(file, [unit_vectors(300)], 300, 16)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexFormatError, match=r"vectors: .*damaged.* Build the index again"):
        VectorIndex.open(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match="vectors"):
        VectorIndex.open(tmp_path / "vectors")


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        save_vectors(tmp_path / "missing" / "vectors", [unit_vectors(1)], 1, 16)


def test_some_rows_are_given_in_blocks_of_many() -> None:
    vectors = unit_vectors(2 * BLOCK + 5)
    index = index_of(vectors)
    assert [len(block) for block in index.blocks()] == [BLOCK, BLOCK, 5]
    kept = np.arange(1, len(vectors), 2)
    assert np.array_equal(np.concatenate(list(index.blocks(kept))), vectors[kept])


def test_too_few_vectors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match="2 vectors were there to write and 3 are needed"):
        save_vectors(tmp_path / "vectors", [unit_vectors(2)], 3, 16)
