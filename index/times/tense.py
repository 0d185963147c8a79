"""Whether a sentence speaks of a day to come, by the verb nearest to the day. Knows no calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

Tense = Callable[[], Literal["past", "future"] | None]  # asked only where a shape needs it

REACH: Final = 90  # characters in which the verb is looked for

_AHEAD: Final = (
    r"will|won['’]t|shall|should|would|could|may|might|must|\w['’]ll|going to|to be|is to|are to"
    r"|due|set|slated|scheduled|expect\w*|plan(?:s|ned|ning)|hop(?:es|ing)|prepar\w+"
    r"|(?:propos|inten|aim|agree|want|offer)[a-z]* to|[Uu]ntil|ahead of|starting|beginning"
    r"|upcoming|forthcoming|coming|[Nn]ext(?!-)|deadline|from now"
    r"|begins|starts|opens|plays|hosts|faces|meets|kicks off|tak(?:es|ing) place"
)
_BEHIND: Final = (
    r"had [a-z]+ed to|n[o'’]t [a-z ]{1,30}until"
    r"|(?:was|were|had been) (?:\w+ )?(?:due|set|scheduled|expected|planned|to)"
    r"|(?!need|hundred|limited|united|based|expect|schedul|plan|prepar|propos|intend|want|agreed to"
    r"|slat)(?<!ly )[a-z]{2,}ed"
    r"|said|told|was|were|had|has|have|did|announced|reported|wrote|tweeted|added|died|killed"
    r"|came|took|made|went|got|won|lost|closed|ended|began|opened|rose|fell|held|saw"
)
# "should have been", "will be held": the word in front decides.
_FREE: Final = "".join(
    rf"(?<!\b{word} )" for word in ("be", "to", "will", "would", "should", "could", "may", "must")
)
_VERB: Final = re.compile(rf"\b(?:{_FREE}(?P<behind>{_BEHIND})|(?P<ahead>{_AHEAD}))\b")
_CLAUSE: Final = re.compile(
    r"[.!?;:](?=\s|$)|\n|\b(?:that|but|while|because|who|which)\b"
    r"|[a-z]day\b(?!,?\s(?:and|or|to|through)\b)"  # each day has its own verb
)

_BE: Final = re.compile(r"\bbe (?:\w+ )?[a-z]+ (?:on )?$")  # "will be opened on"
_DID: Final = re.compile(r",? (?!need|expected|scheduled|planned)[a-z]{2,}ed\b")
_DONE: Final = re.compile(r"\b(?!need|expected|scheduled|planned)[a-z]{2,}ed (?:on )?$")


def tense_at(text: str, start: int, end: int) -> Literal["past", "future"] | None:
    """The tense around `text[start:end]`: of the last verb before it, else the first behind it."""
    before = _CLAUSE.split(text[max(0, start - REACH) : start])[-1]
    behind = _CLAUSE.split(text[end : end + REACH], maxsplit=1)[0]
    if len(before) < 4:  # "On Monday, the court will", but not "by Monday, he said"
        behind = behind.lstrip(", ")
    behind = behind.partition(", ")[0]
    if _DONE.search(before) and not _BE.search(before):
        return "past"  # "the law signed Thursday will"
    if _DID.match(text, end):
        return "past"  # "the mill on Monday opened"
    verbs = [*_VERB.finditer(before)][-1:] or [*_VERB.finditer(behind)][:1]
    if not verbs:
        return None
    return "future" if verbs[0]["ahead"] else "past"
