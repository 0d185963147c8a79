"""Articles and chunks on disk, published in generations: a reader never sees half of an add.

DIR/clippings.json            the manifest, replaced in one step
DIR/generation-000003/        articles.sqlite, vectors.faiss, words/ - never written again
DIR/draft/                    the next generation while it grows; survives an interruption
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from index.article import Article, Chunk
from index.errors import IndexFormatError

ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
WORDS = "words"

SCHEMA = """
CREATE TABLE article (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, published TEXT, updated TEXT,
    source TEXT, url TEXT, path TEXT NOT NULL, external_id TEXT
);
CREATE TABLE chunk (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, article_id TEXT NOT NULL REFERENCES article (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_article ON chunk (article_id);
CREATE INDEX article_published ON article (published);
CREATE TABLE base (generation INTEGER NOT NULL, recipe TEXT NOT NULL);
"""
COLUMNS = "id, title, text, published, updated, source, url, path, external_id"


class ArticleTable:
    """The SQLite file of one generation. Rows of chunks are the rows of the vectors and words."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, file: Path) -> ArticleTable:
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

    @classmethod
    def create(cls, file: Path) -> ArticleTable:
        """Start a file that grows out of nothing."""
        connection = sqlite3.connect(file)
        connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        return cls(connection)

    @classmethod
    def resume(cls, file: Path) -> ArticleTable:
        """Open a file for writing; what was not committed is rolled back."""
        return cls(sqlite3.connect(file))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def base(self) -> tuple[int, str] | None:
        """The generation that this file goes on from, and how its chunks were made."""
        found = self._connection.execute("SELECT generation, recipe FROM base").fetchone()
        return (int(found[0]), str(found[1])) if found else None

    def set_base(self, generation: int, recipe: str) -> None:
        """Say what this file goes on from."""
        with self._connection:
            self._connection.execute("DELETE FROM base")
            self._connection.execute("INSERT INTO base VALUES (?, ?)", (generation, recipe))

    def append(self, entries: Sequence[tuple[Article, Sequence[Chunk]]]) -> None:
        """Add articles with their chunks, all or none; chunks take the next rows."""
        row = self.count_chunks()
        with self._connection:
            for article, chunks in entries:
                self._connection.execute(
                    f"INSERT INTO article ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    _to_columns(article),
                )
                for chunk in chunks:
                    self._connection.execute(
                        "INSERT INTO chunk VALUES (?, ?, ?, ?, ?)",
                        (row, chunk.id, chunk.article_id, chunk.start, chunk.end),
                    )
                    row += 1

    def has(self, article_id: str) -> bool:
        """Whether an article is stored."""
        query = "SELECT 1 FROM article WHERE id = ?"
        return self._connection.execute(query, (article_id,)).fetchone() is not None

    def article(self, article_id: str) -> Article | None:
        """Give one article, or None."""
        query = f"SELECT {COLUMNS} FROM article WHERE id = ?"  # noqa: S608
        found = self._connection.execute(query, (article_id,)).fetchone()
        return _from_columns(found) if found else None

    def articles(self) -> Iterator[Article]:
        """Give all articles in the order they were added."""
        query = f"SELECT {COLUMNS} FROM article ORDER BY rowid"  # noqa: S608
        for found in self._connection.execute(query):
            yield _from_columns(found)

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

    def documents(self, first_row: int) -> Iterator[tuple[int, str, str]]:
        """Give (row, title, chunk text) from a row on."""
        query = (
            'SELECT row, title, substr(text, start + 1, "end" - start) FROM chunk '
            "JOIN article ON article.id = chunk.article_id WHERE row >= ? ORDER BY row"
        )
        yield from self._connection.execute(query, (first_row,))

    def count_articles(self) -> int:
        """Count the articles."""
        return int(self._connection.execute("SELECT count(*) FROM article").fetchone()[0])

    def count_chunks(self) -> int:
        """Count the chunks, which is also the next row."""
        query = "SELECT coalesce(max(row) + 1, 0) FROM chunk"
        return int(self._connection.execute(query).fetchone()[0])

    def span(self) -> tuple[date | None, date | None]:
        """Give the first and the last publication date."""
        query = "SELECT min(published), max(published) FROM article"
        first, last = self._connection.execute(query).fetchone()
        return _day(first), _day(last)

    def sources(self) -> list[tuple[str, int]]:
        """Give the outlets with their numbers of articles, most first."""
        query = (
            "SELECT source, count(*) FROM article WHERE source IS NOT NULL "
            "GROUP BY source ORDER BY count(*) DESC, source"
        )
        return [(str(source), int(count)) for source, count in self._connection.execute(query)]


def _to_columns(article: Article) -> tuple[str | None, ...]:
    published = article.published.isoformat() if article.published else None
    updated = article.updated.isoformat() if article.updated else None
    head = (article.id, article.title, article.text, published, updated)
    return (*head, article.source, article.url, article.path, article.external_id)


def _from_columns(row: Sequence[str]) -> Article:
    identity, title, text, published, updated, *rest = row
    return Article(identity, title, text, _day(published), _day(updated), *rest)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
