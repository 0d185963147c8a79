"""What readers say becomes a set of questions that bench reads as it reads any other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench.data import Case, load
from bench.tasks import over_archive
from index.errors import StorageError
from tests.ui.fake_bot import ARTICLES
from tests.ui.talks.made import answered
from ui.talks.feedback import FILE, judge
from ui.turn import Verdict

ASKED = 1_935_000_000.0  # 26 April 2031
FERRY = "When does the ferry sail?"


def cases(folder: Path) -> dict[str, Case]:
    return {case.id: case for case in load(folder).cases}


def say(folder: Path, turn_id: str, verdict: Verdict, question: str = FERRY) -> None:
    judge(folder, answered(question, id=turn_id, verdict=verdict), ASKED)


def test_a_right_answer_is_a_question_with_its_answer_and_articles(tmp_path: Path) -> None:
    say(tmp_path, "a", "right")
    case = cases(tmp_path)["a"]
    assert case.question == FERRY
    assert case.answerable is True
    assert case.answers[0] == "4 May"
    assert "The ferry Solveig sails to Hest again from 4 May." in case.answers[1]
    assert "finest ship" not in case.answers[1]  # no source says this
    assert case.gold == {ARTICLES[0].id, ARTICLES[2].id}
    assert case.day == date.fromtimestamp(ASKED)
    (task,) = over_archive([case], ARTICLES, stated_only=True)  # it is asked again
    assert task.answerable


def test_a_right_refusal_is_a_question_without_an_answer(tmp_path: Path) -> None:
    say(tmp_path, "a", "right", "Who won the chess cup?")
    case = cases(tmp_path)["a"]
    assert (case.answerable, case.answers, case.gold) == (False, (), frozenset())


def test_of_a_wrong_answer_nobody_knows_the_right_one(tmp_path: Path) -> None:
    say(tmp_path, "a", "wrong")
    say(tmp_path, "b", "wrong", "Who won the chess cup?")
    found = cases(tmp_path)
    assert [(case.answerable, case.answers) for case in found.values()] == [(None, ())] * 2
    assert found["a"].fake_answer.startswith("The ferry Solveig")
    assert found["b"].fake_answer == ""
    assert over_archive(found.values(), ARTICLES, stated_only=True) == []


def test_a_wrong_source_keeps_the_answer_and_counts_the_article_as_a_look_alike(
    tmp_path: Path,
) -> None:
    say(tmp_path, "a", "wrong source")
    case = cases(tmp_path)["a"]
    assert (case.answerable, case.gold) == (True, frozenset())
    assert case.answers
    assert set(case.negatives) == {ARTICLES[0].id, ARTICLES[2].id}


def test_the_last_word_counts_and_can_be_taken_back(tmp_path: Path) -> None:
    say(tmp_path, "a", "right")
    say(tmp_path, "b", "right")
    say(tmp_path, "a", "wrong")
    assert {case.id: case.type for case in cases(tmp_path).values()} == {"b": "right", "a": "wrong"}
    say(tmp_path, "a", "")
    assert list(cases(tmp_path)) == ["b"]


def test_a_follow_up_is_kept_as_it_stands_alone(tmp_path: Path) -> None:
    turn = answered("And the hull?", id="a", verdict="right")
    assert turn.answer
    alone = replace(turn.answer, standalone="What did the hull cost?")
    judge(tmp_path, replace(turn, answer=alone, as_of=date(2031, 4, 20)), ASKED)
    case = cases(tmp_path)["a"]
    assert case.question == "What did the hull cost?"
    assert case.day == date(2031, 4, 20)
    assert not any("Reports differ" in answer for answer in case.answers)


def test_what_somebody_wrote_into_the_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'# mine \xff\n{"id": "z", "mine": 1}\n\n["a"]')
    say(tmp_path, "a", "right")
    say(tmp_path, "a", "")
    assert (tmp_path / FILE).read_bytes() == b'# mine \xff\n{"id": "z", "mine": 1}\n["a"]\n'


def test_lines_are_json_in_ascii_whatever_was_said(tmp_path: Path) -> None:
    say(tmp_path, "a", "wrong", "ferry \u2028 \ud800 \n é")
    (line,) = (tmp_path / FILE).read_text(encoding="ascii").splitlines()
    assert json.loads(line)["question"] == "ferry \u2028 \ud800 \n é"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="what you say of the answer"):
        say(tmp_path / "file" / "below", "a", "right")
