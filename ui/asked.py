"""A question as it was typed, and how it was understood. Pure: a turn in, HTML out."""

from __future__ import annotations

from html import escape

from ui.text import clip, day
from ui.turn import Turn

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
    return (
        '<p class="read">read as: <button type="button" class="standalone" title="Put it into the'
        f' question box" data-fill="{escape(text)}" dir="auto">{escape(clip(text, LONGEST_ECHO))}'
        "</button></p>"
    )


def _reading(turn: Turn) -> str:
    as_of = f"as of {day(turn.as_of)}" if turn.as_of else ""
    said = (turn.answer.reading if turn.answer else "") or as_of
    parts = [f'<span dir="auto">{escape(said)}</span>'] if said else []
    if not turn.read_time:
        parts.append("<span>asked without days</span>")
    elif turn.over and turn.answer and turn.answer.timed:
        question = escape(turn.answer.standalone or turn.question)
        parts.append(
            f'<button type="button" class="plain" data-ask="{question}" data-plain'
            ' title="Ask again, taking words of time as mere words">ask without days</button>'
        )
    return f'<p class="read">{" · ".join(parts)}</p>' if parts else ""
