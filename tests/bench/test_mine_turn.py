"""Sentences to questions: what may be asked, how the rules ask it, and what a question must be."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.metrics import holds
from bench.mining.check import fault
from bench.mining.pick import Candidate, Names, candidates
from bench.mining.turn import by_rule
from bench.mining.variants import variants
from index.article import Article
from tests.bench.made import article

PEOPLE = {"Oona Strand", "Idris Holm", "Wim Holm"}
PLACES = {"Oddney", "Sallowmouth", "Upper Marl"}
NAMES = Names(PEOPLE, PLACES)


def found(sentence: str, title: str = "Notes from Orrane") -> list[Candidate]:
    return candidates(article("a1", sentence, title), NAMES, Counter())


def asked(sentence: str) -> list[tuple[str, str]]:
    """The questions that rules make of a sentence, with their answers."""
    turned = [(by_rule(candidate), candidate.answer) for candidate in found(sentence)]
    return [(made.question, answer) for made, answer in turned if made]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Oona Strand was elected mayor of Port Averil on Sunday.",
            "Who was elected mayor of Port Averil?",
            "Oona Strand",
        ),
        (
            "Oona Strand, 58, faces nine counts of fraud in Oddney, her lawyer said.",
            "Who faces nine counts of fraud in Oddney?",
            "Oona Strand",
        ),
        (
            "Judge Idris Holm ordered the Hask Line to pay its crews.",
            "Who ordered the Hask Line to pay its crews?",
            "Idris Holm",
        ),
        (
            "Storm Ottoline flooded 188 homes in Sallowmouth.",
            "How many homes did Storm Ottoline flood in Sallowmouth?",
            "188",
        ),
        (
            "ODDNEY, May 2 (OPS) - Three people are missing after the trawler sank, police said.",
            "How many people are missing after the trawler sank?",
            "Three",
        ),
        (
            "The swing bridge was closed for 41 days while engineers hunted for bearings.",
            "For how many days was the swing bridge closed?",
            "41",
        ),
        (
            "Great Hask has 4,270 people, one baker and no hospital.",
            "How many people does Great Hask have?",
            "4,270",
        ),
        (
            "The new crossing, a fixed span, is expected to cost 18.4 million crowns.",
            "How much is the new crossing expected to cost?",
            "18.4 million crowns",
        ),
        (
            "Stennick Kelp bought the old cannery for $2.2 million on Friday.",
            "For how much did Stennick Kelp buy the old cannery?",
            "$2.2 million",
        ),
        (
            "A public meeting will be held at the Corn Hall on 20 March.",
            "When will a public meeting be held at the Corn Hall?",
            "20 March",
        ),
        (
            "The yard in Kelverton should have delivered the ferry on June 24.",
            "When should the yard in Kelverton have delivered the ferry?",
            "June 24",
        ),
        (
            "The bell of the old abbey was found in Sallowmouth.",
            "Where was the bell of the old abbey found?",
            "Sallowmouth",
        ),
    ],
)
def test_a_rule_asks_in_plain_english(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in asked(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He was elected mayor of Port Averil with 4,000 votes on Sunday.",
        "It flooded 188 homes in the village of Sallowmouth.",
        "“We lost 900 books and a piano in the flood,” said Oona Strand.",
        "Oona Strand said the board had voted six to one.",
        "The retired teacher who counted 31 boxes lives in Oddney.",
        "A sexton named Barnaby Hext rang the bell for two hours in the frost.",
        "The man accused of fraud was jailed and fined 4,000 crowns by the court.",
        "The attendance at Wenlo Road on Saturday was 3,962, the largest since 2011.",
        "Lucan Sorley was sent to prison for four years and six months.",
        "The wind reached 137 kilometres an hour at Brannoch Head.",
        "The temperature in Stennick reached 33.9 degrees Celsius at noon.",
        "A motion to stop the work was lost by 13 votes to ten.",
        "The cooperative has begun to sell its offices in Oddney.",
        "Port Averil General is 48 kilometres away by the coast road.",
        "Of 362 members entitled to vote, 331 members did so in Oddney.",
        "In May the council of Tolgarth bought two boats and three vans.",
        "The Hask Line sold three ferries and bought two others in 2019",
        "Storm Ottoline flooded 188 homes, did it not, in Sallowmouth?",
        "The council gave the figure to 12 of its 26 members on Monday.",
        "The paper was founded two centuries ago by Oona Strand.",
    ],
)
def test_no_rule_asks_where_it_might_go_wrong(sentence: str) -> None:
    assert asked(sentence) == []


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many homes did Storm Ottoline flood in Sallowmouth?", None),
        ("How many homes did Storm Ottoline flood", "no single question"),
        ("How many homes did Ottoline flood? And how many boats?", "no single question"),
        ("How many?", "too short or too long a question"),
        ("Which storm flooded homes in Sallowmouth?", "asks for something else"),
        ("How many people did Storm Ottoline flood?", "asks for something else"),
        ("How many of the 188 homes did Storm Ottoline flood?", "gives the answer away"),
        ("How many homes were flooded by the storm?", "names nothing"),
        ("How many homes did it flood in Sallowmouth?", "refers to something it does not name"),
        ("How many homes did Ottoline flood last week?", "refers to something it does not name"),
        ("How many homes were lost to Ottoline?", "says too little of the sentence"),
        (
            "How many homes did Storm Ottoline flood in Kelverton?",
            "names what the article does not",
        ),
        (
            "How many homes did Storm Ottoline flood through careless greedy builders elsewhere?",
            "says what the article does not",
        ),
    ],
)
def test_a_question_is_checked(question: str, reason: str | None) -> None:
    (candidate,) = [
        item
        for item in found("Storm Ottoline flooded 188 homes in Sallowmouth.")
        if item.kind == "how many"
    ]
    assert fault(question, candidate, ("188",)) == reason


def test_a_question_that_copies_its_sentence_is_no_question() -> None:
    (candidate, *_) = found("Oona Strand was elected mayor of Port Averil.")
    copied = "Who? Oona Strand was elected mayor of Port Averil."
    assert fault(f"{copied[5:-1]}?", candidate, ()) == "asks for something else"
    assert fault("Who said Oona Strand was elected mayor of Port Averil?", candidate, ()) == (
        "gives the answer away"
    )


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("The storm sank three boats off Oddney in the night.", "how many", ("three", "3")),
        ("The storm sank 3 boats off Oddney in the night.", "how many", ("3", "three")),
        ("The storm sank 31 boats off Oddney in the night.", "how many", ("31",)),
        ("The bridge will cost 24.9 million crowns to build.", "how much",
         ("24.9 million crowns", "24.9 million")),
        ("Oona Strand leads the council of Port Averil now.", "who", ("Oona Strand", "Strand")),
        ("Idris Holm opened the new school in Port Averil.", "who", ("Idris Holm",)),
        ("The ferry from Oddney will sail on 20 March 2025.", "when",
         ("20 March 2025", "March 20, 2025")),
    ],
)  # fmt: skip
def test_what_says_the_same_is_right_too(
    sentence: str, kind: str, expected: tuple[str, ...]
) -> None:
    (answers,) = [variants(item, NAMES) for item in found(sentence) if item.kind == kind]
    assert answers == expected


def test_names_are_told_by_what_stands_about_them() -> None:
    articles = [
        article(
            "a1", "Oona Strand, 58, lives in Oddney. Governor Hendrik Solle sailed from Oddney."
        ),
        article("a2", "Storm Ottoline broke. Storm Ottoline left. In Storm Ottoline ships sank."),
    ]
    names = Names.of(articles)
    assert names.people == {"Oona Strand", "Hendrik Solle"}
    assert names.places == {"Oddney"}


def test_sentences_left_out_are_counted_by_reason() -> None:
    dropped: Counter[str] = Counter()
    sentences = [
        "A headline without an end",
        "No boats upon the water all day.",
        "He sold three of his boats in Oddney.",
        "Too short.",
        "The rain fell upon the kelp market all day.",
    ]
    candidates(article("a1", "\n\n".join(sentences)), NAMES, dropped)
    assert dropped == {
        "no whole sentence": 1,
        "no verb that is known": 1,
        "speaks of something before it": 1,
        "too short or too long": 1,
        "nothing to ask for": 1,
    }


_WORDS = st.sampled_from(
    "Oona Strand Storm Ottoline Sallowmouth the The a council bridge was will flooded bought sold "
    "has 188 three 4,270 homes boats crowns on in for by 20 March 2024 and , that $40".split()
)
TEXTS = st.lists(_WORDS, min_size=6, max_size=20).map(" ".join)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_an_answer_is_a_span_of_its_article_and_never_in_a_question_that_is_kept(
    sentences: list[str],
) -> None:
    text = "".join(f"{sentence[0].upper()}{sentence[1:]}.\n\n" for sentence in sentences)
    item = Article.of(title="Notes from Orrane", text=text)
    for candidate in candidates(item, NAMES, Counter()):
        assert text[candidate.answer_start : candidate.answer_end] == candidate.answer != ""
        assert candidate.start <= candidate.answer_start < candidate.answer_end <= candidate.end
        answers = variants(candidate, NAMES)
        assert answers[0] == candidate.answer
        if (turned := by_rule(candidate)) and not fault(turned.question, candidate, answers):
            assert not holds(turned.question, answers)
            assert turned.question.count("?") == 1
