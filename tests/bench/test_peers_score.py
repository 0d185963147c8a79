from __future__ import annotations

from typing import Any

import pytest

from bench.data import Case
from bench.peers.report import Costs, summarise, table
from bench.peers.score import is_refused, score, score_error
from bench.records import Record
from bench.tasks import Task

TEXTS = {"a1": "Oona Strand mended the bells in May.", "a2": "Rain fell."}
CASE = Case("q1", "Who mended the bells?", ("Oona Strand",), frozenset({"a1"}), True)
ANSWERABLE, UNANSWERABLE = Task(CASE, True), Task(CASE, False)


def said(text: str, *citations: tuple[str, str], passages: Any = ()) -> dict[str, Any]:
    return {"text": text, "passages": list(passages), "citations": list(citations)}


def scored(reply: dict[str, Any], task: Task = ANSWERABLE) -> Record:
    return score("some", task, reply, TEXTS, (2.0, 3.0))


def test_a_right_answer_with_a_citation_that_opens() -> None:
    passages = [("a2", "Rain fell."), ("a2", "Rain."), ("a1", "Oona Strand mended the bells")]
    record = scored(said("It was Oona Strand.", ("a1", "mended the bells"), passages=passages))
    assert record.scores == {
        "accuracy": 1.0,
        "refused_answerable": 0.0,
        "gold@1": 0.0,
        "gold@5": 1.0,  # the second distinct article
        "ans@1": 0.0,
        "ans@5": 1.0,
        "citation_rate": 1.0,
        "first_token_s": 2.0,
        "total_s": 3.0,
    }
    assert record.key == ("some", "q1", "answerable")


@pytest.mark.parametrize(
    "citation",
    [("a1", "broke the bells"), ("a1", " "), ("a2", "mended the bells"), ("a9", "Rain fell.")],
)
def test_a_citation_that_does_not_open_does_not_count(citation: tuple[str, str]) -> None:
    assert scored(said("Oona Strand.", citation)).scores["citation_rate"] == 0.0


def test_a_refusal_is_never_right_and_has_no_times() -> None:
    record = scored(said("The text does not mention Oona Strand."))
    assert record.scores["accuracy"] == 0.0
    assert record.scores["refused_answerable"] == 1.0
    assert not {"citation_rate", "first_token_s", "total_s"} & record.scores.keys()


def test_of_an_unanswerable_question_nothing_but_the_refusal_is_judged() -> None:
    passages = [("a1", "Oona Strand")]
    refused = scored(said("I don’t know.", passages=passages), UNANSWERABLE)
    assert refused.scores == {"refused_unanswerable": 1.0}
    answered = scored(said("Oona Strand.", passages=passages), UNANSWERABLE)
    assert answered.scores["refused_unanswerable"] == 0.0
    assert "accuracy" not in answered.scores


def test_a_failed_question_is_neither_right_nor_refused() -> None:
    record = score_error("some", ANSWERABLE, "out of memory")
    assert record.scores == {"accuracy": 0.0, "refused_answerable": 0.0}
    assert record.said == {"error": "out of memory"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "I could not find this in the articles.",
        "I'm sorry, but I can't tell.",
        "The context does not provide the name of the mayor.",
        "Based on the given information, it is not possible to say; the passages don't state it.",
        "The exact number is not specified.",
        "There is no specific information about the bells.",
        "It cannot be determined from the documents.",
        "I do not have enough information.",
        "The provided context information doesn’t mention it. Oona Strand was a bell founder.",
    ],
)
def test_a_refusal_is_recognised(text: str) -> None:
    assert is_refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "Oona Strand.",
        "The council did not say.",
        "Oona Strand mended them. The text does not mention when.",
        "No, the mayor refused.",
        "Nobody was hurt in the storm.",
    ],
)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not is_refused(text)


COST = Costs(
    seconds=2.0, chunks=3, words_read=300, words_cut=100, index_bytes=1_000_000, peak_bytes=500
)
TWICE = Costs(
    seconds=1.0, chunks=1, words_read=300, words_cut=0, index_bytes=2_000_000, peak_bytes=250
)


def timed(system: str, number: int, first: float, total: float) -> Record:
    scores = {"accuracy": float(number % 2), "first_token_s": first, "total_s": total}
    return Record(id=f"q{number}", scores=scores, system=system)


def test_figures_and_ratios_are_those_of_hand_arithmetic() -> None:
    records = [
        *(timed("clippings", n, 1.0 * n, 2.0 * n) for n in (1, 2, 3)),
        *(timed("other", n, 4.0, 10.0) for n in (1, 2, 3)),
    ]
    metrics = summarise(records, {"clippings": COST, "other": TWICE})
    values = {metric.name: metric.value for metric in metrics}
    assert values["clippings.accuracy"] == pytest.approx(2 / 3)
    assert values["clippings.first_token_s"] == 2.0
    assert values["clippings.first_token_s_p95"] == 3.0
    assert values["clippings.words_per_s"] == 150.0
    assert values["clippings.words_cut"] == 0.25
    assert values["other.first_token_s_ratio"] == 2.0  # 4 over 2
    assert values["other.total_s_ratio"] == 2.5  # 10 over 4
    assert values["other.words_per_s_ratio"] == 2.0
    assert values["other.index_bytes_ratio"] == 2.0
    assert values["other.peak_bytes_ratio"] == 0.5
    assert values["other.citation_rate"] is None
    assert "clippings.total_s_ratio" not in values
    lines = table(metrics, {"broken": "it ended"}).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["clippings", "other", "broken"]
    assert lines[3] == "broken  failed: it ended"


def test_without_our_figures_there_are_no_ratios() -> None:
    metrics = summarise([timed("other", 1, 4.0, 10.0)], {"other": TWICE})
    assert not [metric for metric in metrics if metric.name.endswith("_ratio")]


def test_a_question_that_failed_is_counted_as_an_error() -> None:
    records = [score_error("other", ANSWERABLE, "no"), timed("other", 3, 1.0, 1.0)]
    values = {m.name: (m.value, m.n) for m in summarise(records, {"other": COST})}
    assert values["other.errors"] == (1.0, 2)
    assert values["other.accuracy"] == (0.5, 2)
