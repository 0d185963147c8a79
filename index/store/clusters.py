"""Copies of one report as a cluster around the earliest: kept with each article as it comes.

An article is compared with the first of each cluster alone, so that no chain of small changes
makes one cluster of different news.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from index.duplicates import Fingerprint, band_keys, fingerprint, is_copy

COMPARED = 64  # candidates an article is compared with, those with most bands in common first
REMEMBERED = 4_096  # fingerprints of candidates


class Clusters:
    """The clusters of one table. Its methods run within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._fingerprint = lru_cache(REMEMBERED)(self._read)

    def join(self, number: int) -> str:
        """Give the cluster that an article belongs to; its own id where it is like no other."""
        article_id, own = self._read(number)
        keys = band_keys(own)
        places = ", ".join("?" * len(keys))
        candidates = self._connection.execute(
            f"SELECT article FROM band WHERE key IN ({places}) "  # noqa: S608
            "GROUP BY article ORDER BY count(*) DESC, article LIMIT ?",
            (*keys, COMPARED),
        ).fetchall()
        like = [n for (n,) in candidates if n != number and is_copy(self._fingerprint(n)[1], own)]
        if like:
            return self._fingerprint(min(like))[0]
        self._connection.executemany(
            "INSERT OR IGNORE INTO band VALUES (?, ?)", [(key, number) for key in keys]
        )
        return article_id

    def leave(self, article_id: str) -> None:
        """Let nothing be found by an article that is about to be deleted."""
        found = self._connection.execute(
            "SELECT number FROM article WHERE id = ? AND cluster = id", (article_id,)
        ).fetchone()
        if found:
            keys = band_keys(self._read(found[0])[1])
            self._connection.executemany(
                "DELETE FROM band WHERE key = ? AND article = ?", [(key, *found) for key in keys]
            )

    def settle(self, cluster: str) -> None:
        """Find new clusters for the copies of an article that was deleted."""
        self._fingerprint.cache_clear()
        orphans = self._connection.execute(
            "SELECT number FROM article WHERE cluster = ? ORDER BY number", (cluster,)
        ).fetchall()
        for (number,) in orphans:
            self._connection.execute(
                "UPDATE article SET cluster = ? WHERE number = ?", (self.join(number), number)
            )

    def of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Give the cluster of each article."""
        query = "SELECT cluster FROM article WHERE id = ?"
        found = {i: self._connection.execute(query, (i,)).fetchone() for i in article_ids}
        return {article_id: str(row[0]) for article_id, row in found.items() if row}

    def _read(self, number: int) -> tuple[str, Fingerprint]:
        article_id, title, text, day = self._connection.execute(
            "SELECT id, title, text, published FROM article WHERE number = ?", (number,)
        ).fetchone()
        return str(article_id), fingerprint(title, text, day)
