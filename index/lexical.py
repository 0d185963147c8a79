"""The BM25 side of the store: Tantivy over titles and chunk texts, one document a row.

Filters are part of the query, as terms and ranges. Where most rows pass, the best of all rows
are looked through instead: Tantivy finds those much sooner, for it skips what cannot be among them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import tantivy

from index.errors import IndexFormatError
from index.facts import Selection, fold

ANALYZER = "news_english"
LOCK = ".tantivy-meta.lock"
WRITER_MEMORY = 128_000_000  # bytes
QUERY_TERMS = 64  # distinct terms of a question that are searched
PHRASES = 8  # of a question that must match
WIDE = 0.2  # share of the rows from which on most of the best are expected to pass
RAW = "raw"  # a tokenizer that leaves a text as it is


class Document(NamedTuple):
    """What is searched of one row; outlet and section as they are compared."""

    row: int
    title: str
    text: str
    day: int = 0  # of publication as an ordinal, 0 where unknown
    source: str = ""
    section: str = ""
    spoken: Sequence[str] = ()  # terms of the days it speaks of


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
        with _readable(str(folder)), _lockable(folder) as openable:
            return cls(tantivy.Index.open(str(openable)))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def add(self, documents: Iterable[Document]) -> None:
        """Append documents and commit them; OSError if the disk refuses."""
        try:
            writer = self._index.writer(WRITER_MEMORY, 1)
            for document in documents:
                writer.add_document(_to_tantivy(document))
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
        whole = text.encode("utf-8", "replace").decode("utf-8")  # half a letter is none
        terms: list[str] = self._analyzer.analyze(whole)
        return terms

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Give for each stemmed term in how many rows' texts it stands."""
        with _readable():
            return [int(self._searcher.doc_freq("body", term)) for term in terms]

    def all_frequencies(self) -> dict[str, int]:
        """Give in how many rows' texts each stemmed term stands."""
        with _readable():
            return dict(self._searcher.terms_with_prefix("body", ""))

    def search(
        self,
        text: str,
        k: int,
        only: Selection | None = None,
        *,
        phrases: Sequence[str] = (),
        days: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        """Give the k best rows for any of the words of a text, with BM25 scores, best first.

        Every phrase is in the title or the text of each row; with phrases there need be no word.
        `days` ("2019-04-25", "2019-04", "2019") count as words of the rows that speak of them.
        """
        terms = list(dict.fromkeys(self.terms(text)))[:QUERY_TERMS]
        wanted = [self._term(field, term) for field in ("title", "body") for term in terms]
        wanted += [self._term("spoken", f"^{day}") for day in days[:QUERY_TERMS]]
        must = [self._phrase(cut) for phrase in phrases[:PHRASES] if (cut := self.terms(phrase))]
        if not (wanted or must) or k < 1 or (only and not only.rows):
            return []
        query = _all_of(must, wanted)
        if only and only.rows >= WIDE * len(only.mask):
            depth = k + int(2 * k * len(only.mask) / only.rows)
            found = self._run(query, depth)
            kept = [(row, score) for row, score in found if only.mask[row]]
            if len(kept) >= k or len(found) < depth:
                return kept[:k]
        if only:
            passes = tantivy.Query.const_score_query(self._passes(only), 0.0)
            query = _all_of([query, passes])
        return self._run(query, k)

    def _run(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        with _readable():
            hits = self._searcher.search(query, limit=k, count=False).hits
            rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]

    def _passes(self, only: Selection) -> tantivy.Query:
        """The rows of a selection, said in terms and ranges."""
        asked = only.only
        must = [
            tantivy.Query.term_set_query(self._index.schema, field, sorted(set(map(fold, names))))
            for field, names in (("source", asked.sources), ("section", asked.sections))
            if names
        ]
        if asked.since or asked.until:
            first = asked.since.toordinal() if asked.since else 1
            last = asked.until.toordinal() if asked.until else None
            days = [self._days(first, last)]
            if asked.undated:
                days.append(self._days(0, 0))
            if only.spoken:
                days.append(
                    tantivy.Query.term_set_query(self._index.schema, "spoken", list(only.spoken))
                )
            must.append(_any_of(days))
        return _all_of(must)

    def _days(self, first: int, last: int | None) -> tantivy.Query:
        kind = tantivy.FieldType.Unsigned
        return tantivy.Query.range_query(self._index.schema, "day", kind, first, last)

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, field, term)

    def _phrase(self, terms: list[str]) -> tantivy.Query:
        if len(terms) == 1:
            return _any_of([self._term(field, terms[0]) for field in ("title", "body")])
        words: list[str | tuple[int, str]] = list(terms[:QUERY_TERMS])
        schema = self._index.schema
        return _any_of(
            [tantivy.Query.phrase_query(schema, field, words) for field in ("title", "body")]
        )


@contextmanager
def _readable(where: str = "words") -> Iterator[None]:
    """Turn what Tantivy makes of damage into an IndexFormatError; it panics at some wrong bytes."""
    try:
        yield
    except BaseException as error:
        panic = type(error).__name__ == "PanicException"  # its class cannot be imported
        if not panic and not isinstance(error, OSError | ValueError):
            raise
        raise IndexFormatError(
            f"{where}: the word index cannot be read, it is damaged or incomplete ({error}). "
            "Repair it with: python -m index check --repair --index DIR. "
            "Or: Build the index again from the articles."
        ) from error


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


def stemmer() -> Callable[[str], list[str]]:
    """Give what cuts a text into the stemmed terms of a word index, in order."""
    analyze: Callable[[str], list[str]] = _analyzer().analyze
    return analyze


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _all_of(must: Sequence[tantivy.Query], should: Sequence[tantivy.Query] = ()) -> tantivy.Query:
    """What matches all of some queries, or, where there are none, any of the others."""
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, query) for query in must]
        + [(tantivy.Occur.Should, query) for query in should]
    )


def _to_tantivy(given: Document) -> tantivy.Document:
    document = tantivy.Document(title=given.title, body=given.text)
    document.add_unsigned("row", given.row)
    document.add_unsigned("day", given.day)
    document.add_text("source", given.source)
    document.add_text("section", given.section)
    for term in given.spoken:
        document.add_text("spoken", term)
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_unsigned_field("day", fast=True)
    for name in ("source", "section", "spoken"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
    builder.add_text_field("title", tokenizer_name=ANALYZER)
    builder.add_text_field("body", tokenizer_name=ANALYZER)
    return builder.build()
