"""How fast articles become an index, beside the same model as sentence-transformers runs it.

- `articles_per_s`, `chunks_per_s`: a whole `index add`, from files to the published index, with the
  embedder loaded before;
- `passages_per_s`, `tokens_per_s`, `words_per_s`: our embedder over chunk texts of that index;
- the same with `_fp32`: `SentenceTransformer(FOLDER).encode(texts)` in float32, all else default;
- `ratio`: the medians of passages a second, ours over theirs; rounds alternate in one run, so that
  a noisy machine is noisy for both;
- `top10_overlap`: share of the ten best passages that both rankings of a question share.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.archive import progress
from bench.data import DataSet, load, sample
from bench.metrics import Metric, overlap
from bench.options import Parsers, add_data, count
from bench.table import Result, Settings
from index.chunk import embedding_texts
from index.embed import SentenceTransformerEmbedder, Vectors
from index.errors import InputError
from index.index import Index
from index.weights import resolve_embedder

QUESTIONS = 100  # for the rankings
TOP = 10

Encode = Callable[[Sequence[str]], Vectors]


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("indexing", help="how fast do articles become an index?")
    add_data(task)
    task.add_argument("--articles", type=count, default=40, metavar="N", help="to add (40)")
    task.add_argument(
        "--passages", type=count, default=512, metavar="N", help="at most, to embed (512)"
    )
    task.add_argument("--rounds", type=count, default=5, metavar="N", help="of each (5)")
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    return run(
        load(options.data),
        articles=options.articles,
        passages=options.passages,
        rounds=options.rounds,
        questions=options.questions,
        seed=options.seed,
    )


def run(
    data: DataSet, *, articles: int, passages: int, rounds: int, questions: int | None, seed: int
) -> Result:
    """Measure indexing on the first articles of a data folder."""
    if data.corpus is None:
        raise InputError(f"{data.folder}: it holds no articles to index.")
    ours, theirs = _models()
    ours.encode(["A first sentence warms the embedder up."])
    added, texts = _add(data.corpus, articles, passages, ours)
    if len(texts) < TOP:
        raise InputError(
            f"{data.corpus}: its first {articles} articles make {len(texts)} passages; "
            f"at least {TOP} are needed. Raise --articles."
        )
    words = sum(len(text.split()) for text in texts)
    tokens = sum(ours.count_tokens(texts))
    times = race(ours.encode, theirs, texts, rounds)
    speeds = [statistics.median(taken) for taken in times]
    asked = [case.question for case in sample(data.cases, questions or QUESTIONS, seed)]
    agreement = agree(ours.encode, theirs, asked, texts)
    counts = (("passages", len(texts)), ("tokens", tokens), ("words", words))
    metrics = [
        *added,
        *(Metric(f"{name}_per_s", count / speeds[0], rounds) for name, count in counts),
        *(Metric(f"{name}_per_s_fp32", count / speeds[1], rounds) for name, count in counts),
        Metric("ratio", speeds[1] / speeds[0], rounds),
        Metric("top10_overlap", agreement, len(asked)),
    ]
    settings: Settings = {
        "passages": len(texts),
        "dtype": ours.dtype,
        "rounds": rounds,
        "seed": seed,
    }
    return Result("indexing", data.name, metrics, settings)


def race(ours: Encode, theirs: Encode, texts: Sequence[str], rounds: int) -> list[list[float]]:
    """Seconds of each round for ours and for theirs; they take turns at going first."""
    runners = (ours, theirs)
    times: list[list[float]] = [[], []]
    for encode in runners:
        encode(texts[:32])  # warm up
    for number in progress(range(rounds), "Embedding"):
        for runner in (0, 1) if number % 2 == 0 else (1, 0):
            started = time.perf_counter()
            runners[runner](texts)
            times[runner].append(time.perf_counter() - started)
    return times


def agree(ours: Encode, theirs: Encode, questions: Sequence[str], texts: Sequence[str]) -> float:
    """Mean share of the ten nearest texts that two embedders have in common for a question."""
    first, second = (_nearest(encode(questions), encode(texts)) for encode in (ours, theirs))
    return statistics.fmean(overlap(*lists) for lists in zip(first, second, strict=True))


def take(corpus: Path, count: int, folder: Path) -> list[Path]:
    """Give files that hold the first articles of a corpus: of a file lines, of a folder files."""
    if corpus.is_dir():
        files = sorted(path for path in corpus.rglob("*") if path.is_file())
        return files[:count]
    opened = gzip.open if corpus.suffix == ".gz" else open
    part = folder / "articles.jsonl"
    with opened(corpus, "rb") as stream:
        part.write_bytes(b"".join(islice(stream, count)))
    return [part]


def _models() -> tuple[SentenceTransformerEmbedder, Encode]:
    import torch
    from sentence_transformers import SentenceTransformer

    folder = resolve_embedder("default")
    plain = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})

    def theirs(texts: Sequence[str]) -> Vectors:
        vectors: Vectors = plain.encode(list(texts))
        return vectors

    return SentenceTransformerEmbedder.open(folder), theirs


def _add(
    corpus: Path, articles: int, passages: int, embedder: SentenceTransformerEmbedder
) -> tuple[list[Metric], list[str]]:
    """Index the first articles; give the speed, and the texts that were embedded."""
    with tempfile.TemporaryDirectory(prefix="clippings-bench-") as folder:
        files = take(corpus, articles, Path(folder))
        index = Index.open(Path(folder) / "index", create=True, model=embedder)
        report = index.add(files)
        rows = range(min(passages, report.chunks))
        texts = [
            embedding_texts(article, [chunk], embedder.count_tokens)[0]
            for chunk, article in index.chunks(rows)
        ]
    speeds = [
        Metric("articles_per_s", report.added / report.seconds, report.added),
        Metric("chunks_per_s", report.chunks / report.seconds, report.chunks),
    ]
    return speeds, texts


def _nearest(questions: Vectors, texts: Vectors) -> NDArray[np.intp]:
    return np.argsort(-(questions @ texts.T), axis=1, kind="stable")[:, :TOP]
