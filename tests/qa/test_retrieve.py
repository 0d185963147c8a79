from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from index.article import Article, Chunk
from index.filters import Filter
from index.index import Index
from qa.answer import Copied, Hit
from qa.question import Question, understand
from qa.retrieve import one_a_report, rank_articles, retrieve
from tests.fakes import FakeEmbedder, write_articles
from tests.qa.made import FERRY, KELP, LEVY, Bots


def test_hits_carry_ranks_cosine_and_score(bots: Bots) -> None:
    index = bots.index(LEVY, FERRY, KELP)
    question = understand("Who sailed the ferry Petrel to Gannet Island?")
    hits = retrieve(index, question, k=3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].text == FERRY
    assert (hits[0].dense_rank, hits[0].bm25_rank) == (1, 1)
    assert hits[0].matched == ("sail", "ferri", "petrel", "gannet", "island")
    assert hits[1].matched == ()
    assert {hit.time for hit in hits} == {1.0}  # no article has a date
    assert sorted(hit.dense_rank or 0 for hit in hits) == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    (asked,) = index.embedder.encode([question.text])
    for hit in hits:
        (vector,) = index.embedder.encode([f"{hit.article.title}\n{hit.text}"])
        assert hit.cosine == pytest.approx(float(vector @ asked), abs=1e-5)
        assert hit.text == hit.article.text[hit.chunk.start : hit.chunk.end]


def test_a_hit_that_one_retriever_did_not_find_has_no_rank_there(bots: Bots) -> None:
    hits = retrieve(bots.index(LEVY, FERRY), understand("Petrel"), k=2)
    assert hits[0].text == FERRY
    assert hits[1].bm25_rank is None
    assert hits[1].score < hits[0].score


@pytest.mark.parametrize(("k", "found"), [(0, 0), (1, 1), (2, 2), (50, 3)])
def test_no_more_than_k_hits_are_given(bots: Bots, k: int, found: int) -> None:
    assert len(retrieve(bots.index(LEVY, FERRY, KELP), understand("the ferry"), k=k)) == found


def test_an_empty_index_gives_no_hits(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "empty", create=True, model=FakeEmbedder())
    assert retrieve(index, understand("Who?"), k=5) == []


def test_the_same_question_gives_the_same_hits(bots: Bots) -> None:
    index = bots.index(*(f"{LEVY} Again." for _ in range(3)), LEVY, FERRY)
    question = understand("Which levy did the council raise?")
    assert retrieve(index, question, k=5) == retrieve(index, question, k=5)


def dated_index(tmp_path: Path) -> Index:
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder(dimension=2048))
    days = {"2024-03-01": "4%", "2024-05-31": "5%", "2024-06-30": "6%"}
    for day, levy in days.items():
        text = f"The council raised the harbour levy to {levy} today."
        index.add([write_articles(tmp_path / f"{day}.jsonl", text, date=day)])
    return index


def test_as_of_a_day_the_future_is_left_out_and_the_newest_wins(tmp_path: Path) -> None:
    index = dated_index(tmp_path)
    asked = "What is the harbour levy of the council?"
    days = [hit.article.published for hit in retrieve(index, understand(asked, "2024-06-01"), k=5)]
    assert days == [date(2024, 5, 31), date(2024, 3, 1)]
    early = retrieve(index, understand(asked, "2024-05-30"), k=5)
    assert [hit.article.published for hit in early] == [date(2024, 3, 1)]
    assert retrieve(index, understand(asked, "2024-02-01"), k=5) == []
    assert len(retrieve(index, understand(asked), k=5)) == 3


def test_given_articles_are_ranked_by_cosine_and_need_no_index() -> None:
    embedder = FakeEmbedder(dimension=2048)
    articles = [Article.of(title="Notes", text=text) for text in (LEVY, FERRY, KELP)]
    hits = rank_articles(embedder, Question("divers found the wreck"), articles)
    assert hits[0].text == KELP
    assert [hit.rank for hit in hits] == [hit.dense_rank for hit in hits] == [1, 2, 3]
    cosines = [hit.cosine or 0.0 for hit in hits]
    assert cosines == sorted(cosines, reverse=True)
    assert all(hit.bm25_rank is None for hit in hits)


def test_no_articles_give_no_hits() -> None:
    assert rank_articles(FakeEmbedder(), Question("Who?"), []) == []


WIRE = " ".join(f"{LEVY} {FERRY} {KELP} Edition {letter} adds nothing." for letter in "ABCD")


def wire_index(tmp_path: Path) -> Index:
    """A wire in three outlets, on three days, and another report."""
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder(dimension=2048))
    days = {"Courier": "2024-03-01", "Packet": "2024-03-05", "Echo": "2024-03-09"}
    for outlet, day in days.items():
        text = f"{outlet} reports. {WIRE}"
        index.add([write_articles(tmp_path / f"{outlet}.jsonl", text, source=outlet, date=day)])
    index.add([write_articles(tmp_path / "other.jsonl", f"Nothing was said. {LEVY}")])
    return index


def test_of_copies_of_one_report_the_best_stands_for_all(tmp_path: Path) -> None:
    index = wire_index(tmp_path)
    hits = retrieve(index, understand("What did the Packet report of the ferry?"), k=9)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    outlets = {hit.article.source for hit in hits}
    assert outlets == {"Packet", None}
    [first] = [article for article in index.articles() if article.source == "Courier"]
    (best,) = {(hit.cluster, hit.copies) for hit in hits if hit.article.source}
    assert best[0] == first.id
    assert [copy.source for copy in best[1]] == ["Courier", "Echo"]
    assert hits[0].also_in == "also in 2 outlets"
    assert {hit.also_in for hit in hits if hit.article.source is None} == {""}


def test_as_of_a_day_copies_of_its_future_neither_stand_nor_count(tmp_path: Path) -> None:
    index = wire_index(tmp_path)
    asked = understand("What did the Echo report of the ferry?", "2024-03-06")
    hits = [hit for hit in retrieve(index, asked, k=9) if hit.article.source]
    assert {hit.article.source for hit in hits} == {"Packet"}
    assert hits[0].also_in == "also in 1 outlet"


def test_copies_in_the_same_outlet_are_told_as_copies(tmp_path: Path) -> None:
    article = Article.of(title="T", text="x", source="Courier")
    hit = Hit(Chunk("c", article.id, 0, 1), article, 1.0, 1)
    assert hit.also_in == ""
    assert replace(hit, copies=(Copied("a", "T", "Courier"),)).also_in == "1 copy left out"
    assert replace(hit, copies=2 * (Copied("a", "T", None),)).also_in == "2 copies left out"


def test_where_the_caller_gave_no_day_the_newest_does_not_win_for_being_new(tmp_path: Path) -> None:
    index = dated_index(tmp_path)
    question = understand("What did the council raise to 4%?", newest=date(2024, 6, 30))
    hits = retrieve(index, question, k=3)
    assert question.as_of is not None
    assert hits[0].article.published == date(2024, 3, 1)


def test_days_asked_for_are_favoured_and_shown_as_a_factor(tmp_path: Path) -> None:
    index = dated_index(tmp_path)
    question = Question(
        "What is the harbour levy of the council?", asked=(date(2024, 2, 28), date(2024, 2, 29))
    )
    hits = retrieve(index, question, k=3)
    assert hits[0].article.published == date(2024, 3, 1)  # the day after counts as well
    assert hits[0].time > hits[1].time >= 1.0


@pytest.mark.parametrize(("prefer", "day"), [("newest", "2024-06-30"), ("oldest", "2024-03-01")])
def test_the_newest_or_oldest_wins_where_asked_for(
    tmp_path: Path, prefer: Literal["newest", "oldest"], day: str
) -> None:
    asked = Question("What is the harbour levy of the council?", prefer=prefer)
    hits = retrieve(dated_index(tmp_path), asked, k=3)
    assert hits[0].article.published == date.fromisoformat(day)


def test_a_filter_holds_whatever_fits_better(tmp_path: Path) -> None:
    only = Filter(since=date(2024, 5, 1), until=date(2024, 6, 1))
    hits = retrieve(dated_index(tmp_path), Question("raised to 4%", only=only), k=3)
    assert [hit.article.published for hit in hits] == [date(2024, 5, 31)]


def test_quoted_words_must_stand_in_what_is_found(bots: Bots) -> None:
    question = Question("the ferry", phrases=("wreck under the kelp",))
    assert [hit.text for hit in retrieve(bots.index(LEVY, FERRY, KELP), question, k=3)] == [KELP]


def test_hits_carry_the_days_that_they_speak_of(bots: Bots) -> None:
    index = bots.index(LEVY, KELP, date="2024-06-01")  # a Saturday
    hits = {hit.text: hit for hit in retrieve(index, understand("the levy"), k=2)}
    (time,) = hits[LEVY].times
    assert LEVY[time.start : time.end].endswith("Monday")
    assert time.first == time.last == date(2024, 5, 27)
    assert hits[KELP].times == ()


def test_another_chunk_of_an_article_gives_way_to_a_chunk_nearly_as_good(bots: Bots) -> None:
    index = bots.index(LEVY, FERRY)
    first, second = index.articles()
    hits = [
        Hit(Chunk("a", first.id, 0, 9), first, 2.0, 0),
        Hit(Chunk("b", first.id, 9, 18), first, 1.9, 0),
        Hit(Chunk("c", second.id, 0, 9), second, 1.8, 0),
    ]
    assert [hit.chunk.id for hit in one_a_report(index, hits, 3)] == ["a", "c", "b"]
    assert [hit.chunk.id for hit in one_a_report(index, hits, 2)] == ["a", "c"]


def test_a_question_of_syntax_and_other_scripts_is_searched_all_the_same(bots: Bots) -> None:
    index = bots.index(LEVY, FERRY)
    for text in ('title:"x" AND (NOT *', "кто поднял сбор?", "港口税是多少", "+-&&||!(){}[]^~?:a"):
        assert len(retrieve(index, understand(text), k=2)) <= 2
