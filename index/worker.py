"""What one worker of a cluster does: texts to vectors, and a file's bytes to articles.

It runs on another core or machine, where this package and the weights must be. It knows neither
the index nor who asks it, nor Ray.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.article import Article, Skipped
from index.embed import Embedder, SentenceTransformerEmbedder
from index.export import to_record
from index.read import read_file
from index.read.exported import exported
from index.read.files import File
from index.weights import resolve_embedder

PACKAGE = "clippings-qa"
# Embedded by every worker when it starts: a model other than ours is found by it.
PROBE = "The ferry to Wenlo did not sail on Tuesday; its captain blamed 21 hours of fog."


class Worker:
    """Holds a model once it is asked what it is; computes on one thread."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._embedder: Embedder | None = None

    def hello(self) -> dict[str, Any]:
        """Load the model and say what this is: package version, dimension, and PROBE embedded."""
        return {
            "version": package_version(),
            "dimension": self._opened().dimension,
            "vectors": self.embed([PROBE]),
        }

    def embed(self, texts: Sequence[str]) -> bytes:
        """Vectors of texts, float32 with the lowest byte first, one after the other."""
        return self._opened().encode(texts).astype("<f4").tobytes()

    def read(self, data: bytes, named: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What a file of these bytes gives; `named` is of `file_names`."""
        return list(to_plain(read_file(file_of(data, named))))

    def _opened(self) -> Embedder:
        if self._embedder is None:
            os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded: a worker has one core
            self._embedder = SentenceTransformerEmbedder.open(resolve_embedder(self._spec))
        return self._embedder


def package_version() -> str:
    """The version of this package, "" where it runs without being installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


def file_names(file: File) -> dict[str, Any]:
    """What is known of a file besides its bytes, as plain data."""
    return {
        "shown": file.shown,
        "name": file.name,
        "origin": file.origin,
        "fields": dict(file.fields),
    }


def file_of(data: bytes, named: Mapping[str, Any]) -> File:
    """A file of these bytes and names, wherever it came from."""
    return File(path=Path(named["origin"]), opener=lambda: io.BytesIO(data), **named)


def to_plain(items: Iterator[Article | Skipped]) -> Iterator[dict[str, Any]]:
    """What was read, as plain data."""
    for item in items:
        if isinstance(item, Skipped):
            yield {"skipped": astuple(item)}
        else:
            yield {"article": to_record(item)}


def from_plain(record: Mapping[str, Any], file: File) -> Article | Skipped:
    """The inverse of `to_plain`; InputError or ValueError for what no worker of ours sends.

    An article is held to its id, which is the hash of what it says.
    """
    if "skipped" in record:
        path, reason, number, fault = record["skipped"]
        whole = number is None or type(number) is int
        if not (isinstance(path, str) and isinstance(reason, str) and whole):
            raise ValueError("no note of something skipped")
        return Skipped(path, reason, number, bool(fault))
    article = exported(record.get("article") or {}, file)
    if article is None:
        raise ValueError("neither an article nor a note")
    return article
