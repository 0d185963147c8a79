"""A page as plain text to its parts: headline, body, dates.

Works on text as a browser saves it, as an editor types it and as a record holds it. Only lines
before the first and behind the last paragraph of the body are taken out, and only known ones:
copies of the headline, labels above it, and furniture. Knows neither markup nor files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from index.clean import WIDEST, clean, clean_line, normalise, paragraphs
from index.dates import Moment, dateline, moment_line, posted_line
from index.read.furniture import (
    LONGEST,
    byline,
    is_furniture,
    is_menu_bar,
    is_related_heading,
    is_tail,
    parts,
    with_bars,
)

LONGEST_MADE_TITLE: Final = 80  # characters of a title made from the first sentence
_NEAR: Final = 30  # paragraphs from the top in which a headline and its furniture stand
_BETWEEN: Final = 4  # lines in which a headline comes again: section, summary, caption
_NO_LETTER: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_STOPPED: Final = re.compile(r"[.,;:。、][\"'”’)\]]*$")
_ENDED: Final = re.compile(r"[.!?…。！？؟][\"'”’)\]]*$")
_LEADS_ON: Final = frozenset(
    "a an and as at by for from in its of on or said that the to with".split()
)


@dataclass(frozen=True, slots=True)
class Story:
    """What a text says of itself; the title is empty where it shows no headline."""

    title: str
    text: str
    published: Moment | None = None
    updated: Moment | None = None
    author: str | None = None


def story(raw: str, title: str | None = None) -> Story:
    """Take a raw text apart; with the title given, only its copies count as headline."""
    given = clean_line(title or "")
    lines = paragraphs(_part(normalise(raw).split("\n"), given))
    first, headline = (0, given) if given else _headline(lines)
    body = _body_start(lines, first, headline)
    end = _body_end(lines, body)
    head = [
        line
        for at, line in enumerate(lines[:body])
        if not is_furniture(line)
        and not repeats(line, headline)
        and not (at < first and (_is_label(line) or is_menu_bar(line)))
    ]
    text = "\n\n".join(head + lines[body:end])
    if not text:
        return Story(given, clean(raw))
    published, updated = _dates(lines[:body] + lines[end:])
    if not published and (day := dateline(lines[body] if body < len(lines) else "")):
        published = Moment(day)
    author = next(filter(None, map(byline, lines[:body])), None)
    return Story(headline, text, published, updated, author)


def first_words(text: str) -> str:
    """A title made from the first sentence of a clean text, cut at a word."""
    paragraph = text.split("\n", 1)[0]
    sentence = re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]
    if len(sentence) <= LONGEST_MADE_TITLE:
        return sentence
    cut = sentence[: LONGEST_MADE_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:–—-") + "…"


def repeats(line: str, headline: str) -> bool:
    """Whether a line is the headline again, perhaps with the outlet's name behind it."""
    if len(line) > 2 * len(headline) + LONGEST:
        return False
    key, wanted = _key(line), _key(headline)
    if not wanted or not key.startswith(wanted):
        return False
    return key == wanted or _key(re.split(r"\s[|–—-]\s", line)[0]) == wanted


def _key(line: str) -> str:
    return _NO_LETTER.sub("", line.casefold())


def _part(lines: list[str], title: str) -> list[str]:
    """Put blank lines around the headline, menu and date lines at both ends of a text.

    So none of them is joined to a paragraph, and the entries of a menu bar stay told apart.
    """
    lines = [with_bars(line) if _is_menu_row(line) else line for line in lines]
    last = at = len(lines)
    while at and (not lines[at - 1].strip() or is_tail(lines[at - 1].strip())):
        at -= 1
        if not lines[at].strip():  # else it may be the last line of a wrapped paragraph
            last = at
    head: list[str] = []
    headline = title
    for at, line in enumerate(lines[:last]):
        text = with_bars(line)
        if text and not is_furniture(text) and (headline or not is_menu_bar(text)):
            text = line.strip()
            if headline and not repeats(text, headline):
                break
            if not _may_be_title(text) or not _stands_above(text, "".join(lines[at + 1 : at + 2])):
                break
            headline = headline or text
        head += [text, ""]
    tail = [part for line in lines[last:] for part in ("", line)]
    return head + lines[len(head) // 2 : last] + tail


def _is_menu_row(line: str) -> bool:
    text = line.strip()
    return ("  " in text or "\t" in text) and is_tail(with_bars(text))


def _stands_above(text: str, after: str) -> bool:
    """Whether a line is a headline by itself and not the first line of a wrapped paragraph."""
    if not after.strip() or after[0].isspace() or len(after) > WIDEST:
        return True
    leads_on = text.split()[-1].lower() in _LEADS_ON or after[0].islower()
    return is_furniture(after) or (not leads_on and len(text) <= 0.8 * len(after))


def _headline(lines: list[str]) -> tuple[int, str]:
    """Where the headline last stands and what it says; (0, "") where there is none.

    A line of three words or more that comes twice near the top is the headline; else the first
    line that is no menu, if it is short, has no full stop and something follows.
    """
    near = [
        (at, line)
        for at, line in enumerate(lines[:_NEAR])
        if not is_furniture(line) and not is_menu_bar(line)
    ]
    for place, (_, line) in enumerate(near):
        again = [
            (at, min(line, other, key=len))
            for at, other in near[place + 1 : place + 1 + _BETWEEN]
            if repeats(line, other) or repeats(other, line)
        ]
        if again and _may_be_title(line) and len(_WORD.findall(line)) >= 3:
            return again[-1]
        if is_sentence(line):
            break
    if near and near[0][0] + 1 < len(lines) and _may_be_title(near[0][1]):
        return near[0]
    return 0, ""


def _body_start(lines: list[str], first: int, headline: str) -> int:
    """The place of the first sentence; without one, the place behind the known lines."""
    unknown = []
    for at, line in enumerate(lines[first:_NEAR], start=first):
        if not is_furniture(line) and not repeats(line, headline):
            unknown.append(at)
            if is_sentence(line):
                return at
    return unknown[0] if unknown else min(len(lines), max(first, _NEAR))


def _body_end(lines: list[str], body: int) -> int:
    """The place behind the last line of the body: related headlines and share lines are none."""
    end = _without_tail(lines, body, len(lines))
    for at in range(end - 1, body, -1):
        if is_related_heading(lines[at]):
            end = _without_tail(lines, body, at)
        elif _ENDED.search(lines[at]):
            break
    return end


def _without_tail(lines: list[str], body: int, end: int) -> int:
    while end > body + 1 and is_tail(lines[end - 1]):
        end -= 1
    return end


def _dates(lines: list[str]) -> tuple[Moment | None, Moment | None]:
    """The first published and updated dates the lines state; a bare date is a published one."""
    pieces = [part for line in lines if len(line) <= LONGEST for part in parts(line)]
    first: dict[str, Moment] = {}
    for kind, moment in filter(None, map(posted_line, pieces)):
        first.setdefault(kind, moment)
    bare = next(filter(None, map(moment_line, pieces)), None)
    return first.get("published", bare), first.get("updated")


def is_sentence(line: str) -> bool:
    """Whether a line is long, or ends like a sentence and has eight words: text, no heading."""
    return len(line) > 200 or (_ENDED.search(line) is not None and line.count(" ") >= 7)


def _is_label(line: str) -> bool:
    """Whether a line above the headline is the name of a site or section and no sentence."""
    return line.count(" ") <= 5 and not _ENDED.search(line) and not any(map(str.isdigit, line))


def _may_be_title(line: str) -> bool:
    return len(line) <= LONGEST and not _STOPPED.search(line)
