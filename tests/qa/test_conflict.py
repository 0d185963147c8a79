from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import Evidence
from qa.conflict import find_conflict, tell
from tests.qa.made import evidence


def told(question: str, sentence: str, *items: Evidence) -> list[str]:
    return [value.text for value in find_conflict(question, sentence, items[:1], items)]


DEAD = "How many people died when the ferry Petrel sank?"
FIRST = evidence(
    "The sinking of the ferry Petrel killed 12 people, the coast guard said.",
    source="Harbour Gazette",
    published=date(2024, 5, 3),
)
LATER = evidence(
    "The sinking of the ferry Petrel killed 15 people, the coast guard says now.",
    source="Courier",
    published=date(2024, 5, 4),
)


def test_a_toll_that_rose_is_told_with_the_latest_last() -> None:
    values = find_conflict(DEAD, "15 people died.", [LATER], [LATER, FIRST])
    assert [value.evidence for value in values] == [FIRST, LATER]
    assert tell(values) == (
        'Reports differ: "12" (Harbour Gazette, 3 May 2024) and "15" (Courier, 4 May 2024, '
        "the latest)."
    )


def test_reports_that_agree_are_no_conflict() -> None:
    again = evidence("The ferry Petrel sank and 12 people died.", title="Courier")
    assert told(DEAD, "12 people died.", FIRST, again) == []


def test_what_counts_something_else_is_no_conflict() -> None:
    cows = evidence("The sinking of the ferry Petrel killed 40 cows, the coast guard said.")
    assert told(DEAD, "12 people died.", FIRST, cows) == []


def test_another_name_in_the_same_place_is_a_conflict_and_one_beside_it_is_none() -> None:
    question = "Who won the Averil regatta in 2023?"
    true = evidence("Ilva Brandt beat Otto Sorley to win the Averil regatta in 2023.")
    false = evidence("Maren Hale beat Otto Sorley to win the Averil regatta in 2023.")
    both = evidence("Otto Sorley lost the Averil regatta in 2023 to Ilva Brandt, who won.")
    assert told(question, "Ilva Brandt.", true, false) == ["Ilva Brandt", "Maren Hale"]
    assert told(question, "Ilva Brandt.", true, both) == []


def test_another_year_than_that_asked_about_is_no_conflict() -> None:
    question = "Who won the Averil regatta in 2023?"
    true = evidence("Ilva Brandt beat Otto Sorley to win the Averil regatta in 2023.")
    before = evidence("Maren Hale beat Otto Sorley to win the Averil regatta in 2022.")
    assert told(question, "Ilva Brandt.", true, before) == []


def test_another_day_is_a_conflict() -> None:
    question = "When did the Petrel sink?"
    one = evidence("The ferry Petrel sank off the island on 3 May 2024 with all hands.")
    two = evidence("The ferry Petrel sank off the island on 5 May 2024 with all hands.")
    assert told(question, "It sank on 3 May 2024.", one, two) == ["3 May 2024", "5 May 2024"]


def test_a_report_of_another_matter_is_no_conflict() -> None:
    other = evidence("A fire in the market hall killed 30 people last year.")
    assert told(DEAD, "12 people died.", FIRST, other) == []


def test_without_days_none_is_the_latest() -> None:
    pieces = [evidence(item.text, title=title) for item, title in ((FIRST, "A"), (LATER, "B"))]
    values = find_conflict(DEAD, "12 people died.", pieces[:1], pieces)
    assert tell(values) == 'Reports differ: "12" (A) and "15" (B).'


@settings(max_examples=100, deadline=None)
@given(
    question=st.sampled_from([DEAD, "Who sank?", "When?"]) | st.text(max_size=80),
    sentence=st.sampled_from(["12 people died.", "Ilva Brandt.", "May 3."]) | st.text(max_size=80),
    texts=st.lists(st.text(min_size=1, max_size=120).filter(str.strip), max_size=3),
)
def test_every_value_is_verbatim_in_its_evidence(
    question: str, sentence: str, texts: list[str]
) -> None:
    items = [FIRST, LATER, *map(evidence, texts)]
    values = find_conflict(question, sentence, items, items)
    assert len(values) != 1
    for value in values:
        assert value.text in value.evidence.text


@pytest.mark.parametrize("unit", ["Anna ", "12 people ", "May 5, ", "A. ", "of "])
def test_hostile_text_is_compared_without_an_error(unit: str) -> None:
    text = unit * 500
    items = [FIRST, evidence(text), evidence(f"{text}x")]
    assert isinstance(find_conflict(text[:500], text, items, items), list)
