"""Vectors that are searched in lists: as good as row by row, however they came and went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from index import vectors
from index.embed import Vectors
from index.errors import IndexFormatError
from index.vectors import VectorIndex, audit_lists, save_lists, save_vectors
from tests.index.test_vectors import unit_vectors

NONE = np.empty(0, dtype=np.int64)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "LISTS_FROM", 100)
    monkeypatch.setattr(vectors, "FEW", 10)
    monkeypatch.setattr(vectors, "PROBED_LEAST", 40)


def save(
    folder: Path, rows: Vectors, base: Path | None = None, known: vectors.Rows = NONE
) -> VectorIndex:
    """The vectors and lists of some rows in a folder, opened."""
    folder.mkdir()
    save_vectors(folder / "rows", [rows], len(rows), 16)
    save_lists(folder / "lists", folder / "rows", base / "lists" if base else None, known)
    return VectorIndex.open(folder / "rows", folder / "lists")


def check(index: VectorIndex, rows: Vectors, *, share: float, mask: vectors.Mask | None) -> None:
    """The cosines found are those of the rows, and most of the nearest are found."""
    found = wanted = 0
    for query in unit_vectors(30, seed=9):
        cosines = rows @ query
        if mask is not None:
            cosines[~mask] = -2
        nearest = np.argsort(-cosines, kind="stable")[:10]
        hits = index.search(query, 10, mask)
        assert [score for _, score in hits] == pytest.approx([cosines[row] for row, _ in hits])
        assert len(hits) == 10
        found += len(set(nearest.tolist()) & {row for row, _ in hits})
        wanted += 10
    assert found / wanted >= share


@pytest.mark.parametrize("passing", [1.0, 0.5, 0.1, 0.02])
def test_the_nearest_are_found_whatever_passes(tmp_path: Path, passing: float) -> None:
    rows = unit_vectors(3_000)
    mask = None if passing == 1 else np.random.default_rng(3).random(len(rows)) < passing
    check(save(tmp_path / "a", rows), rows, share=0.8, mask=mask)


def test_all_lists_find_what_brute_force_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "PROBED_LEAST", 10_000)
    rows = unit_vectors(3_000)
    check(save(tmp_path / "a", rows), rows, share=1.0, mask=None)


def test_a_cluster_of_what_passes_far_from_the_question_is_found(tmp_path: Path) -> None:
    rows = unit_vectors(2_000)
    query = rows[0]
    mask = rows @ query < -0.5
    assert vectors.FEW < mask.sum() < 200
    cosines = np.where(mask, rows @ query, -2)
    found = [row for row, _ in save(tmp_path / "a", rows).search(query, int(mask.sum()), mask)]
    assert found == np.argsort(-cosines, kind="stable")[: mask.sum()].tolist()


def test_few_rows_have_no_lists_and_lose_them(tmp_path: Path) -> None:
    save_vectors(tmp_path / "rows", [unit_vectors(99)], 99, 16)
    (tmp_path / "lists").touch()
    save_lists(tmp_path / "lists", tmp_path / "rows", None, NONE)
    assert not (tmp_path / "lists").exists()


def lists_of(folder: Path) -> Any:
    return faiss.read_index(str(folder / "lists"))


def test_rows_come_and_go_and_the_lists_are_not_made_anew(tmp_path: Path) -> None:
    rows = unit_vectors(3_000)
    save(tmp_path / "a", rows[:2_000])
    known = np.flatnonzero(np.arange(2_000) % 7 != 0)
    left = np.concatenate([rows[known], rows[2_000:]])
    index = save(tmp_path / "b", left, tmp_path / "a", known)
    middles = [
        lists.quantizer.reconstruct_n(0, lists.nlist)
        for lists in map(lists_of, (tmp_path / "a", tmp_path / "b"))
    ]
    assert np.array_equal(*middles)
    assert list(audit_lists(tmp_path / "b" / "lists", index)) == []
    check(index, left, share=0.8, mask=None)


def test_every_row_may_go(tmp_path: Path) -> None:
    save(tmp_path / "a", unit_vectors(200))
    rows = unit_vectors(150, seed=3)
    index = save(tmp_path / "b", rows, tmp_path / "a", NONE)
    assert list(audit_lists(tmp_path / "b" / "lists", index)) == []


def test_lists_that_are_far_too_few_are_made_anew(tmp_path: Path) -> None:
    rows = unit_vectors(2_000)
    save(tmp_path / "a", rows[:150])
    index = save(tmp_path / "b", rows, tmp_path / "a", np.arange(150))
    assert lists_of(tmp_path / "b").nlist > 2 * lists_of(tmp_path / "a").nlist
    assert list(audit_lists(tmp_path / "b" / "lists", index)) == []


def test_the_same_rows_make_the_same_lists(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, unit_vectors(500))
    assert (tmp_path / "a" / "lists").read_bytes() == (tmp_path / "b" / "lists").read_bytes()


def test_lists_of_other_vectors_are_found(tmp_path: Path) -> None:
    save(tmp_path / "a", unit_vectors(300))
    other = save(tmp_path / "b", unit_vectors(300, seed=2))
    fewer = save(tmp_path / "c", unit_vectors(299))
    assert any("another" in what for what in audit_lists(tmp_path / "a" / "lists", other))
    assert any("not those" in what for what in audit_lists(tmp_path / "a" / "lists", fewer))
    with pytest.raises(IndexFormatError, match=r"lists: .*damaged"):
        VectorIndex.open(tmp_path / "c" / "rows", tmp_path / "a" / "lists")


@pytest.mark.parametrize("keep", [0, 3, 30, 128, 1_000, 4_000, -1])
def test_damaged_lists_are_named_with_what_to_do(tmp_path: Path, keep: int) -> None:
    save(tmp_path / "a", unit_vectors(300))
    file = tmp_path / "a" / "lists"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexFormatError, match=r"lists: .*damaged.*check --repair"):
        VectorIndex.open(tmp_path / "a" / "rows", file)


def test_missing_lists_are_named(tmp_path: Path) -> None:
    save(tmp_path / "a", unit_vectors(300))
    with pytest.raises(IndexFormatError, match="nowhere"):
        VectorIndex.open(tmp_path / "a" / "rows", tmp_path / "nowhere")


def test_lists_that_are_open_outlive_their_file(tmp_path: Path) -> None:
    rows = unit_vectors(300)
    index = save(tmp_path / "a", rows)
    for file in (tmp_path / "a").iterdir():
        file.unlink()
    check(index, rows, share=0.8, mask=None)
