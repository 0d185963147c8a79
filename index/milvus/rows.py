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
from index.info import Info
from index.manifest import FORMAT, Manifest
from index.milvus.schema import ELEMENTS
from index.milvus.server import Row
from index.store import Standing
from index.times import Mention

ALIVE = 2**62  # the generation that rows die in which are there to stay
PIECE = 60_000  # characters, ASCII all of them, of an article that go into one row
WORDS = 60_000  # bytes of a chunk's words
STATE = "@state"  # the key of the row that says what is published
NO_VECTOR = [0.0, 0.0]  # of collections that are not searched: Milvus wants one


@dataclass(frozen=True, slots=True)
class State:
    """What is published."""

    manifest: Manifest
    info: Info
    written: int  # the generation of the writer's folder that was published
    spoken: tuple[int, int]  # the first and last day that any chunk speaks of, as ordinals

    @property
    def visible(self) -> str:
        """The rows of this generation."""
        return visible(self.manifest.generation)


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as it is read back."""

    article: Article
    mentions: tuple[Mention, ...]
    cluster: str


def visible(generation: int) -> str:
    """The rows that a generation is made of."""
    return f"born <= {generation} and died > {generation}"


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


def article_rows(
    article: Article, standing: Standing, mentions: Sequence[Mention], born: int
) -> list[Row]:
    """The rows of an article, each with a piece of it; filters ask the first."""
    record = asdict(article) | {"mentions": [(m.start, m.end, m.first, m.last) for m in mentions]}
    body = json.dumps(record, default=date.isoformat)
    terms = terms_within((mention.first, mention.last) for mention in mentions)
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
            "body": body[start : start + PIECE],
            "born": born,
            "died": ALIVE,
        }
        for piece, start in enumerate(range(0, len(body), PIECE))
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
            "writer's folder again to another collection."
        )
    return Chunk(named, article.id, start, end)


def chunk_row(
    chunk: Chunk,
    article: Article,
    number: int,
    vector: NDArray[np.float32],
    mentions: Sequence[Mention],
    stems: Callable[[str], list[str]],
    born: int,
) -> Row:
    """The row of a chunk."""
    spans = [(m.first, m.last) for m in mentions if m.start < chunk.end and m.end > chunk.start]
    terms = terms_within(spans)
    body = article.text[chunk.start : chunk.end]
    return {
        "row": row_of(chunk.id),
        "vector": vector.tolist(),
        "words": _words(stems(article.title), stems(body), terms),
        "article": article.id,
        "number": number,
        "start": chunk.start,
        "end": chunk.end,
        **_facts(article, terms),
        "born": born,
        "died": ALIVE,
    }


def day_word(term: str) -> str:
    """A day, month or year that a chunk speaks of, as a word of it."""
    return "spoken" + term.removeprefix("^").replace("-", "")


def phrase(stems: Sequence[str]) -> str:
    """The chunks with these words one after another, in the title or in the text."""
    return f'words like "% {" ".join(stems)} %"'


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


def state_row(state: State) -> Row:
    """The one row that is written last: with it a generation is published."""
    return {
        **dict.fromkeys(("article", "cluster", "version", "source", "section"), ""),
        **dict.fromkeys(("piece", "number", "current", "day"), 0),
        "key": STATE,
        "vector": NO_VECTOR,
        "spoken": [],
        "body": json.dumps(asdict(state), default=date.isoformat),
        "born": ALIVE,  # so that no generation holds it
        "died": ALIVE,
    }


def to_state(row: Row, where: object) -> State:
    """The state of its row; IndexFormatError where it is none of this version."""
    try:
        data = json.loads(row["body"])
        manifest, info = Manifest(**data["manifest"]), data["info"]
        for name in ("first", "last"):
            info[name] = date.fromisoformat(info[name]) if info[name] else None
        info["sources"] = tuple((str(name), int(count)) for name, count in info["sources"])
        first, last = data["spoken"]
        state = State(manifest, Info(**info), int(data["written"]), (int(first), int(last)))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(
            f"{where}: what it says of itself cannot be read. Name another collection and add the "
            "articles there."
        ) from error
    if state.manifest.format != FORMAT:
        raise IndexFormatError(
            f"{where}: it has format {state.manifest.format}, this version of Clippings reads "
            f"{FORMAT}. Name another collection and add the articles there."
        )
    return state


def _facts(article: Article, terms: Sequence[str]) -> dict[str, Any]:
    return {
        "day": article.published.toordinal() if article.published else 0,
        "source": name_key(article.source),
        "section": name_key(article.section),
        "spoken": list(terms[:ELEMENTS]),
    }


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
        "damaged. Copy the writer's folder again to another collection."
    )
