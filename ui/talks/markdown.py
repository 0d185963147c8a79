"""Answers as Markdown, for the clipboard and for a file. Pure; no word of theirs is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.answer import REFUSAL, Answer, Citation, Sentence
from ui.days import day
from ui.pieces import pieces
from ui.talks.store import Talk
from ui.text import safe_link
from ui.turn import Turn
from ui.words import marked, say

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&!$]")
_FIRST = re.compile(r"^(\d{1,9})([.)])|^([-+=:])")  # what would begin a list or underline a title
_NOT_IN_LINKS = {"<": "%3C", ">": "%3E", "\\": "%5C"}
UNSUPPORTED = marked("not found in the sources")


def to_markdown(talk: Talk) -> str:
    """A whole conversation."""
    turns = "\n\n".join(turn_to_markdown(turn) for turn in talk.turns)
    return f"# {plain(talk.listed.title)}\n\n{turns}\n"


def turn_to_markdown(turn: Turn) -> str:
    """A question, its answer with numbered citations, and what they quote."""
    parts = [f"## {plain(turn.question)}"]
    answer = turn.answer
    read = [answer.standalone, answer.reading] if answer else []
    if turn.as_of and not (answer and answer.reading):
        read.append(say("as of %(day)s", day=day(turn.as_of)))
    if told := " · ".join(plain(part) for part in read if part):
        parts.append(f"*{say('Read as: %(question)s', question=told)}*")
    if answer and turn.stage == "done":
        parts.append(answer_to_markdown(answer))
    elif answer and answer.text:
        parts += [answer_to_markdown(answer), f"*{say('The answer was not finished.')}*"]
    else:
        parts.append(f"*{plain(turn.message) or say('There is no answer.')}*")
    return "\n\n".join(parts)


def answer_to_markdown(answer: Answer) -> str:
    """The answer's text and a numbered list of its citations."""
    if answer.refused:
        return plain(REFUSAL)
    said = "".join(_said(answer)).strip()
    cited = "\n".join(_cited(citation) for citation in answer.citations)
    return f"{said}\n\n{cited}" if cited else said


def plain(text: str) -> str:
    """Text on one line, with every sign that means something in Markdown made a mere sign."""
    line = _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))
    return _FIRST.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", line)


def _said(answer: Answer) -> Iterator[str]:
    for piece in pieces(answer):
        if isinstance(piece, Sentence):
            numbers = "".join(f"\\[{n}\\]" for n in dict.fromkeys(piece.citations))
            doubt = "" if piece.supported else f" *({plain(piece.reason or say(UNSUPPORTED))})*"
            yield f"{plain(piece.text)}{f' {numbers}' if numbers else ''}{doubt}"
        else:
            gap = "\n\n" if "\n" in piece else " " if piece[:1].isspace() else ""
            yield f"{gap}{plain(piece)}"


def _cited(citation: Citation) -> str:
    title = plain(citation.title)
    if url := safe_link(citation.url):
        for sign, code in _NOT_IN_LINKS.items():
            url = url.replace(sign, code)
        title = f"[{title}](<{url}>)"
    about = ", ".join(plain(part) for part in (citation.source, citation.published) if part)
    return f"{citation.n}. “{plain(citation.quote)}” {title}{f', {about}' if about else ''}"
