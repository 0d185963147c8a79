"""One published generation, open for reading: parts that fit together, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.catalog import Catalog
from index.errors import IndexFormatError
from index.facts import RowFacts
from index.lexical import LexicalIndex
from index.manifest import Manifest, generation_folder
from index.store import ARTICLES, FACTS, LISTS, VECTORS, WORDS, ArticleTable
from index.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class Published:
    """The manifest and the structures it speaks of."""

    manifest: Manifest
    table: ArticleTable
    vectors: VectorIndex
    words: LexicalIndex
    facts: RowFacts
    catalog: Catalog

    @classmethod
    def open(cls, directory: Path, manifest: Manifest) -> Published:
        """Open what a manifest names; IndexFormatError where a part is damaged."""
        folder = generation_folder(directory, manifest.generation)
        table = ArticleTable.open(folder / ARTICLES)
        lists = folder / LISTS if manifest.nearest == "ivf" else None
        vectors = VectorIndex.open(folder / VECTORS, lists)
        words = LexicalIndex.open(folder / WORDS)
        facts = RowFacts.open(folder / FACTS)
        counts = (table.count_chunks(), len(vectors), len(words), len(facts), vectors.dimension)
        if counts != (*(4 * (manifest.chunks,)), manifest.dimension):
            raise IndexFormatError(
                f"{folder}: its parts do not fit together (chunks, vectors, words, facts, "
                f"dimension are {counts}, the manifest says {manifest.chunks} and "
                f"{manifest.dimension}). "
                f"Repair it with: python -m index check --repair --index {directory}. "
                "Or build the index again from the articles in another folder."
            )
        return cls(manifest, table, vectors, words, facts, Catalog(facts, table))
