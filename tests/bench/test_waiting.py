"""Readers who type, ask on and come together, over a chatbot with a scripted model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.data import Case
from bench.waiting import again, crowd, page_ready, type_and_ask
from index.errors import ModelError
from qa import Answer, Chatbot
from tests.fakes import FakeGenerator
from tests.qa.made import FERRY, KELP, LEVY, Bots

ASKED = "Who sailed the ferry Petrel to Gannet Island?"
ANSWER = "Captain Ilva Brandt sailed the ferry Petrel."


def last(answers: Iterable[Answer]) -> Answer:
    *_, answer = answers
    return answer


def test_a_question_is_typed_before_it_is_asked(tmp_path: Path) -> None:
    bot, generator = Bots(tmp_path).bot(ANSWER)
    answer = type_and_ask(bot, ASKED, None, lambda ask: last(ask(Case("q", ASKED))), keys=50)
    assert answer.text == ANSWER
    assert generator.warmed
    assert FERRY in generator.warmed[-1].user
    assert len(generator.prompts) == 1


def test_what_is_asked_again_is_a_follow_up_and_only_that_is_watched(tmp_path: Path) -> None:
    bot, generator = Bots(tmp_path).bot(ANSWER)
    answer = again(bot, ASKED, None, lambda ask: last(ask(Case("q", ASKED))))
    assert answer.question == f"Say again: {ASKED}"
    assert len(generator.prompts) == 2
    first, second = (prompt.user.rpartition("\n\n")[0] for prompt in generator.prompts)
    assert first == second


def test_a_crowd_is_answered_as_each_alone(tmp_path: Path) -> None:
    index = Bots(tmp_path).index(LEVY, FERRY, KELP)
    opened: list[Chatbot] = []

    @contextmanager
    def fresh() -> Iterator[Chatbot]:
        opened.append(Chatbot(index, model=FakeGenerator(ANSWER), strictness=0.0))
        yield opened[-1]

    found = crowd(fresh, [(ASKED, None), ("Who raised the harbour levy?", None)])
    assert found is not None
    assert (found.same, len(opened)) == (1.0, 2)
    assert len(found.alone_s) == len(found.together_s) == 2
    assert 0 < max(found.together_s) <= found.whole_s
    assert min(found.alone_s) > 0
    assert crowd(fresh, [(ASKED, None)]) is None


@pytest.mark.slow
def test_a_page_that_does_not_come_up_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="did not come up"):
        page_ready(str(tmp_path / "none"), "default")
