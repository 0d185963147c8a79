"""How fast articles become an index by Ray's workers of one core each, beside the usual way.

- `words_per_s`: words of the articles by the seconds of a whole `index add` in this process, whose
  embedder computes on every core and was loaded before;
- `words_per_s_ray1`, `words_per_s_rayN`: the same with one worker, and with N, all of them ready;
- `start_s_ray1`, `start_s_rayN`: what it takes until they are;
- `of_embedded`: N workers over the usual way; `of_one`: N workers over one. Rounds take turns in
  one run, so that a noisy machine is noisy for all; figures are medians over them;
- `apart`: the largest difference of a number between a vector of the workers and the usual one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.archive import progress
from bench.data import DataSet, load
from bench.indexing import take
from bench.metrics import Metric
from bench.options import Parsers, add_data, count
from bench.table import Result
from index.build import Adding, build
from index.embed import Embedder, SentenceTransformerEmbedder, Vectors
from index.errors import ClusterError, InputError
from index.index import Index
from index.messenger import Cluster, reach
from index.spread import Pool
from index.weights import resolve_embedder


@dataclass(frozen=True, slots=True)
class Round:
    """One add: its speed, the seconds before it could begin, and what came of it."""

    words_per_s: float
    start_s: float
    vectors: Vectors


class Ready:
    """A pool of which every worker is ready; what was told until then is told again."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._told: deque[dict[str, Any]] = deque()
        while sum("worker" in told for told in self._told) < pool.workers:
            self._told.append(pool.take())
            if "failed" in self._told[-1]:
                raise ClusterError.at("local", str(self._told[-1]["failed"]))

    @property
    def workers(self) -> int:
        """How many there are."""
        return self._pool.workers

    def give(self, job: dict[str, Any]) -> None:
        """Hand a job over."""
        self._pool.give(job)

    def take(self) -> dict[str, Any]:
        """What is told next."""
        return self._told.popleft() if self._told else self._pool.take()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("spread", help="how fast do Ray's workers index articles?")
    add_data(task)
    task.add_argument("--articles", type=count, default=200, metavar="N", help="to add (200)")
    task.add_argument("--rounds", type=count, default=3, metavar="N", help="of each (3)")
    task.add_argument(
        "--workers", type=count, default=os.cpu_count() or 1, metavar="N",
        help="beside one (one for each core)",
    )  # fmt: skip
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    return run(
        load(options.data),
        articles=options.articles,
        rounds=options.rounds,
        workers=options.workers,
    )


def run(data: DataSet, *, articles: int, rounds: int, workers: int) -> Result:
    """Measure indexing the first articles of a data folder with and without workers."""
    if data.corpus is None:
        raise InputError(f"{data.folder}: it holds no articles to index.")
    embedder = SentenceTransformerEmbedder.open(resolve_embedder("default"))
    embedder.encode(["A first sentence warms the embedder up."])
    ways: list[int | None] = list(dict.fromkeys([None, 1, workers]))
    done: dict[int | None, list[Round]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="clippings-bench-") as folder:
        files = take(data.corpus, articles, Path(folder))
        for number in progress(range(rounds), "Rounds"):
            for way in ways if number % 2 == 0 else reversed(ways):
                place = Path(folder) / f"index-{number}-{way}"
                done[way].append(add(files, place, embedder, way))
    return Result(
        "spread",
        data.name,
        figures(done, workers),
        {"articles": articles, "rounds": rounds, "workers": workers, "dtype": embedder.dtype},
    )


def add(files: list[Path], place: Path, embedder: Embedder, workers: int | None) -> Round:
    """Add files to a new index; None workers: in this process."""
    started = time.perf_counter()
    index = Index.open(place, create=True, model=embedder)
    how = Adding()
    if workers:
        cluster = Cluster("local", workers)
        ready = Ready(reach(cluster, "default"))
        how = Adding(cluster=cluster, open_pool=lambda *_: ready)
    start_s = time.perf_counter() - started
    report = build(index, files, how=how)
    index.reload()
    words = sum(len(article.text.split()) for article in index.articles())
    return Round(words / report.seconds, start_s, index.vectors(range(report.chunks)))


def figures(done: Mapping[int | None, list[Round]], workers: int) -> list[Metric]:
    """What the rounds of each way come to."""
    speed = {way: statistics.median(r.words_per_s for r in rounds) for way, rounds in done.items()}
    start = {way: statistics.median(r.start_s for r in rounds) for way, rounds in done.items()}
    count = len(done[None])
    usual = done[None][0].vectors
    apart = max(
        float(np.abs(r.vectors - usual).max())
        for way, rounds in done.items()
        if way
        for r in rounds
    )
    by_workers = sorted({1, workers})
    return [
        Metric("words_per_s", speed[None], count),
        *(Metric(f"words_per_s_ray{n}", speed[n], count) for n in by_workers),
        *(Metric(f"start_s_ray{n}", start[n], count) for n in by_workers),
        Metric("of_embedded", speed[workers] / speed[None], count),
        Metric("of_one", speed[workers] / speed[1], count),
        Metric("apart", apart, len(usual)),
    ]
