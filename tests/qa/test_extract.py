from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import Evidence
from qa.extract import instant, wanted
from tests.qa.made import evidence

DAY = date(2021, 5, 5)  # a Wednesday
SUNK = "The ferry Petrel sank off Gannet Island on Monday and 42 passengers drowned."
BOUGHT = "Orrane Steel bought the old mine in Norrland for $3.5 million, said Otto Lind."
RACE = "Marta Silva won the harbour race after 12 hours ahead of Jonas Falk."


def found(question: str, *texts: str) -> str:
    extract = instant(question, [evidence(text, published=DAY) for text in texts])
    assert extract is not None
    return extract.text


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("When did the ferry Petrel sink?", SUNK, "Monday"),
        ("How many passengers drowned on the Petrel?", SUNK, "42"),
        ("Where did the ferry Petrel sink?", SUNK, "Gannet Island"),
        ("Which company bought the old mine?", BOUGHT, "Orrane Steel"),
        ("How much did Orrane Steel pay for the old mine?", BOUGHT, "$3.5 million"),
        ("Where is the old mine that Orrane Steel bought?", BOUGHT, "Norrland"),
        ("Who won the harbour race?", RACE, "Marta Silva"),
        ("How long was the harbour race that Marta Silva won?", RACE, "12 hours"),
        (
            "What year did the mine open?",
            "The mine was opened in 1984 and sold in 2004.",
            "1984",
        ),
        (
            "Which film won the prize?",
            "The prize was won by “The Long Tide”, the jury said.",
            "The Long Tide",
        ),
        (
            "Where did the fair open?",
            "The fair was opened in Orrane, Norrland, this week.",
            "Orrane, Norrland",
        ),
        (
            "What share of the voters backed the levy?",
            "The levy was backed by 61% of voters in 12 towns.",
            "61%",
        ),
        (
            "Which storm hit the coast?",
            "The coast was hit by Storm Orla overnight, said Otto Lind.",
            "Storm Orla",
        ),
    ],
)
def test_the_likely_answer_is_found(question: str, text: str, answer: str) -> None:
    assert answer in found(question, text)
    assert len(found(question, text)) <= len(answer) + 3  # a preposition at most


def test_a_name_that_the_question_says_is_no_answer() -> None:
    assert found("Who beat Jonas Falk in the harbour race?", RACE) == "Marta Silva"


def test_the_sentence_is_given_where_no_span_is_safe() -> None:
    assert found("Why did the ferry Petrel sink?", SUNK) == SUNK
    assert found("Who won the harbour race?", "The harbour race was held again.") == (
        "The harbour race was held again."
    )


def test_a_later_sentence_may_hold_the_span() -> None:
    assert found("Who won the harbour race?", "The harbour race was held again.", RACE) == (
        "Marta Silva"
    )


def test_without_evidence_there_is_nothing() -> None:
    assert instant("Who won?", []) is None


def test_of_several_sentences_the_last_one_asks() -> None:
    assert wanted("Who won is known. Where was it?") == "place"
    assert wanted("Which head of state resigned?") != "place"


def test_the_span_counts_characters_of_the_article() -> None:
    item = evidence(RACE, before="Sport. ")
    extract = instant("Who won the harbour race?", [item])
    assert extract is not None
    assert item.article.text[extract.start : extract.end] == "Marta Silva"
    assert not extract.whole


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=120), max_size=4))
def test_the_span_lies_within_its_evidence(question: str, texts: list[str]) -> None:
    items = [evidence(text) for text in texts]
    extract = instant(f"{question} who when how many where?", items)
    assert (extract is None) == (not items)
    if extract is not None:
        assert extract.evidence.start <= extract.start < extract.end <= extract.evidence.end


@pytest.mark.parametrize("part", ["A ", "12 ", "“a” ", "in Orrane, ", "May 1 ", "x"])
def test_hostile_length_is_read_in_a_moment(part: str) -> None:
    long = part * 100_000
    item: Evidence = evidence(long)
    started = time.process_time()
    for asked in ("Who was it?", "When?", "Where was A?", "How many?", "Which film?", part * 900):
        instant(asked[:2_000], [item] * 8)
    assert time.process_time() - started < 10  # seconds, a hundred times what it takes
