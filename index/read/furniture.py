"""Lines around an article that are none of it: menus, bylines, date and share lines.

Every test looks at one line alone; where such lines may stand is not known here. English only.
"""

from __future__ import annotations

import re
from typing import Final

from index.dates import date_line, posted_line

LONGEST: Final = 160  # characters; a longer line is text, a cookie notice apart

_MENU: Final = frozenset(
    (
        "accept|accept all|accept cookies|advertisement|advertising|about us|back to top|close|"
        "close menu|comment|comments|contact|contact us|cookie policy|copy link|copy url|email|"
        "e-mail|facebook|follow us|go to content|go to contents|go to main content|help|home|"
        "instagram|jump to content|linkedin|log in|log out|login|main menu|main navigation|"
        "manage cookies|menu|more|navigation|newsletter|newsletters|next|next article|open menu|"
        "play video|previous|previous article|print|print this page|print this story|privacy|"
        "privacy policy|read more|register|reject all|reply|rss|save|search|sections|share|"
        "share on facebook|share on twitter|share on x|share this|share this article|"
        "share this page|share this story|sign in|sign up|site map|sitemap|skip links|"
        "skip navigation|skip to content|skip to contents|skip to main content|"
        "skip to navigation|skip to search|subscribe|subscribe now|tags|tell a friend|terms|"
        "terms of use|terms and conditions|toggle menu|top of page|tweet|twitter|whatsapp|x|"
        "you are here"
    ).split("|")
)
_SEPARATOR: Final = re.compile(r"\s+[|>›»·•/]\s*|\s*[|›»·•]\s+")
_GAP: Final = re.compile(r"\s{2,}|\t")
_COOKIES: Final = re.compile(
    r"\b(?:we|site|website|partners) (?:may )?uses? cookies\b", re.IGNORECASE
)
_BYLINE: Final = re.compile(
    r"(?:By|BY|Written by|Reported by|Words by)\s+"
    r"(?:(?:[^\W\d_a-z][\w.'’-]*|and|of|the|for|in|at|de|da|del|van|von|der|al|bin|ibn|with|&)"
    r"(?:,?\s+|,?$)){1,12}"
)
_BY: Final = re.compile(r"(?:Written |Reported |Words )?by\s+", re.IGNORECASE)
_MINUTES: Final = re.compile(r"\d{1,3}[ -]min(?:ute)?s?(?: read)?", re.IGNORECASE)
_RIGHTS: Final = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved\b).*", re.IGNORECASE)
_READ_ALSO: Final = re.compile(r"(?:read|see) (?:also|more|next)\s?[:>»].*[^.!?]", re.IGNORECASE)
_RELATED: Final = re.compile(
    r"(?:related(?: (?:stories|articles|news|content|topics|links|coverage))?|trending"
    r"|more (?:on this(?: story)?|from .{1,40}|stories|news)|recommended(?: for you)?"
    r"|most (?:read|popular|viewed|shared)|(?:read|see) (?:more|also|next)|also read"
    r"|you (?:may|might) also like|(?:top|latest) (?:news|stories)|comments?(?: \(\d+\))?"
    r"|\d+ comments)\s*:?",
    re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Whether a line near the top is menu, byline, date line or cookie notice."""
    if len(line) > LONGEST:
        return len(line) <= 3 * LONGEST and _COOKIES.search(line) is not None
    found = parts(line)
    if all(_is_menu(part) or _is_credit(part) for part in found) or _COOKIES.search(line):
        return True
    return any(map(_is_menu, found)) and is_menu_bar(line)


def is_menu_bar(line: str) -> bool:
    """Whether a line is three or more short entries, whatever they say: "City | Coast | Sport"."""
    found = parts(line)
    short = len(found) >= 3 and all(part.count(" ") <= 2 for part in found)
    return short and line[-1] not in ".!?" and not any(map(str.isdigit, line))


def is_tail(line: str) -> bool:
    """Whether a line at the very end is menu, "Updated ...", copyright or a hint elsewhere."""
    if len(line) > LONGEST:
        return False
    if _RIGHTS.fullmatch(line) or _READ_ALSO.fullmatch(line):
        return True
    return all(_is_menu(part) or posted_line(part) for part in parts(line))


def is_related_heading(line: str) -> bool:
    """Whether a line stands above a list of other articles or of comments."""
    return _RELATED.fullmatch(line) is not None


def byline(line: str) -> str | None:
    """The names of a line "By Ida Fenn", which may have a date or menu behind a bar."""
    for part in parts(line):
        if _BYLINE.fullmatch(part):
            return _BY.sub("", part, count=1).strip(" ,")
    return None


def parts(line: str) -> list[str]:
    """The pieces of a line between bars, arrows and dots; at least the line itself."""
    return [part for part in _SEPARATOR.split(line) if part.strip()] or [line]


def with_bars(line: str) -> str:
    """A raw line with a bar in place of each wide gap: a menu's entries, told apart."""
    return " | ".join(part for part in _GAP.split(line) if part)


def _is_menu(line: str) -> bool:
    return line.casefold().strip(" :!»›>+×") in _MENU


def _is_credit(line: str) -> bool:
    return bool(
        posted_line(line) or date_line(line) or _BYLINE.fullmatch(line) or _MINUTES.fullmatch(line)
    )
