"""What does an archive cost as it grows? Passages made of a real index (bench/synthetic.py).

For each size, in processes of their own, of which the first stores and the second searches:

- `index_s`: storing and publishing, without reading, chunking and embedding; the sum of `append_s`
  and `publish_s`; `passages_per_s` by it;
- `build_peak_mb`: the peak of the memory of the process that stores, `empty_process_mb` of which it
  had before;
- `articles_mb`, `vectors_mb`, `lists_mb`, `words_mb`, `facts_mb`, `disk_mb`: the parts on the disk
  and their sum;
- `open_s`: opening, with the files in the system's cache; `search_rss_mb`: memory after searching;
- `dense_ms`, `bm25_ms`, `search_ms`, `question_ms`: a search by vectors, by words, all of a search
  but the question's embedding, and the same with the choice of evidence; medians, with `_p95` and
  `_p99` the percentiles, of questions asked one after another;
- `recall@10`: share of the ten passages nearest to a question, by computing every cosine, that are
  among the first ten of the search by vectors;
- `select_1_in_N_ms`, `dense_1_in_N_ms`, `bm25_1_in_N_ms`: finding the rows of a window of days that
  holds at least one passage in N, once, and the searches within it, medians;
- `add_s`, `remove_s`: storing and publishing a few articles more, and removing them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bench.apart import HITS, Call, Figures, apart, build, search
from bench.archive import open_index
from bench.changes import change, filtered
from bench.data import DataSet, load, sample
from bench.metrics import Metric
from bench.options import Parsers, add_data
from bench.synthetic import ARTICLE_PASSAGES, Batch, Real, passages, read_real
from bench.table import DIGITS, Result, Settings
from bench.tokens import count_tokens as count_llm_tokens
from index.embed import Vectors
from index.errors import ClippingsError
from index.manifest import Manifest
from index.protocol import Store
from index.weights import cache_root
from qa.evidence import CountTokens
from qa.question import understand

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
QUESTIONS = 100
SAME = 1e-6  # cosines closer than this may change places with the order of the additions
CHANGED = 10 * ARTICLE_PASSAGES  # passages that are added, then removed
PER_QUESTION = ("dense_", "bm25_", "search_ms", "question_ms", "recall@")  # over all questions


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("scale", help="what does an archive cost as it grows?")
    add_data(task)
    task.add_argument(
        "--index", type=Path, metavar="DIR", help="what passages are made of; default: in the cache"
    )
    task.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="N,N", help=f"passages ({_listed(SIZES)})"
    )
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    data = load(options.data)
    index = open_index(data, options.index)
    return run(data, index, options.sizes, questions=options.questions, seed=options.seed)


def run(
    data: DataSet,
    index: Store,
    sizes: Sequence[int],
    *,
    questions: int | None,
    seed: int,
    count_tokens: CountTokens = count_llm_tokens,
    call: Call = apart,
) -> Result:
    """Measure archives of some sizes, made of an index, with a data folder's questions."""
    cases = sample(data.cases, questions or QUESTIONS, seed)
    asked = [understand(case.question).text for case in cases]
    vectors = index.embedder.encode(asked)
    real = read_real(index)

    def grown(size: int) -> Figures:
        return measure(real, size, asked, vectors, seed=seed, count_tokens=count_tokens, call=call)

    points = _grow(sizes, grown)
    settings: Settings = {
        "questions": len(asked),
        "seed": seed,
        "sizes": _listed(sizes),
        "real_chunks": len(real.sentences),
        "real_articles": len(real.articles),
        "article_passages": ARTICLE_PASSAGES,
        "dimension": real.vectors.shape[1],
        "cosine_to_origin": round(float(real.neighbours.mean()), 3),
        "cosine_to_origin_sd": round(float(real.neighbours.std()), 3),
    }
    return Result("scale", data.name, to_metrics(points, len(asked)), settings, {"scale": points})


def measure(
    real: Real,
    size: int,
    questions: Sequence[str],
    vectors: Vectors,
    *,
    seed: int,
    count_tokens: CountTokens,
    call: Call,
) -> Figures:
    """Build an archive of `size` passages, search it, remove it, and give the figures."""
    manifest = Manifest("default", real.vectors.shape[1], max_tokens=1, target_tokens=1)
    exact = Exact(vectors)
    with _workspace() as folder, tqdm(
        total=size, desc="Storing", unit=" passages", file=sys.stderr, mininterval=5.0
    ) as bar:  # fmt: skip

        def feed() -> Iterator[Batch]:
            for entries, made in passages(real, size, seed):
                exact.add(made)
                yield entries, made
                bar.update(len(made))

        directory = Path(folder) / "index"
        built = call(build, directory, manifest, feed=feed())
        searched, rows = call(search, directory, questions, vectors, count_tokens)
        searched |= call(filtered, directory, questions, vectors)
        more = next(passages(real, CHANGED, seed + 1))
        changed = call(change, directory, feed=[more])
    share = {f"recall@{HITS}": recall(exact, rows)}
    point = {"passages": size, **built, **searched, **share, **changed}
    return {name: round(figure, DIGITS) for name, figure in point.items()}


class Exact:
    """The passages nearest to some questions, by computing every cosine, block by block."""

    def __init__(self, questions: Vectors, k: int = HITS) -> None:
        self._questions = questions
        self._k = k
        self._count = 0
        self._cosines = np.empty((len(questions), 0), dtype=np.float32)
        self._rows = np.empty((len(questions), 0), dtype=np.int64)

    def add(self, vectors: Vectors) -> None:
        """Look at the next passages."""
        rows = np.arange(self._count, self._count + len(vectors), dtype=np.int64)
        self._count += len(vectors)
        cosines = np.hstack([self._cosines, self._questions @ vectors.T])
        every = np.hstack([self._rows, np.tile(rows, (len(self._questions), 1))])
        kept = np.argsort(-cosines, axis=1, kind="stable")[:, : 2 * self._k]  # more, for ties
        self._cosines = np.take_along_axis(cosines, kept, axis=1)
        self._rows = np.take_along_axis(every, kept, axis=1)

    def nearest(self) -> list[set[int]]:
        """Give for each question the rows of the k nearest, and those as near as the last."""
        last = self._cosines[:, min(self._k, self._count) - 1, None]
        near = self._cosines >= last - SAME
        return [set(rows[mask].tolist()) for rows, mask in zip(self._rows, near, strict=True)]

    @property
    def wanted(self) -> int:
        """How many of the nearest a question can have."""
        return min(self._k, self._count)


def recall(exact: Exact, found: Iterable[Sequence[int]]) -> float:
    """Mean share of the nearest passages of a question that were found."""
    return statistics.fmean(
        len(right & set(rows)) / exact.wanted
        for right, rows in zip(exact.nearest(), found, strict=True)
    )


def to_metrics(points: Sequence[Figures], questions: int) -> list[Metric]:
    """Name each figure of each size `FIGURE@SIZE`, figure by figure."""
    names = [name for name in points[0] if name != "passages"]
    return [
        Metric(
            f"{name}@{point['passages']:.0f}",
            point[name],
            questions if name.startswith(PER_QUESTION) else 1,
        )
        for name in names
        for point in points
    ]


def _grow(sizes: Sequence[int], measured: Callable[[int], Figures]) -> list[Figures]:
    """Measure size after size; one that fails is named and the last, those before it stand."""
    points: list[Figures] = []
    for size in sizes:
        try:
            points.append(measured(size))
        except ClippingsError as error:
            if not points:
                raise
            print(f"bench: stopped at {size:,} passages. {error}", file=sys.stderr)
            break
        print(f"bench: {_line(points[-1])}", file=sys.stderr)
    return points


def _workspace() -> tempfile.TemporaryDirectory[str]:
    """A folder beside the indexes of the bench: the system's temporary one may be in memory."""
    parent = cache_root() / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="scale-", dir=parent)


def _line(point: Figures) -> str:
    shown = ("index_s", "build_peak_mb", "disk_mb", "open_s", "dense_ms", "bm25_ms", "search_ms")
    figures = ", ".join(f"{name} {point[name]:,.1f}" for name in shown)
    return f"{point['passages']:,.0f} passages: {figures}"


def _sizes(text: str) -> tuple[int, ...]:
    """Read "10000,30000": whole numbers of 1 or more, growing."""
    sizes = tuple(int(part) for part in text.split(","))
    if sizes[0] < 1 or list(sizes) != sorted(set(sizes)):
        raise argparse.ArgumentTypeError("must be whole numbers of 1 or more, growing")
    return sizes


def _listed(sizes: Sequence[int]) -> str:
    return ",".join(map(str, sizes))
