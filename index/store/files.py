"""Which file gave which articles: what makes adding again cheap, and removing exact."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.article import Skipped


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read. `sha256` is empty where it has to be read again."""

    path: str  # as it was named
    size: int
    mtime_ns: int
    sha256: str
    fields: str  # how its records were mapped
    skipped: tuple[Skipped, ...] = ()
    articles: int = 0  # that it gave; counted by the table


class FileTable:
    """The files of one index, and what each gave."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, path: str) -> FileState | None:
        """Give what is known of a file; None if it was never read."""
        found = self._connection.execute(
            "SELECT path, size, mtime_ns, sha256, fields, skipped, "
            "(SELECT count(*) FROM gave WHERE file = number) FROM file WHERE path = ?",
            (path,),
        ).fetchone()
        if found is None:
            return None
        skipped = tuple(Skipped(*item) for item in json.loads(found[5]))
        path, size, mtime_ns, sha256, fields, _, articles = found
        return FileState(path, size, mtime_ns, sha256, fields, skipped, articles)

    def below(self, paths: Sequence[str]) -> Iterator[str]:
        """Give the files that are one of the paths or lie below one, in order."""
        for (path,) in self._connection.execute("SELECT path FROM file ORDER BY path"):
            if is_below(path, paths):
                yield path

    def give(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep that files (their paths) gave articles (their ids)."""
        for path, article_id in pairs:
            self._connection.execute(
                "INSERT OR IGNORE INTO file (path, size, mtime_ns, sha256, fields, skipped) "
                "VALUES (?, -1, -1, '', '', '[]')",
                (path,),
            )
            self._connection.execute(
                "INSERT OR IGNORE INTO gave SELECT file.number, article.number "
                "FROM file, article WHERE file.path = ? AND id = ?",
                (path, article_id),
            )

    def given(self, path: str) -> set[str]:
        """Give the ids of the articles that a file gave."""
        query = (
            "SELECT id FROM file JOIN gave ON file = file.number "
            "JOIN article ON article = article.number WHERE file.path = ?"
        )
        return {str(row[0]) for row in self._connection.execute(query, (path,))}

    def keep(self, state: FileState) -> None:
        """Keep how a file was when it was read."""
        skipped = json.dumps(
            [(item.path, item.reason, item.record, item.fault) for item in state.skipped],
            ensure_ascii=False,
        )
        self._connection.execute(
            "INSERT INTO file (path, size, mtime_ns, sha256, fields, skipped) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET size = excluded.size, "
            "mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, fields = excluded.fields, "
            "skipped = excluded.skipped",
            (state.path, state.size, state.mtime_ns, state.sha256, state.fields, skipped),
        )

    def take_back(self, path: str, article_ids: Iterable[str]) -> list[str]:
        """Forget that a file gave articles; give those that no file gives any more."""
        left = []
        for article_id in article_ids:
            self._connection.execute(
                "DELETE FROM gave WHERE file = (SELECT number FROM file WHERE path = ?) "
                "AND article = (SELECT number FROM article WHERE id = ?)",
                (path, article_id),
            )
            other = self._connection.execute(
                "SELECT file.path FROM article JOIN gave ON article = article.number "
                "JOIN file ON file = file.number WHERE article.id = ? ORDER BY file LIMIT 1",
                (article_id,),
            ).fetchone()
            if other is None:
                left.append(article_id)
            else:  # another file stands for it
                self._connection.execute(
                    "UPDATE article SET path = ? WHERE id = ? AND path = ?",
                    (other[0], article_id, path),
                )
        return left

    def forget(self, path: str) -> list[str]:
        """Forget a file; give the articles that no file gives any more."""
        left = self.take_back(path, sorted(self.given(path)))
        self._connection.execute("DELETE FROM file WHERE path = ?", (path,))
        return left


def is_below(path: str, folders: Sequence[str]) -> bool:
    """Whether a path is one of some paths, or lies below one."""
    return any(
        path == folder
        or (folder == "." and "://" not in path)
        or path.startswith(folder.rstrip("/") + "/")
        for folder in folders
    )
