"""The search measures on fakes that are right, wrong, silent, and right too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench.archive import require_gold
from bench.data import Asking, Case, DataSet
from bench.retrieval import ask, has_answer, has_gold, run, summarise, to_record
from index.errors import InputError
from index.index import Index
from qa import Hit
from tests.bench.made import hits

CASE = Case("q1", "Who?", answers=("Strand",), gold=frozenset({"gold"}), answerable=True)
FILLER = [(f"other-{n}", "nothing") for n in range(20)]


def found_at(*pairs: tuple[str, str], case: Case = CASE):
    def search(question: str, as_of: date | None) -> Sequence[Hit]:
        return hits(*pairs)

    return ask(search, case, use_time=True)


def test_a_right_search_is_right_at_every_rank() -> None:
    found = found_at(("gold", "Oona Strand won."), *FILLER)
    assert (found.article, found.chunk, found.answer) == (1, 1, 1)


def test_articles_are_counted_once_and_chunks_each() -> None:
    pairs = [("other", "one"), ("other", "two"), ("other", "three"), ("gold", "Strand")]
    found = found_at(*pairs)
    assert (found.article, found.chunk, found.answer) == (2, 4, 4)


def test_an_answer_in_another_article_counts_for_ans_alone() -> None:
    found = found_at(("other", "Strand"), ("gold", "nothing"))
    assert (found.article, found.answer) == (2, 1)


def test_an_answer_is_looked_for_in_ten_chunks_only() -> None:
    found = found_at(*FILLER[:10], ("gold", "Strand"))
    assert (found.article, found.answer) == (11, None)


def test_a_wrong_and_a_silent_search_find_nothing() -> None:
    for pairs in (FILLER, []):
        found = found_at(*pairs)
        assert (found.article, found.chunk, found.answer) == (None, None, None)


def test_a_question_is_asked_as_of_its_day_unless_time_is_ignored() -> None:
    days: list[date | None] = []

    def search(question: str, as_of: date | None) -> Sequence[Hit]:
        days.append(as_of)
        return []

    dated = replace(CASE, day=date(2024, 5, 6))
    ask(search, dated, use_time=True)
    ask(search, dated, use_time=False)
    assert days == [date(2024, 5, 6), None]


def test_the_shares_are_those_counted_by_hand() -> None:
    without_gold = replace(CASE, gold=frozenset(), answerable=None)
    found = [
        found_at(("gold", "Strand")),  # gold 1, answer 1
        found_at(("x", "-"), ("x", "-"), ("gold", "-")),  # gold 2, chunk 3, no answer
        found_at(*FILLER[:6], ("gold", "Strand")),  # gold 7, answer 7
        found_at(*FILLER[:2], ("x", "Strand"), case=without_gold),  # answer 3
    ]
    values = {
        metric.name: (metric.value, metric.n) for metric in summarise([*map(to_record, found)])
    }
    assert values["gold@1"] == (pytest.approx(1 / 3), 3)
    assert values["gold@5"] == (pytest.approx(2 / 3), 3)
    assert values["gold@10"] == (1.0, 3)
    assert values["gold_chunk@1"] == (pytest.approx(1 / 3), 3)
    assert values["gold_chunk@5"] == (pytest.approx(2 / 3), 3)
    assert values["ans@1"] == (0.25, 4)
    assert values["ans@5"] == (0.5, 4)
    assert values["ans@10"] == (0.75, 4)
    assert values["search_s"][1] == 4


def test_a_question_without_an_answer_is_judged_by_neither() -> None:
    unanswerable = replace(CASE, answerable=False)
    assert not has_gold(unanswerable)
    assert not has_answer(unanswerable)


def test_where_the_data_says_that_an_answer_stands_nowhere_it_is_not_looked_for() -> None:
    assert has_answer(replace(CASE, stated_in=None))
    assert has_answer(replace(CASE, stated_in=frozenset({"x"})))
    assert not has_answer(replace(CASE, stated_in=frozenset()))


def test_a_set_in_which_nothing_can_be_looked_for_is_refused(tmp_path: Path) -> None:
    data = DataSet(tmp_path, (replace(CASE, answerable=False),), None)
    with pytest.raises(InputError, match="no question has a gold article"):
        run(data, Asking())


def test_questions_alone_need_an_index(tmp_path: Path) -> None:
    data = DataSet(tmp_path, (CASE,), None)
    with pytest.raises(InputError, match="Name an index to ask with --index"):
        run(data, Asking(index=tmp_path / "none"))


def test_an_index_of_another_archive_is_refused(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "empty", create=True)
    with pytest.raises(InputError, match="none of the articles that the questions are about"):
        require_gold(index, [CASE])
    require_gold(index, [replace(CASE, gold=frozenset())])


def test_evidence_is_judged_where_a_gold_article_holds_the_answer() -> None:
    def search(question: str, as_of: date | None) -> Sequence[Hit]:
        return hits(("gold", "Strand"))

    told = replace(CASE, stated_in=frozenset({"gold", "other"}))
    for texts, right in ((["Oona", "Strand won."], 1.0), (["Oona"], 0.0)):
        found = ask(search, told, use_time=True, select=lambda question, hits, day, t=texts: t)
        assert to_record(found).scores["evidence@300"] == right
    for case in (CASE, replace(CASE, stated_in=frozenset({"other"}))):
        found = ask(search, case, use_time=True, select=lambda question, hits, day: ["Strand"])
        scores = to_record(found).scores
        assert "evidence@300" not in scores
        assert scores["evidence_s"] is not None
