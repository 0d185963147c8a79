"""What is measured in processes of their own: an archive built, and an archive searched.

Times are in seconds or milliseconds, sizes in megabytes of 1,000,000 bytes.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bench.metrics import percentile
from bench.synthetic import Batch
from index.draft import Draft
from index.embed import Vectors
from index.errors import ClippingsError, StorageError
from index.index import Index
from index.manifest import Manifest, generation_folder
from index.store import ARTICLES, FACTS, LISTS, VECTORS, WORDS
from qa import Chatbot
from qa.chatbot import EVIDENCE_TOKENS
from qa.evidence import CountTokens, select_evidence
from qa.retrieve import DEPTH, wanted_of

MEGABYTE = 1_000_000
HITS = 10

Figures = dict[str, float]
Given = TypeVar("Given")


class Call(Protocol):
    """Calls a function, somewhere; with `feed` it is given the batches as its last argument."""

    def __call__(
        self, function: Callable[..., Given], *arguments: Any, feed: Iterable[Batch] | None = None
    ) -> Given:
        """Give what the function gives."""


class Known:
    """An embedder that was given the vector of each question, so that embedding takes no time.

    What it is asked to embed is the question numbered `asked`, in whatever words that is searched.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self.asked = 0
        self.dimension = int(vectors.shape[1])
        self.max_tokens = 1

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text: none is cut."""
        return [1 for _ in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The asked question's unit vector, for each text."""
        found: Vectors = self._vectors[[self.asked] * len(texts)]
        return found


def build(directory: Path, manifest: Manifest, batches: Iterable[Batch]) -> Figures:
    """Store and publish passages as `index add` does once they are embedded."""
    empty_mb = memory_mb("VmRSS")
    append_s = 0.0
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with closing(Draft(directory, manifest)) as draft:
            for entries, vectors in batches:
                started = time.perf_counter()
                new = [entry for entry in entries if not draft.has(entry[0].id)]
                draft.append(new, vectors)
                append_s += time.perf_counter() - started
            started = time.perf_counter()
            published = draft.publish()
            publish_s = time.perf_counter() - started
    except (OSError, sqlite3.DatabaseError) as error:
        raise StorageError(
            f"{directory}: the passages cannot be stored ({error}). Make room, or leave out the "
            "larger --sizes."
        ) from error
    index_s = append_s + publish_s
    return {
        "articles": published.articles,
        "index_s": index_s,
        "append_s": append_s,
        "publish_s": publish_s,
        "passages_per_s": published.chunks / index_s,
        "build_peak_mb": memory_mb("VmHWM"),
        "empty_process_mb": empty_mb,
        **_on_disk(generation_folder(directory, published.generation)),
    }


def search(
    directory: Path, questions: Sequence[str], vectors: Vectors, count_tokens: CountTokens
) -> tuple[Figures, list[list[int]]]:
    """Open an index and search it three ways; give the figures and each question's nearest rows.

    `dense` is the search by vectors, `bm25` by words, `search` all of a question but its embedding:
    both of these, fused, and the chunks fetched. `question` chooses the evidence too, whose tokens
    are counted with the language model's vocabulary; that is loaded after the memory was read.
    """
    started = time.perf_counter()
    known = Known(vectors)
    index = Index.open(directory, model=known)
    open_s = time.perf_counter() - started
    bot = Chatbot(index)
    rows: list[list[int]] = []

    def dense(number: int) -> None:
        rows.append([row for row, _ in index.search_vectors(vectors[number], DEPTH)[:HITS]])

    def whole(number: int) -> None:
        known.asked = number
        bot.search(questions[number], HITS)

    ways: dict[str, Callable[[int], object]] = {
        "dense": dense,
        "bm25": lambda number: index.search_words(questions[number], DEPTH),
        "search": whole,
    }
    times = {name: watch(way, len(questions)) for name, way in ways.items()}
    figures = {"open_s": open_s, "search_rss_mb": memory_mb("VmRSS")}

    def with_evidence(number: int) -> None:
        known.asked = number
        hits = bot.search(questions[number], HITS)
        wanted = wanted_of(index, questions[number])
        select_evidence(
            questions[number], hits, count_tokens, budget=EVIDENCE_TOKENS, wanted=wanted
        )

    times["question"] = watch(with_evidence, len(questions))
    for name, taken in times.items():
        figures |= _spread(f"{name}_ms", taken)
    return figures, rows[1:]  # the first was to warm up


def apart(
    function: Callable[..., Given], *arguments: Any, feed: Iterable[Batch] | None = None
) -> Given:
    """Call a function in a process of its own, which asks for one batch after another.

    Raises what the function raises of ClippingsError, and StorageError if the process ends.
    """
    context = multiprocessing.get_context("spawn")  # a fork would start with this one's memory
    near, far = context.Pipe()
    process = context.Process(target=_serve, args=(far, function, arguments, feed is not None))
    process.start()
    far.close()
    try:
        waiting = iter(feed or ())
        while (said := near.recv()) is None:
            near.send(next(waiting, None))
    except (EOFError, ConnectionError) as error:
        process.join()
        raise StorageError(
            f"The process for `{function.__name__}` ended with status {process.exitcode} before "
            "it was done; -9 is most often a lack of memory. Leave out the larger --sizes."
        ) from error
    finally:
        process.kill()
        process.join()
        near.close()
    if isinstance(said, ClippingsError):
        raise said
    given: Given = said
    return given


def memory_mb(field: str) -> float:
    """Memory of this process: its size (VmRSS) or peak (VmHWM); the peak where Linux is not."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return int(value.split()[0]) * 1024 / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE  # macOS counts bytes


def _serve(
    connection: Connection, function: Callable[..., Any], arguments: Sequence[Any], fed: bool
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops, and ends this process
    try:
        more = (_received(connection),) if fed else ()
        connection.send(function(*arguments, *more))
    except ClippingsError as error:
        connection.send(error)


def _received(connection: Connection) -> Iterator[Batch]:
    """Ask for batches; the parent makes one only then, while no clock runs here."""
    while True:
        connection.send(None)
        batch = connection.recv()
        if batch is None:
            return
        yield batch


def watch(way: Callable[[int], object], count: int) -> list[float]:
    """Give the seconds that each call takes; the first is made twice, to warm up."""
    way(0)
    taken = []
    for number in range(count):
        started = time.perf_counter()
        way(number)
        taken.append(time.perf_counter() - started)
    return taken


def _spread(name: str, taken: Sequence[float]) -> Figures:
    return {
        name: statistics.median(taken) * 1000,
        f"{name}_p95": percentile(taken, 95) * 1000,
        f"{name}_p99": percentile(taken, 99) * 1000,
    }


def _on_disk(folder: Path) -> Figures:
    parts = {
        "articles_mb": ARTICLES, "vectors_mb": VECTORS, "lists_mb": LISTS, "words_mb": WORDS,
        "facts_mb": FACTS
    }  # fmt: skip
    sizes = {}
    for name, part in parts.items():
        files = [folder / part, *(folder / part).rglob("*")]
        sizes[name] = sum(file.stat().st_size for file in files if file.is_file()) / MEGABYTE
    return {**sizes, "disk_mb": sum(sizes.values())}
