"""Which articles a search may find. A record; the store knows how it is kept to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold together; an empty one lets every article pass.

    Days are those of publication, both inclusive. Outlets and sections are compared without
    regard to case, and any of those given will do.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    mentioned: bool = False  # a chunk that speaks of a day between passes the days too
    undated: bool = False  # so does an article without a date
