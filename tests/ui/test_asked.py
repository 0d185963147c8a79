"""How a question was understood, as HTML."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from qa.answer import Answer
from tests.ui.fake_bot import PAYLOADS
from tests.ui.markup import attributes, elements, text
from ui.asked import LONGEST_ECHO, render_asked
from ui.turn import Turn

READING = "searched 18–25 April 2031"


def test_a_question_that_was_read_as_it_stands_stands_alone() -> None:
    html = render_asked(Turn("Who?", stage="done", answer=Answer("Who?", done=True)))
    assert html == '<h2 class="question" dir="auto">Who?</h2>'


def test_a_follow_up_shows_what_it_was_made_to_and_offers_it_to_the_box() -> None:
    answer = Answer("And in 2030?", standalone='What did "it" cost in 2030?')
    html = render_asked(Turn("And in 2030?", stage="reading", answer=answer))
    assert text(html) == 'And in 2030?read as: What did "it" cost in 2030?'
    (fill,) = re.findall(r'data-fill="(.*?)"', html)
    assert unescape(fill) == answer.standalone


def test_the_days_that_were_searched_are_told_as_soon_as_they_are_known() -> None:
    answer = Answer("Who?", reading=READING, timed=True)
    html = render_asked(Turn("Who?", date(2031, 5, 2), stage="reading", answer=answer))
    assert READING in html
    assert "as of" not in html  # the reading says it where it matters
    assert "<button" not in html


def test_what_was_read_as_days_can_be_asked_again_without() -> None:
    answer = Answer("And then?", standalone="Who then?", reading=READING, timed=True, done=True)
    html = render_asked(Turn("And then?", stage="done", answer=answer))
    assert 'data-ask="Who then?" data-plain' in html


def test_a_day_that_was_given_alone_is_no_reason_to_ask_without_days() -> None:
    answer = Answer("Who?", reading="as of 2 May 2031", done=True)
    assert "data-plain" not in render_asked(Turn("Who?", stage="done", answer=answer))


def test_a_question_asked_without_days_says_so() -> None:
    turn = Turn("Who?", date(2031, 5, 2), read_time=False)
    assert text(render_asked(turn)) == "Who?as of 2 May 2031 · asked without days"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_what_was_read_stays_text(payload: str) -> None:
    answer = Answer(payload, standalone=payload, reading=payload, timed=True, done=True)
    html = render_asked(Turn(payload, stage="done", answer=answer))
    assert elements(html) == {"h2", "p", "button", "span"}
    assert attributes(html) <= {"class", "dir", "lang", "type", "title", "data-fill", "data-ask",
                                "data-plain"}  # fmt: skip
    assert text(html).count(payload) == 3


def test_a_long_standalone_question_is_shown_in_part() -> None:
    answer = Answer("q", standalone="x" * 1_900)
    assert "x" * (LONGEST_ECHO + 1) not in text(render_asked(Turn("q", answer=answer)))
