"""The index of a data folder's articles: opened, or built where it is missing."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from bench.data import ELSEWHERE, Case, DataSet, Item
from index.article import Article
from index.errors import InputError
from index.opening import open_store
from index.protocol import Store
from index.read import read
from index.weights import cache_root


def open_index(data: DataSet, directory: Path | str | None) -> Store:
    """Open the index in `directory` (None: one in the cache), building it where nothing is yet.

    Raises InputError where there is neither an index nor a corpus to build it from.
    """
    folder = directory or default_folder(data)
    index = open_store(folder, create=True)
    if index.manifest is None:
        _build(index, data)
    return index


def default_folder(data: DataSet) -> Path:
    """Where the index is kept, by the path of the data folder that the corpus lies in."""
    home = (data.lender or data.folder).resolve()
    key = hashlib.sha256(str(home).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return cache_root() / "bench" / f"{home.name}-{key}"


def require_gold(index: Store, cases: Sequence[Case]) -> None:
    """Say how many questions have gold articles and none in the index; they count as misses.

    Raises InputError where that is all of them: the index is of another archive.
    """
    known = {article.external_id or article.id for article in index.articles()}
    wanted = [case for case in cases if case.gold]
    lost = [case for case in wanted if not case.gold & known]
    if lost and len(lost) == len(wanted):
        raise InputError(
            f"{index.directory}: it holds none of the articles that the questions are about. "
            "Name the index of this data with --index, or leave --index out to have it built."
        )
    if lost:
        print(
            f"bench: {len(lost)} of {len(wanted)} questions have no gold article in the index "
            f"(the first is {lost[0].id!r}); they count as misses.",
            file=sys.stderr,
        )


def passages(data: DataSet) -> dict[str, Article]:
    """Give the passages that the questions name by their external ids."""
    if data.passages is None:
        raise InputError(f"{data.folder}: it holds no passages.")
    return by_external_id(data.passages)


def by_external_id(corpus: Path) -> dict[str, Article]:
    """Give every article of a corpus that can be read, by the id by which questions name it."""
    return {
        item.external_id: item
        for item in read([corpus])
        if isinstance(item, Article) and item.external_id is not None
    }


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Pass the items on, with a count and an estimate on stderr (in a log every 20 seconds)."""
    interval = 0.5 if sys.stderr.isatty() else 20.0
    bar: Iterable[Item] = tqdm(items, desc=what, file=sys.stderr, mininterval=interval)
    return iter(bar)


def _build(index: Store, data: DataSet) -> None:
    if data.corpus is None and data.lender is not None:
        raise InputError(
            f"{data.folder / ELSEWHERE}: it names {data.lender}, which holds no articles. "
            "Put them there, or name an index of them with --index."
        )
    if data.corpus is None:
        raise InputError(
            f"{data.folder}: it holds questions alone. Name an index to ask with --index."
        )
    print(f"bench: indexing {data.corpus} in {index.directory}", file=sys.stderr)
    with tqdm(unit=" articles", file=sys.stderr, mininterval=5.0) as bar:
        report = index.add(data.corpus, progress=lambda step: bar.update(step.articles - bar.n))
    for skipped in report.skipped:
        if skipped.fault:
            line = f":{skipped.record}" if skipped.record else ""
            print(f"bench: skipped {skipped.path}{line}: {skipped.reason}", file=sys.stderr)
