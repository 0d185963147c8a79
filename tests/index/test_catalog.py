"""Leafing through an index: pages by day, counts, and the names of outlets and sections."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from index.catalog import Catalog, Place
from index.filters import Filter
from index.index import Index
from tests.conftest import MakeIndex

FIRST = date(2031, 1, 1)
ROWS = [
    {
        "title": f"Report {n}",
        "text": f"Number {n} of the reports about the harbour tells of ship {n * 7}. "
        * (n % 5 + 1),
        "date": None if n % 10 == 9 else (FIRST + timedelta(days=n * 5 % 12)).isoformat(),
        "source": ("Packet", "packet", "Averil Courier", None)[n % 4],
        "section": "Sport" if n % 3 else None,
    }
    for n in range(40)
]


@pytest.fixture
def index(make_index: MakeIndex, tmp_path: Path) -> Index:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return make_index(file)


def catalog_of(index: Index) -> Catalog:
    assert index.catalog is not None
    return index.catalog


def expected(index: Index, only: Filter) -> list[str]:
    """The same by going through every article."""
    sources, sections = set(map(str.lower, only.sources)), set(map(str.lower, only.sections))

    def passes(number: int) -> bool:
        article = articles[number]
        day = article.published
        if sources and (article.source or "").lower() not in sources:
            return False
        if sections and (article.section or "").lower() not in sections:
            return False
        if day is None:
            return only.undated or not (only.since or only.until)
        return (only.since or date.min) <= day <= (only.until or date.max)

    articles = list(index.articles())
    order = sorted(range(len(articles)), key=lambda n: (articles[n].published or date.min, n))
    return [articles[n].title for n in reversed(order) if passes(n)]


def leafed(catalog: Catalog, only: Filter, limit: int) -> list[str]:
    titles: list[str] = []
    after = None
    while page := catalog.page(only, after, limit=limit):
        assert len(page) <= limit
        titles += [article.title for article in page]
        after = Place.of(page[-1])
    return titles


@pytest.mark.parametrize(
    "only",
    [
        Filter(),
        Filter(since=FIRST + timedelta(days=3), until=FIRST + timedelta(days=7)),
        Filter(until=FIRST + timedelta(days=4), undated=True),
        Filter(sources=("PACKET",), sections=("sport",)),
        Filter(sources=("nobody",)),
        Filter(since=date.max),
    ],
)
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_hold_every_article_that_passes_once_newest_first(
    index: Index, only: Filter, limit: int
) -> None:
    catalog = catalog_of(index)
    right = expected(index, only)
    assert leafed(catalog, only, limit) == right
    assert catalog.count(only) == len(right)


def test_the_next_page_is_right_where_the_last_article_has_gone(index: Index) -> None:
    *_, last = catalog_of(index).page(Filter(), limit=10)
    behind = expected(index, Filter())[10:]
    index.remove(ids=[last.id])
    after = catalog_of(index).page(Filter(), Place.of(last), limit=100)
    assert [article.title for article in after] == behind


def test_days_are_counted(index: Index) -> None:
    only = Filter(sources=("Packet",))
    right: dict[date, int] = {}
    for article in index.articles():
        if article.published and (article.source or "").lower() == "packet":
            right[article.published] = right.get(article.published, 0) + 1
    assert catalog_of(index).per_day(only) == sorted(right.items())


def test_names_that_differ_in_case_are_one_and_the_most_frequent_come_first(index: Index) -> None:
    catalog = catalog_of(index)
    assert [(name.lower(), count) for name, count in catalog.outlets] == [
        ("packet", 20),
        ("averil courier", 10),
    ]
    assert catalog.sections == (("Sport", 26),)
    assert index.info().sources == catalog.outlets


def test_an_index_without_days_or_articles_has_no_span(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    assert make_index(name="empty").catalog is None
    file = tmp_path / "a.txt"
    file.write_text("Harbour\n\nThe harbour has no day.", encoding="utf-8")
    catalog = catalog_of(make_index(file))
    assert (catalog.span(), catalog.per_day(Filter())) == ((None, None), [])
    assert (catalog.outlets, len(catalog.page(Filter(), limit=9))) == ((), 1)
