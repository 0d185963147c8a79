"""The names and noun phrases of a text, with what cues tell of their kind. Rules, no model.

It knows nothing of conversations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from index.sentences import split_sentences
from qa.grammar import (
    ADVERBS,
    ARTICLES,
    AUXILIARIES,
    CALENDAR,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Token,
    is_plural,
    phrase_end,
    tokens,
)

Kind = Literal["person", "organisation", "place", "thing", "name"]  # name: a name of unknown kind
Gender = Literal["he", "she"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was spoken of."""

    text: str
    kind: Kind
    gender: Gender | None = None
    plural: bool = False
    weight: float = field(default=0.0, compare=False)  # how much it stands in the foreground


_PLACES = frozenset("in at near from outside across inside".split())
_HE = frozenset(
    """mr sir lord king prince duke father brother son husband uncle chairman
    businessman actor businessman spokesman policeman fisherman salesman man boy
    james john robert michael william david richard joseph thomas charles daniel
    matthew anthony mark paul steven andrew kenneth george joshua kevin brian edward
    ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen
    larry justin scott brandon benjamin samuel gregory frank patrick raymond jack
    dennis jerry peter henry otto carlos juan jose luis antonio pedro ahmed ali
    mohammed ivan vladimir boris hans karl pierre jean marco tom jim bill joe bob
    tim ben dan matt adam alan simon neil martin ian philip""".split()
)
_SHE = frozenset(
    """mrs ms miss lady queen princess duchess mother sister daughter wife aunt
    chairwoman actress spokeswoman businesswoman policewoman woman girl mary
    patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa
    margaret betty sandra ashley dorothy kimberly emily donna michelle carol amanda
    melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela
    shirley anna brenda pamela nicole emma samantha katherine christine helen rachel
    carolyn janet maria heather diane olivia julie joyce victoria kelly christina
    joan evelyn lauren judith megan andrea hannah sofia elena ana ines marta clara
    eva ilva alice jane kate lucy ruth rosa fatima aisha ingrid greta nora""".split()
)
ROLES = frozenset(
    """mr mrs ms miss dr sir lord lady king queen prince princess president minister
    mayor governor senator captain coach judge professor general chief director
    chairman chairwoman chair spokesman spokeswoman spokesperson secretary pope
    officer actor actress singer author player striker manager owner founder
    chancellor ambassador leader candidate lawyer doctor bishop driver pilot suspect
    winner victim witness teacher banker analyst economist king man woman boy girl
    someone inspector sergeant colonel commissioner prosecutor treasurer skipper
    goalkeeper""".split()
)
_ORGANISATIONS = frozenset(
    """inc corp corporation ltd plc company group council bank university party
    ministry union united committee airlines airways airline agency association
    federation court commission parliament congress senate police institute society
    club team city fc department board authority government organisation
    organization foundation hospital school museum motors metals steel industries
    holdings partners systems technologies energy oil media times post""".split()
)
_NO_NAMES = frozenset({"yes", "no"}) | CALENDAR | DETERMINERS | PRONOUNS | WH | AUXILIARIES
_LEADING = PREPOSITIONS | CONJUNCTIONS | ADVERBS
TIMES = CALENDAR | frozenset("day week month year time end beginning".split())
_SAYING = frozenset("said says told added resigned wrote argued insisted died tweeted".split())


def mentions(text: str) -> list[Thing]:
    """The names and the noun phrases with an article in a text, in order."""
    found: list[Thing] = []
    for start, end in split_sentences(text):
        sentence = text[start:end]
        words = tokens(sentence)
        at, joint = 0, -1
        while at < len(words):
            stop = _mention_end(words, at)
            if stop > at:
                thing = _thing(sentence, words, at, stop)
                if joint == at and is_name_start(words, at):  # "Norrland and Sundria"
                    both = f"{found[-1].text} and {thing.text}"
                    found.insert(-1, Thing(both, thing.kind, plural=True))
                found.append(thing)
                named = is_name_start(words, at)
                links = stop < len(words) and words[stop].lower == "and" and words[stop].joined
                joint = stop + 1 if links and named else -1
            at = max(stop, at + 1)
    return [t for t in found if len(t.text) > 1]


def names(text: str) -> list[Thing]:
    """The names of one sentence, those within a longer phrase too."""
    found: list[Thing] = []
    words = tokens(text)
    at = 0
    while at < len(words):
        end = name_end(words, at) if is_name_start(words, at) else at
        if end > at:
            found.append(_thing(text, words, at, end))
        at = max(end, at + 1)
    return found


def _mention_end(words: list[Token], at: int) -> int:
    word = words[at]
    if word.lower in ARTICLES and at + 1 < len(words):
        end = phrase_end(words, at, verb_follows=_is_asked(words, at))
        return end if end > at + 1 and not _is_time(words[at:end]) else at
    if is_name_start(words, at):
        return name_end(words, at)
    begins = at == 0 or words[at - 1].lower in AUXILIARIES
    if begins and len(word.lower) > 3 and is_plural(word.lower) and word.lower not in PRONOUNS:
        return at + 1  # "dockers"
    return at


def _is_asked(words: list[Token], at: int) -> bool:
    return at > 0 and words[at - 1].lower in {"do", "does", "did", "will", "would", "can", "could"}


def _is_time(words: list[Token]) -> bool:
    return any(word.lower.rstrip("s") in TIMES for word in words)


def is_name_start(words: list[Token], at: int) -> bool:
    """Whether a name begins at a word."""
    word = words[at]
    if not word.capital or word.lower in _NO_NAMES:
        return False
    if at == 0:
        following = words[1] if len(words) > 1 and words[1].joined else None
        if following is not None and following.capital:
            return word.lower not in _LEADING
        return word.lower not in _LEADING and not is_plural(word.lower)
    return True


def name_end(words: list[Token], at: int) -> int:
    """Where the name that begins at a word ends; "Bank of England" is one."""
    end = at + 1
    while end < len(words) and words[end].joined and not _possessive(words[end - 1]):
        word = words[end]
        links = word.text in {"of", "de", "da", "van", "von", "der", "bin", "al", "&"}
        behind = words[end + 1] if end + 1 < len(words) else None
        if word.capital and word.lower not in CALENDAR:
            end += 1
        elif links and behind is not None and behind.joined and behind.capital:
            end += 2
        else:
            break
    return end


def _possessive(word: Token) -> bool:
    return word.text != word.text.rstrip("s").rstrip("'’") and word.text[-2:-1] in "'’"


def _thing(sentence: str, words: list[Token], at: int, end: int) -> Thing:
    span = words[at:end]
    last = span[-1]
    text = sentence[span[0].start : last.end]
    text = re.sub(r"['’]s?$", "", text)
    if at == 0 and (span[0].lower in ARTICLES or (is_plural(text) and len(span) == 1)):
        text = f"{text[:1].lower()}{text[1:]}"
    before = words[at - 1].lower if at else ""
    behind = words[end].lower if end < len(words) else ""
    low = [word.lower for word in span]
    gender: Gender | None = None
    cues = {*low, before}
    if cues & _HE:
        gender = "he"
    elif cues & _SHE:
        gender = "she"
    return Thing(text, _kind(span, low, before, behind, gender), gender, is_plural(text))


def _kind(
    span: list[Token], low: list[str], before: str, behind: str, gender: Gender | None
) -> Kind:
    named = any(word.capital for word in span if word.lower not in ARTICLES)
    head = low[-1] if "of" not in low else low[low.index("of") - 1]
    if head in ROLES or (named and (before in ROLES or low[0] in ROLES)):
        return "person"
    if low[0] in ARTICLES and not named:
        return "organisation" if head in _ORGANISATIONS else "thing"
    if set(low) & _ORGANISATIONS or (len(span) == 1 and span[0].text.isupper()):
        return "organisation"
    if gender is not None and len(span) > 1:
        return "person"
    if before in _PLACES:
        return "place"
    if not named or low[0] in ARTICLES:
        return "thing"
    return "person" if behind in _SAYING else "name"  # Victoria may be a place
