"""Which parts of an article give orders to a machine that reads it. No model is asked.

Articles are data: what they order is never done. A paragraph with such an order is stored, found
and shown like any other, with a mark, but it is not given to the language model as evidence. The
patterns look for who is addressed and what is asked of it, not for any one attack; they know
English alone, and what gets past them is still held to its evidence by verification.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Span = tuple[int, int]

READ = 4_000  # characters of a paragraph that are looked at together

_WORDS = {
    "MACHINE": r"(?:ai|llms?|gpt|chat ?bots?|chatgpt|language models?|(?:ai|digital"
    "|virtual|helpful)"
    r" assistants?|(?:ai|rag|search|retrieval|question[- ]answering) (?:systems?|models?|agents?"
    r"|tools?|engines?)|summari[sz]ers?)",
    "RULES": r"(?:instructions?|prompts?|(?:previous|prior|earlier|above|your|all|any|other|these"
    r"|those|safety|system) (?:rules?|guidelines?|directives?|guardrails?|restrictions?|"
    r"constraints?|programming|excerpts?|evidence|context|articles?|messages?|text|content|"
    r"passages?)|(?:everything|anything|all|text|passages?|articles?) (?:above|before this|so far|"
    r"you (?:were|have been|are) (?:told|given)))",
    "SAY": r"(?:answer|reply|respond|output|print|say|write|repeat|return|state|echo)",
    "EVERY": r"(?:every|any|all|each|the user'?s?|the reader'?s?|this|whatever)",
    "QUESTION": r"(?:questions?|quer(?:y|ies)|prompts?|requests?)",
    "ANSWER": r"(?:answers?|repl(?:y|ies)|responses?|outputs?)",
}

# A pattern is tried where one of the words before it stands in the text: most texts hold none.
_PATTERNS = (
    # the markup of chat templates
    ("<|", r"<\|[^|<>]{1,40}\|>"),
    ("inst], sys>>, _turn>", r"\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>"),
    (
        "system>, assistant>, user>, tool_call>, think>, prompt>",
        r"</?(?:system|assistant|user|(?:system_)?prompt|tool_call|think)>",
    ),
    (
        "system, assistant, developer",
        r"(?:^|\n)\W{0,6}(?:system|assistant|developer)"
        r"(?: prompt| message| note| override)?\W{0,3}:",
    ),
    (
        "end of, beginning of, begin of, start of",
        r"\b(?:end|start|begin(?:ning)?) of (?:the )?(?:excerpts?|context|"
        r"articles?|documents?|evidence|prompt|instructions?"
        r"|user input)\b.{0,80}?\b(?:SAY|now|new)\b",
    ),
    # what was said before no longer counts
    (
        "ignore, disregard, forget, override, bypass, discard",
        r"\b(?:ignore|disregard|forget|override|bypass|discard)\b.{0,40}?\bRULES\b",
    ),
    (
        "follow, obey",
        r"\b(?:stop|do not|don't|never|no longer) (?:follow|obey)\w*\b.{0,40}?\bRULES\b",
    ),
    (
        "instruction",
        r"\b(?:new|updated|revised|real|actual|hidden|secret|my|your|these) (?:system )?"
        r"instructions?\b.{0,20}?(?::|\b(?:are to|is to|follow|supersede|replace|override"
        r"|apply)\b)",
    ),
    # a machine is addressed
    (
        "dear, attention, note, message, hey, hello, memo, instruction, important, reminder",
        r"\b(?:dear|attention|(?:notice|note|message|memo|instructions?|important|reminder)"
        r" (?:to|for)|hey|hello)\b[,: ].{0,15}?\bMACHINE\b",
    ),
    (
        "you are, act as, acting as, pretend, behave",
        r"\b(?:if you are|you are(?: now)?|act(?:ing)? as|pretend (?:to be|you"
        r" are)|behave (?:as|like))\b.{0,20}?\bMACHINE\b",
    ),
    (
        "must, should, shall",
        r"\bMACHINE\b(?: (?:that|who|which|reading|summari[sz]ing|processing|"
        r"answering)\b.{0,60}?| )(?:must|should|shall) (?:\w+ ){0,3}?SAY\b",
    ),
    ("you are now", r"\byou are now\b.{0,40}?\b(?:mode|unrestricted|jailbroken|dan|developer)\b"),
    (
        " mode",
        r"\b(?:developer|debug|maintenance|god|jailbreak|dan) mode\b"
        r".{0,40}?\b(?:on|enabled?|activated?|now|you|SAY)\b",
    ),
    # what is to be answered
    (
        "ask, answering, questioned, prompted",
        r"\b(?:when|whenever|if|once|before|after|instead of) (?:you(?:'re| "
        r"are)? |anyone |someone |a (?:user|reader) |the (?:user|reader) |users? "
        r"|readers? )?(?:is |are )?"
        r"(?:ask(?:s|ed)?|answering|questioned|prompted)\b.{0,90}?(?:,|\b(?:you (?:must"
        r"|should|will|"
        r"shall)|always|only|please|just|instead|simply)) (?:\w+ ){0,2}?SAY\b",
    ),
    (
        "exactly, only, verbatim, just, with the, nothing, the word, the phrase, the string, "
        "the following, the sentence",
        r"(?:(?:^|[.!?:;\n,*\"'(]|\b(?:always|must|please|just|simply|now|instead|and"
        r"|then|you|only))"
        r"\s*)SAY (?:back )?(?:only|exactly|verbatim|with (?:only|exactly|the)"
        r"|the (?:word|words|phrase"
        r"|string|following|sentence)|nothing (?:but|except)|just)\b",
    ),
    (
        "answer, repl, respon, output",
        r"\b(?:ANSWER (?:to|for) EVERY QUESTION)\b.{0,40}?\b(?:is|must|should|"
        r"shall|with)\b",
    ),
    (
        "answer, repl, respon, output, question, quer, prompt, request",
        r"\b(?:begin|start|end|finish|preface|close) (?:\w+ )?"
        r"(?:your|each|every|all) ANSWER\b|\byour ANSWER (?:must|should|shall|has to|needs to)\b"
        r"|\bSAY (?:to )?(?:every|any|all|each) QUESTION\b|\b(?:in|with|to) your ANSWER\b",
    ),
    (
        "tell, inform",
        r"(?:^|[.!?:;\n]\s*)(?:please |now |always )?(?:tell|inform) (?:the "
        r"user|the reader|users|readers|them|anyone who asks)\b",
    ),
    # what is to be given away
    (
        "prompt, instruction, message, rules",
        r"\b(?:reveal|print|show|repeat|leak|output|disclose|display|recite"
        r"|dump|quote|translate|summari[sz]e)\b.{0,40}?\b(?:(?:system|hidden|initial"
        r"|original) (?:prompt|"
        r"message|instructions?)|your (?:\w+ )?(?:prompt|instructions|rules))\b",
    ),
)


def _spelled(pattern: str) -> re.Pattern[str]:
    for name, words in _WORDS.items():
        pattern = pattern.replace(name, words)
    return re.compile(pattern, re.DOTALL)


_ORDERS = tuple((tuple(triggers.split(", ")), _spelled(p)) for triggers, p in _PATTERNS)
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_APART = re.compile(r"\b(?:\w[ .·_-]){5,}\w\b")  # l e t t e r s
_CYRILLIC_AND_DIGITS = "аеорсухіјѕԁһԛԝ013457@$"
_LATIN = "aeopcyxijsdhqwoieastas"
_LOOK_ALIKES = str.maketrans(_CYRILLIC_AND_DIGITS, _LATIN)


@lru_cache(maxsize=128)  # the sentences of one paragraph ask one after another
def gives_orders(text: str) -> bool:
    """Whether a text tells the machine that reads it what to do."""
    parts = (text[at : at + READ] for at in range(0, len(text), READ // 2))
    return any(
        pattern.search(form)
        for part in parts
        for form in _forms(part)
        for triggers, pattern in _ORDERS
        if any(trigger in form for trigger in triggers)
    )


@lru_cache(maxsize=1024)
def orders(text: str) -> tuple[Span, ...]:
    """Give the paragraphs of a text that give orders, as spans in order."""
    return tuple(
        (found.start(), found.end())
        for found in re.finditer(r"\S[^\n]*", text)
        if gives_orders(found.group())
    )


def is_ordering(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` stands in a paragraph that gives orders."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return gives_orders(text[first : len(text) if last < 0 else last])


def _forms(text: str) -> list[str]:
    """A text in lower case as a reader sees it, and once its disguises are taken off."""
    seen = _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).lower().replace("’", "'")
    joined = _APART.sub(lambda found: re.sub(r"[ .·_-]", "", found.group()), seen)
    return list(dict.fromkeys((seen, joined, joined.translate(_LOOK_ALIKES))))
