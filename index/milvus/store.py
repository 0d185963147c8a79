"""An archive that Milvus keeps: searched and read by any machine, written by one.

The writer works in a folder of its own, an index like any other that knows files, versions and
copies; after each change the difference goes to Milvus. Readers need no folder.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_data_dir

from index.article import Article, Chunk, Report
from index.embed import Embedder
from index.errors import IndexFormatError, InputError, StorageError
from index.filters import Filter
from index.index import Index
from index.info import Info
from index.lexical import PHRASES, QUERY_TERMS, stemmer
from index.manifest import FORMAT, Manifest
from index.milvus.publish import publish, read_state
from index.milvus.rows import (
    Kept,
    State,
    any_of,
    chunk_id_of,
    day_word,
    passes,
    phrase,
    to_kept,
)
from index.milvus.server import TIMEOUT_S, Address, Row, Server
from index.store import Copy
from index.times import Mention
from index.writing import writing

if TYPE_CHECKING:
    from index.intake import Progress

REMEMBERED = 2_000  # articles, and chunks, of one generation
TOGETHER = 50  # articles read at once
FACTS = ("article", "number", "start", "end", "day")
PARTS = ("article", "piece", "cluster", "body")


class MilvusIndex:
    """What is published in three collections. See `index.protocol.Store`."""

    def __init__(self, server: Server, folder: Path, embedder: Embedder | None, spec: str) -> None:
        self.directory = folder
        self._server = server
        self._writer = Index(folder, embedder, spec)  # opened by the first change
        self._state: State | None = None
        self._facts: dict[int, Row] = {}  # of chunks, and below articles, of this generation
        self._kept: dict[str, Kept] = {}
        self._stems = stemmer()

    @classmethod
    def open(
        cls,
        address: str,
        *,
        create: bool = False,
        embedder: str | None = None,
        model: Embedder | None = None,
        timeout: float = TIMEOUT_S,
    ) -> MilvusIndex:
        """Open "milvus:PATH_OR_URI[#collection]"; with `create` it need not be there yet.

        Raises StorageError where nothing answers within `timeout` seconds, IndexFormatError where
        the collections are missing, of something else, or of another embedder.
        """
        where = Address.read(address)
        if where.is_file and not create and not Path(where.uri).exists():
            raise IndexFormatError(_none(where))
        server = Server.connect(where, timeout=timeout)
        state = read_state(server) if server.exists() else None
        if state is None and not create:
            raise IndexFormatError(_none(where))
        spec = state.manifest.embedder if state else embedder or "default"
        if embedder not in (None, spec):
            raise IndexFormatError(
                f"{where}: it was built with the embedder {spec!r}, not {embedder!r}. Leave "
                "--embedder out, or name another collection."
            )
        index = cls(server, _folder(where), model, spec)
        index._state = state
        return index

    def close(self) -> None:
        """Let go of the server, and of the file that Milvus Lite serves."""
        self._server.close()

    def reload(self) -> bool:
        """See what was published since; True if there is something new."""
        if self._state is None and not self._server.exists():
            return False
        state = read_state(self._server)
        if state is None or state == self._state:
            return False
        if state.manifest.embedder != self._writer.embedder_spec:
            raise IndexFormatError(
                f"{self._server.address}: it is built with the embedder "
                f"{state.manifest.embedder!r} now. Open it anew."
            )
        self._state, self._facts, self._kept = state, {}, {}
        return True

    def view(self) -> MilvusIndex:
        """The store as it is now. The generation before is kept until the next publish."""
        return copy.copy(self)

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Progress | None = None,
        fields: Mapping[str, str] | None = None,
        sync: bool = False,
        reread: bool = False,
        allow_private: bool = False,
        wait: float = 0.0,
    ) -> Report:
        """Add to the writer's folder as `Index.add` does, then publish."""
        writer = self._opened()
        report = writer.add(
            paths, progress=progress, fields=fields, sync=sync, reread=reread,
            allow_private=allow_private, wait=wait,
        )  # fmt: skip
        self.mirror(writer, wait=wait)
        return report

    def remove(
        self,
        *,
        ids: Iterable[str] = (),
        sources: Iterable[str] = (),
        paths: Iterable[str | Path] = (),
        since: date | None = None,
        until: date | None = None,
        wait: float = 0.0,
    ) -> Report:
        """Remove from the writer's folder as `Index.remove` does, then publish."""
        writer = self._opened()
        report = writer.remove(
            ids=ids, sources=sources, paths=paths, since=since, until=until, wait=wait
        )
        self.mirror(writer, wait=wait)
        return report

    def mirror(self, source: Index, *, wait: float = 0.0) -> None:
        """Publish here what a folder has published, and nothing else. May be repeated."""
        published = source.published
        if published is None:
            raise InputError(f"{source.directory}: nothing is published there.")
        with writing(source.directory, wait):
            publish(self._server, published, source.info())
        self.reload()

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        embedder, manifest = self._writer.embedder, self.manifest
        if manifest and embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self._server.address}: its vectors have {manifest.dimension} numbers, the "
                f"embedder {manifest.embedder!r} makes {embedder.dimension}. Name the embedder it "
                "was built with, or another collection."
            )
        return embedder

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""
        return self._state.manifest if self._state else None

    def info(self) -> Info:
        """Say what is there; of a server the bytes are not known and 0."""
        if self._state is None:
            return Info(0, 0, None, None, (), self._writer.embedder_spec, 0, FORMAT, 0)
        files = Path(self._server.address.uri).rglob("*") if self._server.address.is_file else ()
        return replace(self._state.info, bytes=sum(f.stat().st_size for f in files if f.is_file()))

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
            ends = int(row["start"]), int(row["end"])
            pairs.append((Chunk(chunk_id_of(number), found.article.id, *ends), found.article))
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
        return np.array([found[row] for row in rows], dtype=np.float32)

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""
        found = self._articles([article_id]).get(article_id)
        if found is None:
            raise InputError(f"{article_id!r}: no article of {self._server.address} has this id.")
        return found.article

    def has(self, article_id: str) -> bool:
        """Whether there is an article of this id, be it as history."""
        return article_id in self._articles([article_id])

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
        return {i: kept.cluster for i, kept in self._articles(article_ids).items()}

    def copies(self, cluster: str) -> list[Copy]:
        """Give the articles of a cluster in the order they were added."""
        only = f"current == 1 and {any_of('cluster', [cluster])}"
        ids = [str(row["article"]) for row in self._standing(only, ("article", "number"))]
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
        found = self._server.search(field, asked, k, said, FACTS)
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

    def _opened(self) -> Index:
        """The writer's folder; StorageError where it is behind what is published."""
        self.reload()
        self._writer.reload()
        manifest, state = self._writer.manifest, self._state
        if (
            state
            and state.manifest.articles
            and (manifest is None or manifest.generation < state.written)
        ):
            raise StorageError(
                f"{self._server.address}: it was written from another folder than "
                f"{self.directory}, which holds less. Add on the machine that wrote it, or bring "
                "its folder here; or publish another one in its place with: python -m index copy "
                f"DIR {self._server.address}"
            )
        return self._writer


def _folder(where: Address) -> Path:
    """Where the writer works: beside the file, or among the user's data."""
    if where.is_file:
        return Path(f"{where.uri}.writer", where.collection)
    key = hashlib.sha256(where.uri.encode()).hexdigest()[:8]
    return Path(user_data_dir("clippings"), "milvus", key, where.collection)


def _none(where: Address) -> str:
    return (
        f"{where}: there is no archive of this name. Make one with: python -m index add PATH "
        f"--index {where}"
    )


def _changed(where: Address) -> StorageError:
    return StorageError(
        f"{where}: what was found was removed meanwhile, or the server lost it. Ask again."
    )
