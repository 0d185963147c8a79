from __future__ import annotations

import pytest

from qa.answer import REFUSAL, Answer
from qa.compose import compose
from qa.generate import Piece
from qa.premise import premise
from tests.qa.made import evidence

LIBRARY = evidence("The mayor opened the new library on Monday.", title="Library opens")
LEVY = evidence("She said the levy would stay.", title="Mayor on the levy")
WALKED_OUT = evidence("Crews of the Hask Line walked out on Monday.", title="Ferries stand still")
QUIT = evidence("Ilva Brandt quit on Monday over the levy.", title="Harbour")
TREASURER = evidence("Otto Lind was sacked on Friday.", title="Treasurer leaves the cooperative")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why did the mayor resign?", "the mayor resigned"),
        ("When was the bridge closed?", "the bridge was closed"),
        ("How did Otto Lind die?", "Otto Lind died"),
        ("Why was Ilva Brandt arrested on Friday?", "Ilva Brandt was arrested on Friday"),
    ],
)
def test_what_no_sentence_states_is_named(question: str, said: str) -> None:
    assert premise(question, [LIBRARY, LEVY]) == f"The articles do not say that {said}."


@pytest.mark.parametrize(
    "question",
    [
        "Why did Ilva Brandt resign?",
        "When did Brandt step down?",
        "Why was Otto Lind dismissed?",
        "Why did the treasurer resign?",
        "When did the Hask Line crews strike?",
    ],
)
def test_a_deed_may_be_told_in_other_words(question: str) -> None:
    assert premise(question, [QUIT, TREASURER, WALKED_OUT]) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who resigned?",
        "Why is the mayor popular?",
        "How many people did the fire kill?",
        "When was the theatre located in Orrane?",
        "Did the mayor resign?",
        "the mayor",
        "",
    ],
)
def test_what_takes_no_known_deed_for_granted_is_left_alone(question: str) -> None:
    assert premise(question, [LIBRARY, LEVY]) is None


def test_someone_elses_deed_is_not_theirs() -> None:
    assert premise("Why did Marta Silva resign?", [QUIT]) is not None


def test_without_evidence_nothing_is_said_of_it() -> None:
    assert premise("Why did the mayor resign?", []) is None


def test_a_refusal_names_the_premise_that_no_article_states() -> None:
    asked = "Why did the mayor resign?"
    *_, answer = compose(Answer(asked), asked, [LIBRARY], [Piece(REFUSAL)], needed=0.5)
    assert answer.refused
    assert answer.text == REFUSAL
    assert answer.note == "The articles do not say that the mayor resigned."
