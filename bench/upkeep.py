"""What it takes to keep an archive: dates, copies, re-adding, memory, and how fast pages are read.

- `dates_read`: share of the records that state a date whose article has a publication date;
- `copies_found`: of the texts of 30 words and more that occur again word for word, the share that
  is either stored once or in one cluster; `clustered`: copies of another article, edited ones too;
- `add_s`, `readd_s`: a folder of many small files added, and added again unchanged;
- `peak_mb`: most memory of a process that adds many articles from one file, on top of what it holds
  before (`empty_mb`);
- `html_words_per_s`, `embedded_words_per_s`, `html_ratio`: web pages made of the articles and read,
  the default embedder over their chunks, and how many times the first is faster.

But for the last line no model is used: a stand-in gives each text a vector that its checksum
decides, and counts words as tokens, so the figures are those of reading, storing and publishing.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from bench.apart import Figures, apart, memory_mb
from bench.archive import progress
from bench.data import DataSet, find, load
from bench.metrics import Metric
from bench.options import Parsers, add_out, count
from bench.table import Result, Settings
from index.article import Article
from index.chunk import split_chunks
from index.duplicates import BARE
from index.embed import SentenceTransformerEmbedder, Vectors
from index.errors import InputError
from index.index import Index
from index.read import read
from index.weights import resolve_embedder

FILES, ARTICLES = 20_000, 100_000
PAGES = 50  # read and embedded to compare the two
DIMENSION, MAX_TOKENS = 384, 256


class StandIn:
    """An embedder that costs next to nothing: a text's checksum seeds its vector."""

    dimension = DIMENSION
    max_tokens = MAX_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors that differ where texts do."""
        rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("upkeep", help="what does it take to keep an archive?")
    task.add_argument("--data", required=True, type=find, metavar="DIR", help="the data folder")
    task.add_argument(
        "--files", type=count, default=FILES, metavar="N", help=f"added again ({FILES:,})"
    )
    task.add_argument(
        "--articles", type=count, default=ARTICLES, metavar="N", help=f"in memory ({ARTICLES:,})"
    )
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    data = load(options.data, need_questions=False)
    return run(data, files=options.files, articles=options.articles)


def run(data: DataSet, *, files: int, articles: int) -> Result:
    """Measure the upkeep of a data folder's archive."""
    if data.corpus is None:
        raise InputError(f"{data.folder}: it holds no articles.")
    with tempfile.TemporaryDirectory(prefix="clippings-bench-") as folder:
        room = Path(folder)
        index = Index.open(room / "real", create=True, model=StandIn())
        index.add(data.corpus)
        real = list(islice(index.articles(), 2_000))
        metrics = [*_dates(data.corpus, index), *_copies(data.corpus, index)]
        metrics += _readding(real, files, room)
        metrics += _memory(real, articles, room)
    metrics += _pages(real[:PAGES])
    settings: Settings = {"files": files, "articles": articles}
    return Result("upkeep", data.name, metrics, settings)


def _dates(corpus: Path, index: Index) -> list[Metric]:
    stating = {str(record["id"]) for record in _records(corpus) if record.get("date")}
    dated = {a.external_id for a in index.articles() if a.published is not None}
    shown = {a.external_id for a in index.articles()}
    wanted = stating & shown  # of a record that came twice one article is stored
    return [
        Metric("dates_read", len(wanted & dated) / len(wanted) if wanted else None, len(wanted))
    ]


def _copies(corpus: Path, index: Index) -> list[Metric]:
    """Compare the bodies of the records, white space folded, with what became of them."""
    texts = (str(record["text"]).split() for record in _records(corpus))
    bodies = Counter(" ".join(words) for words in texts if len(words) >= BARE)
    again = sum(number - 1 for number in bodies.values())
    stored = [(article.id, " ".join(article.text.split())) for article in index.articles()]
    cluster = index.clusters([article_id for article_id, _ in stored])
    held: dict[str, set[str]] = {}
    for article_id, text in stored:
        held.setdefault(text, set()).add(cluster[article_id])
    missed = sum(len(held[text]) - 1 for text in bodies if text in held)
    found = (again - missed) / again if again else None
    copied = sum(cluster[article_id] != article_id for article_id, _ in stored)
    return [Metric("copies_found", found, again), Metric("clustered", copied, len(stored))]


def _readding(real: Sequence[Article], files: int, room: Path) -> list[Metric]:
    folder = room / "files"
    folder.mkdir()
    for number in range(files):
        article = real[number % len(real)]
        text = f"{article.title} {number}\n\n{article.text[:600]} {number}\n"
        (folder / f"{number:06d}.txt").write_text(text, encoding="utf-8")
    time.sleep(2.1)  # a file changed within the last two seconds is not trusted to be the same
    taken = []
    for _ in progress(range(2), "Adding twice"):
        started = time.perf_counter()
        Index.open(room / "again", create=True, model=StandIn()).add(folder)
        taken.append(time.perf_counter() - started)
    return [Metric("add_s", taken[0], files), Metric("readd_s", taken[1], files)]


def _memory(real: Sequence[Article], articles: int, room: Path) -> list[Metric]:
    file = room / "many.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(articles):
            article = real[number % len(real)]
            other = real[(number * 7 + number // len(real) * 131 + 1) % len(real)]
            text = f"{article.text[:800]}\n\nNumber {number}.\n\n{other.text[:800]}"
            record = {"id": str(number), "title": f"{article.title} {number}", "text": text}
            stream.write(f"{json.dumps(record)}\n")
    figures = apart(_add, file, room / "many")
    return [Metric(name, value, articles) for name, value in figures.items()]


def _add(file: Path, directory: Path) -> Figures:
    empty = memory_mb("VmRSS")
    started = time.perf_counter()
    Index.open(directory, create=True, model=StandIn()).add(file)
    taken = time.perf_counter() - started
    return {"many_s": taken, "empty_mb": empty, "peak_mb": memory_mb("VmHWM") - empty}


def _pages(real: Sequence[Article]) -> list[Metric]:
    embedder = SentenceTransformerEmbedder.open(resolve_embedder("default"))
    with tempfile.TemporaryDirectory(prefix="clippings-bench-") as folder:
        for number, article in enumerate(real):
            Path(folder, f"{number}.html").write_text(_page(article), encoding="utf-8")
        list(read([Path(folder)]))  # loads what reads pages
        started = time.perf_counter()
        found = [item for item in read([Path(folder)]) if isinstance(item, Article)]
        read_s = time.perf_counter() - started
    texts = [
        article.text[chunk.start : chunk.end]
        for article in found
        for chunk in split_chunks(article, embedder.count_tokens, max_tokens=embedder.max_tokens)
    ]
    embedder.encode(texts[:16])  # warms up
    started = time.perf_counter()
    embedder.encode(texts)
    embed_s = time.perf_counter() - started
    words = sum(len(text.split()) for text in texts)
    return [
        Metric("html_words_per_s", words / read_s, len(found)),
        Metric("embedded_words_per_s", words / embed_s, len(texts)),
        Metric("html_ratio", embed_s / read_s, len(found)),
    ]


def _page(article: Article) -> str:
    """A page as outlets make them: head, menu, article, related links, footer."""
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in article.text.split("\n\n"))
    title = html.escape(article.title)
    links = "".join(
        f'<li><a href="/{n}">A headline of the day, number {n}</a></li>' for n in range(40)
    )
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    main = f"<main><article><h1>{title}</h1>{paragraphs}</article></main>"
    return (
        f"<!doctype html><html lang=en>{head}<body><nav><ul>{links}</ul></nav>{main}"
        f"<aside class=related><ul>{links}</ul></aside><footer>All rights reserved.</footer></body>"
    )


def _records(corpus: Path) -> Iterator[dict[str, object]]:
    if corpus.is_dir():
        return
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rb") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)
