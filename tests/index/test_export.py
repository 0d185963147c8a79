"""What is exported is read back to the same articles."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article, Skipped
from index.export import to_record, write_records
from index.read import read
from tests.conftest import MakeIndex
from tests.fakes import write_articles

FULL = Article.of(
    title="Bells 🔔",
    text="Bells 🔔\n\nBells 🔔\n\nAccept all cookies?",  # what cleaning would take out
    published=date(2024, 3, 4),
    updated=date(2024, 3, 5),
    source=None,
    url="https://courier.example/bells",
    path="a.html",
    external_id="7",
    author="Oona Kell",
    section="Local",
    language="en",
    published_at="2024-03-04T07:55+01:00",
    provenance=[("title", "JSON-LD"), ("published", "meta")],
)


def read_back(file: Path, *articles: Article) -> list[Article | Skipped]:
    with file.open("w", encoding="utf-8") as stream:
        assert write_records(articles, stream) == len(articles)
    return list(read([file]))


def test_an_article_comes_back_whole(tmp_path: Path) -> None:
    [article] = read_back(tmp_path / "a.jsonl", FULL)
    assert isinstance(article, Article)
    assert to_record(article) == to_record(FULL)
    assert article.id == FULL.id


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, st.none() | st.dates())
def test_any_article_comes_back_with_its_id(
    tmp_path: Path, title: str, text: str, source: str | None, url: str | None, day: date | None
) -> None:
    article = Article.of(title=title, text=text, source=source, url=url, published=day)
    [found] = read_back(tmp_path / "a.jsonl", article)
    assert isinstance(found, Article)
    assert found.id == article.id


def test_a_record_that_was_changed_is_named(tmp_path: Path) -> None:
    record = to_record(FULL) | {"title": "Owls"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    [found] = read([tmp_path / "a.jsonl"])
    assert isinstance(found, Skipped)
    assert "was changed since it was exported" in found.reason


@pytest.mark.parametrize("field", ["title", "text", "date", "provenance"])
def test_a_record_that_is_none_is_named(tmp_path: Path, field: str) -> None:
    record = to_record(FULL) | {field: 7}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    [found] = read([tmp_path / "a.jsonl"])
    assert isinstance(found, Skipped)


def test_an_index_that_is_exported_and_added_is_the_same(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(write_articles(tmp_path / "a.jsonl", "Bells rang.", "Owls called."))
    stream = io.StringIO()
    write_records(index.articles(), stream)
    (tmp_path / "b.jsonl").write_text(stream.getvalue(), encoding="utf-8")
    other = make_index(tmp_path / "b.jsonl", name="other")
    assert [a.id for a in other.articles()] == [a.id for a in index.articles()]
    assert other.add(tmp_path / "a.jsonl").added == 0
