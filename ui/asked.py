"""A question as it was typed, and how it was understood. Pure: a turn in, HTML out."""

from __future__ import annotations

from html import escape

from ui.days import day
from ui.text import clip
from ui.turn import Turn
from ui.words import say_html

LONGEST_ECHO = 600  # characters of a question that are shown


def render_asked(turn: Turn) -> str:
    """The question, what a follow-up was made to, and the days and outlets that were searched."""
    shown = clip(turn.question.strip(), LONGEST_ECHO)
    question = f'<h2 class="question" dir="auto">{escape(shown)}</h2>' if shown else ""
    return f"{question}{_standalone(turn)}{_reading(turn)}"


def _standalone(turn: Turn) -> str:
    text = turn.answer.standalone if turn.answer else ""
    if not text:
        return ""
    button = (
        '<button type="button" class="standalone"'
        f' title="{say_html("Put it into the question box")}" data-fill="{escape(text)}"'
        f' dir="auto">{escape(clip(text, LONGEST_ECHO))}</button>'
    )
    return f'<p class="read">{say_html("read as: %(question)s", question=button)}</p>'


def _reading(turn: Turn) -> str:
    read = turn.answer.reading if turn.answer else ""
    parts = [f'<span lang="en" dir="auto">{escape(read)}</span>'] if read else []
    if turn.as_of and not read:
        parts.append(f"<span>{say_html('as of %(day)s', day=escape(day(turn.as_of)))}</span>")
    if not turn.read_time:
        parts.append(f"<span>{say_html('asked without days')}</span>")
    elif turn.over and turn.answer and turn.answer.timed:
        question = escape(turn.answer.standalone or turn.question)
        why = say_html("Ask again, taking words of time as mere words")
        parts.append(
            f'<button type="button" class="plain" data-ask="{question}" data-plain'
            f' title="{why}">{say_html("ask without days")}</button>'
        )
    return f'<p class="read">{" · ".join(parts)}</p>' if parts else ""
