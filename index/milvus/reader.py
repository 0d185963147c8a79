"""Searching and reading the generation of an archive that is in view. It knows no writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.errors import InputError, StorageError
from index.filters import Filter
from index.lexical import PHRASES, QUERY_TERMS, stemmer
from index.milvus.address import Address
from index.milvus.rows import (
    Kept,
    any_of,
    day_word,
    may_pass,
    passes,
    phrase,
    to_chunk,
    to_kept,
)
from index.milvus.server import Row, Server
from index.milvus.state import State
from index.store import Copy
from index.times import Mention

REMEMBERED = 2_000  # articles, and chunks, of one generation
TOGETHER = 50  # articles read at once
FACTS = ("article", "number", "start", "end", "day")
ASKED = (*FACTS, "source", "section", "born", "died")  # by which an answer is held to the question
PARTS = ("article", "piece", "cluster", "body")


class Reader:
    """The reading side of `index.protocol.Store`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._state: State | None = None
        self._facts: dict[int, Row] = {}  # of chunks, and below articles, of this generation
        self._kept: dict[str, Kept] = {}
        self._copies: dict[str, list[str]] = {}  # a cluster to its articles
        self._stems = stemmer()

    def _see(self, state: State) -> None:
        self._state, self._facts, self._kept, self._copies = state, {}, {}, {}

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, only: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        return self._search("vector", np.asarray(vector, dtype=np.float32).tolist(), k, only)

    def search_words(
        self,
        text: str,
        k: int,
        only: Filter | None = None,
        phrases: Sequence[str] = (),
        days: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        """Give the k rows that fit a text best by BM25 with their scores, best first."""
        cut = [stems for phrase in phrases[:PHRASES] if (stems := self._stems(phrase))]
        words = list(dict.fromkeys(self._stems(text)))[:QUERY_TERMS]
        words += [day_word(day) for day in days[:QUERY_TERMS]]
        asked = " ".join([*words, *(word for stems in cut for word in stems[:QUERY_TERMS])])
        must = [phrase(stems[:QUERY_TERMS]) for stems in cut]
        found = self._search("sparse", asked, k, only, must) if asked else []
        # Milvus Lite gives distances, a server scores; in both what has no word of it is 0
        return [(row, abs(score)) for row, score in found if score]

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Give for each stemmed term in how many chunks it stands."""
        if self._state is None or not terms:
            return [0] * len(terms)
        rows = self._server.rows(self._server.terms, any_of("term", set(terms)), ("term", "count"))
        counts = {str(row["term"]): int(row["count"]) for row in rows}
        return [counts.get(term, 0) for term in terms]

    def count(self, only: Filter) -> int:
        """Count the articles that a search with this filter may find."""
        return self._count(passes(only, self._state.spoken)) if self._state else 0

    def nearest(self, only: Filter) -> tuple[date | None, date | None]:
        """Give the last day before and the first after a filter's window that would find any."""
        names = passes(replace(only, since=None, until=None), (1, 0))
        since = (only.since or date.min).toordinal()
        until = (only.until or date.max).toordinal()
        return (
            self._last(names, 1, since - 1, latest=True),
            self._last(names, until + 1, date.max.toordinal(), latest=False),
        )

    def days(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give the publication days of rows as ordinals, 0 if unknown."""
        return np.array([row["day"] for row in self._facts_of(rows)], dtype=np.int32)

    def article_numbers(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give numbers that tell the articles of rows apart."""
        return np.array([row["number"] for row in self._facts_of(rows)], dtype=np.int32)

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of rows with their articles, in order."""
        facts = self._facts_of(rows)
        kept = self._articles(list({str(row["article"]) for row in facts}))
        pairs = []
        for number, row in zip(rows, facts, strict=True):
            if (found := kept.get(str(row["article"]))) is None:
                raise _changed(self._server.address)
            pairs.append(
                (to_chunk(number, row, found.article, self._server.address), found.article)
            )
        return pairs

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of rows, in order."""
        if not rows:
            return np.empty((0, 0), dtype=np.float32)
        only = any_of("row", set(rows))
        found = {
            int(row["row"]): row["vector"]
            for row in self._server.rows(self._server.chunks, only, ("row", "vector"))
        }
        if len(found) < len(set(rows)):
            raise _changed(self._server.address)
        size = self._state.manifest.dimension if self._state else 0
        given = [found[row] for row in rows]
        if any(len(vector) != size for vector in given) or not np.isfinite(given).all():
            raise StorageError(
                f"{self._server.address}: the server gave vectors that have not {size} numbers. "
                "Look whether the address and the collection are the right ones."
            )
        return np.array(given, dtype=np.float32)

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""
        found = self._articles([article_id]).get(article_id)
        if found is None:
            raise InputError(f"{article_id!r}: no article of {self._server.address} has this id.")
        return found.article

    def has(self, article_id: str) -> bool:
        """Whether there is an article of this id, be it as history."""
        return article_id in self._articles([article_id])

    def current(self, article_ids: Sequence[str]) -> set[str]:
        """Give those of some articles that are searched: neither removed nor history."""
        if not article_ids:
            return set()
        only = f"current == 1 and {any_of('article', article_ids)}"
        return {str(row["article"]) for row in self._standing(only, ("article", "number"))}

    def articles(self) -> Iterator[Article]:
        """Give all current articles in the order they were added."""
        rows = self._standing("current == 1", ("article", "number"))
        for start in range(0, len(rows), TOGETHER):
            ids = [str(row["article"]) for row in rows[start : start + TOGETHER]]
            kept = self._articles(ids)
            yield from (kept[article_id].article for article_id in ids if article_id in kept)

    def history(self, article_id: str) -> list[Article]:
        """Give the other versions of an article, the earliest first."""
        own = self._standing(any_of("article", [article_id]), ("article", "number", "version"))
        if not own or not own[0]["version"]:
            return []
        same = self._standing(any_of("version", [own[0]["version"]]), ("article", "number"))
        ids = [str(row["article"]) for row in same if row["article"] != article_id]
        kept = self._articles(ids)
        others = [kept[i].article for i in ids if i in kept]
        return sorted(others, key=lambda a: str(a.updated or a.published or ""))

    def clusters(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Give for each article the one it is a copy of, or itself."""
        found = {i: kept.cluster for i, kept in self._articles(article_ids).items()}
        self._copies_of(list(set(found.values())))  # asked for next, one by one
        return found

    def copies(self, cluster: str) -> list[Copy]:
        """Give the articles of a cluster in the order they were added."""
        ids = self._copies_of([cluster])[cluster]
        kept = self._articles(ids)
        found = (kept[article_id].article for article_id in ids if article_id in kept)
        return [Copy(a.id, a.title, a.source, a.published) for a in found]

    def mentions(self, article_ids: Sequence[str]) -> dict[str, list[Mention]]:
        """Give for each article what its text says of days."""
        kept = self._articles(article_ids)
        return {i: list(kept[i].mentions) if i in kept else [] for i in article_ids}

    def _search(
        self,
        field: str,
        asked: object,
        k: int,
        only: Filter | None,
        must: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        state = self._state
        if state is None or k < 1:
            return []
        said = " and ".join([state.visible, *passes(only or Filter(), state.spoken), *must])
        found = self._server.search(field, asked, k, said, ASKED)
        if not all(may_pass(row, only or Filter(), state.manifest.generation) for row, _ in found):
            raise StorageError(
                f"{self._server.address}: the server gave passages that the search leaves out. "
                "Nothing of its answer was used: look after its health."
            )
        if len(self._facts) > REMEMBERED:
            self._facts.clear()
        self._facts.update((int(row["row"]), row) for row, _ in found)
        return [(int(row["row"]), score) for row, score in found]

    def _facts_of(self, rows: Sequence[int]) -> list[Row]:
        known = {row: facts for row in rows if (facts := self._facts.get(row))}
        if missing := [row for row in dict.fromkeys(rows) if row not in known]:
            found = self._server.rows(self._server.chunks, any_of("row", missing), ("row", *FACTS))
            known.update((int(row["row"]), row) for row in found)
        if any(row not in known for row in rows):
            raise _changed(self._server.address)
        return [known[row] for row in rows]

    def _articles(self, article_ids: Sequence[str]) -> dict[str, Kept]:
        """The articles of some ids that are there, be they history."""
        if self._state is None:
            return {}
        asked = [i for i in dict.fromkeys(article_ids) if i.isascii() and i.isalnum()]
        known = {i: kept for i in asked if (kept := self._kept.get(i))}
        missing = [i for i in asked if i not in known]
        for start in range(0, len(missing), TOGETHER):
            only = (
                f"{self._state.visible} and {any_of('article', missing[start : start + TOGETHER])}"
            )
            pieces: dict[str, list[Row]] = {}
            for row in self._server.rows(self._server.articles, only, PARTS):
                pieces.setdefault(str(row["article"]), []).append(row)
            for article_id, rows in pieces.items():
                known[article_id] = to_kept(rows, self._server.address)
        if len(self._kept) > REMEMBERED:
            self._kept.clear()
        self._kept.update(known)
        return known

    def _copies_of(self, clusters: Sequence[str]) -> dict[str, list[str]]:
        """The current articles of clusters, in the order they were added."""
        known = {c: ids for c in clusters if (ids := self._copies.get(c)) is not None}
        missing = [cluster for cluster in clusters if cluster not in known]
        known |= {cluster: [] for cluster in missing}
        for start in range(0, len(missing), TOGETHER):
            only = f"current == 1 and {any_of('cluster', missing[start : start + TOGETHER])}"
            for row in self._standing(only, ("article", "number", "cluster")):
                known[str(row["cluster"])].append(str(row["article"]))
        if len(self._copies) > REMEMBERED:
            self._copies.clear()
        self._copies.update(known)
        return known

    def _standing(self, only: str, fields: Sequence[str]) -> list[Row]:
        """What the first pieces of some articles say, in the order they were added."""
        if self._state is None:
            return []
        said = f"{self._state.visible} and piece == 0 and {only}"
        found = self._server.every(self._server.articles, said, fields)
        return sorted(found, key=lambda row: int(row["number"]))

    def _count(self, said: Sequence[str]) -> int:
        assert self._state is not None
        only = " and ".join([self._state.visible, "piece == 0", "current == 1", *said])
        return self._server.count(self._server.articles, only)

    def _last(self, said: Sequence[str], low: int, high: int, *, latest: bool) -> date | None:
        """The latest or earliest day of an article from low to high, by halving the days."""

        def some(first: int, last: int) -> bool:
            return first <= last and self._count([*said, f"day >= {first} and day <= {last}"]) > 0

        if self._state is None or not some(low, high):
            return None
        while low < high:
            middle = (low + high) // 2
            if latest:
                low, high = (middle + 1, high) if some(middle + 1, high) else (low, middle)
            else:
                low, high = (low, middle) if some(low, middle) else (middle + 1, high)
        return date.fromordinal(low)


def _changed(where: Address) -> StorageError:
    return StorageError(
        f"{where}: what was found was removed meanwhile, or the server lost it. Ask again."
    )
