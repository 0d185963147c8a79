"""What can be done with an answer: copied, linked to, judged, asked again. Pure: HTML out."""

from __future__ import annotations

from html import escape

from ui.talks.markdown import turn_to_markdown
from ui.turn import Turn

VERDICTS = {  # and what pressing says
    "right": ("Right", "The answer is right"),
    "wrong": ("Wrong", "The answer is wrong, or should not have been refused"),
    "wrong source": ("Wrong source", "The answer is right, what it cites does not say so"),
}


def render_actions(turn: Turn, place: int) -> str:
    """The line below an answer that is over; `place` is the turn's in the conversation, from 0."""
    if not turn.over:
        return ""
    parts = [_kept(turn)] if turn.unkept else []
    if turn.stage == "interrupted":
        parts.append(
            f'<p class="actions"><button type="button" class="again" data-ask="'
            f'{escape(turn.question)}"{_plain(turn)}>Ask again</button></p>'
        )
    elif turn.stage == "done" and turn.answer:
        parts.append(f'<p class="actions">{_copying(turn)}{_judging(turn, place)}</p>')
    return "".join(parts)


def _plain(turn: Turn) -> str:
    return "" if turn.read_time else " data-plain"


def _kept(turn: Turn) -> str:
    return f'<p class="notice" role="alert">Not kept. {escape(turn.unkept)}</p>'


def _copying(turn: Turn) -> str:
    text = escape(turn_to_markdown(turn))
    copy = _button("Copy", f'data-copy="{text}" title="Copy the answer with its citations"')
    if not turn.id:
        return copy
    link = f'data-link="{escape(turn.id)}" title="Copy a link that restores this answer"'
    return f"{copy}{_button('Copy link', link)}"


def _judging(turn: Turn, place: int) -> str:
    if not turn.id:
        return ""
    buttons = "".join(
        _button(
            label,
            f'data-verdict="{name}" data-place="{place}" aria-pressed='
            f'"{"true" if turn.verdict == name else "false"}" title="{title}"',
        )
        for name, (label, title) in VERDICTS.items()
    )
    return (
        f'<span class="judging" role="group" aria-label="Was this answer right?">{buttons}</span>'
    )


def _button(label: str, attributes: str) -> str:
    return f'<button type="button" class="action" {attributes}>{label}</button>'
