"""Every structure of an index against every other, and their repair from the stored text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index.article import Report
from index.build import rebuild
from index.chunk import embedding_texts
from index.draft import PARTS
from index.embed import Embedder
from index.errors import IndexFormatError, OtherFormatError
from index.facts import RowFacts
from index.index import Index
from index.lexical import LexicalIndex
from index.manifest import FILE, UPGRADED, Manifest, generation_folder, read_manifest
from index.store import ARTICLES, FACTS, LISTS, VECTORS, WORDS, ArticleTable
from index.sums import damaged_files
from index.vectors import VectorIndex, audit_lists

Part = Literal["manifest", "articles", "chunks", "vectors", "lists", "words", "facts", "checksums"]
NORM_ERROR = 1e-3  # of a unit vector
SAME = 0.99  # cosine of a text's vectors, made twice
REPORTED = 20  # problems of one kind


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be."""

    part: Part
    what: str


def check(directory: Path, *, sample: int = 0, model: Embedder | None = None) -> list[Problem]:
    """Look for problems, from the files' checksums to each chunk; with `sample` embed some anew.

    Raises IndexFormatError where there is no index at all, or one that is not ours to judge.
    """
    try:
        manifest = read_manifest(directory)
    except OtherFormatError:
        raise
    except IndexFormatError as error:
        if not (directory / FILE).exists():
            raise
        return [Problem("manifest", str(error)), *_earlier(directory)]
    folder = generation_folder(directory, manifest.generation)
    problems = [Problem(_part(what), what) for what in damaged_files(folder, PARTS)]
    problems += _tables(folder, manifest)
    problems += _guarded("vectors", _vectors, folder, manifest)
    problems += _guarded("lists", _lists, folder, manifest)
    problems += _guarded("facts", _facts, folder, manifest)
    if all(problem.part != "words" for problem in problems):  # Tantivy panics at a wrong byte
        problems += _guarded("words", _words, folder, manifest)
    if sample and not {problem.part for problem in problems} & {"articles", "chunks", "vectors"}:
        embedder = model or Index.open(directory).embedder
        problems += _sample(folder, manifest, sample, embedder)
    return problems


def repair(
    directory: Path,
    problems: Iterable[Problem],
    *,
    model: Embedder | None = None,
    wait: float = 0.0,
) -> Report | None:
    """Build what is searched anew from the stored texts; None if that is no help.

    Nothing is embedded unless vectors or chunks are damaged. An index of an earlier format is
    one of this version then. Articles that are damaged themselves stay as they are: their files
    hold what was lost. Raises IndexFormatError where nothing says what was built.
    """
    parts = {problem.part for problem in problems}
    if "articles" in parts or not parts:
        return None
    if "manifest" in parts and _old_manifest(directory) is None:
        _rebuild_manifest(directory)
        parts |= {problem.part for problem in check(directory)}
        if "articles" in parts:
            return None
    index = Index(directory, model, read_manifest(directory, oldest=UPGRADED).embedder)
    return rebuild(index, vectors=bool(parts & {"vectors", "chunks"}), wait=wait)


def _part(what: str) -> Part:
    name = what.split(":")[0].split("/")[0]
    parts: dict[str, Part] = {
        ARTICLES: "articles", VECTORS: "vectors", LISTS: "lists", WORDS: "words", FACTS: "facts"
    }  # fmt: skip
    return parts.get(name, "checksums")


def _guarded(
    part: Part, look: Callable[[Path, Manifest], Iterator[str]], folder: Path, manifest: Manifest
) -> list[Problem]:
    found: list[Problem] = []
    try:
        for what in look(folder, manifest):
            found.append(Problem(part, what))
            if len(found) == REPORTED:
                return [*found, Problem(part, "and more of the kind")]
    except (IndexFormatError, sqlite3.DatabaseError, UnicodeDecodeError, ValueError) as error:
        found.append(Problem(part, str(error)))
    return found


def _tables(folder: Path, manifest: Manifest) -> list[Problem]:
    found = _guarded("articles", _articles, folder, manifest)
    try:
        table = ArticleTable.open(folder / ARTICLES)
    except IndexFormatError:
        return found
    chunks = _guarded("chunks", lambda *_: table.audit_chunks(), folder, manifest)
    if (count := table.count_chunks()) != manifest.chunks:
        chunks.append(Problem("chunks", f"there are {count}, the manifest says {manifest.chunks}"))
    return found + chunks


def _articles(folder: Path, manifest: Manifest) -> Iterator[str]:
    table = ArticleTable.open(folder / ARTICLES)
    yield from table.audit_articles()
    base = table.base
    said = (manifest.generation - 1, manifest.recipe, manifest.articles)
    count = table.count_articles()
    if base is None or (base.generation, base.recipe, count) != said:
        yield f"it goes on from {base} with {count} articles, the manifest says {said}"


def _vectors(folder: Path, manifest: Manifest) -> Iterator[str]:
    vectors = VectorIndex.open(folder / VECTORS)
    if (len(vectors), vectors.dimension) != (manifest.chunks, manifest.dimension):
        yield (
            f"there are {len(vectors)} vectors of {vectors.dimension} numbers, the manifest says "
            f"{manifest.chunks} of {manifest.dimension}"
        )
    row = 0
    for block in vectors.blocks():
        norms = np.linalg.norm(block, axis=1)
        for place in np.flatnonzero(~(np.abs(norms - 1) < NORM_ERROR)):
            yield f"row {row + int(place)}: its length is {norms[place]:g}, not 1"
        row += len(block)


def _lists(folder: Path, manifest: Manifest) -> Iterator[str]:
    wanted = "ivf" if (folder / LISTS).exists() else "exact"
    if manifest.nearest != wanted:
        yield f"the manifest says that vectors are searched {manifest.nearest!r}, not {wanted!r}"
    elif wanted == "ivf":
        yield from audit_lists(folder / LISTS, VectorIndex.open(folder / VECTORS))


def _facts(folder: Path, manifest: Manifest) -> Iterator[str]:
    facts = RowFacts.open(folder / FACTS)
    table = ArticleTable.open(folder / ARTICLES)
    if not facts.says_the_same(RowFacts.of(table.facts(), table.spans())):
        yield f"they are not those of the {manifest.chunks} chunks"


def _words(folder: Path, manifest: Manifest) -> Iterator[str]:
    words = LexicalIndex.open(folder / WORDS)
    if len(words) != manifest.chunks:
        yield f"there are {len(words)} documents, the manifest says {manifest.chunks}"
    elif sorted(words.rows()) != list(range(manifest.chunks)):
        yield "its rows are not those of the chunks"


def _sample(folder: Path, manifest: Manifest, count: int, embedder: Embedder) -> Iterator[Problem]:
    if manifest.chunks < 1 or count < 1:
        return
    rows = np.unique(np.linspace(0, manifest.chunks - 1, count).astype(np.int64))
    pairs = ArticleTable.open(folder / ARTICLES).chunks([int(row) for row in rows])
    texts = [
        embedding_texts(article, [chunk], embedder.count_tokens)[0] for chunk, article in pairs
    ]
    stored = np.concatenate(list(VectorIndex.open(folder / VECTORS).blocks(rows)))
    cosines = np.sum(stored * embedder.encode(texts), axis=1)
    for row, cosine in zip(rows, cosines, strict=True):
        if cosine < SAME:
            yield Problem("vectors", f"row {row}: embedded anew its cosine is {cosine:.3f}")


def _old_manifest(directory: Path) -> Manifest | None:
    """The manifest, be it of an earlier format; None where it is damaged."""
    try:
        return read_manifest(directory, oldest=UPGRADED)
    except OtherFormatError:  # of another version of this program: not damaged
        raise
    except IndexFormatError:
        return None


def _earlier(directory: Path) -> list[Problem]:
    """Files that are damaged in an index of an earlier format."""
    manifest = _old_manifest(directory)
    if manifest is None:
        return []
    folder = generation_folder(directory, manifest.generation)
    return [Problem(_part(what), what) for what in damaged_files(folder, PARTS)]


def _rebuild_manifest(directory: Path) -> None:
    """Write what the newest generation says of itself."""
    folders = sorted(directory.glob("generation-*"))
    if not folders:
        raise IndexFormatError(
            f"{directory}: the manifest is damaged and there is no generation to make it from. "
            "Build the index again from the articles in another folder."
        )
    table = ArticleTable.open(folders[-1] / ARTICLES)
    base = table.base
    if base is None or not base.sealed:
        raise IndexFormatError(
            f"{folders[-1]}: it does not say what it was built with. "
            "Build the index again from the articles in another folder."
        )
    embedder, dimension, max_tokens, target_tokens = base.recipe.rsplit(" ", 3)
    manifest = Manifest(
        embedder, int(dimension), int(max_tokens), int(target_tokens), base.generation
    )
    nearest = "ivf" if (folders[-1] / LISTS).exists() else "exact"
    counts = table.count_articles(), table.count_chunks()
    manifest.published(*counts, nearest=nearest).write(directory)
