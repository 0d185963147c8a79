"""Days that a text speaks of: "Thursday", "3 May", "last year", resolved against an anchor day.

Forms of English-language news, precision before recall: what may mean something else is left out
("May said", "Black Friday", "2019 people"), and so is what would need the story to be understood
("the day before", "a year earlier"). Weeks begin on Monday, seasons are those of the northern
half of the earth. This module does not know articles, and it reads no other language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from index.times import explicit, relative
from index.times.spans import Span
from index.times.tense import Tense, tense_at

LONGEST: Final = timedelta(days=3_660)  # a decade; what spans more says nothing about when

Reader = Callable[[re.Match[str], date | None, Tense], Span | None]


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` means the days from first to last, both inclusive."""

    start: int
    end: int
    first: date
    last: date


_SHAPES: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = tuple(
    (re.compile(pattern), read) for pattern, read in (*explicit.SHAPES, *relative.SHAPES)
)
# Every shape holds one of these words; only the few words in front of one can begin a shape.
_HINT: Final = re.compile(
    rf"(?:1[6-9]|20)\d\d(?!\d)|(?:{'|'.join(explicit.MONTH_NAMES)})\b|days?\b|tomorrow|tonight|night\b"
    r"|morning|evening|afternoon|week|month|year|autumn|fall\b|spring|summer|winter"
)
_REACH: Final = 40  # characters from the beginning of a shape to its first such word
_WORD: Final = re.compile(r"(?<!\w)\w")
_ANY: Final = re.compile(
    "|".join(f"({re.sub(r'[?]P<[a-z]+>', '?:', shape.pattern)})" for shape, _ in _SHAPES)
)


def find_times(text: str, anchor: date | None) -> list[Mention]:
    """The mentions in a text, in order and not overlapping.

    Relative expressions and dates without a year count from `anchor`, the day the text was
    written; without one they are left out. Takes time linear in the text.
    """
    found = []
    begin = 0  # where the next shape may begin
    for hint in _HINT.finditer(text):
        begin = max(begin, hint.start() - _REACH)
        while word := _WORD.search(text, begin, hint.end()):
            begin = word.end()  # what began no shape once never will
            if match := _ANY.match(text, word.start()):
                begin = match.end()
                if mention := _read(text, match, anchor):
                    found.append(mention)
    return found


def _read(text: str, match: re.Match[str], anchor: date | None) -> Mention | None:
    shape, read = _SHAPES[(match.lastindex or 1) - 1]
    parts = shape.match(text, match.start())
    if parts is None:
        return None
    start, end = parts.span("span") if "span" in shape.groupindex else parts.span()
    try:
        span = read(parts, anchor, lambda: tense_at(text, start, end))
    except (ValueError, OverflowError):  # 31 April, or a day before the first year
        return None
    if span is None or not timedelta() <= span[1] - span[0] <= LONGEST:
        return None
    return Mention(start, end, *span)
