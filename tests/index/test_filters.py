"""The contract of filters: both searches find what passes, in the order they find it without."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from index.article import Article, Chunk
from index.filters import Filter
from index.index import Index
from tests.conftest import MakeIndex
from tests.fakes import FakeEmbedder

START = date(2019, 1, 1)
SOURCES = (None, "Averil Courier", "The Packet", "ÉCHO")
SECTIONS = (None, "Sport", "Politics")
EMBEDDER = FakeEmbedder()
ASKED = ("harbour ferry council 7", "wenlo bridge", "crews 12 of strike")


def write_news(file: Path, count: int, seed: int = 5) -> Path:
    """Articles of random days, outlets and sections, some of which speak of a random day."""
    import json

    dice = random.Random(seed)
    words = "harbour ferry council bridge wenlo strike crews school bells".split()
    with file.open("w", encoding="utf-8") as stream:
        for number in range(count):
            text = f"{' '.join(dice.choices(words, k=12))} {number}."
            if dice.random() < 0.4:
                text += f" It was said on {START + timedelta(days=dice.randrange(300))}."
            if dice.random() < 0.3:
                text += "\n\n" + " ".join(dice.choices(words, k=90)) + "."
            record = {
                "title": f"Item {number}",
                "text": text,
                "source": dice.choice(SOURCES),
                "section": dice.choice(SECTIONS),
            }
            if dice.random() < 0.9:
                record["date"] = (START + timedelta(days=dice.randrange(300))).isoformat()
            stream.write(json.dumps({k: v for k, v in record.items() if v is not None}) + "\n")
    return file


@pytest.fixture(scope="module", params=["exact", "lists"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Some hundred rows, searched row by row or in lists."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.vectors.LISTS_FROM", 50 if request.param == "lists" else 10_000)
        made = Index.open(folder / "index", create=True, model=EMBEDDER)
        made.add(write_news(folder / "news.jsonl", 300))
    assert made.manifest is not None
    assert made.manifest.nearest == ("ivf" if request.param == "lists" else "exact")
    return made


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are few here too, so that every way is taken; all lists are looked through."""
    monkeypatch.setattr("index.vectors.FEW", 20)
    monkeypatch.setattr("index.vectors.PROBED", 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


FILTERS = [
    Filter(),
    Filter(since=day(100)),
    Filter(until=day(5)),
    Filter(since=day(150), until=day(150)),
    Filter(since=day(20), until=day(280)),
    Filter(since=day(20), until=day(40), undated=True),
    Filter(since=day(20), until=day(40), mentioned=True),
    Filter(since=day(90), until=day(120), mentioned=True, undated=True),
    Filter(until=day(60), mentioned=True),
    Filter(since=day(250), mentioned=True),
    Filter(sources=("averil COURIER",)),
    Filter(sources=("the packet", "écho"), sections=("sport",)),
    Filter(sections=("POLITICS",), since=day(10), until=day(60), mentioned=True),
    Filter(sources=(*(f"outlet {n}" for n in range(5_000)), "The Packet")),
    Filter(sources=("nobody",)),
    Filter(since=day(200), until=day(100)),
    Filter(since=date.min, until=date.max),
    Filter(since=date.min, until=date.max, mentioned=True),
]


def passes(only: Filter, chunk: Chunk, article: Article, index: Index) -> bool:
    """What the record of a filter says, word by word."""
    if only.sources and (article.source or "").casefold() not in map(str.casefold, only.sources):
        return False
    if only.sections and (article.section or "").casefold() not in map(str.casefold, only.sections):
        return False
    since, until = only.since or date.min, only.until or date.max
    if not (only.since or only.until):
        return True
    if article.published is None and only.undated:
        return True
    if article.published and since <= article.published <= until:
        return True
    return only.mentioned and any(
        said.start < chunk.end and said.end > chunk.start
        and said.first <= until and said.last >= since
        for said in index.mentions([article.id])[article.id]
    )  # fmt: skip


def passing(index: Index, only: Filter) -> list[int]:
    assert index.manifest is not None
    pairs = index.chunks(range(index.manifest.chunks))
    return [row for row, pair in enumerate(pairs) if passes(only, *pair, index)]


@pytest.mark.parametrize("only", FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("k", [1, 10, 1_000])
def test_vectors_find_the_nearest_of_those_that_pass(index: Index, only: Filter, k: int) -> None:
    rows = passing(index, only)
    vectors = index.vectors(rows)
    for query in EMBEDDER.encode(ASKED):
        best = sorted((float(c) for c in vectors @ query), reverse=True)[:k]
        found = index.search_vectors(query, k, only)
        assert {row for row, _ in found} <= set(rows)
        assert [cosine for _, cosine in found] == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("only", FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("k", [1, 10, 1_000])
@pytest.mark.parametrize("wide", [0.0, 0.2, 2.0])
def test_words_find_the_best_of_those_that_pass(
    index: Index, only: Filter, k: int, wide: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.lexical.WIDE", wide)
    rows = set(passing(index, only))
    for text in ASKED:
        every = index.search_words(text, 10_000)
        best = [score for row, score in every if row in rows][:k]
        found = index.search_words(text, k, only)
        assert {row for row, _ in found} <= rows
        assert [score for _, score in found] == pytest.approx(best, rel=1e-5)


@pytest.mark.parametrize("only", FILTERS, ids=range(len(FILTERS)))
def test_the_articles_that_pass_are_counted(index: Index, only: Filter) -> None:
    articles = {article.id for _, article in index.chunks(passing(index, only))}
    assert index.count(only) == len(articles)


def test_the_nearest_days_beside_a_window_are_told(index: Index) -> None:
    only = Filter(since=day(100), until=day(103), sources=("The Packet",), sections=("Sport",))
    days = [
        article.published
        for article in index.articles()
        if article.published and (article.source, article.section) == ("The Packet", "Sport")
    ]
    before = max(day_ for day_ in days if day_ < day(100))
    after = min(day_ for day_ in days if day_ > day(103))
    assert index.nearest(only) == (before, after)
    assert index.nearest(Filter(since=date(2030, 1, 1))) == (max_day(index), None)
    assert index.nearest(Filter()) == (None, None)
    assert index.nearest(Filter(since=day(1), sources=("nobody",))) == (None, None)


def max_day(index: Index) -> date:
    return max(article.published for article in index.articles() if article.published)


def test_days_of_rows_are_those_of_their_articles(index: Index) -> None:
    rows = [5, 0, 17, 5]
    wanted = [
        article.published.toordinal() if article.published else 0
        for _, article in index.chunks(rows)
    ]
    assert index.days(rows).tolist() == wanted
    assert index.days([]).tolist() == []


def test_mentions_are_spans_of_the_text(index: Index) -> None:
    ids = [article.id for article in index.articles()]
    mentions = index.mentions(ids)
    assert list(mentions) == ids
    said = 0
    for article in index.articles():
        for mention in mentions[article.id]:
            assert article.text[mention.start : mention.end] == mention.first.isoformat()
            said += 1
    assert said > 50
    assert index.mentions(["unknown"]) == {"unknown": []}


def test_a_day_asked_about_finds_the_chunks_that_speak_of_it(make_index: MakeIndex) -> None:
    records = Path(make_index().directory.parent / "a.jsonl")
    records.write_text(
        '{"title": "Yard", "text": "The ferry sails on 2019-04-25 again.", "date": "2019-04-20"}\n'
        '{"title": "Hull", "text": "The ferry sails again one day.", "date": "2019-04-25"}\n'
    )
    index = make_index(records)
    assert index.search_words("ferry", 5, days=["2019-04-25"])[0][0] == 0
    assert [row for row, _ in index.search_words("", 5, days=["2019-04"])] == [0]
    assert index.search_words("", 5, days=["2019-05", "2020", "x" * 100_000]) == []


@pytest.mark.parametrize("search", ["vectors", "words"])
def test_nothing_published_finds_nothing(make_index: MakeIndex, search: str) -> None:
    index, only = make_index(), Filter(since=START)
    looks: dict[str, Callable[[], object]] = {
        "vectors": lambda: index.search_vectors(np.ones(16, dtype=np.float32), 5, only),
        "words": lambda: index.search_words("ferry", 5, only),
    }
    assert looks[search]() == []
    assert (index.count(only), index.nearest(only)) == (0, (None, None))
    assert index.days([]).tolist() == []
    assert index.mentions(["a"]) == {}
