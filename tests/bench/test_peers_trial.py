from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.data import DataSet, load
from bench.peers.trial import choose
from index.errors import InputError
from tests.bench.made import question, write_lines


def data(folder: Path, questions: list[dict[str, Any]], texts: dict[str, str]) -> DataSet:
    write_lines(folder / "questions.jsonl", *questions)
    write_lines(
        folder / "articles.jsonl",
        *({"id": name, "title": f"Notes {name}", "text": text} for name, text in texts.items()),
    )
    return load(folder)


def ask(number: int, answer: str, *gold: str, **fields: Any) -> dict[str, Any]:
    return question(
        id=f"q{number}", question=f"Who was {number}?", answers=[answer], evidence_ids=list(gold),
        **fields,
    )  # fmt: skip


PEOPLE = ["Ada", "Berit", "Cilla", "Dora", "Edda"]
QUESTIONS = [ask(n, name, f"a{n}") for n, name in enumerate(PEOPLE)]
TEXTS = {
    **{f"a{n}": f"It was {name} who rang the bell." for n, name in enumerate(PEOPLE)},
    **{f"echo{n}": f"Some say {name} was there." for n, name in enumerate(PEOPLE)},
    **{f"far{n}": f"Rain fell on day {n}." for n in range(10)},
}


def test_orphans_have_no_article_that_holds_their_answer(tmp_path: Path) -> None:
    trial = choose(
        data(tmp_path, QUESTIONS, TEXTS), questions=5, unanswerable=0.4, articles=99, seed=1
    )
    texts = " ".join(article.text for article in trial.articles)
    orphans = [task for task in trial.tasks if not task.answerable]
    answerable = [task for task in trial.tasks if task.answerable]
    assert (len(orphans), len(answerable)) == (2, 3)
    assert not any(answer in texts for task in orphans for answer in task.case.answers)
    gold = {article for task in answerable for article in task.case.gold}
    assert gold <= {article.external_id for article in trial.articles}
    # of the 20 articles the two orphans' own and the two that echo their answers are left out
    assert len(trial.articles) == 16


def test_unanswerable_questions_of_the_data_are_taken_first(tmp_path: Path) -> None:
    own = question(id="none", question="Why?", answers=[], evidence_ids=["far3"], answerable=False)
    trial = choose(
        data(tmp_path, [*QUESTIONS, own], TEXTS), questions=3, unanswerable=0.34, articles=5, seed=0
    )
    assert [task.case.id for task in trial.tasks if not task.answerable] == ["none"]
    assert "far3" in {article.external_id for article in trial.articles}
    assert len(trial.articles) == 5


def test_a_question_whose_gold_article_does_not_hold_the_answer_is_not_asked(
    tmp_path: Path,
) -> None:
    questions = [ask(1, "Ada", "a0"), ask(2, "Nobody", "a1")]
    trial = choose(
        data(tmp_path, questions, TEXTS), questions=9, unanswerable=0.0, articles=3, seed=0
    )
    assert [task.case.id for task in trial.tasks] == ["q1"]


def test_articles_said_to_state_the_answer_are_there_too(tmp_path: Path) -> None:
    questions = [ask(1, "Ada", "a0", answer_string_ids=["a0", "echo0"])]
    trial = choose(
        data(tmp_path, questions, TEXTS), questions=1, unanswerable=0.0, articles=1, seed=0
    )
    assert {article.external_id for article in trial.articles} == {"a0", "echo0"}


def test_the_same_seed_chooses_the_same(tmp_path: Path) -> None:
    known = data(tmp_path, QUESTIONS, TEXTS)
    first, again, other = (
        choose(known, questions=3, unanswerable=0.3, articles=6, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_data_without_answerable_questions_is_refused(tmp_path: Path) -> None:
    unknown = [ask(1, "Ada", "a0", answerable=None)]
    with pytest.raises(InputError, match="of no question it is known which article"):
        choose(data(tmp_path, unknown, TEXTS), questions=1, unanswerable=0.0, articles=1, seed=0)
