"""The questions about time: that they are well made, and that those on the sample can be answered.

The archive that `reuters-time` is asked of is no part of the project, so its answers are not read
here.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from bench.archive import by_external_id
from bench.data import SETS, find, load
from bench.metrics import holds
from index.article import Article

NAMES = ("reuters-time", "sample-time")
TYPES = {"window", "weekday", "before_after", "latest_first", "relative"}


def records(name: str) -> list[dict[str, Any]]:
    lines = (SETS / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    corpus = load(find("sample-time")).corpus
    assert corpus is not None
    return by_external_id(corpus)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_an_answer_evidence_and_a_known_kind(name: str) -> None:
    for case in load(find(name)).cases:
        assert case.answerable, case.id
        assert case.answers, case.id
        assert case.gold, case.id
        assert case.type in TYPES, case.id
        assert case.stated_in is not None, case.id
        assert case.stated_in <= case.gold, case.id


@pytest.mark.parametrize("name", NAMES)
def test_no_kind_of_question_is_scarce_and_none_is_asked_twice(name: str) -> None:
    cases = load(find(name)).cases
    counts = Counter(case.type for case in cases)
    assert set(counts) == TYPES
    assert max(counts.values()) <= 2 * min(counts.values())
    assert len({(case.question, case.day) for case in cases}) == len(cases)


def test_there_are_at_least_150_questions_about_time() -> None:
    assert sum(len(load(find(name)).cases) for name in NAMES) >= 150


@pytest.mark.parametrize("name", NAMES)
def test_a_relative_question_says_when_it_is_asked_and_the_others_do_not(name: str) -> None:
    for case in load(find(name)).cases:
        assert (case.day is not None) == (case.type == "relative"), case.id


@pytest.mark.parametrize("name", NAMES)
def test_the_day_of_an_event_is_among_its_answers(name: str) -> None:
    for record in records(name):
        if "resolved_date" in record:
            day = date.fromisoformat(record["resolved_date"])
            assert f"{day.day} {day:%B} {day.year}" in record["answers"], record["id"]


def test_the_evidence_on_the_sample_is_there_and_was_there_when_it_was_asked(
    articles: dict[str, Article],
) -> None:
    for case in load(find("sample-time")).cases:
        for name in case.gold:
            published = articles[name].published
            assert published is not None, (case.id, name)
            assert case.day is None or published <= case.day, (case.id, name)


def test_the_answers_on_the_sample_stand_in_the_articles_or_follow_from_their_dates(
    articles: dict[str, Article],
) -> None:
    for record in records("sample-time"):
        for name in record["evidence_ids"]:
            article = articles[name]
            stands = holds(article.text, record["answers"])
            assert stands == (name in record["answer_string_ids"]), (record["id"], name)
            if "resolved_date" in record:
                assert article.published is not None
                past = article.published - date.fromisoformat(record["resolved_date"])
                assert 0 <= past.days <= 7, (record["id"], name)  # a weekday, or "yesterday"
            else:
                assert stands, (record["id"], name)
