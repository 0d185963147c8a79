"""Small facts about how English questions and statements are built. No dictionary, no model.

Words are told apart by closed lists and endings, so what is found is approximate. It knows nothing
of conversations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from qa.verbs import IRREGULAR, past, third_person

WH = frozenset("who whom whose what which when where why how".split())
BE = frozenset("is are was were".split())
MODALS = frozenset("do does did will would can could should may might must shall".split())
AUXILIARIES = BE | MODALS | frozenset("has have had".split())
ARTICLES = frozenset("the a an".split())
POSSESSIVES = frozenset("his her its their our my your".split())
DEMONSTRATIVES = frozenset("this that these those".split())
DETERMINERS = ARTICLES | POSSESSIVES | DEMONSTRATIVES | frozenset("some any every each no".split())
PRONOUNS = frozenset(
    """he him himself she hers herself it itself they them theirs themselves i me we us
    you one anyone someone everyone anybody somebody nobody anything something
    nothing there""".split()
)
PREPOSITIONS = frozenset(
    """of in at on by for from to with without about against between among near over
    under during since until till before after into onto off through across around
    behind within as per than like despite outside inside above below toward towards
    upon""".split()
)
CONJUNCTIONS = frozenset("and or but so because if when while that where who which".split())
ADVERBS = frozenset(
    """not also still yet already again ever never now then today yesterday tomorrow
    soon later earlier next first last finally recently here once only just together
    ago away back out up down over else more most less least too very much many""".split()
)
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
MONTHS = frozenset(
    """january february march april may june july august september october november
    december""".split()
)

CLOSED = PREPOSITIONS | CONJUNCTIONS | DETERMINERS | WH | PRONOUNS | AUXILIARIES
CALENDAR = DAYS | MONTHS
_INNER = frozenset("of in at from between".split())  # what joins a phrase to another
# Nouns, though they end as what is going on does.
_THINGS = frozenset(
    """beginning bombing briefing building ceiling crossing dwelling ending evening finding funding
    gathering hearing housing killing king landing listing lodging meeting morning offering opening
    outing painting parking planning pudding railing ranking rating reading recording ring ruling
    saving screening setting shipping shooting sibling sitting spending spring sterling string
    swing thing training viewing voting warning wedding wing wiring writing""".split()
)

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+|,\d+)*")
_JOINED = re.compile(r"['’]?[ \t]+")  # what may stand between the words of one phrase


class Token(NamedTuple):
    """A word of a text and where it stands."""

    text: str
    lower: str  # in lower case, without a possessive ending
    start: int
    end: int
    joined: bool  # only a space parts it from the word before

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return self.text[0].isupper()


def bare(word: str) -> str:
    """A word without its possessive ending."""
    return re.sub(r"['’]s?$", "", word)


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        joined = bool(found) and bool(_JOINED.fullmatch(text, end, match.start()))
        found.append(Token(match[0], bare(match[0]).lower(), *match.span(), joined))
        end = match.end()
    return found


def is_verb(word: str) -> bool:
    """Whether a word in lower case is most likely a verb that has been inflected."""
    return word in AUXILIARIES or word in IRREGULAR or (len(word) > 4 and word.endswith("ed"))


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase speaks of several."""
    head = (
        re.split(r" (?:of|in|at|from|for|on|with|between) ", phrase)[0].rsplit(" ", 1)[-1].lower()
    )
    if head in {"people", "police", "men", "women", "children"} or " and " in phrase:
        return True
    return len(head) > 3 and head.endswith("s") and not head.endswith(("ss", "us", "is", "'s"))


def phrase_end(words: list[Token], first: int, *, verb_follows: bool = False) -> int:
    """Where the noun phrase that begins at a word ends: the place behind its last word.

    With `verb_follows` a plain verb stands behind the phrase ("did the ferry sink"). Behind "is"
    a phrase ends before what is going on ("is the library closing").
    """
    end = _run_end(words, first, verb_follows)
    if first and words[first - 1].lower in BE and (going_on := _going_on(words, first, end)):
        return going_on
    if verb_follows and _goes_on(words, whole := _run_end(words, first, False)):
        end = whole  # "the dockers' strike in Porto" before "begin"
    while end + 1 < len(words) and words[end].joined and words[end].lower in _INNER:
        following = words[end + 1]
        if not (following.joined and (following.lower in ARTICLES or following.text[0].isalnum())):
            break
        if words[end].lower != "of" and (not following.capital or not _is_name(following)):
            break
        further = _run_end(words, end + 1, verb_follows)
        if further == end + 1 or (verb_follows and further >= len(words)):
            break
        end = further
    return end


def _going_on(words: list[Token], first: int, end: int) -> int:
    """The place of the "closing" in a run of words; 0: none, or its verb follows."""
    if end < len(words) and (is_verb(words[end].lower) or words[end].lower in {"so", "not"}):
        return 0
    begun = first + (words[first].lower in DETERMINERS)
    for at in range(begun + 1, end):
        word = words[at]
        if word.text.islower() and word.lower.endswith("ing") and word.lower not in _THINGS:
            return at
    return 0


def _goes_on(words: list[Token], end: int) -> bool:
    """Whether a place with a name stands here, and behind it the verb."""
    if end >= len(words) or words[end].lower not in _INNER or not words[end].joined:
        return False
    behind = end + 1
    while behind < len(words) and words[behind].joined and _is_name(words[behind]):
        behind += 1
    if behind == end + 1 or behind >= len(words) or not words[behind].joined:
        return False
    verb = words[behind].text
    return verb.islower() and not _stops(verb, first=False) and verb not in ADVERBS


def _is_name(word: Token) -> bool:
    return word.capital and word.lower not in CALENDAR and not word.text.isdigit()


def _run_end(words: list[Token], first: int, verb_follows: bool) -> int:
    end = first + (words[first].lower in DETERMINERS)
    begun, named = end, 0  # named: the place behind the last word with a capital letter
    while end < len(words) and (end == first or words[end].joined):
        word = words[end]
        if word.capital or word.text[0].isdigit():
            named = end + 1 if word.capital else named
        elif (named and begun == first) or _stops(word.lower, first=end == begun):
            break  # "the Porto fire" goes on, "Porto" does not
        end += 1
    if not verb_follows or (end < len(words) and is_verb(words[end].lower)):
        return end
    least = max(begun + 1, named)
    while end > least and words[end - 1].lower in ADVERBS:
        end -= 1
    return min(max(end - 1, least), len(words))  # of "did the" nothing follows


def _stops(word: str, *, first: bool) -> bool:
    if word in CLOSED:
        return True
    return not first and (
        is_verb(word) or word.endswith("ly") or word in DAYS | {"ago", "yesterday"}
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a question. `Who | did | the mayor | meet on Monday`."""

    wh: str  # the question word with what belongs to it; empty where yes or no is asked
    auxiliary: str  # empty where the question word is the subject: "Who closed the mine?"
    subject: str
    rest: str

    @property
    def about_subject(self) -> bool:
        """Whether the question word is the subject."""
        return bool(self.wh) and not self.subject

    @property
    def body(self) -> str:
        """All behind the question word, with the noun that belongs to it: "did it kill people"."""
        verb, _, more = self.rest.partition(" ")
        return _join(self.auxiliary, self.subject, verb, self._noun, more)

    @property
    def _noun(self) -> str:
        found = re.match(r"(?:how (?:many|much)|which|what)\s+(\S.*)", self.wh, re.I)
        return found[1] if found and self.auxiliary in MODALS and self.rest else ""

    def statement(self, subject: str = "") -> str:
        """The question as a statement, with a subject where it asks for one; may be empty."""
        who_is = self.wh.lower() in {"who", "what"} and self.auxiliary in BE and not self.rest
        if subject and who_is:  # "Who is the mayor?"
            return _join(subject, self.auxiliary, self.subject)
        who = self.subject or subject
        if not who:
            return ""
        verb, _, more = self.rest.partition(" ")
        plain = verb.isalpha() and verb.islower()
        if self.auxiliary == "did" and plain:
            return _join(who, past(verb), self._noun, more)
        if self.auxiliary == "does" and plain:
            return _join(who, third_person(verb), self._noun, more)
        auxiliary = "" if self.auxiliary == "do" else self.auxiliary
        return _join(who, auxiliary, self.rest)


def _join(*parts: str) -> str:
    return " ".join(filter(None, parts))


def parse_question(text: str) -> Asked | None:
    """Take a question apart; None where it is not built like one."""
    plain = text.strip().rstrip("?!. ")
    words = tokens(plain)
    if not words:
        return None
    at = next((n for n, word in enumerate(words[:7]) if word.lower in AUXILIARIES), None)
    starts = words[0].lower
    if starts in AUXILIARIES:
        at = 0
    elif not any(word.lower in WH for word in words[:2]):
        return None
    if at is None or any(is_verb(word.lower) for word in words[1:at]):
        return _of_subject(plain, words)
    wh, auxiliary = plain[: words[at].start].strip(), words[at].lower
    first = at + 1
    if first >= len(words):
        return Asked(wh, auxiliary, "", "")
    begins = words[first]
    happens = auxiliary in BE and begins.text.islower() and begins.text.endswith("ing")
    closed = _stops(begins.lower, first=False) and begins.lower not in DETERMINERS | PRONOUNS
    if wh and (happens or closed or _is_plain_verb(auxiliary, begins)):
        return Asked(wh, auxiliary, "", plain[begins.start :])
    if begins.lower in PRONOUNS or (begins.lower in DEMONSTRATIVES and _alone(words, first)):
        end = first + 1
    else:
        end = phrase_end(words, first, verb_follows=auxiliary in MODALS)
        if not wh and auxiliary in BE and end == len(words) and end - first > 2:
            end -= 1
    if end <= first:
        return None
    rest = plain[words[end].start :] if end < len(words) else plain[words[end - 1].end :]
    subject = plain[begins.start : words[end].start if end < len(words) else len(plain)]
    return Asked(wh, auxiliary, subject.strip(), rest.strip(" ,"))


def _is_plain_verb(auxiliary: str, word: Token) -> bool:
    """Whether the verb itself follows "will", "may" or "can": "Who will win?"."""
    if auxiliary not in MODALS - {"do", "does", "did"} or not word.text.islower():
        return False
    named = word.lower in DETERMINERS | PRONOUNS or is_plural(word.lower)
    return not named and not word.lower.endswith("men")


def _of_subject(plain: str, words: list[Token]) -> Asked:
    """Of a question like "Which company closed the mine?"."""
    first = words[0].lower
    end = min(len(words), 3 if first == "how" else 2 if first in {"which", "what", "whose"} else 1)
    if end > 1:
        end = next((n for n, w in enumerate(words) if n and is_verb(w.lower)), end)
    behind = plain[words[end].start :] if end < len(words) else ""
    return Asked(plain[: words[end - 1].end], "", "", behind)


def _alone(words: list[Token], at: int) -> bool:
    following = words[at + 1].lower if at + 1 < len(words) else ""
    verbs = {"happen", "begin", "start", "end", "occur", "take", "mean", "matter", "work", "cost"}
    return not following or following in verbs or _stops(following, first=False)
