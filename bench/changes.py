"""What is measured of a large archive in a process of its own: filters, and small changes.

Times are in milliseconds a search, and in seconds a change.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.apart import Figures, watch
from bench.synthetic import Batch
from index.draft import Draft
from index.embed import Vectors
from index.filters import Filter
from index.index import Index
from index.manifest import read_manifest
from qa.retrieve import DEPTH

ONE_IN = (2, 100, 10_000)  # passages that a filter lets pass


def filtered(directory: Path, questions: Sequence[str], vectors: Vectors) -> Figures:
    """Search within windows of days that hold fewer and fewer of the passages."""
    index = Index.open(directory)
    count = index.info().chunks
    days = np.sort(index.days(range(count)))
    figures: Figures = {}
    for one_in in ONE_IN:
        only = _window(days[days > 0], one_in)
        started = time.perf_counter()
        index.count(only)  # keeps which rows pass, for the searches that follow
        figures[f"select_1_in_{one_in}_ms"] = (time.perf_counter() - started) * 1000
        ways = {
            "dense": partial(lambda only, n: index.search_vectors(vectors[n], DEPTH, only), only),
            "bm25": partial(lambda only, n: index.search_words(questions[n], DEPTH, only), only),
        }
        for name, way in ways.items():
            taken = watch(way, len(questions))
            figures[f"{name}_1_in_{one_in}_ms"] = statistics.median(taken) * 1000
    return figures


def change(directory: Path, batches: Iterable[Batch]) -> Figures:
    """Add a few articles that are embedded already, and remove them; both are published."""
    [(entries, vectors)] = list(batches)
    started = time.perf_counter()
    with closing(Draft(directory, read_manifest(directory))) as draft:
        draft.append(entries, vectors)
        draft.publish()
    add_s = time.perf_counter() - started
    index = Index.open(directory)
    started = time.perf_counter()
    index.remove(ids=[article.id for article, _ in entries])
    return {"add_s": add_s, "remove_s": time.perf_counter() - started}


def _window(days: NDArray[np.int32], one_in: int) -> Filter:
    """From a day on, as many as hold at least one passage in so many; given in order."""
    if not len(days):
        return Filter(since=date.min)
    first = len(days) // 3
    last = min(len(days) - 1, first + len(days) // one_in)
    since, until = (date.fromordinal(int(days[place])) for place in (first, last))
    return Filter(since=since, until=until)
