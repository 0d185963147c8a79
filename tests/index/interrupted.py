"""An add that is cut short, and everything an index answers with, to compare."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexFormatError
from index.index import Index
from index.manifest import FILE
from tests.fakes import FakeEmbedder, add, write_articles

OLD = [f"Old number {n} came from Averil. It is known." for n in range(3)]
NEW = [f"New number {n} is about Wenlo. It cost {n} crowns. Nobody paid." for n in range(7)]
QUESTIONS = ["old number 2 from averil", "new number 5", "who paid 3 crowns at wenlo?"]


def state(directory: Path) -> dict[str, Any]:
    """Everything an index answers with, and what lies in its folder."""
    index = Index.open(directory, model=FakeEmbedder())
    manifest = index.manifest
    assert manifest is not None
    kept = directory / f"generation-{manifest.generation:06d}"
    return {
        "articles": list(index.articles()),
        "chunks": index.chunks(range(manifest.chunks)),
        "vectors": (kept / "vectors.npy").read_bytes(),
        "found": [
            (
                index.search_vectors(index.embedder.encode([question])[0], 5),
                index.search_words(question, 5),
            )
            for question in QUESTIONS
        ],
        "parts": sorted(path.name for path in kept.iterdir()),
        "folder": sorted(path.name for path in directory.iterdir()),
    }


def remove(folder: Path) -> None:
    """Remove a folder, though Tantivy's thread may put its lock there once more after opening."""
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


class Interrupted:
    """An add to an index of OLD (or to none), cut short again and again, then let run."""

    def __init__(self, folder: Path, first: bool) -> None:
        self.file = write_articles(folder / "new.jsonl", *NEW)
        self.directory = folder / "index"
        self._start = folder / "start"
        self._previous: dict[str, Any] | None = None
        if not first:
            add(self._start, write_articles(folder / "old.jsonl", *OLD))
            self._previous = state(self._start)
        shutil.copytree(self._start, folder / "whole") if not first else None
        add(folder / "whole", self.file)
        self._whole = state(folder / "whole")

    def restart(self) -> None:
        remove(self.directory)
        if self._previous is not None:
            shutil.copytree(self._start, self.directory)

    def check_readable(self) -> None:
        """The previous state answers, or already the next."""
        if self._previous is None and not (self.directory / FILE).exists():
            with pytest.raises(IndexFormatError, match=r"no such folder|no index|not ended"):
                Index.open(self.directory)
            return
        found = state(self.directory)
        for extra in ("parts", "folder"):
            del found[extra]
        previous = self._previous or self._whole
        assert any(found.items() <= whole.items() for whole in (previous, self._whole))

    def check_finishes(self) -> None:
        """The next run makes what an add without interruption makes."""
        add(self.directory, self.file)
        assert state(self.directory) == self._whole
