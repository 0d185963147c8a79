"""Filters and phrases that are typed into a question, and what cannot be read of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.filters import Filter
from qa.question import MAX_CHARACTERS, understand
from qa.typed import MAX_FILTERS, MAX_PHRASES

AS_OF = date(2019, 4, 26)
OUTLETS = ("The Harbour Gazette", "Evening Packet", "Bay News | Latest", "The Hour")


def test_filters_are_taken_out_of_what_is_searched() -> None:
    question = understand("source:Packet Who won? SECTION:sport since:2019-04-01 until:2019-04-20")
    assert question.search == "Who won?"
    assert question.text.startswith("source:Packet Who")
    assert question.only == Filter(
        date(2019, 4, 1), date(2019, 4, 20), sources=("Packet",), sections=("sport",)
    )
    assert question.reading == "searched 1–20 April 2019, only Packet, only in sport"


@pytest.mark.parametrize("text", ['source:"Evening Packet" levy', "source:“Evening Packet” levy"])
def test_a_value_of_several_words_stands_in_quotes(text: str) -> None:
    question = understand(text)
    assert (question.only.sources, question.phrases) == (("Evening Packet",), ())
    assert question.search == "levy"


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since:2018 x", date(2018, 1, 1), None),
        ("until:2018 x", None, date(2018, 12, 31)),
        ("until:2019-02 x", None, date(2019, 2, 28)),
        ('since:"3 May 2018" x', date(2018, 5, 3), None),
        ('since:"last week" x', date(2019, 4, 15), None),
        ("until:yesterday x", None, date(2019, 4, 25)),
        ("since:2018 since:2019-01-05 x", date(2019, 1, 5), None),
    ],
)
def test_days_are_read_in_several_forms(text: str, since: date | None, until: date | None) -> None:
    question = understand(text, AS_OF)
    assert question.only == Filter(since, until)
    assert question.search == "x"


@pytest.mark.parametrize("word", ["since:2019-02-31", "until:soon", "since:昨天", "since:9999"])
def test_a_day_that_cannot_be_read_stays_in_the_words_and_is_named(word: str) -> None:
    question = understand(f"{word} Who won?")
    assert question.search == f"{word} Who won?"
    assert question.only == Filter()
    assert question.reading == f"{word} was not read: it is no date; write 2019-04-25"


def test_many_typed_filters_are_read_up_to_a_limit_that_is_named() -> None:
    question = understand(" ".join(f"source:p{n}" for n in range(150)))
    assert len(question.only.sources) == MAX_FILTERS
    assert f"only the first {MAX_FILTERS} filters were read" in question.reading
    assert len(question.reading) < 200


def test_thousands_of_the_callers_filters_are_kept_and_said_in_short() -> None:
    question = understand("Who won?", sources=[f"p{n}" for n in range(5_000)])
    assert len(question.only.sources) == 5_000
    assert question.reading == "only p0, p1, p2 or 4997 more"


def test_a_question_of_filters_alone_searches_their_names() -> None:
    assert understand('source:"Evening Packet"').search == "Evening Packet"


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ('Who is "the iron mayor"?', ("the iron mayor",)),
        ("Who is “the iron mayor,” and why?", ("the iron mayor",)),
        ('"kelp" and "Kelp" and "levy"', ("Kelp", "levy")),
        ("Who is O'Neil's 'iron' mayor’s aide?", ()),
        ('pipes of 5" and 6" and 7"', ()),
        ('an "unfinished quote', ()),
        ('"" and "?!"', ()),
        ('"' + "x" * 201 + '"', ()),
    ],
)
def test_what_stands_in_quotes_must_be_found(text: str, phrases: tuple[str, ...]) -> None:
    question = understand(text)
    assert question.phrases == phrases
    if phrases:
        assert "must match" not in question.reading
        assert not set(question.search) & set('"“”')


def test_no_more_phrases_are_read_than_the_limit_which_is_named() -> None:
    question = understand(" ".join(f'"a{n}"' for n in range(50)))
    assert len(question.phrases) == MAX_PHRASES
    assert question.reading.endswith(
        f"; only {MAX_PHRASES} quoted phrases of up to 200 characters must match"
    )


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("According to the Harbour Gazette, who won?", ("The Harbour Gazette",)),
        ("According to the Gazette, who won?", ("The Harbour Gazette",)),
        ("Who won, according to the packet?", ("Evening Packet",)),
        ("Who won, as reported by Bay News?", ("Bay News | Latest",)),
        ("According to “The Hour”, who won?", ("The Hour",)),
        (
            "According to the Evening Packet and The Harbour Gazette, who won?",
            ("The Harbour Gazette", "Evening Packet"),
        ),
        ("According to the mayor, is the Evening Packet sold?", ()),
        ("Who edits the Evening Packet?", ()),
        ("According to the Packeteer, who won?", ()),
    ],
)
def test_an_outlet_that_is_said_to_report_is_a_filter(text: str, sources: tuple[str, ...]) -> None:
    question = understand(text, outlets=OUTLETS)
    assert question.only.sources == sources
    assert question.phrases == ()


def test_a_typed_outlet_goes_before_one_that_is_said() -> None:
    text = "source:Echo according to the Gazette, who won?"
    assert understand(text, outlets=OUTLETS).only.sources == ("Echo",)


def test_filters_of_the_caller_and_of_the_text_both_hold() -> None:
    question = understand(
        "source:Echo since:2019-04-05 Who won?",
        since="2019-04-01",
        until=date(2019, 4, 20),
        sources=["echo", "Packet"],
        sections=["Sport"],
    )
    assert question.only == Filter(
        date(2019, 4, 5), date(2019, 4, 20), sources=("Echo",), sections=("Sport",)
    )


def test_an_outlet_outside_the_callers_choice_is_named_and_changes_nothing() -> None:
    question = understand("source:Echo Who won?", sources=["Packet"])
    assert question.only.sources == ("Packet",)
    assert question.reading == "only Packet; Echo is outside the choice made"


def test_days_that_are_filtered_hold_strictly_and_words_only_favour() -> None:
    question = understand("articles from March 2018", AS_OF, since="2018-03-10")
    assert question.only == Filter(date(2018, 3, 10))
    assert question.asked == (date(2018, 3, 1), date(2018, 3, 31))


@pytest.mark.parametrize("name", ["since", "until"])
def test_a_filter_of_the_caller_that_is_no_date_is_named(name: str) -> None:
    with pytest.raises(InputError, match=rf"'31 June 2024' is no date\. Write the {name} day"):
        understand("Who won?", **{name: "31 June 2024"})  # type: ignore[arg-type]


PIECES = st.sampled_from(
    'source: section:sport since: until:2019-02-31 since:2019 " “ ” ( ) * ~ ^ AND OR NOT + - \\ / '
    '[ ] { } : source:"a b" according to the Gazette between June and August articles from 3 May '
    "published in this week before the election on 6 2019 latest 昨天 вчера İ ſ é \u0301".split(" ")
)


@given(st.lists(PIECES, min_size=1, max_size=60), st.dates() | st.none(), st.dates() | st.none())
@settings(max_examples=300, deadline=None)
def test_no_question_raises_and_all_that_is_read_is_bounded(
    pieces: list[str], as_of: date | None, newest: date | None
) -> None:
    text = "Who " + " ".join(pieces)
    question = understand(text[:MAX_CHARACTERS], as_of, newest=newest, outlets=OUTLETS)
    assert question.search
    assert len(question.search) <= len(text)
    assert len(question.phrases) <= MAX_PHRASES
    assert len(question.only.sources) + len(question.only.sections) <= MAX_FILTERS + len(OUTLETS)
    assert len(question.reading) < 1_000
    if question.asked:
        assert question.asked[0] <= question.asked[1]


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_no_characters_raise(text: str) -> None:
    understand(f"Who {text}", AS_OF, outlets=OUTLETS)


@pytest.mark.parametrize("piece", ['"a ', "source:", "news a ", "according to the ", "3 May "])
def test_a_hostile_question_of_the_greatest_length_is_read(piece: str) -> None:
    assert understand((piece * MAX_CHARACTERS)[:MAX_CHARACTERS], AS_OF, outlets=OUTLETS).search
