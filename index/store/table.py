"""The SQLite file of one generation while it is written; see reader.py for what can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from index.article import Article, Chunk
from index.store.files import FileState
from index.store.reader import ArticleReader
from index.store.schema import (
    COLUMNS,
    MENTIONS,
    PLACES,
    SCHEMA,
    connect_to_write,
    from_columns,
    to_columns,
)
from index.store.versions import version_key
from index.times import Mention

FREE_SHARE = 4  # a file of which one part in so many is empty is packed

Entry = tuple[Article, Sequence[Chunk]]
Mentions = Mapping[str, Sequence[Mention]]  # by the ids of articles


class ArticleTable(ArticleReader):
    """Articles, chunks, files and clusters as they grow and shrink. A change is all or none."""

    @classmethod
    def create(cls, file: Path) -> ArticleTable:
        """Start a file that grows out of nothing."""
        connection = connect_to_write(file)
        connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        return cls(connection)

    @classmethod
    def resume(cls, file: Path) -> ArticleTable:
        """Open a file for writing; what was not committed is rolled back."""
        return cls(connect_to_write(file))

    def set_base(self, generation: int, recipe: str) -> None:
        """Say what this file goes on from."""
        with self._connection:
            self._connection.execute("DELETE FROM base")
            values = (generation, recipe, self.count_chunks())
            self._connection.execute("INSERT INTO base VALUES (?, ?, ?, 0, 0)", values)

    def append(
        self,
        entries: Sequence[Entry],
        mentions: Mentions | None = None,
        *,
        given: Iterable[tuple[str, str]] = (),
        read: Iterable[tuple[FileState, Sequence[str]]] = (),
    ) -> int:
        """Add articles with their chunks and mentions, and what files gave, all or none.

        Chunks take the next rows. `given` says which file gave which article, `read` which files
        were read to their end, each with the articles it no longer gives: these are dropped.
        Gives how many articles were removed.
        """
        removed = 0
        with self._connection:
            row = self._next_row()
            for article, chunks in entries:
                if self._insert(article):
                    self._add_chunks(article, chunks, (mentions or {}).get(article.id, ()), row)
                row += len(chunks)
            self.files.give(given)
            for state, dropped in read:
                self.files.keep(state)
                for article_id in self.files.take_back(state.path, dropped):
                    removed += self.versions.drop(article_id, keep=True)
            self._connection.execute("UPDATE base SET next_row = ?, changed = 1", (row,))
        return removed

    def chunk_pending(self, entries: Sequence[Entry], mentions: Mentions) -> None:
        """Give articles chunks and mentions that have none; chunks take the next rows."""
        with self._connection:
            row = self._next_row()
            for article, chunks in entries:
                self._add_chunks(article, chunks, mentions.get(article.id, ()), row)
                row += len(chunks)
                self._connection.execute(
                    "UPDATE article SET chunked = 1 WHERE id = ?", (article.id,)
                )
            self._connection.execute("UPDATE base SET next_row = ?, changed = 1", (row,))

    def pending(self, count: int) -> list[Article]:
        """Give some of the articles that have to be searched and have no chunks yet."""
        query = (
            f"SELECT {COLUMNS} FROM article WHERE current = 1 AND chunked = 0 "  # noqa: S608
            "ORDER BY number LIMIT ?"
        )
        return [from_columns(row) for row in self._connection.execute(query, (count,))]

    def forget_files(self, paths: Iterable[str]) -> int:
        """Remove files and the articles that they alone gave; gives how many articles went."""
        removed = 0
        with self._connection:
            for path in paths:
                for article_id in self.files.forget(path):
                    removed += self.versions.drop(article_id, keep=False)
            self._mark_changed()
        return removed

    def remove(self, article_ids: Sequence[str]) -> int:
        """Remove articles, current ones with their history; gives how many went."""
        with self._connection:
            removed = self.versions.remove(article_ids)
            self._mark_changed()
        return removed

    def forget_chunks(self) -> None:
        """Let every article be chunked again."""
        with self._connection:
            self._connection.execute("DELETE FROM chunk")
            self._connection.execute("DELETE FROM mention")
            self._connection.execute("UPDATE article SET chunked = 0")
            self._mark_changed()

    def find_mentions(self, find: Callable[[Article], Sequence[Mention]]) -> None:
        """Look for mentions in every article anew; an earlier file gets room for them."""
        with self._connection:
            self._connection.execute(MENTIONS)
            self._connection.execute("DELETE FROM mention")
            query = f"SELECT {COLUMNS} FROM article WHERE chunked = 1 ORDER BY number"  # noqa: S608
            for row in self._connection.execute(query):
                article = from_columns(row)
                self._add_mentions(article.id, find(article))
            self._mark_changed()

    def seal(self) -> None:
        """Number the chunks from 0 without gaps; the file is complete then."""
        with self._connection:
            if self.has_gaps:
                self._connection.execute(
                    "CREATE TEMP TABLE kept AS SELECT row_number() OVER (ORDER BY row) - 1 AS "
                    'place, id, article_id, start, "end" FROM chunk'
                )
                self._connection.execute("DELETE FROM chunk")
                self._connection.execute("INSERT INTO chunk SELECT * FROM kept ORDER BY place")
                self._connection.execute("DROP TABLE kept")
            self._connection.execute(
                "UPDATE base SET sealed = 1, next_row = ?", (self.count_chunks(),)
            )

    def pack(self) -> None:
        """Give back the room of what was removed, where it is worth while."""
        free, pages = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("freelist_count", "page_count")
        )
        if free * FREE_SHARE > pages:
            self._connection.execute("VACUUM")

    @property
    def has_gaps(self) -> bool:
        """Whether there are rows without a chunk."""
        return self.count_chunks() != self._next_row()

    def rows(self) -> Iterator[int]:
        """Give the rows that have a chunk, in order."""
        for (row,) in self._connection.execute("SELECT row FROM chunk ORDER BY row"):
            yield row

    def _insert(self, article: Article) -> bool:
        """Add an article; whether it is to be searched."""
        is_current = self.versions.place(article)
        number = self._connection.execute(
            f"INSERT INTO article ({COLUMNS}, key, current, chunked, cluster) "  # noqa: S608
            f"VALUES ({PLACES}, ?, ?, ?, '')",
            (*to_columns(article), version_key(article), is_current, is_current),
        ).lastrowid
        cluster = self.clusters.join(int(number or 0))
        self._connection.execute(
            "UPDATE article SET cluster = ? WHERE number = ?", (cluster, number)
        )
        return is_current

    def _add_chunks(
        self, article: Article, chunks: Sequence[Chunk], mentions: Sequence[Mention], row: int
    ) -> None:
        self._add_mentions(article.id, mentions)
        self._connection.executemany(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?)",
            [(n, c.id, c.article_id, c.start, c.end) for n, c in enumerate(chunks, start=row)],
        )

    def _add_mentions(self, article_id: str, mentions: Sequence[Mention]) -> None:
        self._connection.executemany(
            "INSERT INTO mention SELECT number, ?, ?, ?, ? FROM article WHERE id = ?",
            [
                (said.start, said.end, said.first.isoformat(), said.last.isoformat(), article_id)
                for said in mentions
            ],
        )

    def _next_row(self) -> int:
        base = self.base
        return base.next_row if base else self.count_chunks()

    def _mark_changed(self) -> None:
        self._connection.execute("UPDATE base SET changed = 1")
