"""Days that sentences speak of, by invented sentences of Friday 26 April 2019."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.times import find_times

ANCHOR = date(2019, 4, 26)  # a Friday


def found(text: str, anchor: date | None = ANCHOR) -> list[tuple[str, str]]:
    """Each mention with its days: one day, or "first/last"."""
    return [
        (text[m.start : m.end], str(m.first) if m.first == m.last else f"{m.first}/{m.last}")
        for m in find_times(text, anchor)
    ]


@pytest.mark.parametrize(
    ("text", "mention", "days"),
    [
        ("The lock opened on 3 May 2018.", "3 May 2018", "2018-05-03"),
        ("The lock opened on May 3, 2018, a Thursday.", "May 3, 2018", "2018-05-03"),
        ("the 3rd of May 2018", "3rd of May 2018", "2018-05-03"),
        ("on Thursday, May 3, 2018", "Thursday, May 3, 2018", "2018-05-03"),
        ("opens Thu 3 May 2018", "Thu 3 May 2018", "2018-05-03"),
        ("stamped 2018-05-03T07:55Z", "2018-05-03", "2018-05-03"),
        ("filed 3-MAY-2018 by hand", "3-MAY-2018", "2018-05-03"),
        ("filed 05/13/2018 by hand", "05/13/2018", "2018-05-13"),
        ("the fair of 3–5 May 2018", "3–5 May 2018", "2018-05-03/2018-05-05"),
        ("the fair of May 3-5", "May 3-5", "2019-05-03/2019-05-05"),
        ("A storm in April 2018 sank it.", "April 2018", "2018-04-01/2018-04-30"),
        ("A storm in May of 2018 sank it.", "May of 2018", "2018-05-01/2018-05-31"),
        ("The levy rose in 2018, again.", "2018", "2018-01-01/2018-12-31"),
        ("since early 2018", "2018", "2018-01-01/2018-12-31"),
        ("the 2018 regatta", "2018", "2018-01-01/2018-12-31"),
        ("Ferries of the 1990s still run.", "the 1990s", "1990-01-01/1999-12-31"),
        ("the third quarter of 1987", "third quarter of 1987", "1987-07-01/1987-09-30"),
        ("its 1987 third quarter", "1987 third quarter", "1987-07-01/1987-09-30"),
        ("profit in Q3 2018 fell", "Q3 2018", "2018-07-01/2018-09-30"),
        ("the first half of 2018", "first half of 2018", "2018-01-01/2018-06-30"),
        ("first quarter of last year", "first quarter of last year", "2018-01-01/2018-03-31"),
        ("the summer of 2018", "summer of 2018", "2018-06-01/2018-08-31"),
        ("winter 2018-19", "winter 2018-19", "2018-12-01/2019-02-28"),
        ("the 1985/86 season", "1985/86", "1985-01-01/1986-12-31"),
        ("between 2015 and 2018", "2015 and 2018", "2015-01-01/2018-12-31"),
        ("between June and August 2018", "June and August 2018", "2018-06-01/2018-08-31"),
        ("the July-December ceiling", "July-December", "2019-07-01/2019-12-31"),
    ],
)
def test_a_date_that_is_written_out_is_read(text: str, mention: str, days: str) -> None:
    assert (mention, days) in found(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The mayor resigned on Thursday.", "2019-04-25"),
        ("The mayor resigned on Friday.", "2019-04-26"),
        ("The mayor resigned Saturday.", "2019-04-20"),
        ("Thursday's storm sank it.", "2019-04-25"),
        ("The mayor will resign on Monday.", "2019-04-29"),
        ("The vote is due Monday, she said.", "2019-04-29"),
        ("On Monday, the court will hear them.", "2019-04-29"),
        ("He told the Packet on Monday.", "2019-04-22"),
        ("The mill on Monday opened its next-best hall.", "2019-04-22"),
        ("The law signed Thursday will raise the levy.", "2019-04-25"),
        ("The court was due to sit Wednesday.", "2019-04-24"),
        ("last Friday", "2019-04-19"),
        ("next Friday", "2019-05-03"),
        ("this Friday", "2019-04-26"),
        ("on Thursday of last week", "2019-04-18"),
        ("yesterday", "2019-04-25"),
        ("the day before yesterday", "2019-04-24"),
        ("tomorrow", "2019-04-27"),
        ("last night", "2019-04-25"),
        ("this morning", "2019-04-26"),
        ("two days ago", "2019-04-24"),
        ("three weeks ago", "2019-04-01/2019-04-07"),
        ("last week", "2019-04-15/2019-04-21"),
        ("this week", "2019-04-22/2019-04-28"),
        ("last weekend", "2019-04-20/2019-04-21"),
        ("The boats sailed over the weekend.", "2019-04-20/2019-04-21"),
        ("this month", "2019-04-01/2019-04-30"),
        ("last month", "2019-03-01/2019-03-31"),
        ("next year", "2020-01-01/2020-12-31"),
        ("10 years ago", "2009-01-01/2009-12-31"),
        ("earlier this year", "2019-01-01/2019-04-26"),
        ("later this week", "2019-04-26/2019-04-28"),
        ("over the past three months", "2019-01-26/2019-04-26"),
        ("last summer", "2018-06-01/2018-08-31"),
        ("It closed in March.", "2019-03-01/2019-03-31"),
        ("It closed in December.", "2018-12-01/2018-12-31"),
        ("It will close in December.", "2019-12-01/2019-12-31"),
        ("It closed in May.", "2018-05-01/2018-05-31"),
        ("in February last year", "2018-02-01/2018-02-28"),
        ("It closed on May 3.", "2019-05-03"),
        ("It closed on December 27.", "2018-12-27"),
        ("It will close on December 20.", "2019-12-20"),
    ],
)
def test_what_is_said_relatively_counts_from_the_day_of_writing(text: str, days: str) -> None:
    assert [day for _, day in found(text)] == [days]


@pytest.mark.parametrize(
    "text",
    [
        "May said the levy may rise.",
        "They march in step, and Mr May waits a second.",
        "He was led by May and June Harker.",
        "The Sun and the Sunday Times said so.",
        "Sales rose on Black Friday and on Good Friday.",
        "Some 1,987 homes, 2019 people and 2018 tonnes were counted.",
        "in 2018 homes",
        "It cost $2018, or €2019, for model XR-2019.",
        "at 1930 GMT",
        "31 April 2019 and 30 February",
        "The score was 1987-95.",
        "open every Monday, and on the first Sunday of each month",
        "open Monday to Friday",
        "USA Today and Russia Today",
        "a year earlier, the day before, the week after",
        "the last year of the war",
        "2019.5 and 2019-nCoV",
    ],
)
def test_what_may_mean_something_else_is_left_out(text: str) -> None:
    assert found(text) == []


def test_without_an_anchor_only_what_is_written_out_is_read() -> None:
    text = "On Thursday, 3 May, last week, in June and on 4 May 2018 and in 1987."
    assert found(text, None) == [
        ("4 May 2018", "2018-05-04"),
        ("1987", "1987-01-01/1987-12-31"),
    ]


def test_each_of_two_days_in_a_sentence_has_its_own_verb() -> None:
    text = "The harbour board said on Tuesday that it will meet on Wednesday."
    assert found(text) == [("Tuesday", "2019-04-23"), ("Wednesday", "2019-05-01")]


def test_a_day_and_a_month_without_a_year_is_the_nearest() -> None:
    assert found("on 29 December", date(2019, 1, 2)) == [("29 December", "2018-12-29")]
    assert found("on 2 January", date(2018, 12, 29)) == [("2 January", "2019-01-02")]
    assert found("on 29 February", date(2019, 3, 1)) == []
    assert found("on 29 February", date(2020, 3, 1)) == [("29 February", "2020-02-29")]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Doors open Thursday, Jan. 9", "2020-01-09"),
        ("She sang on Wednesday, January 9", "2019-01-09"),
        ("The riot of September 6 is not forgotten.", "2018-09-06"),
        ("tenders for delivery by June 24, Food Ministry officials said", "2019-06-24"),
        ("It should have been built by the end of July.", "2019-07-01/2019-07-31"),
        ("It had wanted to file a plan in February", "2019-02-01/2019-02-28"),
        ("It said it proposes to merge before June 30.", "2019-06-30"),
        ("The plan was not approved until February.", "2019-02-01/2019-02-28"),
        ("It was originally set for the end of March.", "2019-03-01/2019-03-31"),
        ("The council approved the name in June.", "2018-06-01/2018-06-30"),
    ],
)
def test_the_year_that_is_not_said_follows_from_the_weekday_or_the_verb(
    text: str, days: str
) -> None:
    assert [day for _, day in found(text)] == [days]


@pytest.mark.parametrize("anchor", [date.min, date.max, date(2020, 2, 29)])
def test_an_anchor_at_the_end_of_time_raises_nothing(anchor: date) -> None:
    find_times(
        "yesterday, tomorrow, last week, next year, 100 years ago, next Monday, last Monday, "
        "in December, 3 May, last summer, next winter, over the past 200 years, the weekend",
        anchor,
    )


WORDS = st.sampled_from(
    "May March 3 3rd 31 2019 1987 in on the last next this week Monday Thursday's , . – - / \n "
    "quarter of first Q3 ago two days years will said 1990s summer 2018-19 from to and Sun "
    "between since until yesterday weekend over past 26-FEB-1987 2019-02-31 é 日".split(" ")
)


@given(st.lists(WORDS, max_size=60), st.dates() | st.none())
@settings(max_examples=300, deadline=None)
def test_mentions_are_spans_in_order_that_do_not_overlap(
    words: list[str], anchor: date | None
) -> None:
    text = " ".join(words)
    end = 0
    for mention in find_times(text, anchor):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip()
        assert mention.first <= mention.last <= mention.first + timedelta(days=3_660)
        end = mention.end


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_search_for_days(text: str) -> None:
    find_times(text, ANCHOR)


@pytest.mark.parametrize(
    "piece",
    [
        "in ", "last ", "3 May ", "2019-", "19", "the first ", "Monday ", "May-", "between ",
        "from 2018 to ", "1 ", "week week ", "\n", "will ", "day before ", "Thu. the ",
    ],
)  # fmt: skip
def test_a_long_hostile_text_ends(piece: str) -> None:
    # Only that it ends is tested: quadratic work would take minutes.
    find_times(piece * (100_000 // len(piece)) + "week", ANCHOR)
