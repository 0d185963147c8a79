"""Quotations of a text, and who is named as their speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.facts.names import find_names, untitled
from qa.facts.tokens import tokens
from qa.facts.verbs import SAYING_LEMMAS, lemma

LONGEST = 2_000  # characters of a quotation
NEAR = 80  # characters between a quotation and its speaker

_QUOTED = re.compile(rf"[“\"„]([^“”\"„]{{1,{LONGEST}}})[”\"“]")
_SINGLE = re.compile(rf"(?<!\w)[‘']([^‘’'\"“”]{{2,{LONGEST}}})[’'](?!\w)")
_GAP = re.compile(r"…|\.\.\.|\[[^\]]{0,40}\]")


@dataclass(frozen=True, slots=True)
class Quote:
    """`text[start:end]` is quoted, its marks left out."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=4096)
def find_quotes(text: str) -> tuple[Quote, ...]:
    """Give what stands between quotation marks, in order."""
    found = [*_QUOTED.finditer(text)] or [*_SINGLE.finditer(text)]
    return tuple(Quote(m.start(1), m.end(1), m[1]) for m in found if plain(m[1]))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The words of a text as they are compared: case, marks and spaces do not count."""
    return " ".join(t.lower for t in tokens(text) if t.text[0].isalnum())


def holds_quote(text: str, quoted: str) -> bool:
    """Whether a text has the words of a quotation in a row; what is left out ("…") may be more."""
    within, at = f" {plain(text)} ", 0
    for part in filter(None, map(plain, _GAP.split(quoted))):
        found = within.find(f" {part} ", at)
        if found < 0:
            return False
        at = found + len(part) + 1
    return True


def speakers(text: str) -> list[tuple[str, ...]]:
    """The names in a text that a verb of saying stands beside, titles left out."""
    names = find_names(text)
    found = []
    before: dict[int, tuple[str, ...]] = {name.end: untitled(name.words) for name in names}
    after = {name.start: untitled(name.words) for name in names}
    every = tokens(text)
    for place, token in enumerate(every):
        if lemma(token.text) not in SAYING_LEMMAS:
            continue
        if place and every[place - 1].end in before:
            found.append(before[every[place - 1].end])
        elif place + 1 < len(every) and every[place + 1].start in after:
            found.append(after[every[place + 1].start])
    found += [
        after[every[n + 2].start]
        for n in range(len(every) - 2)
        if every[n].lower == "according"
        and every[n + 1].lower == "to"
        and every[n + 2].start in after
    ]
    return [name for name in found if name]


def another_speaker(told: str, stated: str) -> bool:
    """Whether what one text lets a name say is said by other names alone in the other text."""
    mine, theirs = speakers(told), speakers(stated)
    if not mine or not theirs:
        return False
    said = {word for name in theirs for word in name}
    initials = {"".join(word[0] for word in name) for name in theirs}
    return not any({*name} & said or name[-1] in initials for name in mine)


@lru_cache(maxsize=4096)
def quote_speakers(text: str, quoted: str) -> list[tuple[str, ...]]:
    """Whom a text names as the speaker of a quotation: what stands close around its marks."""
    for quote in find_quotes(text):
        if holds_quote(quote.text, quoted) or holds_quote(quoted, quote.text):
            behind = re.split(r"[“\"„;]", text[quote.end + 1 : quote.end + 1 + NEAR])[0]
            ahead = re.split(r"[”\"“;]", text[max(0, quote.start - 1 - NEAR) : quote.start - 1])[-1]
            return speakers(behind)[:1] or speakers(ahead)[-1:]
    return []
