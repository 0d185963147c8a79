from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.days import terms_of_window, terms_within

DAYS = st.dates(date(2017, 11, 1), date(2021, 2, 28))


def test_a_day_lies_in_its_month_and_year() -> None:
    day = date(2019, 4, 25)
    assert set(terms_within([(day, day)])) == {"^2019-04-25", "^2019-04", "^2019"}


def test_a_span_is_cut_into_as_few_parts_as_will_do() -> None:
    found = terms_within([(date(2018, 12, 31), date(2020, 2, 1))])
    wholes = {term for term in found if term.startswith("=")}
    assert wholes == {"=2019", "=2020-01"}
    assert {"^2018-12-31", "^2020-02-01"} <= set(found)
    assert "^2019-04" not in found


@given(DAYS, DAYS, DAYS, DAYS)
@example(date(2019, 4, 30), date(2019, 4, 30), date(2019, 4, 1), date(2019, 4, 30))
def test_a_window_finds_what_overlaps_it_and_nothing_else(
    a: date, b: date, c: date, d: date
) -> None:
    (first, last), (since, until) = sorted((a, b)), sorted((c, d))
    meets = not set(terms_within([(first, last)])).isdisjoint(terms_of_window(since, until))
    assert meets == (first <= until and since <= last)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_days(day: date) -> None:
    assert f"^{day.isoformat()}" in terms_within([(day, day)])


def test_all_the_calendar_is_its_years() -> None:
    assert len(terms_of_window(date.min, date.max)) == 9_999


def test_a_text_that_says_the_same_twice_holds_its_terms_once() -> None:
    day = date(2019, 4, 25)
    found = terms_within([(day, day), (day, day + timedelta(days=1))])
    assert len(found) == len(set(found))
