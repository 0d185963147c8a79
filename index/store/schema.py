"""The tables, and articles to their columns and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Article

# article.number counts in the order of adding. Of the versions of one article (`key`) one is
# current; only that has chunks, once it is `chunked`. `cluster` is the id of the article that this
# one is a copy of, its own where it is none; `band` finds those that others may be copies of.
# file.sha256 is empty until the file was read to its end. `mention` says which days a span of an
# article's text means; an article has mentions as long as it has chunks.
TABLES = """
CREATE TABLE article (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    published TEXT, updated TEXT, source TEXT, url TEXT, path TEXT NOT NULL, external_id TEXT,
    author TEXT, section TEXT, language TEXT, published_at TEXT, provenance TEXT NOT NULL,
    key TEXT, current INTEGER NOT NULL, chunked INTEGER NOT NULL, cluster TEXT NOT NULL
);
CREATE INDEX article_published ON article (published);
CREATE INDEX article_key ON article (key);
CREATE UNIQUE INDEX article_current ON article (key) WHERE current = 1;
CREATE INDEX article_pending ON article (number) WHERE current = 1 AND chunked = 0;
CREATE INDEX article_cluster ON article (cluster);
CREATE TABLE chunk (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, article_id TEXT NOT NULL REFERENCES article (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_article ON chunk (article_id);
CREATE TABLE file (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, fields TEXT NOT NULL, skipped TEXT NOT NULL
);
CREATE TABLE gave (
    file INTEGER NOT NULL REFERENCES file (number),
    article INTEGER NOT NULL REFERENCES article (number), PRIMARY KEY (file, article)
) WITHOUT ROWID;
CREATE INDEX gave_article ON gave (article);
CREATE TABLE band (
    key INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES article (number),
    PRIMARY KEY (key, article)
) WITHOUT ROWID;
CREATE TABLE base (
    generation INTEGER NOT NULL, recipe TEXT NOT NULL, next_row INTEGER NOT NULL,
    changed INTEGER NOT NULL, sealed INTEGER NOT NULL
);
"""
MENTIONS = """
CREATE TABLE IF NOT EXISTS mention (
    article INTEGER NOT NULL REFERENCES article (number), start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (article, start)
) WITHOUT ROWID;
"""
SCHEMA = TABLES + MENTIONS
COLUMNS = (
    "id, title, text, published, updated, source, url, path, external_id, author, section, "
    "language, published_at, provenance"
)
NAMES = COLUMNS.split(", ")
PLACES = ", ".join("?" * len(NAMES))
CACHE_KIB = 65_536  # of pages that a writer keeps in memory


def connect_to_write(file: Path) -> sqlite3.Connection:
    """Open a file for writing; what was not committed is rolled back."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA secure_delete = ON")  # what is removed is gone from the disk too
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def to_columns(article: Article) -> tuple[str | None, ...]:
    """An article as the values of `COLUMNS`."""
    published = article.published.isoformat() if article.published else None
    updated = article.updated.isoformat() if article.updated else None
    return (
        *(article.id, article.title, article.text, published, updated, article.source),
        *(article.url, article.path, article.external_id, article.author, article.section),
        *(article.language, article.published_at),
        json.dumps(article.provenance, ensure_ascii=False),
    )


def from_columns(row: Sequence[Any]) -> Article:
    """The article of the values of `COLUMNS`."""
    values = dict(zip(NAMES, row, strict=True))
    for name in ("published", "updated"):
        values[name] = to_day(values[name])
    found = json.loads(values["provenance"])
    values["provenance"] = tuple((str(name), str(where)) for name, where in found)
    return Article(**values)


def to_day(text: str | None) -> date | None:
    """A date as it is stored."""
    return date.fromisoformat(text) if text else None
