"""What who asks is told besides the answer: how far the model is, and whether days were read."""

from __future__ import annotations

import pytest

from tests.qa.made import FERRY, Bots

ASKED = "Who sailed the ferry Petrel to Gannet Island?"
ANSWER = "Captain Ilva Brandt sailed the ferry Petrel."


class TooLong(Exception):
    """Whoever asked waits no more."""


def test_who_asks_is_told_how_far_the_model_has_read_and_may_end_it(bots: Bots) -> None:
    bot, _ = bots.bot(ANSWER)
    told: list[tuple[int, int]] = []
    *_, last = bot.stream(ASKED, on_progress=lambda *now: told.append(now))
    (first, total), *_, (read, _) = told
    assert (first, read, last.text) == (0, total, ANSWER)

    def wait_no_more(read: int, total: int) -> None:
        raise TooLong

    with pytest.raises(TooLong):
        list(bot.stream(ASKED, on_progress=wait_no_more))


def test_an_answer_knows_whether_words_of_time_were_read(bots: Bots) -> None:
    bot, _ = bots.bot(ANSWER, FERRY, date="2024-05-31")
    asked = "Who sailed the ferry Petrel to Gannet Island in May 2024?"
    assert bot.ask(asked).timed
    assert not bot.ask(asked, read_time=False).timed
    assert not bot.ask(ASKED).timed


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        (ASKED, "The ferry Petrel sailed to Gannet Island.", False),
        (ASKED, ANSWER, True),
        ("Did the ferry Petrel sail to Gannet Island?", "The ferry Petrel sailed.", True),
        ("What did sail: the ferry or the Gannet?", "The ferry sailed.", True),
        ("With how many passengers did the ferry Petrel sail?", "1,200 passengers.", True),
    ],
)
def test_what_only_repeats_its_question_is_no_answer(
    bots: Bots, question: str, answer: str, told: bool
) -> None:
    bot, _ = bots.bot(answer)
    assert bot.ask(question).refused is not told
