"""What an index says it holds, counted from what is published. It searches nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.manifest import generation_folder
from index.published import Published


@dataclass(frozen=True, slots=True)
class Info:
    """What an index holds. Dates are those of publication, None where no article has one."""

    articles: int
    chunks: int
    first: date | None
    last: date | None
    sources: tuple[tuple[str, int], ...]  # outlets with their numbers of articles
    embedder: str
    dimension: int
    format: int
    bytes: int  # on disk


def info_of(directory: Path, published: Published) -> Info:
    """Say what a published generation of an index holds."""
    manifest = published.manifest
    folder = generation_folder(directory, manifest.generation)
    size = 0
    with suppress(OSError):  # a writer may take the folder away meanwhile
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    first, last = published.catalog.span()
    return Info(
        articles=manifest.articles,
        chunks=manifest.chunks,
        first=first,
        last=last,
        sources=published.catalog.outlets,
        embedder=manifest.embedder,
        dimension=manifest.dimension,
        format=manifest.format,
        bytes=size,
    )
