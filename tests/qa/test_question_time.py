"""How words of time in a question are read, by invented questions asked on Friday 26 April 2019."""

from __future__ import annotations

from datetime import date

import pytest

from index.filters import Filter
from qa.question import Question, understand

AS_OF = date(2019, 4, 26)


def read(text: str) -> Question:
    return understand(text, AS_OF)


def test_the_first_day_asked_about_is_none_that_is_to_come() -> None:
    assert read("Who won the cup last week?").first_day == date(2019, 4, 15)
    assert read("Who will speak next Monday?").first_day is None
    assert read("Who won the cup?").first_day is None
    assert understand("Who led the council in the 1980s?").first_day == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Who resigned in April 2018?", "2018-04-01", "2018-04-30"),
        ("who resigned in april 2018", "2018-04-01", "2018-04-30"),
        ("who resigned in may 2018", "2018-05-01", "2018-05-31"),
        ("What sank on 3 March?", "2019-03-03", "2019-03-03"),
        ("What sank on 3 May?", "2018-05-03", "2018-05-03"),
        ("What will open on 3 May?", "2019-05-03", "2019-05-03"),
        ("How many ferries sank between June and August?", "2018-06-01", "2018-08-31"),
        ("What sank between 3 May and 6 June 2018?", "2018-05-03", "2018-06-06"),
        ("What sank from 3 March to 6 April?", "2019-03-03", "2019-04-06"),
        ("Which boats sank after 3 May 2018 and before 6 June 2018?", "2018-05-04", "2018-06-05"),
        ("Who led the council in the 1980s?", "1980-01-01", "1989-12-31"),
        ("Who won the cup in 2017?", "2017-01-01", "2017-12-31"),
        ("Who won the cup last week?", "2019-04-15", "2019-04-21"),
        ("Who won the cup this week?", "2019-04-20", "2019-04-26"),
        ("Who won the cup this month?", "2019-04-01", "2019-04-26"),
        ("Who won the cup yesterday?", "2019-04-25", "2019-04-25"),
        ("The mill on Monday opened its hall. Who owns it?", "2019-04-22", "2019-04-22"),
        ("Which team lost last Sunday?", "2019-04-21", "2019-04-21"),
        ("Who will speak next Monday?", "2019-04-29", "2019-04-29"),
        ("What sank in the week of 4 March?", "2019-03-04", "2019-03-10"),
        ("What sank in the week ending March 10?", "2019-03-04", "2019-03-10"),
        ("What sank in the first week of March 2018?", "2018-03-01", "2018-03-07"),
        ("what sank mar 3 2018", "2018-03-03", "2018-03-03"),
        ("What sank more than two weeks ago?", "2019-04-08", "2019-04-14"),
    ],
)
def test_a_time_of_what_happened_is_a_preference(text: str, first: str, last: str) -> None:
    question = read(text)
    assert question.asked == (date.fromisoformat(first), date.fromisoformat(last))
    assert question.only == Filter()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What has changed since March 2018?", (date(2018, 3, 1), date.max)),
        ("Who led the harbour after 2017?", (date(2018, 1, 1), date.max)),
        ("Who led the harbour from March 2018 on?", (date(2018, 3, 1), date.max)),
        ("Who led the harbour by the end of 2017?", (date.min, date(2017, 12, 31))),
        ("Who led the harbour no later than May 2018?", (date.min, date(2018, 5, 31))),
        ("Who led the harbour before 3 May 2018?", (date.min, date(2018, 5, 2))),
        ("Who led the council before the election on 6 May 2018?", (date.min, date(2018, 5, 6))),
        ("How many left after the fire on 6 April?", (date(2019, 4, 6), date.max)),
    ],
)
def test_since_and_before_leave_one_side_open(text: str, asked: tuple[date, date]) -> None:
    assert read(text).asked == asked


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("articles from March 2018 about the levy", date(2018, 3, 1), date(2018, 3, 31)),
        ("Which stories published in 2017 name the ferry?", date(2017, 1, 1), date(2017, 12, 31)),
        ("What says the article on kelp published on 3 March?", date(2019, 3, 3), date(2019, 3, 3)),
        ("What was reported last week about the dam?", date(2019, 4, 15), date(2019, 4, 21)),
        ("news of yesterday", date(2019, 4, 25), date(2019, 4, 25)),
        ("yesterday's headlines", date(2019, 4, 25), date(2019, 4, 25)),
        ("March 2018 stories on kelp", date(2018, 3, 1), date(2018, 3, 31)),
        ("articles since 2017 about bees", date(2017, 1, 1), None),
        ("articles before 3 May 2018 about bees", None, date(2018, 5, 2)),
    ],
)
def test_words_about_the_articles_leave_others_out(
    text: str, since: date | None, until: date | None
) -> None:
    question = read(text)
    assert question.only == Filter(since, until, mentioned=True, undated=True)
    assert question.asked == (since or date.min, until or date.max)


@pytest.mark.parametrize(
    "text",
    [
        "Which novel published in 1990 won the prize?",
        "Which firm made headlines this week?",
        "Did the article published on 3 March and the report published on 9 March agree?",
        "Which article about the 2017 flood names the mayor?",
        "Which articles of the treaty were broken in 2018?",
    ],
)
def test_a_time_that_may_belong_to_the_event_leaves_nothing_out(text: str) -> None:
    question = read(text)
    assert question.only == Filter()
    assert question.asked


@pytest.mark.parametrize(
    "text",
    [
        "Who owns the mill?",
        "Who was mayor, but not in 2018?",
        "Is bread dearer than a year ago?",
        "May I march with Mr May?",
        "Is the Sunday Times sold on Black Friday?",
    ],
)
def test_a_question_without_a_time_has_none(text: str) -> None:
    assert read(text).asked is None


@pytest.mark.parametrize(
    ("text", "prefer"),
    [
        ("What is the latest on the ferry?", "newest"),
        ("Who recently resigned?", "newest"),
        ("Who is currently mayor?", "newest"),
        ("When was the leak first reported?", "oldest"),
        ("the earliest article about the dam", "oldest"),
        ("Which team won its first cup?", None),
        ("Which ship sailed for the first time?", None),
        ('Who sang "the latest" at the fair?', None),
    ],
)
def test_old_or_new_is_liked_where_the_words_say_so(text: str, prefer: str | None) -> None:
    assert read(text).prefer == prefer


def test_times_are_only_words_where_they_are_not_to_be_read() -> None:
    question = understand("the latest articles from March 2018", AS_OF, read_time=False)
    assert (question.only, question.asked, question.prefer) == (Filter(), None, None)
    assert question.reading == "as of 26 April 2019"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Who resigned in April 2018?", "favouring April 2018, as of 26 April 2019"),
        ("Who resigned last week?", "favouring 15–21 April 2019, as of 26 April 2019"),
        ("articles from March 2018", "searched March 2018, as of 26 April 2019"),
        ("Who left after 2017?", "favouring days since 1 January 2018, as of 26 April 2019"),
        ("the latest on kelp", "as of 26 April 2019, favouring the latest"),
        ("ships between June and August 2018", "favouring June–August 2018, as of 26 April 2019"),
        ("in winter 2017-18", "favouring December 2017 – February 2018, as of 26 April 2019"),
        ("between 30 March and 2 April", "favouring 30 March – 2 April 2019, as of 26 April 2019"),
        ("in the 1980s", "favouring 1980–1989, as of 26 April 2019"),
        ("Who owns the mill?", "as of 26 April 2019"),
    ],
)
def test_the_reading_is_said_in_words(text: str, reading: str) -> None:
    assert read(text).reading == reading


def test_the_day_of_asking_is_the_callers_else_the_newest_articles_else_today() -> None:
    today = date(2024, 5, 31)
    asked = understand("Who won last week?", newest=AS_OF, today=today)
    assert (asked.as_of, asked.given) == (AS_OF, False)
    assert asked.reading == "favouring 15–21 April 2019, as of 26 April 2019"
    fresh = understand("Who won last week?", newest=date(2024, 5, 28), today=today)
    assert (fresh.as_of, fresh.given) == (today, False)
    assert fresh.reading == "favouring 20–26 May 2024"
    given = understand("Who won last week?", "2024-05-28", newest=AS_OF, today=today)
    assert (given.as_of, given.given) == (date(2024, 5, 28), True)
    nowhere = understand("Who won last week, in 2018?")
    assert (nowhere.as_of, nowhere.asked) == (None, (date(2018, 1, 1), date(2018, 12, 31)))


@pytest.mark.parametrize("as_of", [date.min, date.max, date(1600, 1, 1), date(2100, 12, 31)])
def test_a_day_of_asking_at_the_end_of_time_raises_nothing(as_of: date) -> None:
    for text in (
        "this week",
        "on 3 May",
        "after 3 May",
        "next Monday",
        "since last year",
        "May 31",
    ):
        understand(f"Who won {text} and in 1999?", as_of)
        understand("Who won?", newest=as_of, today=date(2024, 5, 31))
