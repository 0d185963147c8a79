"""Dates as English-language news writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import date_line, dateline, parse_date, parse_moment, posted_line


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-26",
        "2019/04/26",
        "2019.04.26",
        "20190426",
        "20190426T075500Z",
        "2019-04-26T23:55:00+09:00",
        "2019-04-26 07:55:00.123 UTC",
        "26-APR-2019 15:01:01.79",
        "26-APR-2019 15:01:01.79 # typed by hand",
        "26-APR-2019 605:12:19",
        "April. 26, 2019 07:55",
        "Apr 26 2019",
        "26 April 2019",
        "26th of April, 2019",
        "26.04.2019",
        "04/26/2019",
        "26/04/2019",
        "Fri, 26 Apr 2019 07:55:00 GMT",
        "Friday, April 26th, 2019 at 7:55 a.m. EST",
        "10:30 a.m. EST, Friday April 26, 2019",
        "Fri Apr 26 07:55:00 +0000 2019",
        "  26  April  2019 ",
    ],
)
def test_a_complete_date_is_read_in_every_common_form(text: str) -> None:
    assert parse_date(text) == date(2019, 4, 26)


@pytest.mark.parametrize("text", ["Sept. 3, 2024", "Sep 3, 2024", "September 3, 2024"])
def test_months_are_read_however_they_are_cut(text: str) -> None:
    assert parse_date(text) == date(2024, 9, 3)


def test_an_ambiguous_date_is_read_month_first_but_day_first_with_dots() -> None:
    assert parse_date("03/04/2024") == date(2024, 3, 4)
    assert parse_date("03.04.2024") == date(2024, 4, 3)


def test_the_day_is_kept_as_written_whatever_the_zone() -> None:
    assert parse_date("2019-04-26T23:59:59-11:00") == date(2019, 4, 26)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "2024",
        "April 2024",
        "26 April",
        "Friday",
        "yesterday",
        "07:55",
        "2024-13-01",
        "2023-02-29",
        "31 June 2024",
        "1599-12-31",
        "2101-01-01",
        "26-04-19",
        "1556265300",
        "2019-W17-5",
        "2019-04-26 to 2019-05-01",
        "April 26, 2019 " + "x" * 200,
        "the 26 of nothing 2019",
    ],
)
def test_a_date_that_is_not_complete_and_possible_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Posted April. 26, 2019 07:55,\u00a0\u00a0", "published"),
        ("Published: 26 April 2019", "published"),
        ("First published on Fri 26 Apr 2019 06.00 BST", "published"),
        ("Posted at 07:55 on 26 April 2019", "published"),
        ("Updated April. 26, 2019 07:55", "updated"),
        ("Last updated on 26 April 2019 at 10:15 GMT", "updated"),
        ("Last modified: 2019-04-26", "updated"),
        ("Updated 10:30 a.m. EST, Friday April 26, 2019", "updated"),
    ],
)
def test_a_posted_line_states_its_kind_and_day(line: str, kind: str) -> None:
    found = posted_line(line)
    assert found
    assert (found[0], found[1].day) == (kind, date(2019, 4, 26))


@pytest.mark.parametrize(
    "line",
    [
        "Posted",
        "Published in 1999, the book was a success.",
        "Updated 26 April 2019 with new figures from the ministry",
        "26 April 2019",
        "The report was published on 26 April 2019.",
    ],
)
def test_a_line_that_says_more_or_less_is_no_posted_line(line: str) -> None:
    assert posted_line(line) is None


def test_a_date_line_holds_a_date_and_nothing_else() -> None:
    assert date_line("Tuesday, September 1, 2015") == date(2015, 9, 1)
    assert date_line("September 1, 2015 was a Tuesday") is None


@given(st.dates(date(1600, 1, 1), date(2100, 12, 31)))
@settings(max_examples=50)
def test_every_day_survives_being_written(day: date) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y 01:02:03.45", "%m/%d/%Y"):
        # strftime drops leading zeros of early years on some systems: write the year by hand
        text = day.strftime(form.replace("%Y", f"{day.year:04}"))
        assert parse_date(text) == day


@given(st.text(max_size=150))
@settings(max_examples=100)
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    parse_date(text)
    posted_line("Posted " + text)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2019-04-26T23:55:00+09:00", "2019-04-26T23:55:00+09:00"),
        ("26-APR-2019 15:01:01.79", "2019-04-26T15:01:01"),
        ("26-APR-2019 605:12:19", None),
        ("Friday, April 26th, 2019 at 7:55 p.m. EST", "2019-04-26T19:55-05:00"),
        ("12:05 a.m. BST, Friday April 26, 2019", "2019-04-26T00:05+01:00"),
        ("April 26, 2019 7:55 AM ET", "2019-04-26T07:55"),
        ("Fri Apr 26 07:55:00 +0000 2019", "2019-04-26T07:55:00+00:00"),
        ("20190426T075500+0200", "2019-04-26T07:55:00+02:00"),
        ("April 26, 2019 / 8:00 AM / Bay News", "2019-04-26T08:00"),
        ("26 April 2019", None),
    ],
)
def test_a_time_is_kept_with_its_offset_as_stated(text: str, stamp: str | None) -> None:
    moment = parse_moment(text)
    assert moment
    assert (moment.day, moment.stamp) == (date(2019, 4, 26), stamp)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("PORT AVERIL, April 26, 2019 (OPS) - The lock is open.", date(2019, 4, 26)),
        ("PORT AVERIL, Orrane, April 26, 2019 (NEWSWIRE) -- The lock", date(2019, 4, 26)),
        ("TOLGARTH — 26 April 2019 — The lock is open.", date(2019, 4, 26)),
        ("TOLGARTH, April 26 (OPS) - The lock is open.", None),
        ("The lock, opened April 26, 2019, - was closed.", None),
        ("The lock was opened on April 26, 2019 - a Friday.", None),
    ],
)
def test_a_dateline_with_its_year_states_the_day(text: str, day: date | None) -> None:
    assert dateline(text) == day
