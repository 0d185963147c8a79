"""What a question takes for granted ("Why did the mayor resign?"), and whether evidence says so.

Pure rules over question and sentences. They speak up only where a question names who did what in
plain words and no sentence has the deed together with the one who did it; silence means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answer import Evidence
from qa.facts.verbs import lemma
from qa.facts.words import DEMONYMS, SAME
from qa.grammar import BE, Asked, parse_question, tokens
from qa.text import content_stems, stem

NEAR = 300  # characters around a sentence in which those are named that it speaks of
LONGEST = 12  # words of a premise that is said again
_ASKS = re.compile(
    r"(?:why|when|where|how)\b(?! (?:many|much|long|old|far|often|come|is|are)\b)", re.I
)
_PRONOUN = re.compile(r"\b(?:he|she|they|it|who|which|we|I)\b")
# Ways to say the same deed, each family in one line. Of other deeds it is not known how else they
# may be said, so a question about them takes nothing for granted here.
_FAMILIES = """resign quit stepdown depart departure leave exit outgoing resignation oust
    die death dead kill killed deceased fatal perish murder slay assassinate pass
    close shut closure shutter shutdown cease end
    fall drop decline slip slide plunge tumble decrease sink lower low down lose
    rise climb increase gain jump soar surge grow growth advance higher up high raise
    win victory beat defeat triumph champion title gold prevail victor lose
    buy acquire purchase acquisition takeover bid buyout deal
    arrest detain custody charge apprehend seize jail
    strike walkout stoppage walk industrial
    marry wed wedding marriage wife husband
    fire sack dismiss oust dismissal remove
    appoint name choose pick elect appointment nominate
    cancel scrap call postpone drop abandon
    attack strike invade assault raid bomb
    split divorce separate part
    collapse fail bankrupt fold bankruptcy
    open launch start inaugurate begin unveil
    delay postpone defer late
    ban prohibit outlaw bar block
    approve pass vote back endorse adopt
    reject refuse deny decline oppose veto
    suspend halt stop pause
    apologise apologize sorry apology
    crash collide hit derail wreck accident
    sign agree agreement deal pact
    cut reduce lower slash trim""".split("\n")
_VAGUE = frozenset("pass back leave cut drop pick call lose start open".split())  # much else
_KIN: dict[str, set[str]] = {}
for _family in _FAMILIES:
    _stems = {form for word in _family.split() for form in (lemma(word), stem(word))}
    for _stem in _stems:
        _KIN.setdefault(_stem, set()).update(_stems)


def premise(question: str, evidence: Sequence[Evidence]) -> str | None:
    """Say that the articles do not state what a question takes for granted; None where they may.

    The sentence names the premise: "The articles do not say that the mayor resigned."
    """
    asked = parse_question(question)
    if asked is None or not _ASKS.match(asked.wh) or not asked.subject or not asked.rest:
        return None
    if asked.auxiliary not in ("did", "was", "were"):
        return None
    asked = replace(asked, rest=re.split(r"[,;:–—]", asked.rest)[0].strip())
    deed = _deed(asked)
    who = _with_kin(asked.subject)
    if deed is None or not who or not evidence:
        return None
    deeds = _KIN.get(deed, set()) | {deed}
    if any(_says(item, who, deeds) for item in evidence):
        return None
    said = asked.statement()
    if not said or len(said.split()) > LONGEST:
        return None
    said = f"{said[0].lower()}{said[1:]}" if said.startswith(("The ", "A ", "An ")) else said
    return f"The articles do not say that {said}."


def _deed(asked: Asked) -> str | None:
    """The lemma of what was done; None where it is nothing that evidence would have to say."""
    words = [word.lower for word in tokens(asked.rest)]
    if not words:
        return None
    verb, found = words[0], lemma(words[0])
    told = lemma(verb) != stem(verb) or verb.endswith("ed")  # a past form
    if told != (asked.auxiliary in BE):
        return None  # "When was the bridge safe?"
    return found if found in _KIN and verb not in _VAGUE and found not in _VAGUE else None


def _says(item: Evidence, who: set[str], deeds: set[str]) -> bool:
    """Whether a sentence may say that they did it: it has the deed, and somewhere near them."""
    heading = f"{item.article.title or ''} {item.text}"
    if not deeds & _forms(heading):
        return False
    if who & set(content_stems(heading)) or _PRONOUN.search(item.text):
        return True
    before = item.article.text[max(0, item.start - NEAR) : item.end + NEAR]
    return bool(who & set(content_stems(before)))


def _forms(text: str) -> set[str]:
    return {form for word in tokens(text) for form in (lemma(word.lower), stem(word.lower))}


def _with_kin(subject: str) -> set[str]:
    """The stems of who is spoken of, and of other names for them."""
    words = [word.lower for word in tokens(subject)]
    kin = {other for word in words for other in (*DEMONYMS.get(word, ()), *SAME.get(word, ()))}
    return {stem for text in (subject, *kin) for stem in content_stems(text)}
