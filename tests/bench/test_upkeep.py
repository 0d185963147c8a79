"""What the upkeep of an archive is said to cost, over archives made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.apart import Figures
from bench.data import DataSet, load
from bench.upkeep import StandIn, _copies, _dates, _memory, _readding, run
from index.errors import InputError
from index.index import Index
from tests.bench.made import article, write_lines

LONG = (
    "The council of Port Averil met on Monday and spoke of the bridge for hours, they said. " * 12
)


def archive(tmp_path: Path, *records: dict[str, str]) -> tuple[Path, Index]:
    corpus = write_lines(tmp_path / "articles.jsonl", *records)
    index = Index.open(tmp_path / "index", create=True, model=StandIn())
    index.add(corpus)
    return corpus, index


def test_a_date_that_is_stated_and_not_read_counts_as_missed(tmp_path: Path) -> None:
    corpus, index = archive(
        tmp_path,
        {"id": "a", "title": "One", "text": "Rain fell on the bells.", "date": "2024-05-06"},
        {"id": "b", "title": "Two", "text": "Snow fell on the bells.", "date": "not a day"},
        {"id": "c", "title": "Three", "text": "Nothing fell on the bells."},
    )
    (dates,) = _dates(corpus, index)
    assert (dates.value, dates.n) == (0.5, 2)


def test_a_text_that_occurs_again_is_found_when_it_is_stored_once_or_clustered(
    tmp_path: Path,
) -> None:
    corpus, index = archive(
        tmp_path,
        {"id": "a", "title": "One", "text": LONG},
        {"id": "b", "title": "One", "text": LONG},  # the same article
        {"id": "c", "title": "Other", "text": LONG},  # under another title
        {"id": "d", "title": "Four", "text": "Puffins were counted on Little Hask."},
    )
    found, clustered = _copies(corpus, index)
    assert (found.value, found.n) == (1.0, 2)
    assert (clustered.value, clustered.n) == (1, 3)


def test_a_copy_in_no_cluster_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index = archive(
        tmp_path,
        {"id": "a", "title": "One", "text": LONG},
        {"id": "b", "title": "Other", "text": LONG},
        {"id": "c", "title": "Third", "text": LONG},
    )
    blind = {item.id: item.id for item in index.articles()}
    monkeypatch.setattr(index, "clusters", lambda ids: blind)
    found, clustered = _copies(corpus, index)
    assert (found.value, found.n) == (0.0, 2)
    assert clustered.value == 0


def test_files_are_added_once_and_passed_over_the_second_time(tmp_path: Path) -> None:
    added, again = _readding([article("a", "Rain fell on the bells.")], 5, tmp_path)
    assert (added.n, again.n) == (5, 5)
    index = Index.open(tmp_path / "again")
    assert index.info().articles == 5
    assert index.manifest is not None
    assert index.manifest.generation == 1


def test_memory_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    figures: Figures = {m.name: m.value or 0.0 for m in _memory([article("a", LONG)], 3, tmp_path)}
    assert figures["empty_mb"] > 1
    assert figures["peak_mb"] > 0
    assert Index.open(tmp_path / "many").info().articles == 3


def test_the_stand_in_makes_unit_vectors_that_the_text_decides() -> None:
    first, second, other = StandIn().encode(["bells", "bells", "puffins"])
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert np.linalg.norm(other) == pytest.approx(1.0)
    assert StandIn().count_tokens(["three words here"]) == [3]


def test_a_folder_without_articles_has_no_upkeep(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it holds no articles"):
        run(DataSet(tmp_path, (), None), files=1, articles=1)
    assert load(tmp_path, need_questions=False).corpus is None
