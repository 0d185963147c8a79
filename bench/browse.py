"""Does an archive of many articles browse without lag? An archive is made and leafed through.

The articles are invented words, a chunk each, over twelve years, from forty outlets. Nothing is
embedded and no search is made: what is measured is the list of the page's tab "Archive".

- `build_s`: storing and publishing the archive;
- `first_ms`: the first look after opening it, which sorts the articles by their days;
- `list_ms`, `filtered_ms`: the first page, its count and the histogram as HTML, without and with an
  outlet and half of the days; medians, with `_p95` the percentile;
- `more_ms`: a further page from anywhere in the archive; `info_ms`: what the headline says.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from bench.apart import build
from bench.metrics import Metric, percentile
from bench.options import Parsers, add_out, count
from bench.synthetic import Batch
from bench.table import DIGITS, Result
from index.article import Article, Chunk, content_id
from index.catalog import Catalog, Place
from index.errors import InputError
from index.filters import Filter
from index.index import Index
from index.manifest import Manifest
from ui.browse import PAGE, render_more, render_page
from ui.histogram import render_histogram
from ui.sought import Sought

ARTICLES = 100_000
OUTLETS, SECTIONS, DAYS = 40, 12, 12 * 365
FIRST = date(2012, 1, 1)
WORDS = 220  # of an article
DIMENSION = 8
BATCH = 2_000
LOOKS = 50  # of each kind
EVERY = Filter()


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("browse", help="does an archive of many articles browse without lag?")
    task.add_argument("--articles", type=count, default=ARTICLES, metavar="N", help="(%(default)s)")
    task.add_argument("--seed", type=int, default=0, metavar="S", help="of the articles (0)")
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    with tempfile.TemporaryDirectory(prefix="browse-") as folder:
        return run(Path(folder) / "index", options.articles, options.seed)


def run(directory: Path, articles: int, seed: int) -> Result:
    """Build an archive of so many articles in a folder, leaf through it and give the figures."""
    manifest = Manifest("default", DIMENSION, max_tokens=1, target_tokens=1)
    built = build(directory, manifest, invented(articles, seed))
    index = Index.open(directory)
    catalog = index.catalog
    if catalog is None:
        raise InputError("There is nothing to browse: give --articles a number of 1 or more.")
    chance = random.Random(seed)  # noqa: S311
    half = timedelta(days=DAYS // 2)
    narrow = [Filter(FIRST, FIRST + half, sources=(f"Outlet {n % OUTLETS}",)) for n in range(LOOKS)]
    places = [
        Place((FIRST + timedelta(days=chance.randrange(DAYS))).toordinal(), 0) for _ in range(LOOKS)
    ]
    first = _milliseconds(lambda: listed(catalog, EVERY))
    looks = {
        "list": [_milliseconds(lambda: listed(catalog, EVERY)) for _ in range(LOOKS)],
        "filtered": [_milliseconds(partial(listed, catalog, only)) for only in narrow],
        "more": [_milliseconds(partial(more, catalog, place)) for place in places],
        "info": [_milliseconds(index.info) for _ in range(LOOKS)],
    }
    metrics = [Metric("build_s", round(built["index_s"], DIGITS), 1), Metric("first_ms", first, 1)]
    for name, times in looks.items():
        metrics.append(Metric(f"{name}_ms", round(statistics.median(times), DIGITS), len(times)))
        metrics.append(Metric(f"{name}_ms_p95", round(percentile(times, 95), DIGITS), len(times)))
    settings = {"articles": articles, "seed": seed, "page": PAGE, "outlets": OUTLETS}
    return Result("browse", "invented", metrics, settings)


def listed(catalog: Catalog, only: Filter) -> str:
    """The list and the histogram as the page shows them."""
    page = catalog.page(only, limit=PAGE)
    days = Filter(sources=only.sources, sections=only.sections)
    return render_page(page, catalog.count(only), Sought()) + render_histogram(
        catalog.per_day(days)
    )


def more(catalog: Catalog, place: Place) -> str:
    """A further page as the page shows it."""
    return render_more(catalog.page(EVERY, place, limit=PAGE), Sought())


def invented(articles: int, seed: int) -> Iterator[Batch]:
    """Articles of invented words, a chunk each, with unit vectors of no meaning."""
    chance, rng = random.Random(seed), np.random.default_rng(seed)  # noqa: S311
    words = [f"word{n:05d}" for n in range(20_000)]
    for start in range(0, articles, BATCH):
        entries = []
        for number in range(start, min(start + BATCH, articles)):
            text = " ".join(chance.choices(words, k=WORDS))
            article = Article.of(
                title=f"Report {number} on {text[:40]}",
                text=text,
                published=FIRST + timedelta(days=chance.randrange(DAYS)),
                source=f"Outlet {chance.randrange(OUTLETS)}",
                section=f"Section {chance.randrange(SECTIONS)}",
                url=f"synthetic:{number}",
                path="synthetic",
            )
            chunk_id = content_id(article.id, "0", str(len(text)))
            entries.append((article, [Chunk(chunk_id, article.id, 0, len(text))]))
        vectors = rng.standard_normal((len(entries), DIMENSION), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield entries, vectors


def _milliseconds(look: Callable[[], object]) -> float:
    started = time.perf_counter()
    look()
    return round(1_000 * (time.perf_counter() - started), DIGITS)
