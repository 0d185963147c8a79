from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Chunk, content_id
from index.errors import IndexFormatError
from index.store import ArticleTable, Base

BELLS = Article.of(
    title="Bells 🔔",
    text="They rang.\n\nOona “heard” them; naïve é 日本 🔔🔔 to the end.",
    published=date(2024, 3, 4),
    updated=date(2024, 3, 5),
    source="Averil Courier",
    url="https://courier.example/bells?a=1&b='2'",
    path="a/b c.jsonl",
    external_id="7",
)
BARE = Article.of(title="'; DROP TABLE article; --", text="Nothing but a text.")
LATER = Article.of(title="Later", text="Later.", published=date(2024, 9, 1), source="Packet")


def chunk(article: Article, start: int, end: int) -> Chunk:
    return Chunk(content_id(article.id, str(start), str(end)), article.id, start, end)


CHUNKS = [chunk(BELLS, 0, 10), chunk(BELLS, 12, len(BELLS.text))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed file of three articles; BARE has no chunk, LATER one."""
    table = ArticleTable.create(tmp_path / "articles.sqlite")
    table.append([(BELLS, CHUNKS), (BARE, [])])
    table.append([(LATER, [chunk(LATER, 0, 6)])])
    table.close()
    return tmp_path / "articles.sqlite"


def test_articles_come_back_as_they_were_in_the_order_they_were_added(file: Path) -> None:
    table = ArticleTable.open(file)
    assert list(table.articles()) == [BELLS, BARE, LATER]
    assert [table.article(article.id) for article in (LATER, BARE)] == [LATER, BARE]
    assert table.count_articles() == 3


def test_an_unknown_article_is_none(file: Path) -> None:
    table = ArticleTable.open(file)
    assert table.article("' OR 1=1 --") is None
    assert not table.has("unknown")
    assert table.has(BARE.id)


def test_chunks_take_the_next_rows(file: Path) -> None:
    table = ArticleTable.open(file)
    assert table.count_chunks() == 3
    assert table.chunks([2, 0, 1]) == [
        (chunk(LATER, 0, 6), LATER),
        (CHUNKS[0], BELLS),
        (CHUNKS[1], BELLS),
    ]


def test_documents_hold_the_text_of_the_chunk_to_the_character(file: Path) -> None:
    texts = [BELLS.text[:10], BELLS.text[12:], "Later."]
    documents = list(ArticleTable.open(file).documents(0))
    assert documents == list(zip([0, 1, 2], [BELLS.title, BELLS.title, "Later"], texts))  # noqa: B905
    assert [row for row, _, _ in ArticleTable.open(file).documents(2)] == [2]


def test_articles_are_listed_without_their_texts(file: Path) -> None:
    first, second = ArticleTable.open(file).listed([3, 1])
    assert (first.id, first.title, first.published) == (LATER.id, "Later", LATER.published)
    assert (second.number, second.source, second.section) == (1, BELLS.source, BELLS.section)


def test_articles_are_added_all_or_none(file: Path) -> None:
    table = ArticleTable.resume(file)
    new = Article.of(title="New", text="New.")
    with pytest.raises(sqlite3.IntegrityError):
        table.append([(new, [chunk(new, 0, 4)]), (BELLS, CHUNKS)])
    assert not table.has(new.id)
    assert (table.count_articles(), table.count_chunks()) == (3, 3)
    table.close()


def test_the_base_is_remembered(file: Path) -> None:
    table = ArticleTable.resume(file)
    assert table.base is None
    table.set_base(2, "default 384")
    table.set_base(3, "default 768")
    table.close()
    assert ArticleTable.open(file).base == Base(3, "default 768", 3, changed=False, sealed=False)


def test_a_published_file_cannot_be_written(file: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        ArticleTable.open(file).append([(Article.of(title="New", text="New."), [])])


@pytest.mark.parametrize("keep", [0, 50, 5_000, -5_000])
def test_a_damaged_file_is_named_with_what_to_do(file: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexFormatError, match=r"articles.sqlite: .*damaged.* Build the index"):
        ArticleTable.open(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match=r"articles.sqlite: .*missing"):
        ArticleTable.open(tmp_path / "articles.sqlite")


def test_a_name_that_means_something_in_an_address_is_opened(file: Path, tmp_path: Path) -> None:
    odd = tmp_path / "100% #1?mode=rw&x"
    odd.mkdir()
    assert ArticleTable.open(file.rename(odd / "ä b.sqlite")).count_articles() == 3
