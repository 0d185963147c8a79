"""The BM25 side of the store: Tantivy over titles and chunk texts, one document a row."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.errors import IndexFormatError

ANALYZER = "news_english"
LOCK = ".tantivy-meta.lock"
WRITER_MEMORY = 128_000_000  # bytes
QUERY_TERMS = 64  # distinct terms of a question that are searched


class LexicalIndex:
    """Rows of title and text, searched by BM25 with English stemming."""

    def __init__(self, index: tantivy.Index) -> None:
        self._analyzer = _analyzer()
        index.register_tokenizer(ANALYZER, _analyzer())
        index.config_reader("manual")  # or a thread reloads, and locks, whatever is at this path
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def create(cls, folder: Path, base: Path | None = None) -> LexicalIndex:
        """Start an index in an empty folder, from a copy of an earlier one if there is one."""
        if folder.exists():
            shutil.rmtree(folder)
        if base is None:
            folder.mkdir(parents=True)
            return cls(tantivy.Index(_schema(), path=str(folder)))
        shutil.copytree(base, folder, ignore=shutil.ignore_patterns("*.lock"))
        return cls(tantivy.Index.open(str(folder)))

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open an index for searching; IndexFormatError if it is damaged."""
        try:
            with _lockable(folder) as openable:
                return cls(tantivy.Index.open(str(openable)))
        except (OSError, ValueError) as error:
            raise IndexFormatError(
                f"{folder}: the word index cannot be read, it is damaged or incomplete ({error}). "
                "Build the index again from the articles."
            ) from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def add(self, documents: Iterable[tuple[int, str, str]]) -> None:
        """Append (row, title, text) documents and commit them; OSError if the disk refuses."""
        try:
            writer = self._index.writer(WRITER_MEMORY, 1)
            for row, title, text in documents:
                document = tantivy.Document(title=title, body=text)
                document.add_unsigned("row", row)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:  # what Tantivy makes of "no space left on device"
            raise OSError(str(error)) from error
        self._index.reload()
        self._searcher = self._index.searcher()

    def rows(self) -> list[int]:
        """Give the rows of all documents, in no order; they take 8 bytes each."""
        count = len(self)
        if not count:
            return []
        hits = self._searcher.search(tantivy.Query.all_query(), limit=count, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [-1 if row is None else int(row) for row in rows]

    def terms(self, text: str) -> list[str]:
        """Cut a text into the stemmed terms that the index holds, in order."""
        terms: list[str] = self._analyzer.analyze(text)
        return terms

    def search(self, text: str, k: int) -> list[tuple[int, float]]:
        """Give the k best rows for any of the words of a text, with BM25 scores, best first."""
        terms = list(dict.fromkeys(self.terms(text)))[:QUERY_TERMS]
        if not terms or k < 1:
            return []
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, field, term))
            for field in ("title", "body")
            for term in terms
        ]
        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit=k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]


@contextmanager
def _lockable(folder: Path) -> Iterator[Path]:
    """Give the folder, or links to its files: Tantivy writes a lock even where it only reads."""
    if os.access(folder / LOCK, os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="clippings-") as links:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                Path(links, file.name).symlink_to(file.absolute())
        yield Path(links)


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("title", tokenizer_name=ANALYZER)
    builder.add_text_field("body", tokenizer_name=ANALYZER)
    return builder.build()
