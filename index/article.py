"""The records every stage of the index package passes on. It knows no file format and no model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ID_LENGTH = 16  # hexadecimal digits: 64 bits, a collision is unlikely below a billion articles


@dataclass(frozen=True, slots=True)
class Article:
    """One news item. `text` is cleaned; every offset in the project counts its characters."""

    id: str
    title: str
    text: str
    published: date | None = None
    updated: date | None = None
    source: str | None = None  # the outlet
    url: str | None = None
    path: str = ""  # the file on disk it was read from; of an archive's member the archive
    external_id: str | None = None  # the record's own id, or its path below the folder
    author: str | None = None  # the names of the byline, with commas between
    section: str | None = None
    language: str | None = None  # a code of BCP 47, as "en" or "pt-BR"
    published_at: str | None = None  # ISO 8601 with the offset as stated, never converted
    provenance: tuple[tuple[str, str], ...] = ()  # a field's name and where it was found

    @classmethod
    def of(
        cls,
        *,
        title: str,
        text: str,
        published: date | None = None,
        updated: date | None = None,
        source: str | None = None,
        url: str | None = None,
        path: str = "",
        external_id: str | None = None,
        author: str | None = None,
        section: str | None = None,
        language: str | None = None,
        published_at: str | None = None,
        provenance: Iterable[tuple[str, str]] = (),
    ) -> Article:
        """Make an article whose id is the hash of what it says, who said it and when."""
        day = published.isoformat() if published else None
        return cls(
            id=content_id(title, text, day, source, url),
            title=title,
            text=text,
            published=published,
            updated=updated,
            source=source,
            url=url,
            path=path,
            external_id=external_id,
            author=author,
            section=section,
            language=language,
            published_at=published_at,
            provenance=tuple(provenance),
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of an article that is embedded: `article.text[start:end]`."""

    id: str
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not indexed, and why. A fault sets the exit status."""

    path: str
    reason: str
    record: int | None = None  # the record of a file that holds many, from 1; of JSONL the line
    fault: bool = True  # False where it is a note: something passed over on purpose, or repaired


@dataclass(frozen=True, slots=True)
class Report:
    """What an add or another change did."""

    added: int  # articles
    unchanged: int  # articles that were there already, or came twice
    skipped: tuple[Skipped, ...]
    articles: int  # in the index afterwards
    chunks: int
    seconds: float
    removed: int = 0  # articles, without those that became the history of another
    replaced: int = 0  # articles that became the history of one that was added


def content_id(*fields: str | None) -> str:
    """Hash fields to a stable id; None and the empty string differ, field borders count."""
    digest = hashlib.sha256()
    for field in fields:
        data = b"\xff" if field is None else field.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:ID_LENGTH]
