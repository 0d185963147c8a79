from __future__ import annotations

import pytest

from qa.wanted import Wanted, inverse_frequency, look_at, look_for


def alike(question: str) -> Wanted:
    return look_for(question, lambda stems: [1.0] * len(stems))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ferries sank?", "number"),
        ("What percentage of it?", "number"),
        ("When did it open?", "time"),
        ("In which year was it?", "time"),
        ("Where is the wreck?", "place"),
        ("Which island nation was it?", "place"),
        ("Who won?", "person"),
        ("What sank?", "other"),
        ("Кто выиграл?", "other"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question_words(question: str, kind: str) -> None:
    assert alike(question).kind == kind


@pytest.mark.parametrize(
    ("question", "fitting", "other"),
    [
        ("How many of the 3 boats sank?", "Of 3 boats 2 sank.", "Of the 3 boats some sank."),
        ("When did the Petrel sail?", "The Petrel sailed on Monday.", "The Petrel sailed."),
        ("Who sailed the Petrel?", "The captain was Ilva Brandt.", "The Petrel was sailed well."),
        ("Where is the Petrel?", "It lies off shore near Gannet.", "Gannet is how Brandt said it."),
        ("What sank?", "It was the Petrel.", "It was a boat."),
    ],
)
def test_something_of_the_kind_asked_for_is_seen(question: str, fitting: str, other: str) -> None:
    wanted = alike(question)
    assert look_at(fitting, wanted).fits
    assert not look_at(other, wanted).fits


def test_rare_words_weigh_more() -> None:
    rarity = {"harbour": 1.0, "petrel": 3.0}
    wanted = look_for("harbour Petrel", lambda stems: [rarity[stem] for stem in stems])
    assert look_at("the Petrel", wanted).covered == pytest.approx(0.75)
    assert look_at("harbours", wanted).covered == pytest.approx(0.25)
    assert inverse_frequency(1, 1_000) > inverse_frequency(100, 1_000) > 0
    assert inverse_frequency(1_000, 1_000) > 0


def test_names_numbers_and_pairs_are_told_apart() -> None:
    wanted = alike("Did the Petrel carry 1,200 passengers?")
    assert wanted.names == {"petrel", "1200"}
    seen = look_at("1200 passengers were there", wanted)
    assert (seen.named, seen.paired) == (0.5, pytest.approx(1 / 3))
    assert look_at("nothing of it", alike("what happened")).named == 1.0


def test_a_question_without_words_of_its_own_wants_nothing() -> None:
    wanted = alike("Who is it?")
    assert (wanted.weights, look_at("Ilva Brandt", wanted).covered) == ({}, 0)
