"""Records that an export wrote: taken as they are, without cleaning, and checked by their id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from index.article import Article
from index.errors import InputError
from index.read.files import File

MARK: Final = "clippings"  # the field that holds the article's id


def exported(record: Mapping[str, Any], file: File) -> Article | None:
    """The article of an exported record; None where it is a record of another kind.

    Raises InputError for one that was changed since: its id is no longer that of its content.
    """
    if not isinstance(record.get(MARK), str):
        return None
    words = {
        name: record.get(name)
        for name in ("source", "url", "author", "section", "language", "published_at")
    }
    provenance = record.get("provenance") or {}
    try:
        article = Article.of(
            title=record["title"],
            text=record["text"],
            published=_day(record.get("date")),
            updated=_day(record.get("updated")),
            path=file.origin,
            external_id=record.get("id"),
            provenance=[(str(name), str(where)) for name, where in provenance.items()],
            **words,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"is no record that an export wrote ({error}): export it again") from error
    if article.id != record[MARK]:
        raise InputError(
            f'was changed since it was exported: take out its field "{MARK}" to have it read anew'
        )
    return article


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
