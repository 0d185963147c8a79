from __future__ import annotations

from datetime import date

import pytest

from qa.answer import Evidence
from qa.differ import agree, differ
from tests.qa.made import evidence

DAY = date(2021, 5, 4)


def said(text: str, published: date = DAY) -> Evidence:
    return evidence(text, published=published)


@pytest.mark.parametrize(
    ("a", "b", "kind", "values"),
    [
        ("The fire killed 12 people in Orrane.", "The fire in Orrane killed 15 people.",
         "number", ("12", "15")),
        ("The bridge of Orrane opens on 3 May 2022.", "The bridge of Orrane opens on 5 May 2022.",
         "day", ("3 May 2022", "5 May 2022")),
        ("The council in Orrane chose Otto Lind as harbour master.",
         "The council in Orrane chose Marta Silva as harbour master.",
         "name", ("Otto Lind", "Marta Silva")),
    ],
)  # fmt: skip
def test_another_value_in_the_same_place_is_found(
    a: str, b: str, kind: str, values: tuple[str, str]
) -> None:
    one, other = said(a), said(b)
    found = differ(one, other, [one], [other])
    assert found is not None
    assert (found.kind, (found.a, found.b)) == (kind, values)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The fire killed 12 people in Orrane.", "The fire in Orrane killed twelve people."),
        ("The fire killed 12 people in Orrane.", "The fire in Orrane burnt 15 houses."),
        ("The bridge of Orrane opens on 3 May.", "The bridge of Orrane opens on 3 May 2022."),
        ("Otto Lind of Orrane said the levy was fair.", "Ilva Brandt swam to Gannet Island."),
    ],
)
def test_values_of_other_things_are_no_difference(a: str, b: str) -> None:
    one, other = said(a), said(b)
    assert differ(one, other, [one], [other]) is None


def test_what_the_other_outlet_says_elsewhere_is_no_difference() -> None:
    one, other = said("The fire killed 12 people."), said("The fire killed 15 people.")
    before = said("At first 12 people were said to be dead.")
    assert differ(one, other, [one], [other, before]) is None


def test_a_report_of_a_later_week_only_knows_more() -> None:
    one = said("The fire killed 12 people.")
    other = said("The fire killed 15 people.", date(2021, 6, 4))
    assert differ(one, other, [one], [other]) is None


def test_sentences_agree_unless_their_numbers_or_days_are_all_others() -> None:
    assert agree("It cost 5 million crowns.", "It cost five million crowns, he said.")
    assert agree("It cost 5 million crowns.", "It was dear.")
    assert not agree("There were 257 cases.", "There were 2,891 cases.")
    assert not agree("It opens on 3 May.", "It opens on 5 May.")
