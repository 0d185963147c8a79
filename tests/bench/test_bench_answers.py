"""From a whole answer to the figures, over systems that are right, wrong, silent and dishonest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.answers import curve, run, summarise, to_record
from bench.asked import Ways, prepare
from bench.data import Asking, Case, load
from bench.records import Record
from bench.tasks import Task
from index.errors import ClippingsError, InputError
from qa import REFUSAL, Answer, Sentence
from tests.bench.made import answer, article, cite, question, write_lines

ARTICLE = article("a1", "Oona Strand mended the bells. It rained.")
CASE = Case("q1", "Who?", answers=("Oona Strand",), gold=frozenset({"a1"}), answerable=True)
ANSWERABLE = Task(CASE, True, (ARTICLE,), "true")
UNANSWERABLE = Task(CASE, False, (ARTICLE,), "noise")


def record(task: Task, given: Answer, name: str = "q1") -> Record:
    return replace(to_record(task, given, {ARTICLE.id: ARTICLE}.get), id=name)


def figures(*records: Record) -> dict[str, tuple[float | None, int]]:
    return {metric.name: (metric.value, metric.n) for metric in summarise(records)}


def sure(confidence: float, text: str = "Oona Strand.") -> Answer:
    return replace(answer(text, cite(ARTICLE, 0, 11)), confidence=confidence)


def test_an_answer_is_scored_with_its_citations_and_times() -> None:
    given = replace(
        answer(
            "Oona Strand.", cite(ARTICLE, 0, 29), retrieve_s=0.5, first_token_s=2.0, total_s=3.0
        ),
        sentences=(Sentence("Oona Strand.", (1,), supported=True),),
    )
    made = record(ANSWERABLE, given)
    assert made.scores["accuracy"] == made.scores["cited_span"] == 1.0
    assert made.scores["citation_coverage"] == 1.0
    assert made.scores["first_token_s"] == 2.0
    assert made.said["model"] == "fake"


def test_a_refusal_that_names_the_answer_all_the_same_is_not_right() -> None:
    for sly in (
        answer("It was Oona Strand.", refused=True),
        answer(f"{REFUSAL} Perhaps Oona Strand."),
    ):
        scores = record(ANSWERABLE, sly).scores
        assert (scores["accuracy"], scores["refused_answerable"]) == (0.0, 1.0)


def test_times_to_words_are_taken_over_answers_that_are_no_refusals() -> None:
    slow = answer("Strand.", retrieve_s=0.25, first_token_s=4.0, total_s=6.0)
    quick = answer(REFUSAL, refused=True, retrieve_s=0.75, first_token_s=0.8, total_s=0.8)
    values = figures(record(ANSWERABLE, slow), record(ANSWERABLE, quick))
    assert values["sources_s"] == (0.5, 2)
    assert values["first_token_s"] == (4.0, 1)
    assert values["total_s_p95"] == (6.0, 1)


def test_confidence_is_judged_over_the_answers_that_were_given() -> None:
    records = [
        record(ANSWERABLE, sure(0.9)),
        record(ANSWERABLE, sure(0.5)),
        record(UNANSWERABLE, sure(0.8)),
        record(ANSWERABLE, sure(0.2, "Tolliver.")),
        record(ANSWERABLE, answer(REFUSAL, refused=True)),
    ]
    values = figures(*records)
    assert values["auroc"] == (0.75, 4)  # of right and wrong pairs only .5 and .8 are the wrong way
    assert values["coverage_at_95"] == (pytest.approx(1 / 5), 5)  # the first alone is 95% right
    assert values["refusal_precision"] == (0.0, 1)


def test_the_curve_tells_what_each_threshold_would_do() -> None:
    records = [
        record(ANSWERABLE, sure(0.9)),
        record(UNANSWERABLE, sure(0.6)),
        record(ANSWERABLE, answer(REFUSAL, refused=True)),
    ]
    assert curve(records) == [
        {
            "threshold": threshold,
            "answered": answered,
            "precision": precision,
            "refused_answerable": 0.5,
            "refused_unanswerable": refused,
        }
        for threshold, answered, precision, refused in [
            (0.0, 0.6667, 0.5, 0.0),
            (0.6, 0.6667, 0.5, 0.0),
            (0.9, 0.3333, 1.0, 1.0),
        ]
    ]


def test_accuracy_is_told_by_type_where_there_are_several() -> None:
    who, when = (replace(record(ANSWERABLE, sure(0.9)), type=name) for name in ("who", "when"))
    wrong = replace(record(ANSWERABLE, sure(0.9, "Tolliver.")), type="when")
    values = figures(who, when, wrong)
    assert values["accuracy:who"] == (1.0, 1)
    assert values["accuracy:when"] == (0.5, 2)
    assert "accuracy:who" not in figures(who)


@pytest.mark.parametrize(
    "citation",
    [
        cite(ARTICLE, 0, 11, quote="Maren Tolliver"),  # other words
        cite(ARTICLE, 1, 12, quote="Oona Strand"),  # the right words at the wrong place
        cite(ARTICLE, 5, 5),  # nothing
        cite(article("a2", "Oona Strand mended the bells."), 0, 11),  # an article not given
    ],
)
def test_a_citation_that_is_no_verbatim_span_stops_the_run(citation) -> None:
    with pytest.raises(ClippingsError, match="no verbatim span of the article"):
        record(ANSWERABLE, answer("Oona Strand.", citation))


def test_a_set_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question(answerable=None))
    write_lines(tmp_path / "passages.jsonl", {"id": "a1", "text": "Words of a note."})
    with pytest.raises(InputError, match="of no question it is known"):
        run(load(tmp_path), Asking(index=tmp_path / "none"), Ways(), llm="tiny")


@pytest.mark.parametrize(
    ("ways", "complaint"),
    [
        (Ways(noise=0.4), '--noise needs questions with "negative_ids"'),
        (Ways(conflicts=True), '--conflicts needs questions with "wrong_ids"'),
        (Ways(noise=0.4, conflicts=True), "choose one"),
    ],
)
def test_ways_that_do_not_fit_the_data_are_refused(
    tmp_path: Path, ways: Ways, complaint: str
) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    write_lines(tmp_path / "passages.jsonl", {"id": "a1", "text": "Words of a note."})
    with pytest.raises(InputError, match=complaint):
        prepare(load(tmp_path), Asking(), ways)


def test_an_archive_cannot_be_asked_with_noise(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    data = load(tmp_path)
    with pytest.raises(InputError, match="--over asks an archive"):
        prepare(data, Asking(), Ways(over=data, noise=0.2))
