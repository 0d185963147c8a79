"""Whether the tables of one file agree with each other and with what ids are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from index.article import content_id

SHOWN = 5  # problems of SQLite's own that are passed on


def audit_articles(connection: sqlite3.Connection) -> Iterator[str]:
    """Say what is wrong with articles, files and clusters."""
    found = connection.execute(f"PRAGMA integrity_check({SHOWN})").fetchall()
    yield from (f"SQLite finds: {row[0]}" for row in found if row[0] != "ok")
    broken = connection.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
    yield from (f"a row of {row[0]} names a row of {row[2]} that is not there" for row in broken)
    query = "SELECT id, title, text, published, source, url FROM article ORDER BY number"
    for article_id, *fields in connection.execute(query):
        if content_id(*fields) != article_id:
            yield f"article {article_id}: its id is not that of its content"
    query = (
        "SELECT id, cluster FROM article WHERE cluster NOT IN (SELECT id FROM article) "
        "OR (cluster != id AND EXISTS (SELECT 1 FROM band WHERE article = number))"
    )
    for article_id, cluster in connection.execute(query):
        yield f"article {article_id}: it cannot be a copy of {cluster}"


def audit_chunks(connection: sqlite3.Connection) -> Iterator[str]:
    """Say what is wrong with chunks: their rows, spans and ids, and articles without them."""
    count, last = connection.execute("SELECT count(*), max(row) FROM chunk").fetchone()
    if count and last != count - 1:
        yield f"the rows of {count} chunks go up to {last}"
    query = (
        'SELECT chunk.id, article.id, start, "end", length(text), current FROM chunk '
        "LEFT JOIN article ON article.id = article_id ORDER BY row"
    )
    previous: tuple[str | None, int] = (None, 0)
    for chunk_id, article_id, start, end, length, current in connection.execute(query):
        if article_id is None or not current:
            yield f"chunk {chunk_id}: its article is missing or no longer searched"
            continue
        if not 0 <= start < end <= length:
            yield f"chunk {chunk_id}: {start} to {end} is no span of article {article_id}"
        if content_id(article_id, str(start), str(end)) != chunk_id:
            yield f"chunk {chunk_id}: its id is not that of its span"
        if previous[0] == article_id and start < previous[1]:
            yield f"chunk {chunk_id}: it overlaps the one before it"
        previous = (article_id, end)
    query = (
        'SELECT id, start, "end" FROM mention LEFT JOIN article ON article = number WHERE '
        'NOT coalesce(chunked AND 0 <= start AND start < "end" AND "end" <= length(text) '
        "AND date(first) = first AND date(last) = last AND first <= last, 0)"
    )
    for article_id, start, end in connection.execute(query):
        yield f"article {article_id}: {start} to {end} is no mention of days"
    query = (
        "SELECT id FROM article WHERE current = 1 AND trim(text) != '' AND "
        "NOT EXISTS (SELECT 1 FROM chunk WHERE article_id = article.id)"
    )
    for (article_id,) in connection.execute(query):
        yield f"article {article_id}: it has no chunk and cannot be found"
