from __future__ import annotations

from datetime import date

import pytest

from qa.verify import why_unsupported
from tests.qa.made import FERRY, KELP, LEVY, evidence

QUESTION = "What happened?"


def why(sentence: str, *texts: str, question: str = QUESTION) -> str | None:
    return why_unsupported(sentence, [evidence(text) for text in texts], question)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The council raised the levy to 5%.", LEVY),
        ("The levy is now 5 percent.", "The levy is now 5% of the catch."),
        ("The ferry had 1200 passengers.", FERRY),
        ("It sailed with 1,200 passengers.", "The ferry sailed with 1200 passengers."),
        ("There were 3 divers at the wreck.", KELP),
        ("There were three divers.", "The boat carried 3 divers."),
        ("Captain Brandt sailed the Petrel.", FERRY),
        ("Brandt's ferry sailed to Gannet Island.", FERRY),
        ("The bridge will cost 24.9 million crowns.", "The bridge costs 24.9 million crowns now."),
    ],
)
def test_what_the_evidence_says_is_supported(sentence: str, text: str) -> None:
    assert why(sentence, text) is None


@pytest.mark.parametrize(
    ("sentence", "text", "number"),
    [
        ("The council raised the levy to 6%.", LEVY, "6"),
        ("The ferry sailed with 1,300 passengers.", FERRY, "1300"),
        ("The ferry sailed with 12,000 passengers.", FERRY, "12000"),
        ("Four divers found the wreck.", KELP, "4"),
        ("The levy was raised to 5.5%.", LEVY, "5.5"),
        ("The bridge costs 24.9 billion crowns.", "It costs 24.9 million crowns.", "billion"),
        ("The levy was raised in 2023.", LEVY, "2023"),
    ],
)  # fmt: skip
def test_a_number_that_the_evidence_does_not_hold_is_named(
    sentence: str, text: str, number: str
) -> None:
    assert why(sentence, text) == f"the number {number} is not in the cited sentence"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The captain Otto Brandt sailed the ferry Petrel.", "Otto"),
        ("The ferry Petrel sailed to Puffin Island with passengers.", "Puffin"),
        ("Captain Brandt sailed the ferry with Mr. Sorley.", "Sorley"),
        ("Captain Brandt sailed the ferry to Östra Island.", "Östra"),
    ],
)
def test_a_name_that_the_evidence_does_not_hold_is_named(sentence: str, name: str) -> None:
    assert why(sentence, FERRY) is not None
    assert f"the name {name} " in str(why(sentence, FERRY))


def test_names_and_numbers_of_the_question_may_be_repeated() -> None:
    question = "What did Mayor Tolliver raise in 2024?"
    assert (
        why("In 2024 the council of Mayor Tolliver raised the levy.", LEVY, question=question)
        is None
    )


def test_title_outlet_and_day_of_the_article_count_as_evidence() -> None:
    cited = evidence(
        "It was raised to 5%.",
        title="Harbour levy raised",
        published=date(2024, 5, 6),
        source="Averil Courier",
    )
    told = "The Averil Courier reported on Monday 6 May 2024 that the harbour levy was raised."
    assert why_unsupported(told, [cited], QUESTION) is None
    assert why_unsupported(told.replace("6", "7"), [cited], QUESTION) is not None


def test_a_sentence_without_evidence_is_said_by_no_article() -> None:
    assert why("The levy was raised.") == "no article says this"


def test_a_sentence_that_shares_few_words_says_something_else() -> None:
    told = "The levy pays for a lavish opera house with golden doors."
    assert why(told, LEVY) == "the cited sentence says something else"


def test_two_cited_sentences_carry_a_sentence_together() -> None:
    told = "Three divers found the wreck and the levy rose to 5%."
    assert why(told, KELP) is not None
    assert why(told, KELP, LEVY) is None
