"""Which blocks of a session's last prompt may stand for the next question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from index.filters import Filter
from qa.blocks import arrange
from qa.generate import Prompt
from qa.question import Question
from qa.shown import Shown, Standing
from tests.qa.made import FERRY, KELP, LEVY, evidence

ASKED = Question("What of the ferry?", as_of=date(2024, 5, 31))
BLOCKS = tuple(arrange([evidence(text) for text in (FERRY, LEVY, KELP)]))


class Articles:
    """A store that has but some articles."""

    def __init__(self, *gone: str) -> None:
        self._gone = gone

    def current(self, article_ids: list[str]) -> set[str]:
        return set(article_ids) - set(self._gone)


@pytest.fixture
def standing() -> Standing:
    made = Standing()
    made.put("A", ASKED, Shown(Prompt("", ""), BLOCKS, ()), asked=True)
    return made


def test_what_an_earlier_question_was_shown_stands_for_its_follow_up_alone(
    standing: Standing,
) -> None:
    everything: Any = Articles()
    assert standing.get("A", ASKED, everything, follows=True) == BLOCKS
    assert standing.get("A", ASKED, everything, follows=False) == ()
    assert standing.get("B", ASKED, everything, follows=True) == ()


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, only=Filter(sources=("Courier",))),
        replace(ASKED, phrases=("the ferry",)),
        replace(ASKED, as_of=date(2024, 5, 1)),
    ],
)
def test_nothing_stands_for_a_question_that_leaves_other_articles_out(
    standing: Standing, other: Question
) -> None:
    everything: Any = Articles()
    assert standing.get("A", other, everything, follows=True) == ()


@pytest.mark.parametrize("place", range(3))
def test_nothing_stands_from_the_first_article_on_that_is_gone(
    standing: Standing, place: int
) -> None:
    less: Any = Articles(BLOCKS[place][0].article.id)
    assert standing.get("A", ASKED, less, follows=True) == BLOCKS[:place]


def test_what_was_chosen_while_a_question_was_typed_is_ahead_if_it_stands_first(
    standing: Standing,
) -> None:
    shown = Shown(Prompt("", ""), BLOCKS[:2], ())
    assert standing.ahead("A", shown) is None  # what stands was asked, not typed
    assert standing.ahead("B", shown) is None
    standing.put("A", ASKED, Shown(Prompt("", ""), BLOCKS[:1], ()), asked=False)
    assert standing.ahead("A", shown) is True
    assert standing.ahead("A", Shown(Prompt("", ""), BLOCKS[1:], ())) is False
