"""The difference between what a folder has published and what stands in Milvus, written there.

What is written is not seen before the state names its generation, which is not done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from index.lexical import stemmer
from index.milvus.rows import Keeping, any_of, article_rows, body_terms, chunk_row, row_of
from index.milvus.schema import ARTICLE, CHUNK
from index.milvus.server import Row, Server
from index.milvus.state import ALIVE, NO_VECTOR, visible
from index.published import Published

TOGETHER = 200  # articles looked at, and rows marked, at once
TERMS = 20_000  # whose frequencies are written together

Item = TypeVar("Item")


class Change:
    """One new generation; `check` raises where another writer has begun or published one."""

    def __init__(
        self, server: Server, published: Published, generation: int, check: Callable[[], None]
    ) -> None:
        self.written = 0  # rows that were written or marked
        self._server = server
        self._published = published
        self._generation = generation
        self._check = check
        self._seen = visible(generation)  # what readers will see
        self._is_new = generation == 1  # nothing is there yet
        self._pieces: dict[str, int] = {}  # of articles that were written
        self._stems = stemmer()
        self._terms: set[str] = set()  # of which the frequencies change

    def clear(self) -> None:
        """Take away what an interrupted run wrote, and what no reader sees any more."""
        server, new = self._server, self._generation
        for collection, key in ((server.chunks, "row"), (server.articles, "key")):
            server.delete(collection, f"born >= {new} and born < {ALIVE}")
            server.delete(collection, f"died <= {new - 2}")
            marked = server.every(collection, f"died >= {new} and died < {ALIVE}", (key,))
            self._mark(collection, [row[key] for row in marked], ALIVE)
        self.written = 0

    def make(self, *, whole: bool) -> None:
        """Write what is new and mark what is gone; may be repeated.

        With `whole` every row is looked at by its key and checksum, else the articles that came,
        went or stand otherwise than before.
        """
        server = self._server
        fields = ("article", "number", "current", "cluster")
        there = {
            str(row["article"]): (int(row["number"]), bool(row["current"]), str(row["cluster"]))
            for row in server.every(server.articles, f"{self._seen} and piece == 0", fields)
        }
        here = {s.id: (s.number, s.current, s.cluster) for s in self._published.table.standings()}
        looked_at = [i for i in there if i not in here]
        looked_at += [i for i, stands in here.items() if whole or there.get(i) != stands]
        for part in _parts(looked_at, TOGETHER):
            self._level(part)
        self._is_new = False
        if whole and self.difference():
            self._mark_strays(here)
        self._write_terms(whole=whole)

    def difference(self) -> str:
        """How what is there differs from what there should be in numbers; "" where it does not."""
        server, seen, new = self._server, self._seen, self._generation
        manifest = self._published.manifest
        wanted = manifest.chunks, manifest.articles, sum(self._pieces.values())
        found = (
            server.count(server.chunks, seen),
            server.count(server.articles, f"{seen} and piece == 0 and current == 1"),
            server.count(server.articles, f"born == {new} and died > {new}"),
        )
        if found == wanted:
            return ""
        return (
            f"the server holds {found[0]:,} chunks of {found[1]:,} articles where {wanted[0]:,} "
            f"of {wanted[1]:,} were written, and {found[2]:,} of {wanted[2]:,} new pieces of texts"
        )

    def spoken(self) -> tuple[int, int]:
        """The first and last day that any chunk speaks of; the wrong way round if none does."""
        spans = list(self._published.table.spans())
        first = min((span[1] for span in spans), default=1)
        return first, max((span[2] for span in spans), default=0)

    def _level(self, article_ids: Sequence[str]) -> None:
        """Make the rows of some articles what they should be; those that are so stay."""
        table = self._published.table
        mentions = table.mentions(article_ids)
        keeping = [
            Keeping.of(article, standing, mentions[article.id])
            for standing in table.standings(article_ids)
            if (article := table.article(standing.id))
        ]
        self._level_chunks(article_ids, keeping)
        self._level_articles(article_ids, keeping)

    def _level_chunks(self, article_ids: Sequence[str], keeping: Sequence[Keeping]) -> None:
        server, published = self._server, self._published
        fields = ("row", "checksum", "born")
        held = {row["row"]: row for row in self._held(server.chunks, article_ids, fields)}
        rows: list[Row] = []
        for kept in keeping:
            numbers = published.table.rows_of(kept.article.id) if kept.standing.current else []
            pairs = published.table.chunks(numbers)
            vectors = published.vectors.vectors(numbers)
            for (chunk, _), vector in zip(pairs, vectors, strict=True):
                row = held.pop(row_of(chunk.id), None)
                if row is None or row["checksum"] != kept.checksum_of(vector):
                    # One that readers see is put right in its place: it must not go meanwhile.
                    born = row["born"] if row else self._generation
                    rows.append(chunk_row(chunk, kept, vector, self._stems, born))
        for part in _parts(held, TOGETHER):
            for row in server.rows(server.chunks, any_of("row", part), ("row", "words")):
                self._terms |= body_terms(row)
        for row in rows:
            self._terms |= body_terms(row)
        self._mark(server.chunks, list(held), self._generation)
        self._put(server.chunks, rows)

    def _level_articles(self, article_ids: Sequence[str], keeping: Sequence[Keeping]) -> None:
        server = self._server
        held: dict[str, list[Row]] = {article_id: [] for article_id in article_ids}
        for row in self._held(
            server.articles, article_ids, ("key", "article", "piece", "checksum")
        ):
            held[row["article"]].append(row)
        rows: list[Row] = []
        for kept in keeping:
            wanted = [(piece, kept.checksum) for piece in range(kept.pieces)]
            found = held[kept.article.id]
            if sorted((row["piece"], row["checksum"]) for row in found) == wanted:
                del held[kept.article.id]
            else:
                rows += article_rows(kept, self._generation)
                self._pieces[kept.article.id] = kept.pieces
        gone = [row["key"] for found in held.values() for row in found]
        self._mark(server.articles, gone, self._generation)
        self._put(server.articles, rows)

    def _held(
        self, collection: str, article_ids: Sequence[str], fields: Sequence[str]
    ) -> Iterable[Row]:
        """The rows of some articles that readers would see if this was published now."""
        if self._is_new:
            return ()
        only = f"{self._seen} and {any_of('article', article_ids)}"
        return self._server.rows(collection, only, fields)

    def _mark_strays(self, here: Iterable[str]) -> None:
        """Let rows die whose articles neither the folder nor the first pieces know."""
        server, known = self._server, set(here)
        for collection, key in ((server.chunks, "row"), (server.articles, "key")):
            seen = server.every(collection, self._seen, (key, "article"))
            strays = [row[key] for row in seen if row["article"] not in known]
            self._mark(collection, strays, self._generation)

    def _write_terms(self, *, whole: bool) -> None:
        """Write in how many chunks terms stand: those that changed, or all that are wrong."""
        server, words = self._server, self._published.words
        if whole:
            here = words.all_frequencies()
            there = {
                str(row["term"]): int(row["count"])
                for row in server.every(server.terms, 'term != ""', ("term", "count"))
            }
            self._terms = {t for t in here.keys() | there if here.get(t, 0) != there.get(t, 0)}
        for part in _parts(sorted(self._terms), TERMS):
            counts = zip(part, words.frequencies(part), strict=True)
            self._put(
                server.terms,
                [{"term": term, "vector": NO_VECTOR, "count": count} for term, count in counts],
            )

    def _mark(self, collection: str, keys: Sequence[str | int], died: int) -> None:
        """Say when rows die; they are written again whole, as every Milvus can."""
        server = self._server
        key, fields = ("row", CHUNK) if collection == server.chunks else ("key", ARTICLE)
        for part in _parts(keys, TOGETHER):
            rows = server.rows(collection, any_of(key, part), sorted(fields))
            self._put(collection, [row | {"died": died} for row in rows])

    def _put(self, collection: str, rows: list[Row]) -> None:
        if rows:
            self._check()  # rows of two writers would have the same generation
            self._server.put(collection, rows)
            self.written += len(rows)


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part
