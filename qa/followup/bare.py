"""A question word alone, or a question about the event as such: "Why?", "What happened next?".

The question before is asked again with that word. It knows words, no model.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.followup.turn import Standalone, Turn, answered, clause, topic
from qa.grammar import BE, Asked, is_plural, is_verb, parse_question, tokens

_BARE = re.compile(
    r"(?:(?:by|with|for|to|from|since|until|against|at|in|on|about) )?"
    r"(?:whom?|what|which(?: one| ones)?|when|where|why|how(?: (?:many|much|long|often|far|fast"
    r"|old|big|soon|so|come))?|who else|what else|where else|what (?:time|year|day))"
    r"(?: exactly)?"
    r"|why not|what for",
    re.I,
)
_HAPPENS = re.compile(
    r"(?P<wh>when|where|why|how(?: (?:long|often|come))?) (?:did|does|do|is|was|will|has) "
    r"(?:(?:it|this|that|these|those) (?:all )?"
    r"(?:happen(?:ed|ing)?|take place|occur(?:red)?|going on)"
    r"|(?:this|that)(?: so)?|(?:he|she|they|it) (?:do|doing|done) (?:that|this|it|so))",
    re.I,
)
_NEXT = re.compile(
    r"what (?:happened|happens|came|comes|followed|will happen|is happening)"
    r"(?: (?:next|then|afterwards?|after(?: that| this)?|later|now|before(?: that)?))?",
    re.I,
)


def bare(plain: str, last: Turn) -> Standalone | None:
    """A question word alone asks it of what was spoken of: "Why?"."""
    if not _BARE.fullmatch(plain):
        return None
    wh = re.sub(r" exactly$", "", plain, flags=re.I)
    wh = {"how so": "how", "how come": "why", "what for": "why"}.get(wh.lower(), wh)
    return _with_wh(wh, last)


def happened(plain: str, last: Turn) -> Standalone | None:
    """ "When did that happen?" and "what happened next?" ask about the event itself."""
    if match := _HAPPENS.fullmatch(plain):
        return _with_wh(match["wh"], last)
    match = _NEXT.fullmatch(plain)
    if match is None:
        return None
    said = clause(last)
    side = "before" if re.search(r"\bbefore\b", plain, re.I) else "after"
    verb = re.match(r"what (?:will happen|is happening|happens|comes)", plain, re.I)
    lead = verb[0] if verb else "What happened"
    lead = f"W{lead[1:]}"
    if said and not verb:
        return Standalone(f"{lead} {side} {said}?")
    return Standalone(f"{lead} with {topic(last)}?")


def _with_wh(wh: str, last: Turn) -> Standalone:
    asked = parse_question(last.question)
    head = f"{wh[:1].upper()}{wh[1:]}"
    low = wh.lower()
    said = clause(last)
    if asked is None:
        return _given(head, said, last)
    if low in {"who", "whom"} and asked.subject.lower() in {"anyone", "someone", "anybody"}:
        return Standalone(f"Who {asked.auxiliary} {asked.rest}?")
    if low in {"how many", "how much"}:
        return _counted(head, asked, said, last)
    if low.endswith(" else") and asked.wh.lower() == low.split()[0]:
        return Standalone(f"{head} {asked.body}?")
    if low == "what else":
        return Standalone(f"What else is known about {topic(last)}?")
    if true := _TRUE.fullmatch(last.question.strip()):
        return Standalone(f"{head} {_it_is(true[1])} that {true[1]}?")
    if low in {"who", "whom", "what", "which", "which one", "which ones", "who else"}:
        return _given(head, said, last)
    if asked.subject and not _names_being(asked):
        return Standalone(f"{head} {asked.body}?", unsure=low not in _CIRCUMSTANCES)
    focus = answered(last)
    if told := asked.statement(focus):
        return Standalone(f"{head} {_it_is(told)} that {told}?", unsure=not focus)
    return _given(head, said, last)


_CIRCUMSTANCES = frozenset("why when where how".split()) | {
    "how long",
    "how often",
    "since when",
    "why not",
}


_TRUE = re.compile(r"is it (?:true|correct|right) that (.+?)[?. ]*", re.I)


def _it_is(told: str) -> str:
    """How a question about a statement begins, in the statement's tense."""
    verbs = [word.lower for word in tokens(told) if is_verb(word.lower)]
    return "is it" if not verbs or verbs[0] in {"is", "are", "has", "have", "will"} else "was it"


def _names_being(asked: Asked) -> bool:
    """Whether it asks who or what something is."""
    return asked.auxiliary in BE and not asked.rest and asked.wh.lower() in {"who", "what"}


def _counted(head: str, asked: Asked, said: str, last: Turn) -> Standalone:
    subject = re.sub(r"^(?:the|any|some|a|an) ", "", asked.subject, flags=re.I)
    if head.lower() == "how many" and subject and is_plural(subject) and subject[0].islower():
        told = replace(asked, wh="", subject=subject).statement()
        return Standalone(f"{head} {told}?")
    if head.lower() == "how much" and asked.subject:
        return Standalone(
            f"{head} {asked.auxiliary} {asked.subject} {asked.rest}?".replace(" ?", "?")
        )
    return _given(head, said, last)


def _given(head: str, said: str, last: Turn) -> Standalone:
    told = f"given that {said}" if said else f"in the matter of {topic(last)}"
    return Standalone(f"{head}, {told}?", unsure=True)
