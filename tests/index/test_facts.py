from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexFormatError
from index.facts import LONGEST_NAME, NAMES, ROWS, SPANS, Row, RowFacts, Span
from index.filters import Filter

MAY = date(2024, 5, 3)
FACTS: list[Row] = [
    (MAY.toordinal(), "Packet", None, 7),
    (0, "PACKET ", "Sport", 9),
    (date(2024, 6, 1).toordinal(), None, "sport", 9),
]
SPANS_: list[Span] = [
    (2, MAY.toordinal(), MAY.toordinal() + 2),
    (0, MAY.toordinal() - 9, MAY.toordinal()),
    (2, MAY.toordinal(), MAY.toordinal() + 2),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    RowFacts.of(FACTS, SPANS_).save(tmp_path / "facts")
    return tmp_path / "facts"


def test_what_is_saved_is_what_is_opened(folder: Path) -> None:
    facts = RowFacts.open(folder)
    assert facts.says_the_same(RowFacts.of(FACTS, SPANS_))
    assert facts.days([2, 0, 1]).tolist() == [date(2024, 6, 1).toordinal(), MAY.toordinal(), 0]
    assert [facts.names(row) for row in range(3)] == [
        ("packet", ""), ("packet", "sport"), ("", "sport")
    ]  # fmt: skip


def test_each_row_has_its_spans_once(folder: Path) -> None:
    facts = RowFacts.open(folder)
    last = [(MAY, date(2024, 5, 5))]
    assert list(facts.spans(0)) == [[(date(2024, 4, 24), MAY)], [], last]
    assert list(facts.spans(2)) == [last]
    assert list(facts.spans(3)) == []


def test_nothing_can_be_saved_and_opened(tmp_path: Path) -> None:
    RowFacts.of([], []).save(tmp_path)
    facts = RowFacts.open(tmp_path)
    assert (len(facts), facts.days([]).tolist(), list(facts.spans(0))) == (0, [], [])
    only = Filter(since=MAY, sources=("Packet",), mentioned=True)
    assert (facts.count_articles(only), facts.nearest(only)) == (0, (None, None))


def test_facts_that_differ_in_anything_are_told_apart() -> None:
    facts = RowFacts.of(FACTS, SPANS_)
    assert not facts.says_the_same(RowFacts.of(FACTS, SPANS_[:1]))
    assert not facts.says_the_same(RowFacts.of(FACTS[:2], SPANS_))
    assert not facts.says_the_same(
        RowFacts.of([(MAY.toordinal(), "Courier", None, 7), *FACTS[1:]], SPANS_)
    )


def test_a_name_without_end_is_compared_by_its_beginning() -> None:
    long = "x" * 100_000
    facts = RowFacts.of([(0, long, None, 1)], [])
    assert facts.names(0) == ("x" * LONGEST_NAME, "")
    assert facts.count_articles(Filter(sources=(long,))) == 1


@pytest.mark.parametrize("name", [ROWS, SPANS, NAMES])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other"])
def test_damage_is_named_with_what_to_do(folder: Path, name: str, damage: str) -> None:
    file = folder / name
    if damage == "missing":
        file.unlink()
    elif damage == "other":
        np.save(folder / "other.npy", np.zeros((5, 5)))
        (folder / "other.npy").replace(file)
    else:
        file.write_bytes(b"" if damage == "empty" else file.read_bytes()[:-3])
    with pytest.raises(IndexFormatError, match=r"facts: .*damaged.*check --repair"):
        RowFacts.open(folder)
