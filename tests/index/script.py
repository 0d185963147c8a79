"""A script of changes to an index, run by tests that kill it. It is loaded before children fork.

It adds, changes, removes and syncs, and each of its steps can be run again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from index import vectors
from index.build import Adding, build
from index.index import Index
from index.read import exported, jsonl  # noqa: F401 - what reads the files is loaded once, too
from tests.fakes import FakeEmbedder, kill_before_line, write_articles

LONG = " ".join(f"the word{n}" for n in range(35))


def script(folder: Path, delay: float = 0.0) -> Iterator[None]:
    """Change the index in `folder` step by step; each step makes its files anew."""
    articles = folder / "in"
    shutil.rmtree(articles, ignore_errors=True)

    def add(*, sync: bool = False) -> None:
        index = Index.open(folder / "index", create=True, model=FakeEmbedder(delay=delay))
        build(index, [articles], how=Adding(sync=sync, batch_chunks=2))

    write_articles(articles / "a.jsonl", "One stays.", "Two goes.", LONG, source="Packet")
    write_articles(articles / "b.jsonl", f"Again {LONG}", "Three stays.", source="Courier")
    add()
    yield
    write_articles(articles / "c.jsonl", "Bells rang.", url="https://courier.example/bells")
    add()
    yield
    write_articles(articles / "a.jsonl", "One stays.", LONG, "Four comes.", source="Packet")
    write_articles(articles / "c.jsonl", "Bells are silent.", url="https://courier.example/bells")
    add()
    yield
    (articles / "b.jsonl").unlink()
    add(sync=True)
    yield
    index = Index.open(folder / "index", model=FakeEmbedder(delay=delay))
    index.remove(sources=["Packet"])
    yield


def run(folder: Path, delay: float = 0.0) -> None:
    vectors.LISTS_FROM = 4  # in a child of these tests too: lists come and go with the articles
    for _ in script(folder, delay):
        pass


def run_up_to(folder: Path, line: int) -> None:
    """Run the script, and kill this process before the given line that a writer runs."""
    kill_before_line(line)
    run(folder)
