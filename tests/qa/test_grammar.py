from __future__ import annotations

import pytest

from qa.facts.verbs import lemma
from qa.grammar import parse_question
from qa.verbs import FORMS, past


@pytest.mark.parametrize(
    ("question", "subject", "rest"),
    [
        ("Why is the library closing?", "the library", "closing"),
        ("Why is the Mill Lane library closing on Friday?", "the Mill Lane library",
         "closing on Friday"),
        ("Why are the ferry crews striking again?", "the ferry crews", "striking again"),
        ("When is the council meeting?", "the council meeting", ""),
        ("Why was the old swimming pool closed?", "the old swimming pool", "closed"),
        ("What is the new building?", "the new building", ""),
    ],
)  # fmt: skip
def test_what_is_going_on_is_no_part_of_the_subject(question: str, subject: str, rest: str) -> None:
    asked = parse_question(question)
    assert asked is not None
    assert (asked.subject, asked.rest) == (subject, rest)


@pytest.mark.parametrize("question", ["Did the", "did a", "Why did the?", "Does his", "Would a"])
def test_a_question_may_break_off_behind_an_article(question: str) -> None:
    asked = parse_question(question)
    assert asked is not None
    assert asked.rest == ""


@pytest.mark.parametrize("verb", ["sink", "beat", "show", "come", "withdraw"])
def test_every_form_of_a_verb_leads_back_to_it(verb: str) -> None:
    assert {lemma(form) for form in FORMS[verb]} == {lemma(verb)}
    assert past(verb) == FORMS[verb][0]
