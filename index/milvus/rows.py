"""Articles and chunks as rows of Milvus and back, and filters as its expressions. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, content_id
from index.days import terms_of_window, terms_within
from index.errors import IndexFormatError, StorageError
from index.facts import fold
from index.filters import Filter
from index.milvus.schema import ELEMENTS
from index.milvus.server import Row
from index.milvus.state import ALIVE, NO_VECTOR
from index.store import Standing
from index.times import Mention

MADE = "1"  # how rows are made of articles: to be raised with every change of it
PIECE = 60_000  # characters, ASCII all of them, of an article that go into one row
WORDS = 60_000  # bytes of a chunk's words


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as it is read back."""

    article: Article
    mentions: tuple[Mention, ...]
    cluster: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """An article as it is to be kept: what its rows are made of, and the checksums they bear."""

    article: Article
    standing: Standing
    mentions: Sequence[Mention]
    body: str  # the article and its mentions as JSON, ASCII all of it
    content: str  # a hash of all that its rows have in common

    @classmethod
    def of(cls, article: Article, standing: Standing, mentions: Sequence[Mention]) -> Keeping:
        """Make the body of an article."""
        said = [(m.start, m.end, m.first, m.last) for m in mentions]
        body = json.dumps(asdict(article) | {"mentions": said}, default=date.isoformat)
        content = content_id(MADE, str(standing.number), body)
        return cls(article, standing, mentions, body, content)

    @property
    def pieces(self) -> int:
        """How many rows the article takes."""
        return -(-len(self.body) // PIECE)

    @property
    def checksum(self) -> int:
        """That of the article's rows."""
        at = self.standing
        return _checksum(self.content, str(int(at.current)), at.cluster, at.version)

    def checksum_of(self, vector: NDArray[np.float32]) -> int:
        """That of the row of a chunk, whose span its key tells."""
        return _checksum(self.content, vector.tobytes().hex())


def row_of(chunk_id: str) -> int:
    """The key of a chunk's row: its id, a hash of 64 bits, as a signed number."""
    return int.from_bytes(bytes.fromhex(chunk_id), "big", signed=True)


def chunk_id_of(row: int) -> str:
    """The chunk of a row."""
    return row.to_bytes(8, "big", signed=True).hex()


def any_of(field: str, values: Iterable[str | int]) -> str:
    """The rows whose field is one of some ids or numbers."""
    return f"{field} in {json.dumps(list(values), ensure_ascii=False)}"


def name_key(name: str | None) -> str:
    """An outlet or section as it is compared: a hash, for a filter then needs no quoting."""
    folded = fold(name)
    return content_id(folded) if folded else ""


def article_rows(keeping: Keeping, born: int) -> list[Row]:
    """The rows of an article, each with a piece of it; filters ask the first."""
    article, standing = keeping.article, keeping.standing
    terms = terms_within((mention.first, mention.last) for mention in keeping.mentions)
    checksum = keeping.checksum
    return [
        {
            "key": f"{article.id}.{born}.{piece}",
            "vector": NO_VECTOR,
            "article": article.id,
            "piece": piece,
            "number": standing.number,
            "current": int(standing.current),
            "cluster": standing.cluster,
            "version": content_id(standing.version) if standing.version else "",
            **_facts(article, terms if piece == 0 else ()),
            "body": keeping.body[piece * PIECE : (piece + 1) * PIECE],
            "checksum": checksum,
            "born": born,
            "died": ALIVE,
        }
        for piece in range(keeping.pieces)
    ]


def to_kept(rows: Sequence[Row], where: object) -> Kept:
    """The article of its rows; IndexFormatError if they do not make it whole."""
    pieces = sorted(rows, key=lambda row: int(row["piece"]))
    try:
        record = json.loads("".join(str(row["body"]) for row in pieces))
        mentions = tuple(
            Mention(start, end, date.fromisoformat(first), date.fromisoformat(last))
            for start, end, first, last in record.pop("mentions")
        )
        for name in ("published", "updated"):
            record[name] = date.fromisoformat(record[name]) if record[name] else None
        record["provenance"] = tuple((str(a), str(b)) for a, b in record["provenance"])
        article = Article(**record)
        whole = Article.of(**{k: v for k, v in record.items() if k != "id"}).id == article.id
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(where, pieces) from error
    if not whole or article.id != pieces[0]["article"]:
        raise _damaged(where, pieces)
    return Kept(article, mentions, str(pieces[0]["cluster"]))


def to_chunk(number: int, row: Row, article: Article, where: object) -> Chunk:
    """The chunk of a row; StorageError where the row is of another: its key is its content."""
    start, end = int(row["start"]), int(row["end"])
    named = chunk_id_of(number)
    if content_id(article.id, str(start), str(end)) != named:
        raise StorageError(
            f"{where}: the passage {named} is not what was written under its key. Copy the "
            f"writer's folder again, which writes it anew: python -m index copy DIR {where}"
        )
    return Chunk(named, article.id, start, end)


def chunk_row(
    chunk: Chunk,
    keeping: Keeping,
    vector: NDArray[np.float32],
    stems: Callable[[str], list[str]],
    born: int,
) -> Row:
    """The row of a chunk."""
    article, said = keeping.article, keeping.mentions
    spans = [(m.first, m.last) for m in said if m.start < chunk.end and m.end > chunk.start]
    terms = terms_within(spans)
    body = article.text[chunk.start : chunk.end]
    return {
        "row": row_of(chunk.id),
        "vector": vector.tolist(),
        "words": _words(stems(article.title), stems(body), terms),
        "article": article.id,
        "number": keeping.standing.number,
        "start": chunk.start,
        "end": chunk.end,
        **_facts(article, terms),
        "checksum": keeping.checksum_of(vector),
        "born": born,
        "died": ALIVE,
    }


def day_word(term: str) -> str:
    """A day, month or year that a chunk speaks of, as a word of it."""
    return "spoken" + term.removeprefix("^").replace("-", "")


def phrase(stems: Sequence[str]) -> str:
    """The chunks with these words one after another, in the title or in the text."""
    return f'words like "% {" ".join(stems)} %"'


def body_terms(row: Row) -> set[str]:
    """The terms of a chunk's text, without those of its title."""
    return set(str(row["words"]).split(" | ")[1].split()) if " | " in row["words"] else set()


def passes(only: Filter, spoken: tuple[int, int]) -> list[str]:
    """A filter as expressions that all hold; `spoken` are the days that any chunk speaks of."""
    said = [
        any_of(field, sorted(_keys(names)))
        for field, names in (("source", only.sources), ("section", only.sections))
        if names
    ]
    if not (only.since or only.until):
        return said
    since = (only.since or date.min).toordinal()
    until = (only.until or date.max).toordinal()
    days = [f"(day >= {since} and day <= {until})"]
    if only.undated:
        days.append("day == 0")
    first, last = max(since, spoken[0]), min(until, spoken[1])
    if only.mentioned and first <= last:
        terms = terms_of_window(date.fromordinal(first), date.fromordinal(last))
        days.append(f"ARRAY_CONTAINS_ANY(spoken, {json.dumps(terms)})")
    return [*said, f"({' or '.join(days)})"]


def may_pass(row: Row, only: Filter, generation: int) -> bool:
    """Whether a row of a generation can pass a filter; of what days it speaks only Milvus knows."""
    since, until = only.since or date.min, only.until or date.max
    days = range(since.toordinal(), until.toordinal() + 1)
    any_day = only.mentioned or not (only.since or only.until)
    return (
        int(row["born"]) <= generation < int(row["died"])
        and (not only.sources or row["source"] in _keys(only.sources))
        and (not only.sections or row["section"] in _keys(only.sections))
        and (any_day or row["day"] in days or (only.undated and row["day"] == 0))
    )


def _keys(names: Iterable[str]) -> set[str]:
    return {key for name in names if (key := name_key(name))}


def _facts(article: Article, terms: Sequence[str]) -> dict[str, Any]:
    return {
        "day": article.published.toordinal() if article.published else 0,
        "source": name_key(article.source),
        "section": name_key(article.section),
        "spoken": list(terms[:ELEMENTS]),
    }


def _checksum(*parts: str) -> int:
    return row_of(content_id(*parts))


def _words(title: Sequence[str], body: Sequence[str], terms: Iterable[str]) -> str:
    """The stems of a chunk. The bars, no words for BM25, keep phrases within title and text."""
    days = [day_word(term) for term in terms if term.startswith("^")]
    text = " ".join(_fitting([*title, "|", *body, "|", *days]))
    return f" {text} "


def _fitting(words: Iterable[str]) -> Iterator[str]:
    left = WORDS
    for word in words:
        left -= len(word.encode()) + 1
        if left < 0:
            return
        yield word


def _damaged(where: object, pieces: Sequence[Row]) -> IndexFormatError:
    name = pieces[0]["article"] if pieces else "an article"
    return IndexFormatError(
        f"{where}: the article {name} is not what was written, a piece of it is missing or "
        "damaged. Copy the writer's folder again, which writes it anew: "
        f"python -m index copy DIR {where}"
    )
