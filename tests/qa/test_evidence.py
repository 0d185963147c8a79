from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.article import Article, Chunk
from index.times import find_times
from qa.answer import Hit
from qa.evidence import select_evidence
from tests.qa.made import FERRY, KELP, LEVY

ASKED = "Who sailed the ferry Petrel?"


def count(text: str) -> int:
    return len(text.split())


def hit(text: str, *, title: str = "Notes", rank: int = 1, score: float = 1.0) -> Hit:
    article = Article.of(title=title, text=text, published=date(2024, 6, 1))
    times = tuple(find_times(text, article.published))
    return Hit(Chunk("c", article.id, 0, len(text)), article, score, rank, times=times)


def test_the_sentence_that_fits_comes_first() -> None:
    chosen = select_evidence(ASKED, [hit(f"{LEVY} {FERRY} {KELP}")], count, budget=300)
    assert chosen[0].text == FERRY
    assert {e.text for e in chosen} == {LEVY, FERRY, KELP}


def test_sentences_and_headings_keep_within_the_budget() -> None:
    hits = [hit(f"{LEVY} {FERRY}"), hit(f"{KELP} {FERRY} Or so.", rank=2)]
    for budget in range(80):
        chosen = select_evidence(ASKED, hits, count, budget=budget)
        headings = {e.article.id: e.heading for e in chosen}.values()
        assert sum(map(count, [*headings, *(e.text for e in chosen)])) <= budget


def test_the_same_sentence_of_two_outlets_is_given_once() -> None:
    hits = [hit(FERRY), hit(f"{FERRY} {KELP}", rank=2)]
    chosen = [e.text for e in select_evidence(ASKED, hits, count, budget=300)]
    assert chosen.count(FERRY) == 1


def test_a_sentence_that_leans_on_the_one_before_is_given_with_it() -> None:
    text = f"{LEVY} Captain Brandt was praised. She sailed the ferry Petrel. {KELP}"
    first = select_evidence(ASKED, [hit(text)], count, budget=300)[0]
    assert first.text == "Captain Brandt was praised. She sailed the ferry Petrel."
    spans = [(e.start, e.end) for e in select_evidence(ASKED, [hit(text)], count, budget=300)]
    assert all(a[1] <= b[0] for a, b in zip(sorted(spans), sorted(spans)[1:], strict=False))


def test_no_sentence_is_shown_twice_where_one_leans_on_another() -> None:
    text = "Captain Brandt was praised. She sailed the ferry Petrel. But it was slow that day."
    chosen = select_evidence(ASKED, [hit(text)], count, budget=300)
    assert sum(e.text.count("She sailed the ferry Petrel.") for e in chosen) == 1
    assert " ".join(e.text for e in sorted(chosen, key=lambda e: e.start)) == text


def test_where_the_budget_is_short_it_is_given_alone() -> None:
    text = f"{'Long words were said before. ' * 1}{LEVY} She sailed the ferry Petrel."
    (only,) = select_evidence(ASKED, [hit(text)], count, budget=11)
    assert only.text == "She sailed the ferry Petrel."


def test_what_states_something_comes_before_questions_and_captions() -> None:
    text = f"Who sailed the ferry Petrel? Brandt on the ferry Petrel — {FERRY}"
    hits = [hit(text.replace(" — ", "\n\n"))]
    chosen = [e.text for e in select_evidence(ASKED, hits, count, budget=300)]
    assert chosen[0] == FERRY
    assert chosen[-1] == "Who sailed the ferry Petrel?"
    caption = FERRY.removesuffix(".")
    chosen = [e.text for e in select_evidence(ASKED, [hit(caption), hit(FERRY)], count, budget=300)]
    assert chosen == [FERRY]


def test_articles_older_than_the_days_asked_about_come_last() -> None:
    old, new = hit(f"{FERRY} {KELP}"), hit(f"Twice {FERRY}", rank=2)
    hits = [replace(old, article=replace(old.article, published=date(2024, 3, 1))), new]
    late = select_evidence(ASKED, hits, count, budget=300, since=date(2024, 5, 28))
    assert late[0].text == new.text
    assert select_evidence(ASKED, hits, count, budget=300)[0].text == FERRY


def test_days_that_a_sentence_speaks_of_go_with_it() -> None:
    chosen = select_evidence("Who raised the levy?", [hit(f"{FERRY} {LEVY}")], count, budget=300)
    times = {e.text: e.times for e in chosen}
    assert [time.first for time in times[LEVY]] == [date(2024, 5, 27)]
    assert times[FERRY] == ()


def test_the_same_hits_give_the_same_evidence_and_none_give_none() -> None:
    hits = [hit(f"{LEVY} {FERRY}"), hit(KELP, rank=2)]
    first = select_evidence(ASKED, hits, count, budget=60)
    assert first == select_evidence(ASKED, hits, count, budget=60) != []
    assert select_evidence(ASKED, [], count, budget=60) == []
    assert select_evidence("?", hits, count, budget=60) != []
