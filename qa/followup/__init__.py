"""A follow-up question made standalone by rules: "and the year before?", "who is he?", "why?".

What a rule leaves open is said in `unsure`, so that a model may be asked (see rewrite.py). It
knows neither the archive nor a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.clean import clean_line
from qa.followup.antecedent import NAME_READ, NAMES_READ, TEXT_READ, TURNS_READ, things
from qa.followup.bare import bare, happened
from qa.followup.pronouns import replace_pronouns
from qa.followup.slots import fill, is_slot
from qa.followup.turn import Standalone, Turn, clause, matter, topic
from qa.grammar import (
    AUXILIARIES,
    WH,
    is_verb,
    parse_question,
    tokens,
)
from qa.mentions import mentions
from qa.question import MAX_CHARACTERS
from qa.text import content_stems

__all__ = ["Standalone", "Turn", "standalone"]


_OPENERS = re.compile(r"^(?:(?:and|but|so|or|ok|okay|then|well|also)\b[ ,]*)+", re.I)
_ABOUT = re.compile(
    r"^(?:what|how) about\b\s*|^(?:and )?(?:the same|same question) (?:for|with|in)\b\s*", re.I
)
_LATEST = re.compile(
    r"(?:(?:what(?:'s|’s| is| are)|any|tell me) )?(?:the )?(?:latest|newest|most recent|new)"
    r"(?: (?:news|updates?|developments?|state|status|figures?))?(?: on (?:this|that|it))?"
    r"|(?:any )?(?:news|updates?)(?: on (?:this|that|it))?|(?:what (?:about|is it) )?now"
    r"|since then|what(?:'s|’s| is) new",
    re.I,
)
_MORE = re.compile(
    r"(?:tell me |say |give me |any )?(?:some )?(?:more|more details?|details?|further details?)"
    r"(?: (?:about|on) (?:it|this|that))?(?:,? please)?|go on|continue|anything else"
    r"|(?:can you |please )?(?:explain|elaborate)(?: (?:it|this|that))?",
    re.I,
)
_DOUBT = re.compile(
    r"really|(?:are you|is (?:that|this|it)) (?:sure|true|certain|right|correct)|says who"
    r"|who (?:says|said) (?:so|that|this)",
    re.I,
)
_RELATIONAL = frozenset(
    """cause reason score result outcome winner loser price cost verdict sentence
    victim damage response reaction motive suspect culprit casualty toll death
    injury goal aim purpose consequence effect background context problem issue
    detail name age number figure total date place location amount size punishment
    penalty fine charge next step""".split()
)
SHORT = 4  # words of a question that may be a mere part of one
LONG = 8  # topic words of a question that speaks for itself
OVERLAP = 0.25  # of a question's topic words; with fewer it is a new topic


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """Make a question standalone with what was asked and answered before, the latest last.

    The text is never longer than a question may be; where nothing fits it stays as it is.
    """
    text = clean_line(question)
    turns = [_short(turn) for turn in history[-TURNS_READ:] if turn.question.strip()]
    if not turns or not text or len(text) > MAX_CHARACTERS:
        return Standalone(text, new_topic=not turns)
    made = _resolve(text, turns)
    if len(made.text) > MAX_CHARACTERS:
        return Standalone(text, unsure=True)
    return replace(made, changed=made.text != text)


def _short(turn: Turn) -> Turn:
    """No more of a turn than is read."""
    names = tuple(" ".join(name[:NAME_READ].split()) for name in turn.names[:NAMES_READ])
    return Turn(clean_line(turn.question[:TEXT_READ]), turn.answer[:TEXT_READ], names)


def _resolve(text: str, turns: Sequence[Turn]) -> Standalone:
    last = turns[-1]
    plain = _OPENERS.sub("", text).strip(" ?!.…,")
    about = _ABOUT.match(plain)
    part = plain[about.end() :] if about else plain
    if about and re.fullmatch(r"it|this|that|them", part, re.I):
        return Standalone(f"What else is known about {topic(last)}?", unsure=True)
    for rule in (_general, bare, happened):
        if made := rule(part, last):
            return made
    opened = plain != text.strip(" ?!.…,")
    if about or not _is_built(plain):
        if about or opened or is_slot(part):
            return _elliptical(part, turns)
        if text.endswith("?") and len(text.split()) <= SHORT:
            return replace(_elliptical(part, turns), unsure=True)
        return _complete(text, turns)  # words to search for
    return _complete(f"{plain[:1].upper()}{plain[1:]}?" if opened else text, turns)


def _is_built(plain: str) -> bool:
    """Whether this has the build of a question or a statement, and is no mere part of one."""
    words = tokens(plain)
    if not words:
        return False
    if words[0].lower in WH | AUXILIARIES or any(w.lower in WH for w in words[:2]):
        return True
    return len(words) > 3 and any(is_verb(w.lower) or w.lower in {"tell", "list"} for w in words)


def _general(plain: str, last: Turn) -> Standalone | None:
    """Answer to "the latest?", "more", "really?"."""
    if _LATEST.fullmatch(plain):
        return Standalone(f"What is the latest on {topic(last)}?")
    if _MORE.fullmatch(plain):
        return Standalone(f"What else is known about {topic(last)}?")
    if _DOUBT.fullmatch(plain):
        said = clause(last)
        lead = "Who says" if re.search(r"\bwho\b", plain, re.I) else "Is it true"
        told = f"that {said}" if said else f"what was said about {topic(last)}"
        return Standalone(f"{lead} {told}?", unsure=not said)
    return None


def _elliptical(part: str, turns: Sequence[Turn]) -> Standalone:
    """A part alone takes the place of its like in the question before."""
    last = turns[-1]
    part = re.sub(r"^(?:also|only|just|then) ", "", part, flags=re.I)
    asked = parse_question(last.question)
    if asked and part.isalpha() and is_verb(part.lower()) and is_verb(asked.rest.split(" ")[0]):
        old = asked.rest.split(" ")[0]  # "and killed?" behind "how many were hurt"
        return Standalone(last.question.replace(old, part, 1))
    resolved, unsure = replace_pronouns(part, things(turns), "")
    filled = fill(last.question, resolved, last.answer)
    if filled is not None:
        return Standalone(filled.text, unsure=filled.unsure or unsure)
    head = f"{part[:1].upper()}{part[1:]}"
    return Standalone(f"{head}, in the matter of {topic(last)}?", unsure=True)


def _complete(plain: str, turns: Sequence[Turn]) -> Standalone:
    """A whole question: its pronouns, or what it leaves out, or nothing at all."""
    last = turns[-1]
    overlap = _overlap(plain, turns)
    if overlap < OVERLAP and len(set(content_stems(plain))) >= LONG:
        return Standalone(plain, new_topic=True)
    made, unsure = replace_pronouns(plain, things(turns), matter(last))
    made = _continued(made, last)
    if made != plain:
        return Standalone(made, unsure=unsure)
    if not unsure and _leaves_out(plain):
        said = clause(last)
        told = f"when {said}" if said else f"in the matter of {topic(last)}"
        return Standalone(f"{plain.rstrip(' ?!.')} {told}?", unsure=True)
    short = not unsure and overlap == 0.0 and len(set(content_stems(plain))) <= 2
    nameless = short and not any(t.kind != "thing" for t in mentions(plain))
    new = overlap < OVERLAP and not unsure  # a pronoun that nothing fits is no new topic
    return Standalone(plain, new_topic=new, unsure=unsure or nameless)


def _continued(text: str, last: Turn) -> str:
    """ "What did the dockers do next?" is asked of what they did before."""
    found = re.search(r" (next|afterwards?|after that|before that|then)\??$", text, re.I)
    said = clause(last) if found else ""
    if not found or not said:
        return text
    side = "before" if found[1].lower() == "before that" else "after"
    return f"{text[: found.start()]} {side} {said}?"


def _leaves_out(plain: str) -> bool:
    """Whether a question names nothing: "How many died?", "What was the cause?"."""
    found = mentions(plain)
    stems = content_stems(plain)
    asked = parse_question(plain)
    if asked is None or any(word[0].isdigit() for word in stems):
        return False
    heads = {t.text.split()[-1].lower() for t in found}
    if not found:
        return len(stems) <= 2
    open_heads = all(h.rstrip("s") in _RELATIONAL or h in _RELATIONAL for h in heads)
    return open_heads and len(stems) <= 2 and not any(t.kind != "thing" for t in found)


def _overlap(text: str, turns: Sequence[Turn]) -> float:
    """The share of a question's topic words that were spoken of."""
    own = set(content_stems(text))
    spoken = {s for t in turns[-2:] for s in content_stems(f"{t.question} {t.answer}")}
    return len(own & spoken) / len(own) if own else 0.0
