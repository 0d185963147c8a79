"""The SQLite file of one generation, to be read. Rows of chunks are those of vectors and words."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from index.article import Article, Chunk
from index.errors import IndexFormatError
from index.store.audit import audit_articles, audit_chunks
from index.store.clusters import Clusters
from index.store.files import FileTable
from index.store.schema import COLUMNS, from_columns, to_day
from index.store.versions import Versions
from index.times import Mention

ORDINAL = "CAST(julianday({}) - 1721424.5 AS INTEGER)"  # as Python counts days, in SQL

Table = TypeVar("Table", bound="ArticleReader")


@dataclass(frozen=True, slots=True)
class Base:
    """What a file goes on from, and how far it is."""

    generation: int
    recipe: str  # how its chunks were made
    next_row: int  # of the next chunk; while a draft grows, rows before it may be missing
    changed: bool  # whether there is anything to publish
    sealed: bool  # whether it is complete, with its vectors and words


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that another one stands for."""

    id: str
    title: str
    source: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as it is listed, without its text."""

    number: int
    id: str
    title: str
    source: str | None
    section: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands among the others."""

    id: str
    number: int  # in the order of adding
    current: bool  # whether it is searched
    cluster: str  # the id of the article it is a copy of, or its own
    version: str  # what its versions have in common; "" where nothing tells


class ArticleReader:
    """Articles, chunks, files and clusters as they are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.files = FileTable(connection)
        self.clusters = Clusters(connection)
        self.versions = Versions(connection, self.clusters)

    @classmethod
    def open(cls: type[Table], file: Path) -> Table:
        """Open a published file for reading, from any thread; nothing is ever written."""
        if not file.exists():
            raise IndexFormatError(
                f"{file}: this part of the index is missing. "
                "Build the index again in another folder."
            )
        uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            table = cls(connection)
            weakref.finalize(table, connection.close)
            table.count_chunks()
        except sqlite3.DatabaseError as error:
            raise IndexFormatError(
                f"{file}: the articles cannot be read, the file is damaged or incomplete "
                f"({error}). Build the index again from the articles in another folder."
            ) from error
        return table

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def base(self) -> Base | None:
        """What this file goes on from; None before it was said."""
        found = self._connection.execute("SELECT * FROM base").fetchone()
        return Base(found[0], found[1], found[2], *map(bool, found[3:])) if found else None

    def audit_articles(self) -> Iterator[str]:
        """Say what is wrong with articles, files and clusters."""
        return audit_articles(self._connection)

    def audit_chunks(self) -> Iterator[str]:
        """Say what is wrong with chunks."""
        return audit_chunks(self._connection)

    def has(self, article_id: str) -> bool:
        """Whether an article is stored, be it as history."""
        query = "SELECT 1 FROM article WHERE id = ?"
        return self._connection.execute(query, (article_id,)).fetchone() is not None

    def current(self, article_ids: Sequence[str]) -> set[str]:
        """Give those of some articles that are searched."""
        query = "SELECT 1 FROM article WHERE id = ? AND current = 1"
        asked = ((i, self._connection.execute(query, (i,)).fetchone()) for i in article_ids)
        return {article_id for article_id, found in asked if found}

    def article(self, article_id: str) -> Article | None:
        """Give one article, or None."""
        query = f"SELECT {COLUMNS} FROM article WHERE id = ?"  # noqa: S608
        found = self._connection.execute(query, (article_id,)).fetchone()
        return from_columns(found) if found else None

    def articles(self) -> Iterator[Article]:
        """Give all current articles in the order they were added."""
        query = f"SELECT {COLUMNS} FROM article WHERE current = 1 ORDER BY number"  # noqa: S608
        for found in self._connection.execute(query):
            yield from_columns(found)

    @property
    def has_mentions(self) -> bool:
        """Whether there is room for mentions; a file of an earlier format has none."""
        query = "SELECT 1 FROM sqlite_master WHERE name = 'mention'"
        return self._connection.execute(query).fetchone() is not None

    def copies(self, cluster: str) -> list[Copy]:
        """Give the current articles of a cluster in the order they were added."""
        query = (
            "SELECT id, title, source, published FROM article "
            "WHERE cluster = ? AND current = 1 ORDER BY number"
        )
        found = self._connection.execute(query, (cluster,))
        return [Copy(i, title, source, to_day(day)) for i, title, source, day in found]

    def listed(self, numbers: Iterable[int]) -> list[Listed]:
        """Give the articles of some numbers, in their order, without their texts."""
        query = "SELECT number, id, title, source, section, published FROM article WHERE number = ?"
        found = (self._connection.execute(query, (number,)).fetchone() for number in numbers)
        return [
            Listed(number, article_id, title, source, section, to_day(day))
            for number, article_id, title, source, section, day in found
        ]

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of some rows, in the order of the rows, with their articles."""
        articles: dict[str, Article] = {}
        pairs = []
        query = 'SELECT id, article_id, start, "end" FROM chunk WHERE row = ?'
        for row in rows:
            chunk = Chunk(*self._connection.execute(query, (row,)).fetchone())
            article = articles.get(chunk.article_id) or self.article(chunk.article_id)
            if article is None:
                raise IndexFormatError(f"chunk {chunk.id} has no article {chunk.article_id}")
            articles[article.id] = article
            pairs.append((chunk, article))
        return pairs

    def standings(self, article_ids: Sequence[str] | None = None) -> Iterator[Standing]:
        """Say of some articles, or of all in the order they were added, where they stand."""
        query = "SELECT id, number, current, cluster, key FROM article"
        if article_ids is None:
            found: Iterable[Any] = self._connection.execute(f"{query} ORDER BY number")
        else:
            one = f"{query} WHERE id = ?"
            found = (row for i in article_ids for row in self._connection.execute(one, (i,)))
        for article_id, number, current, cluster, key in found:
            yield Standing(article_id, number, bool(current), cluster, key or "")

    def rows_of(self, article_id: str) -> list[int]:
        """Give the rows of an article's chunks, in order."""
        query = "SELECT row FROM chunk WHERE article_id = ? ORDER BY row"
        return [int(row) for (row,) in self._connection.execute(query, (article_id,))]

    def documents(self, first_row: int) -> Iterator[tuple[int, str, str]]:
        """Give (row, title, chunk text) from a row on, rows counted as without gaps."""
        query = (
            'SELECT title, substr(text, start + 1, "end" - start) FROM chunk '
            "JOIN article ON article.id = chunk.article_id WHERE row >= ? ORDER BY row"
        )
        found = self._connection.execute(query, (first_row,))
        for row, (title, text) in enumerate(found, start=first_row):
            yield row, title, text

    def facts(self) -> Iterator[tuple[int, str | None, str | None, int]]:
        """Give day, outlet, section and article's number of each chunk, in order of the rows.

        A day is an ordinal, 0 where it is unknown.
        """
        query = (
            f"SELECT coalesce({ORDINAL.format('published')}, 0), source, section, number "  # noqa: S608
            "FROM chunk JOIN article ON article.id = chunk.article_id ORDER BY row"
        )
        yield from self._connection.execute(query)

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Give (row, first, last) of the days that chunks speak of, as ordinals.

        Rows are counted as without gaps.
        """
        query = (
            f"SELECT place, {ORDINAL.format('first')}, {ORDINAL.format('last')} FROM "  # noqa: S608
            "(SELECT row_number() OVER (ORDER BY row) - 1 AS place, article_id, start AS begins, "
            '"end" AS ends FROM chunk) JOIN article ON article.id = article_id '
            "JOIN mention ON mention.article = number "
            'AND mention.start < ends AND mention."end" > begins'
        )
        yield from self._connection.execute(query)

    def mentions(self, article_ids: Sequence[str]) -> dict[str, list[Mention]]:
        """Give for each article what its text says of days, in order."""
        query = (
            'SELECT start, "end", first, last FROM mention '
            "WHERE article = (SELECT number FROM article WHERE id = ?) ORDER BY start"
        )
        return {
            article_id: [
                Mention(start, end, date.fromisoformat(first), date.fromisoformat(last))
                for start, end, first, last in self._connection.execute(query, (article_id,))
            ]
            for article_id in article_ids
        }

    def count_articles(self) -> int:
        """Count the current articles."""
        query = "SELECT count(*) FROM article WHERE current = 1"
        return int(self._connection.execute(query).fetchone()[0])

    def count_chunks(self) -> int:
        """Count the chunks."""
        return int(self._connection.execute("SELECT count(*) FROM chunk").fetchone()[0])
