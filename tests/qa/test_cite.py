from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import REFUSAL, Evidence
from qa.cite import align, cite_sentences, is_refusal, may_become_refusal, strip_markers
from tests.qa.made import FERRY, KELP, LEVY, evidence

QUESTION = "What happened?"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("It rose [1].", "It rose."),
        ("It rose [1][2] again [3, 4].", "It rose again."),
        ("It rose.[^2]", "It rose."),
        ("It rose [[1]].", "It rose."),
        ("It rose【3】.", "It rose."),
        ("It rose【3†source】 again.", "It rose again."),
        ("It rose (source 2).", "It rose."),
        ("It rose (Excerpts 1 and 2), twice.", "It rose, twice."),
        ("It rose [Source 12].", "It rose."),
        ("It rose [1[1]].", "It rose."),
        ("It rose [1-3; 5]", "It rose"),
    ],
)
def test_a_marker_that_the_model_wrote_is_removed(written: str, left: str) -> None:
    assert strip_markers(written) == left


@pytest.mark.parametrize("begun", ["[", "[1", "[1, ", "[^", "【3†so", "(", "(sou", "(source 1"])
def test_the_beginning_of_a_marker_is_held_back_at_the_end(begun: str) -> None:
    assert strip_markers(f"It rose {begun}") == "It rose"


@pytest.mark.parametrize(
    "text", ["in [2019] it", "(the mayor said so)", "5 (five) men", "[sic]", "a (1999) film", "x"]
)
def test_what_is_no_marker_stays(text: str) -> None:
    assert strip_markers(text) == text


@pytest.mark.parametrize(
    "text",
    [
        REFUSAL,
        REFUSAL.upper(),
        f"{REFUSAL} However, the ferry sailed.",
        "I couldn’t find this in the articles",
        "I do not know.",
        "I'm sorry, but that is not there.",
        "The excerpts do not state who won.",
        "The provided text doesn't mention it.",
        "None of the excerpts mention a World Cup.",
        "None of the given articles\ndo not say.",
        "There is no information about it.",
        "No information is given.",
        "It is not mentioned.",
        "Not stated.",
        "The winner of the cup is not mentioned in the provided excerpts.",
        "The date isn’t specified in the articles.",
    ],
)
def test_a_refusal_is_recognised_in_other_words(text: str) -> None:
    assert is_refusal(text)
    assert may_become_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "The council did not raise the levy.",
        "Not all homes were flooded.",
        "No ship was lost.",
        "The text messages were not read in court.",
        "It is not clear how the fire began, police said.",
        "He said he could not find the keys.",
        "The excerptor does not work.",
        "None of the crew survived.",
        "There is no bridge at Wenlo.",
        "Sorrynot",
        "The articles of association were signed.",
    ],
)
def test_a_sentence_that_only_denies_something_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)
    assert not may_become_refusal(text)


@pytest.mark.parametrize(
    "refusal",
    [REFUSAL, "The excerpts do not state it.", "None of the articles mention it.", "I don’t know."],
)
def test_every_beginning_of_a_refusal_may_become_one(refusal: str) -> None:
    assert all(may_become_refusal(refusal[:end]) for end in range(len(refusal) + 1))


def test_an_answer_stops_looking_like_a_refusal_as_soon_as_it_differs() -> None:
    assert may_become_refusal("The")
    assert not may_become_refusal("The bri")
    assert may_become_refusal("I ")
    assert not may_become_refusal("I be")


def test_the_evidence_that_shares_most_is_cited() -> None:
    pieces = [evidence(text) for text in (LEVY, FERRY, KELP)]
    assert align("Three divers found the wreck.", pieces) == [pieces[2]]


def test_evidence_that_shares_nothing_is_never_cited() -> None:
    assert align("Snow fell.", [evidence(LEVY), evidence(FERRY)]) == []
    assert align("", [evidence(LEVY)]) == []


def test_names_and_numbers_weigh_double() -> None:
    plain = evidence("The quiet old harbour levy rose.")
    named = evidence("Brandt paid 40 crowns.")
    sentence = "The quiet old harbour saw Brandt pay 40 crowns."
    assert align(sentence, [plain, named]) == [named]  # 3 and 2 again, against 3


def test_what_the_question_does_not_say_weighs_double() -> None:
    asking = evidence("Strand asked what the biggest threat to the seals was.")
    telling = evidence("Nets and ropes are the worst, Strand said.")
    sentence = "The biggest threat to the seals is nets and ropes."
    question = "What is the biggest threat to the seals?"
    assert align(sentence, [asking, telling]) == [asking]
    assert align(sentence, [asking, telling], question) == [telling]


def test_of_equals_in_one_article_the_better_evidence_wins() -> None:
    article = evidence(LEVY, before=f"{LEVY} ").article
    first = Evidence(article, 0, len(LEVY))
    second = Evidence(article, len(LEVY) + 1, 2 * len(LEVY) + 1)
    assert first.text == second.text == LEVY
    assert align("The levy was raised to 5%.", [first, second]) == [first]
    assert align("The levy was raised to 5%.", [second, first]) == [second]


def test_two_articles_that_agree_are_both_cited_and_a_third_is_not() -> None:
    pieces = [evidence(LEVY, title=title) for title in ("Courier", "Packet", "Press")]
    assert align("The council raised the harbour levy to 5%.", pieces) == pieces[:2]


def test_a_copy_in_another_outlet_is_no_second_witness() -> None:
    first, copy, other = (evidence(LEVY, title=title) for title in ("One", "Two", "Three"))
    first, copy = (replace(item, cluster="wire") for item in (first, copy))
    assert align(LEVY, [first, copy]) == [first]
    assert align(LEVY, [first, copy, other]) == [first, other]


def test_an_article_that_agrees_in_part_only_is_not_cited_beside_the_one_that_fits() -> None:
    fits = evidence(LEVY)
    partly = evidence("The council met on Monday about the harbour.")
    assert align("The council raised the harbour levy to 5%.", [partly, fits]) == [fits]


def test_what_one_sentence_lacks_another_of_the_same_matter_may_bring() -> None:
    sailed = "Captain Ilva Brandt sailed the ferry on Monday."
    article = evidence(f"{sailed} The ferry is called Petrel.").article
    start = len(sailed) + 1
    pieces = [Evidence(article, 0, start - 1), Evidence(article, start, start + 28)]
    assert pieces[1].text == "The ferry is called Petrel. "
    sentences, citations = cite_sentences(
        "Captain Brandt sailed the ferry Petrel.", [evidence(KELP), *pieces], QUESTION, done=True
    )
    assert [citation.quote for citation in citations] == [piece.text for piece in pieces]
    assert sentences[0].citations == (1, 2)


@pytest.mark.parametrize(
    ("sentence", "elsewhere", "missing"),
    [
        (
            "The council raised the harbour levy to 6%.",
            "On the island 6 cows grazed.",
            'the evidence says "5%", not "6%"',
        ),
        (
            "Captain Sorley sailed the ferry Petrel.",
            "Lucan Sorley slept.",
            'the name "Sorley" is not in the cited sentence',
        ),
    ],
)
def test_a_number_or_name_is_not_borrowed_from_another_matter(
    sentence: str, elsewhere: str, missing: str
) -> None:
    pieces = [evidence(LEVY), evidence(FERRY), evidence(elsewhere)]
    (judged,), citations = cite_sentences(sentence, pieces, QUESTION, done=True)
    assert judged.reason == missing
    assert citations == ()


def test_a_number_is_not_borrowed_from_elsewhere_in_the_same_article() -> None:
    article = evidence(f"{LEVY} Out of 6 members one was ill.").article
    pieces = [Evidence(article, 0, len(LEVY)), Evidence(article, len(LEVY) + 1, len(LEVY) + 30)]
    (judged,), _ = cite_sentences("The levy rose to 6%.", pieces, QUESTION, done=True)
    assert not judged.supported


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who sailed to Australia?", "Captain Ilva Brandt sailed to Australia."),
        ("Was the harbour levy raised to 6%?", "The council raised the harbour levy to 6%."),
    ],
)
def test_what_only_the_asker_says_is_no_support(question: str, sentence: str) -> None:
    pieces = [evidence(LEVY), evidence(FERRY)]
    (judged,), _ = cite_sentences(sentence, pieces, question, done=True)
    assert not judged.supported


def test_what_the_asker_says_may_be_repeated_if_the_articles_know_it() -> None:
    # "He" in the cited sentence is the question's Brandt, whom the article names elsewhere
    piece = evidence("He sailed the ferry to the island.", before="Otto Brandt is captain. ")
    question = "Where did Brandt of the UN sail the ferry in 2024?"
    told = "In 2024 the UN captain Brandt sailed the ferry to the island."
    (judged,), (citation,) = cite_sentences(told, [piece], question, done=True)
    assert judged.supported
    assert citation.quote == piece.text


def test_a_quote_is_not_cited_from_the_article_that_quotes_another() -> None:
    courier = evidence("“We will never sell the ferry,” Mayor Tolliver said.", title="Courier")
    packet = evidence("“We may sell the tug,” Commissioner Hale said.", title="Packet")
    sentences, citations = cite_sentences(
        "Tolliver said “We will never sell the ferry”.", [packet, courier], QUESTION, done=True
    )
    assert [citation.title for citation in citations] == ["Courier"]
    assert sentences[0].citations == (1,)
    swapped, none = cite_sentences(
        "Said Tolliver: “We may sell the tug”.", [packet], QUESTION, done=True
    )
    assert not swapped[0].supported
    assert none == ()


def test_markers_count_from_one_in_the_order_of_the_text_and_are_used_again() -> None:
    pieces = [evidence(text) for text in (LEVY, FERRY, KELP)]
    text = f"{KELP} {LEVY} {KELP}"
    sentences, citations = cite_sentences(text, pieces, QUESTION, done=True)
    assert [sentence.citations for sentence in sentences] == [(1,), (2,), (1,)]
    assert [(c.n, c.quote) for c in citations] == [(1, KELP), (2, LEVY)]


def test_a_citation_tells_where_and_when_it_was_written() -> None:
    piece = evidence(LEVY, before="Told. ", published=date(2024, 5, 6), source="Courier")
    _, (citation,) = cite_sentences(LEVY, [piece], QUESTION, done=True)
    assert (citation.source, citation.published, citation.url) == ("Courier", "2024-05-06", None)
    assert (citation.article_id, citation.start) == (piece.article.id, 6)
    assert piece.article.text[citation.start : citation.end] == citation.quote == LEVY


def test_an_unsupported_sentence_is_kept_and_marked_with_the_reason() -> None:
    text = f"{LEVY} The levy was 9% before."
    sentences, citations = cite_sentences(text, [evidence(LEVY)], QUESTION, done=True)
    assert [s.text for s in sentences] == [LEVY, "The levy was 9% before."]
    assert [s.supported for s in sentences] == [True, False]
    assert sentences[1].reason == 'the evidence says "5%", not "9%"'
    assert sentences[1].citations == ()
    assert len(citations) == 1


def test_the_last_sentence_is_not_judged_while_it_grows() -> None:
    growing = f"{LEVY} The levy was 9"
    sentences, citations = cite_sentences(growing, [evidence(LEVY)], QUESTION, done=False)
    assert [s.supported for s in sentences] == [True, True]
    assert [s.citations for s in sentences] == [(1,), ()]
    assert [c.n for c in citations] == [1]


ARTICLES = (
    evidence(LEVY, before="First. "),
    evidence(LEVY, title="A copy"),
    evidence(FERRY, before="In short: "),
    evidence(KELP),
    evidence("Ünïcode 𝟛 — “Nobody,” he said… [1] (source 2)", before="𝔘 "),
)
WORDS = [
    *" ".join(item.text for item in ARTICLES).split(),
    "[1]",
    "【2】",
    ".",
    "?",
    "\n",
    "6%",
    "9",
]
ANSWERS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.lists(st.sampled_from([item.text for item in ARTICLES]), max_size=5).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(text=ANSWERS, done=st.booleans())
def test_whatever_the_model_writes_its_citations_are_verbatim_and_numbered(
    text: str, done: bool
) -> None:
    clean = strip_markers(text).strip()
    sentences, citations = cite_sentences(clean, ARTICLES, QUESTION, done=done)
    texts = {item.article.id: item.article.text for item in ARTICLES}
    for citation in citations:
        assert citation.quote
        assert citation.quote == texts[citation.article_id][citation.start : citation.end]
    assert [citation.n for citation in citations] == list(range(1, len(citations) + 1))
    markers = [n for sentence in sentences for n in sentence.citations]
    assert list(dict.fromkeys(markers)) == list(range(1, len(citations) + 1))
    judged = sentences if done else sentences[:-1]
    assert all(bool(s.citations) == s.supported == (s.reason is None) for s in judged)
    at = 0
    for sentence in sentences:
        at = clean.index(sentence.text, at) + len(sentence.text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="[]^12 ,()【】aso†", max_size=60))
def test_no_marker_survives_whatever_stands_around_it(text: str) -> None:
    left = strip_markers(text)
    assert "[1]" not in left
    assert "【" not in left or "】" not in left.partition("【")[2][:40]


@pytest.mark.parametrize(
    "unit", [" ", "[", "【", "[1,", "(source ", "[1 and ", "a [1", "The ", "I "]
)
def test_hostile_text_is_looked_through_in_no_time(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    started = time.process_time()
    strip_markers(text)
    is_refusal(text)
    may_become_refusal(text)
    assert time.process_time() - started < 2
