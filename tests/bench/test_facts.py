"""What a sentence states and its sources do not."""

from __future__ import annotations

import pytest

from bench.facts import days_meant, unsupported

SOURCE = (
    "Six trawlers of the Hask Line lay in Port Averil on 3 May, 6% fewer than in 2023. “We wait "
    "for the tide,” said Oona Strand. It cost 1,200 crowns. The U.S. Open came in Q3."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Strand said that 6 trawlers lay in Port Averil.",
        "It was 6 percent fewer, or 6 per cent.",
        "She said: “We wait for the tide”.",
        "The price was 1200 crowns on 3 May.",
        "Nothing is stated here, I think.",
        "The U. S. Open in Q3 was the U.S. Open.",
        "",
    ],
)
def test_what_the_source_says_is_supported(sentence: str) -> None:
    assert unsupported(sentence, [SOURCE]) == set()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("It was 5% fewer.", "number"),
        ("It was 1200% fewer.", "number"),  # crowns are no percentage
        ("Seven trawlers lay there.", "number"),
        ("It cost 1,201 crowns.", "number"),
        ("It was said by Maren Tolliver.", "name"),
        ("They lay there on 3 June.", "name"),
        ("She said: “We wait for the wind”.", "quote"),
    ],
)
def test_what_it_does_not_say_is_named_by_its_kind(sentence: str, kind: str) -> None:
    assert unsupported(sentence, [SOURCE]) == {kind}


def test_without_sources_nothing_is_supported() -> None:
    assert unsupported("The “old bells” of Port Averil rang 3 times.", []) == {
        "number",
        "name",
        "quote",
    }


def test_an_abbreviation_and_a_people_are_carried_by_the_names_they_stand_for() -> None:
    source = "Germany asked the Orrane Fishing Authority for help."
    assert unsupported("It was asked by German skippers, the OFA said.", [source]) == set()
    assert unsupported("It was asked by Danish skippers, the OFB said.", [source]) == {"name"}


def test_days_in_figures_shares_in_words_and_initials_are_read() -> None:
    source = (
        "Jun 13. Sold since 27/10/2023 and 3.5.2024, six to nine percent of it in the O. P. Strand "
        "Hall."
    )
    for sentence in (
        "It was sold on October 27, 2023.",
        "It was sold on 3 May 2024.",
        "It was sold on June 13.",
        "They sold 6 to 9 percent.",
        "The O. P. Strand Hall sold it.",
    ):
        assert unsupported(sentence, [source]) == set()
    assert unsupported("It was sold on October 28, 2023.", [source]) == {"number"}
    assert unsupported("They sold 9.", [source]) == {"number"}
    assert unsupported("It was sold in the O. R. Hall.", [source]) == {"name"}


def test_the_days_that_a_span_means_count_from_the_day_above_it() -> None:
    above = "Ferry sinks\nCourier\nFriday 26 April 2019"
    assert days_meant("It sank on Thursday.", above) == "Thursday 25 April 2019"
    assert days_meant("It sank on Friday, or yesterday.", above).splitlines() == [
        "Thursday 25 April 2019",
        "Friday 26 April 2019",
    ]
    assert days_meant("It sank on Thursday.", "Ferry sinks\nCourier\n") == ""
    assert days_meant("It sank.", above) == ""
