"""Which version of an article is searched, which ones are its history, and what is removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urldefrag, urlsplit

from index.article import Article
from index.store.clusters import Clusters
from index.store.files import is_below

_FORGET_MENTIONS = "DELETE FROM mention WHERE article = (SELECT number FROM article WHERE id = ?)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles are meant: those that fit every condition that is given."""

    ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def only_paths(self) -> bool:
        """Whether whole files are meant."""
        return bool(self.paths) and not (self.ids or self.sources or self.since or self.until)


def version_key(article: Article) -> str | None:
    """What the versions of an article have in common: its address, or file and record.

    None where nothing tells: a record without an id, or the address of a front page alone.
    """
    if article.url and len(urlsplit(article.url).path) + len(urlsplit(article.url).query) > 1:
        return urldefrag(article.url).url
    return f"{article.path}#{article.external_id}" if article.external_id else None


class Versions:
    """The versions in one table. Its methods run within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, clusters: Clusters) -> None:
        self._connection = connection
        self._clusters = clusters
        self.replaced = 0  # articles that a later version took the place of

    def place(self, article: Article) -> bool:
        """Make room for an article that is new; False where a later version is there already."""
        rival = self._connection.execute(
            "SELECT id, coalesce(updated, published) FROM article WHERE key = ? AND current = 1",
            (version_key(article),),
        ).fetchone()
        if rival is None:
            return True
        own = article.updated or article.published
        if own and rival[1] and own.isoformat() < rival[1]:
            return False
        self.retire(rival[0])
        self.replaced += 1
        return True

    def retire(self, article_id: str) -> None:
        """Make an article part of its history: it is kept, and searched no more."""
        self._connection.execute("DELETE FROM chunk WHERE article_id = ?", (article_id,))
        self._connection.execute(_FORGET_MENTIONS, (article_id,))
        self._connection.execute(
            "UPDATE article SET current = 0, chunked = 0 WHERE id = ?", (article_id,)
        )

    def drop(self, article_id: str, *, keep: bool) -> bool:
        """Deal with an article that no file gives any more; True if it is removed.

        Where a file still gives another version that one is current again, and this one, with
        `keep`, is its history; otherwise the article goes with its history.
        """
        found = self._connection.execute(
            "SELECT key, current FROM article WHERE id = ?", (article_id,)
        ).fetchone()
        if found is None or (keep and not found[1]):
            return False
        key, current = found
        heir = self._connection.execute(
            "SELECT id FROM article WHERE key = ? AND id != ? AND EXISTS "
            "(SELECT 1 FROM gave WHERE article = number) "
            "ORDER BY coalesce(updated, published, '') DESC, number DESC LIMIT 1",
            (key, article_id),
        ).fetchone()
        if current and heir:
            self.retire(article_id)
            self._connection.execute("UPDATE article SET current = 1 WHERE id = ?", heir)
            if keep:
                return False
        self.erase([article_id] if heir or not current else self._with_history(article_id, key))
        return True

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove articles, current ones with their history; gives how many current ones went."""
        count = 0
        for article_id in article_ids:
            found = self._connection.execute(
                "SELECT key, current FROM article WHERE id = ?", (article_id,)
            ).fetchone()
            if found is not None:
                count += 1
                self.erase(self._with_history(article_id, found[0]) if found[1] else [article_id])
        return count

    def erase(self, article_ids: Sequence[str]) -> None:
        """Delete articles and all that hangs on them."""
        for article_id in article_ids:
            self._clusters.leave(article_id)
            for query in (
                "DELETE FROM chunk WHERE article_id = ?",
                _FORGET_MENTIONS,
                "DELETE FROM gave WHERE article = (SELECT number FROM article WHERE id = ?)",
                "DELETE FROM article WHERE id = ?",
            ):
                self._connection.execute(query, (article_id,))
        for article_id in article_ids:
            self._clusters.settle(article_id)

    def history(self, article_id: str) -> list[str]:
        """Give the ids of the other versions of an article, the earliest first."""
        query = (
            "SELECT other.id FROM article JOIN article other ON other.key = article.key "
            "WHERE article.id = ? AND other.id != article.id "
            "ORDER BY coalesce(other.updated, other.published, ''), other.number"
        )
        return [str(row[0]) for row in self._connection.execute(query, (article_id,))]

    def find(self, wanted: Wanted) -> list[str]:
        """Give the ids of the current articles that are meant; by id those of the history too."""
        conditions, values = ["(current = 1 OR ?)"], [str(int(bool(wanted.ids)))]
        for column, listed in (("id", wanted.ids), ("source", wanted.sources)):
            if listed:
                conditions.append(f"{column} IN ({', '.join('?' * len(listed))})")
                values += listed
        for comparison, day in ((">=", wanted.since), ("<=", wanted.until)):
            if day:
                conditions.append(f"published {comparison} ?")
                values.append(day.isoformat())
        query = f"SELECT id, number FROM article WHERE {' AND '.join(conditions)}"  # noqa: S608
        found = self._connection.execute(f"{query} ORDER BY number", values).fetchall()
        if wanted.paths:
            inside = self._given_below(wanted.paths)
            found = [row for row in found if row[1] in inside]
        return [str(row[0]) for row in found]

    def _given_below(self, paths: Sequence[str]) -> set[int]:
        pairs = self._connection.execute(
            "SELECT path, article FROM gave JOIN file ON file = file.number"
        )
        return {int(article) for path, article in pairs if is_below(path, paths)}

    def _with_history(self, article_id: str, key: str | None) -> list[str]:
        query = "SELECT id FROM article WHERE key = ? OR id = ?"
        return [str(row[0]) for row in self._connection.execute(query, (key, article_id))]
