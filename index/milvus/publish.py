"""What a folder has published, into Milvus: the difference alone, seen by readers all at once.

Whatever stops it leaves the generation before it whole, and the next run begins by taking away
what was left. It knows no reader and no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from index.errors import IndexFormatError, StorageError
from index.info import Info
from index.lexical import stemmer
from index.milvus.rows import (
    ALIVE,
    NO_VECTOR,
    STATE,
    State,
    any_of,
    article_rows,
    chunk_row,
    state_row,
    to_state,
    visible,
)
from index.milvus.server import Row, Server
from index.published import Published
from index.store import Standing

TOGETHER = 200  # articles
TERMS = 20_000  # whose frequencies are written together
CHUNK_FIELDS = (
    *("row", "vector", "words", "article", "number", "start", "end", "day", "source", "section"),
    *("spoken", "born", "died"),
)
ARTICLE_FIELDS = (
    *("key", "vector", "article", "piece", "number", "current", "cluster", "version", "day"),
    *("source", "section", "spoken", "body", "born", "died"),
)

Item = TypeVar("Item")


def read_state(server: Server) -> State | None:
    """Give what is published; None where nothing is."""
    rows = server.rows(server.articles, f'key == "{STATE}"', ("body",))
    return to_state(rows[0], server.address) if rows else None


def publish(server: Server, published: Published, info: Info) -> State:
    """Make Milvus hold what a folder has published; gives what is published now."""
    manifest = published.manifest
    server.create(manifest.dimension)
    before = read_state(server)
    if before and before.manifest.recipe != manifest.recipe:
        raise IndexFormatError(
            f"{server.address}: it was built with the embedder {before.manifest.embedder!r} "
            f"({before.manifest.dimension} numbers), the folder with {manifest.embedder!r} "
            f"({manifest.dimension}). Name another collection with milvus:ADDRESS#NAME."
        )
    if server.dimension() != manifest.dimension:
        raise IndexFormatError(
            f"{server.address}: its vectors have {server.dimension()} numbers, those of the folder "
            f"{manifest.dimension}. Name another collection with milvus:ADDRESS#NAME."
        )
    last = before.manifest.generation if before else 0
    change = _Change(server, published, last + 1)
    change.clear()
    if not change.make() and before:
        return before
    now = replace(manifest, generation=last + 1, nearest="exact")
    state = State(now, replace(info, bytes=0), manifest.generation, change.spoken())
    change.verify()
    held = read_state(server)
    if (held.manifest.generation if held else 0) != last:
        raise StorageError(
            f"{server.address}: another writer published meanwhile. Let one machine write, and run "
            "the same command again there."
        )
    server.put(server.articles, [state_row(state)])
    return state


class _Change:
    def __init__(self, server: Server, published: Published, generation: int) -> None:
        self._server = server
        self._published = published
        self._generation = generation
        self._stems = stemmer()

    def clear(self) -> None:
        """Take away what an interrupted run wrote, and what no reader sees any more."""
        server, new = self._server, self._generation
        for collection in (server.chunks, server.articles):
            server.delete(collection, f"born >= {new} and born < {ALIVE}")
            server.delete(collection, f"died <= {new - 2}")
        self._mark(f"died >= {new} and died < {ALIVE}", ALIVE)

    def make(self) -> bool:
        """Write what is new and mark what is gone; whether there was either."""
        server, seen = self._server, visible(self._generation - 1)
        fields = ("article", "number", "current", "cluster")
        there = {
            str(row["article"]): (int(row["number"]), bool(row["current"]), str(row["cluster"]))
            for row in server.every(server.articles, f"{seen} and piece == 0", fields)
        }
        here = {standing.id: standing for standing in self._published.table.standings()}
        changed = [s for s in here.values() if there.get(s.id) != (s.number, s.current, s.cluster)]
        gone = [article_id for article_id in there if article_id not in here]
        # Those that die are found before others are born: their texts say which terms change.
        dying = [*gone, *(s.id for s in changed if s.id in there)]
        unsearched = [
            i for i in dying if there[i][1] and (i not in here or here[i].current is False)
        ]
        searched = [s for s in changed if s.current and not (s.id in there and there[s.id][1])]
        terms = self._terms_of(unsearched)
        for part in _parts(unsearched, TOGETHER):
            self._mark(f"{seen} and {any_of('article', part)}", self._generation, (server.chunks,))
        for some in _parts(searched, TOGETHER):
            terms |= self._write_chunks(some)
        for part in _parts(dying, TOGETHER):
            only = f"{seen} and {any_of('article', part)}"
            self._mark(only, self._generation, (server.articles,))
        for some in _parts(changed, TOGETHER):
            self._write_articles(some)
        self._write_terms(terms)
        return bool(changed or gone)

    def verify(self) -> None:
        """See that all is there before it is published."""
        server, seen = self._server, visible(self._generation)
        manifest = self._published.manifest
        wanted = manifest.chunks, manifest.articles
        found = (
            server.count(server.chunks, seen),
            server.count(server.articles, f"{seen} and piece == 0 and current == 1"),
        )
        if found != wanted:
            raise StorageError(
                f"{server.address}: the server holds {found[0]:,} chunks of {found[1]:,} articles "
                f"where {wanted[0]:,} of {wanted[1]:,} were written. Nothing was published: "
                "run the same command again."
            )

    def spoken(self) -> tuple[int, int]:
        """The first and last day that any chunk speaks of; the wrong way round if none does."""
        spans = list(self._published.table.spans())
        first = min((span[1] for span in spans), default=1)
        return first, max((span[2] for span in spans), default=0)

    def _write_chunks(self, standings: Sequence[Standing]) -> set[str]:
        table, terms = self._published.table, set()
        rows: list[Row] = []
        mentions = table.mentions([standing.id for standing in standings])
        for standing in standings:
            numbers = table.rows_of(standing.id)
            vectors = self._published.vectors.vectors(numbers)
            for (chunk, article), vector in zip(table.chunks(numbers), vectors, strict=True):
                said = mentions.get(article.id, [])
                row = chunk_row(
                    chunk, article, standing.number, vector, said, self._stems, self._generation
                )
                rows.append(row)
                terms |= _body_terms(row)
        self._server.put(self._server.chunks, rows)
        return terms

    def _write_articles(self, standings: Sequence[Standing]) -> None:
        table = self._published.table
        mentions = table.mentions([standing.id for standing in standings])
        rows: list[Row] = []
        for standing in standings:
            article = table.article(standing.id)
            assert article is not None, "the table named it"
            said = mentions.get(standing.id, [])
            rows += article_rows(article, standing, said, self._generation)
        self._server.put(self._server.articles, rows)

    def _write_terms(self, terms: set[str]) -> None:
        words = self._published.words
        for part in _parts(sorted(terms), TERMS):
            counts = zip(part, words.frequencies(part), strict=True)
            self._server.put(
                self._server.terms,
                [{"term": term, "vector": NO_VECTOR, "count": count} for term, count in counts],
            )

    def _terms_of(self, article_ids: Sequence[str]) -> set[str]:
        server, terms = self._server, set()
        for part in _parts(article_ids, TOGETHER):
            only = f"{visible(self._generation - 1)} and {any_of('article', part)}"
            for row in server.every(server.chunks, only, ("row", "words")):
                terms |= _body_terms(row)
        return terms

    def _mark(self, only: str, died: int, collections: Iterable[str] = ()) -> None:
        """Say when rows die; they are written again whole, as every Milvus can."""
        server = self._server
        for collection in collections or (server.chunks, server.articles):
            fields = CHUNK_FIELDS if collection == server.chunks else ARTICLE_FIELDS
            for rows in _parts(list(server.every(collection, only, fields)), TOGETHER):
                server.put(collection, [row | {"died": died} for row in rows])


def _body_terms(row: Row) -> set[str]:
    """The terms of a chunk's text, without those of its title."""
    return set(str(row["words"]).split(" | ")[1].split()) if " | " in row["words"] else set()


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part
