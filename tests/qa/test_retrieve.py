from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Chunk
from index.index import Index
from qa.answer import Copied, Hit
from qa.question import Question, understand
from qa.retrieve import fuse, rank_articles, retrieve, time_factor
from tests.fakes import FakeEmbedder, write_articles
from tests.qa.made import FERRY, KELP, LEVY, Bots

DAY = date(2024, 6, 1)


def test_reciprocal_ranks_are_added_up() -> None:
    # 1 / (10 + rank): row 7 is first and third, row 8 second only, row 9 first only
    fused = fuse([{7: 1, 8: 2}, {9: 1, 7: 3}])
    assert fused == pytest.approx({7: 1 / 11 + 1 / 13, 8: 1 / 12, 9: 1 / 11})


def test_nothing_fused_is_nothing() -> None:
    assert fuse([{}, {}]) == {}


def test_without_both_dates_time_does_not_count() -> None:
    assert time_factor(None, DAY) == time_factor(DAY, None) == time_factor(None, None) == 1.0


@pytest.mark.parametrize(
    ("published", "factor"),
    [
        (DAY, 5.0),
        (date(2024, 5, 18), 3.0),  # 14 days: half of the 4 above 1
        (date(2024, 5, 4), 2.0),  # 28 days: a quarter
        (date(2024, 6, 2), 0.0),  # tomorrow's news
    ],
)
def test_the_weight_above_one_halves_every_fortnight_and_the_future_has_none(
    published: date, factor: float
) -> None:
    assert time_factor(published, DAY) == pytest.approx(factor)


def test_old_news_keeps_its_own_weight() -> None:
    assert time_factor(date(1900, 1, 1), DAY) == pytest.approx(1.0)


def test_hits_carry_ranks_cosine_and_score(bots: Bots) -> None:
    index = bots.index(LEVY, FERRY, KELP)
    question = understand("Who sailed the ferry Petrel to Gannet Island?")
    hits = retrieve(index, question, k=3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].text == FERRY
    assert (hits[0].dense_rank, hits[0].bm25_rank) == (1, 1)
    assert hits[0].score == pytest.approx(2 / 11)
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
    assert hits[1].score == pytest.approx(1 / 12)


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
