"""A question as it was typed to a question that can be searched. No model is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from index.clean import clean_line
from index.dates import parse_date
from index.errors import InputError

MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was checked, and the day it is asked on (None: whenever)."""

    text: str
    as_of: date | None = None


def understand(text: str, as_of: date | str | None = None) -> Question:
    """Check and tidy a question; InputError if it is empty or too long, or the date is none."""
    if not isinstance(text, str):
        raise InputError(f"The question must be text, not {type(text).__name__}.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(text):,} characters, at most {MAX_CHARACTERS:,} are read. "
            "Ask it in fewer words."
        )
    line = clean_line(text)
    if not re.search(r"[^\W_]", line):
        raise InputError("The question is empty. Ask something, for example: Who won the election?")
    return Question(line, read_as_of(as_of))


def read_as_of(as_of: date | str | None) -> date | None:
    """Read an as-of date given as a date, as text or not at all; InputError if it is no date."""
    if isinstance(as_of, datetime):  # it is a date too, but does not compare with one
        return as_of.date()
    if as_of is None or isinstance(as_of, date):
        return as_of
    day = parse_date(as_of) if isinstance(as_of, str) else None
    if day is None:
        raise InputError(
            f"{as_of!r:.60} is no date. Write the as-of date as year, month and day: 2024-05-31."
        )
    return day
