"""The scores of answers that are right, wrong, silent and dishonest, each counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.data import Case
from bench.judge import Cited, Said, Sentence, scores
from bench.tasks import Task

CASE = Case(
    "q1", "Who mended the bells?", answers=("Oona Strand",), answerable=True, fake_answer="Tolliver"
)
ANSWERABLE = Task(CASE, True)
UNANSWERABLE = Task(CASE, False)
CONFLICT = Task(CASE, True, variant="conflict")

SPAN = "Oona Strand mended the bells."
RIGHT_CITATION = Cited(SPAN, f"{SPAN} It rained.")
WRONG_SENTENCE = Cited("It rained.", f"{SPAN} It rained.")
WRONG_ARTICLE = Cited("It snowed.", "It snowed.")
REFUSAL = Said("I could not find this in the articles.", refused=True)


def said(text: str, *citations: Cited, as_fact: bool = True) -> Said:
    return Said(text, False, [Sentence(text, bool(citations), as_fact)], citations)


def test_a_right_and_cited_answer_has_every_point() -> None:
    assert scores(ANSWERABLE, said("Oona Strand did.", RIGHT_CITATION)) == {
        "accuracy": 1.0,
        "accuracy_loose": 1.0,
        "token_f1": pytest.approx(0.8),  # two of three words, two of two
        "refused_answerable": 0.0,
        "citation_rate": 1.0,
        "citation_coverage": 1.0,
        "unsupported": 0.0,
        "cited_span": 1.0,
        "cited_article": 1.0,
    }


def test_citing_the_wrong_sentence_is_seen_though_the_article_is_right() -> None:
    found = scores(ANSWERABLE, said("Oona Strand did.", WRONG_SENTENCE))
    assert (found["cited_span"], found["cited_article"]) == (0.0, 1.0)
    assert found["unsupported"] == 1.0  # the span does not name her


def test_one_citation_of_two_is_half() -> None:
    found = scores(ANSWERABLE, said("Oona Strand did.", RIGHT_CITATION, WRONG_ARTICLE))
    assert (found["cited_span"], found["cited_article"]) == (0.5, 0.5)


def test_a_wrong_answer_is_not_asked_for_the_place_of_the_right_one() -> None:
    found = scores(ANSWERABLE, said("Maren Tolliver did.", RIGHT_CITATION))
    assert found["accuracy"] == found["accuracy_loose"] == found["token_f1"] == 0.0
    assert "cited_span" not in found
    assert found["unsupported"] == 1.0


def test_an_invention_that_is_marked_as_such_is_not_shown_as_fact() -> None:
    found = scores(ANSWERABLE, said("It was Maren Tolliver.", as_fact=False))
    assert found["unsupported"] == 0.0
    assert found["citation_coverage"] == 0.0


def test_a_silent_answer_earns_nothing() -> None:
    found = scores(ANSWERABLE, Said("", False))
    assert found["accuracy"] == found["token_f1"] == found["citation_rate"] == 0.0
    assert found["citation_coverage"] == 0.0


def test_an_answer_copied_from_the_question_is_not_right() -> None:
    found = scores(ANSWERABLE, said("Who mended the bells?", RIGHT_CITATION))
    assert found["accuracy"] == found["accuracy_loose"] == 0.0


def test_refusing_everything_has_recall_and_no_precision() -> None:
    assert scores(UNANSWERABLE, REFUSAL) == {"refused_unanswerable": 1.0, "refusal_precision": 1.0}
    assert scores(ANSWERABLE, REFUSAL) == {
        "accuracy": 0.0,
        "accuracy_loose": 0.0,
        "token_f1": 0.0,
        "refused_answerable": 1.0,
        "refusal_precision": 0.0,
    }


def test_an_unanswerable_question_that_is_answered_is_never_right() -> None:
    found = scores(UNANSWERABLE, said("Oona Strand did.", RIGHT_CITATION))
    assert found["refused_unanswerable"] == 0.0
    assert "accuracy" not in found
    assert "cited_span" not in found


def test_a_verdict_stands_nowhere_and_is_not_looked_for_in_a_citation() -> None:
    task = Task(replace(CASE, answers=("yes",)), True)
    found = scores(task, said("Yes.", RIGHT_CITATION))
    assert found["accuracy"] == 1.0
    assert "cited_span" not in found


@pytest.mark.parametrize(
    ("text", "told", "fake"),
    [
        ("Oona Strand, or Tolliver, as another says.", 1.0, 0.0),
        ("Tolliver did.", 0.0, 1.0),
        ("Oona Strand did.", 0.0, 0.0),
    ],
)
def test_a_conflict_is_told_when_both_answers_are(text: str, told: float, fake: float) -> None:
    found = scores(CONFLICT, said(text, RIGHT_CITATION))
    assert (found["conflict_told"], found["fake_told"]) == (told, fake)
    assert "accuracy" not in found
    assert scores(CONFLICT, REFUSAL) == {"conflict_told": 0.0, "fake_told": 0.0}
