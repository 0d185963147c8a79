"""What can be done with an answer: copied, linked to, judged, asked again. Pure: HTML out."""

from __future__ import annotations

from html import escape

from ui.talks.markdown import turn_to_markdown
from ui.turn import Turn
from ui.words import marked, say_html

VERDICTS = {  # and what pressing says
    "right": (marked("Right"), marked("The answer is right")),
    "wrong": (marked("Wrong"), marked("The answer is wrong, or should not have been refused")),
    "wrong source": (
        marked("Wrong source"),
        marked("The answer is right, what it cites does not say so"),
    ),
}


def render_actions(turn: Turn, place: int) -> str:
    """The line below an answer that is over; `place` is the turn's in the conversation, from 0."""
    if not turn.over:
        return ""
    parts = [_kept(turn)] if turn.unkept else []
    if turn.stage == "interrupted":
        parts.append(
            f'<p class="actions"><button type="button" class="again" data-ask="'
            f'{escape(turn.question)}"{_plain(turn)}>{say_html("Ask again")}</button></p>'
        )
    elif turn.stage == "done" and turn.answer:
        parts.append(f'<p class="actions">{_copying(turn)}{_judging(turn, place)}</p>')
    return "".join(parts)


def _plain(turn: Turn) -> str:
    return "" if turn.read_time else " data-plain"


def _kept(turn: Turn) -> str:
    said = say_html("Not kept. %(why)s", why=escape(turn.unkept))
    return f'<p class="notice" role="alert">{said}</p>'


def _copying(turn: Turn) -> str:
    text = escape(turn_to_markdown(turn))
    done = f'data-copied="{say_html("Copied")}" data-refused="{say_html("Not allowed")}"'
    why = say_html("Copy the answer with its citations")
    copy = _button(say_html("Copy"), f'data-copy="{text}" {done} title="{why}"')
    if not turn.id:
        return copy
    why = say_html("Copy a link that restores this answer")
    link = f'data-link="{escape(turn.id)}" {done} title="{why}"'
    return f"{copy}{_button(say_html('Copy link'), link)}"


def _judging(turn: Turn, place: int) -> str:
    if not turn.id:
        return ""
    buttons = "".join(
        _button(
            say_html(label),
            f'data-verdict="{name}" data-place="{place}" aria-pressed='
            f'"{"true" if turn.verdict == name else "false"}" title="{say_html(title)}"',
        )
        for name, (label, title) in VERDICTS.items()
    )
    label = say_html("Was this answer right?")
    return f'<span class="judging" role="group" aria-label="{label}">{buttons}</span>'


def _button(label: str, attributes: str) -> str:
    return f'<button type="button" class="action" {attributes}>{label}</button>'
