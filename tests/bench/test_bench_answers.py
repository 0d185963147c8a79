"""The answer measures on fakes that are right, wrong, silent and dishonest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.answers import Reply, check_citations, observe, reply, run, summarise
from bench.data import Asking, Case, load
from bench.tasks import Task
from index.errors import ClippingsError, InputError
from index.index import Index
from qa import REFUSAL, Answer, Timings
from tests.bench.made import answer, article, cite, question, write_lines

ARTICLE = article("a1", "Oona Strand mended the bells. It rained.")
CASE = Case("q1", "Who?", answers=("Oona Strand",), gold=frozenset({"a1"}), answerable=True)
ANSWERABLE = Task(CASE, True, (ARTICLE,))
UNANSWERABLE = Task(CASE, False, (ARTICLE,))


def figures(*replies: Reply) -> dict[str, tuple[float | None, int]]:
    return {metric.name: (metric.value, metric.n) for metric in summarise(replies)}


def test_a_right_system_has_every_point() -> None:
    right = answer("Oona Strand mended them.", cite(ARTICLE, 0, 29))
    refusal = answer(REFUSAL, refused=True)
    values = figures(observe(ANSWERABLE, right), observe(UNANSWERABLE, refusal))
    assert values["accuracy"] == (1.0, 1)
    assert values["refused_answerable"] == (0.0, 1)
    assert values["refused_unanswerable"] == (1.0, 1)
    assert values["citation_rate"] == (1.0, 1)


def test_a_wrong_system_has_none_though_it_cites() -> None:
    wrong = answer("Maren Tolliver did.", cite(ARTICLE, 30, 40))
    values = figures(observe(ANSWERABLE, wrong), observe(UNANSWERABLE, wrong))
    assert values["accuracy"] == (0.0, 1)
    assert values["refused_unanswerable"] == (0.0, 1)
    assert values["citation_rate"] == (1.0, 2)


def test_a_silent_system_is_neither_right_nor_cited_nor_refusing() -> None:
    values = figures(observe(ANSWERABLE, answer("")), observe(UNANSWERABLE, answer("")))
    assert values["accuracy"] == (0.0, 1)
    assert values["refused_unanswerable"] == (0.0, 1)
    assert values["citation_rate"] == (0.0, 2)


def test_refusing_everything_earns_no_accuracy() -> None:
    refusal = answer(REFUSAL, refused=True)
    values = figures(observe(ANSWERABLE, refusal), observe(UNANSWERABLE, refusal))
    assert values["accuracy"] == (0.0, 1)
    assert values["refused_answerable"] == (1.0, 1)
    assert values["citation_rate"] == (None, 0)


def test_a_refusal_that_names_the_answer_all_the_same_is_not_right() -> None:
    for sly in (
        answer("It was Oona Strand.", refused=True),
        answer(f"{REFUSAL} Perhaps Oona Strand."),
    ):
        assert not observe(ANSWERABLE, sly).right
        assert observe(ANSWERABLE, sly).refused


def test_an_answer_copied_from_the_question_is_right_only_if_the_answer_is_in_it() -> None:
    assert not observe(ANSWERABLE, answer("Who mended the bells?")).right


def test_the_shares_are_those_counted_by_hand() -> None:
    right = answer("Oona Strand.", cite(ARTICLE, 0, 11))
    uncited = answer("Oona Strand.")
    wrong = answer("The rain.")
    refusal = answer(REFUSAL, refused=True)
    values = figures(
        *(observe(ANSWERABLE, item) for item in (right, uncited, wrong, refusal, refusal)),
        *(observe(UNANSWERABLE, item) for item in (wrong, wrong, refusal)),
    )
    assert values["accuracy"] == (pytest.approx(2 / 5), 5)
    assert values["refused_answerable"] == (pytest.approx(2 / 5), 5)
    assert values["refused_unanswerable"] == (pytest.approx(1 / 3), 3)
    assert values["citation_rate"] == (pytest.approx(1 / 5), 5)


def test_times_to_words_are_taken_over_answers_that_are_no_refusals() -> None:
    slow = answer("Strand.", retrieve_s=0.25, first_token_s=4.0, total_s=6.0)
    quick = answer(REFUSAL, refused=True, retrieve_s=0.75, first_token_s=0.8, total_s=0.8)
    values = figures(observe(ANSWERABLE, slow), observe(ANSWERABLE, quick))
    assert values["sources_s"] == (0.5, 2)
    assert values["first_token_s"] == (4.0, 1)
    assert values["total_s_p95"] == (6.0, 1)


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
    dishonest = answer("Oona Strand.", citation)
    with pytest.raises(ClippingsError, match="no verbatim span of the article"):
        check_citations(dishonest, {ARTICLE.id: ARTICLE.text}.get)


def test_a_reply_is_asked_for_once_and_checked(tmp_path: Path) -> None:
    asked: list[Task] = []
    index = Index.open(tmp_path / "empty", create=True)

    def honest(task: Task) -> Answer:
        asked.append(task)
        return answer("Oona Strand.", cite(ARTICLE, 0, 11))

    def dishonest(task: Task) -> Answer:
        return answer("Oona Strand.", cite(ARTICLE, 2, 11, quote="Oona Strand"))

    given = reply(honest, ANSWERABLE, index)
    assert given == Reply(ANSWERABLE, "Oona Strand.", False, 1, Timings(), "fake")
    assert asked == [ANSWERABLE]
    with pytest.raises(ClippingsError, match="no verbatim span"):
        reply(dishonest, ANSWERABLE, index)
    with pytest.raises(InputError, match="no article"):
        reply(honest, Task(CASE, True), index)


def test_a_set_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question(answerable=None))
    write_lines(tmp_path / "passages.jsonl", {"id": "a1", "text": "Words of a note."})
    with pytest.raises(InputError, match="of no question it is known"):
        run(load(tmp_path), Asking(index=tmp_path / "none"), stated_only=True, llm="tiny")
