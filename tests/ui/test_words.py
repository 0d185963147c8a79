"""The words of the interface: in English, and in a language with other days and numbers."""

from __future__ import annotations

from datetime import date

import pytest

from ui.catalogs import choose
from ui.days import day, days, month, span
from ui.words import count, count_html, figure, say, say_html, share, spoken

FIRST, LAST = date(2031, 3, 1), date(2031, 5, 2)


def test_english_needs_no_catalog() -> None:
    assert choose("en") == ""
    assert (spoken().code, say("Search")) == ("en", "Search")


def test_counts_are_words() -> None:
    assert count(1, "%(n)s article", "%(n)s articles") == "1 article"
    assert count(1234, "%(n)s article", "%(n)s articles") == "1,234 articles"


def test_a_sentence_is_escaped_and_what_is_put_in_is_not() -> None:
    assert say_html("a < %(b)s", b="<b>c</b>") == "a &lt; <b>c</b>"
    assert count_html(2, "<", "%(n)s > %(b)s", b="<i>") == "2 &gt; <i>"


def test_a_sentence_without_places_is_left_for_a_script_to_fill() -> None:
    assert say("At least %(percent)s%% likely") == "At least %(percent)s%% likely"


def test_a_span_of_dates_says_the_year_once() -> None:
    assert span(FIRST, LAST) == "1 March – 2 May 2031"
    assert span(date(2030, 3, 1), LAST) == "1 March 2030 – 2 May 2031"
    assert span(FIRST, FIRST) == "1 March 2031"


@pytest.mark.usefixtures("bracketing")
def test_days_and_numbers_are_those_of_the_language() -> None:
    assert (day(FIRST), month(FIRST)) == ("1. März 2031", "März 2031")
    assert span(FIRST, LAST).replace("\u2009", " ") == "1. März – 2. Mai 2031"
    assert span(FIRST, FIRST) == "1. März 2031"
    assert (figure(1234), figure(1234.56, 1)) == ("1.234", "1.234,6")
    assert share(0.42) == "⟦42%⟧"


@pytest.mark.usefixtures("bracketing")
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, "⟦any day⟧"),
        (date.min, LAST, "⟦until 2. Mai 2031⟧"),
        (FIRST, date.max, "⟦since 1. März 2031⟧"),
        (FIRST, date(2031, 3, 31), "März 2031"),
        (FIRST, date(2031, 4, 30), "März–April 2031"),
        (date(2031, 1, 1), date(2031, 12, 31), "2031"),
        (FIRST, date(2031, 3, 4), "1.–4. März 2031"),
    ],
)
def test_a_window_of_days_is_said_as_short_as_it_can_be(
    first: date | None, last: date | None, said: str
) -> None:
    assert days(first, last).replace("\u2009", "") == said


@pytest.mark.usefixtures("bracketing")
def test_a_sentence_is_said_in_the_language() -> None:
    assert say("Search") == "⟦Search⟧"
    assert count(2, "%(n)s source", "%(n)s sources") == "⟦2 sources⟧"
    assert spoken().code == "de"
    assert spoken().lacking == 0
