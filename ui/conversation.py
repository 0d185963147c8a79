"""The conversation as HTML: questions, growing answers with citation chips, refusals, notices.

Pure: turns in, HTML out. It knows neither how answers are made nor how the page shows them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from qa.answer import REFUSAL, Answer, Citation, Sentence
from ui.asked import render_asked
from ui.days import day
from ui.instant import render_instant
from ui.pieces import pieces
from ui.sources import best_hits, opening
from ui.talks.actions import render_actions
from ui.text import byline, clip, seconds
from ui.turn import Stage, Turn
from ui.words import count_html, figure, marked, say, say_html, share

LONGEST_WORD = 30  # characters that must stay on one line
NEAREST = 3  # articles named below a refusal
QUOTED = 320  # characters of a quote on the card of its chip
DOING: dict[Stage, str] = {
    "searching": marked("Searching the archive…"),
    "loading": marked("The models are loading; your question is next…"),
    "waiting": marked("Another question is being answered; yours is next…"),
    "stopped": marked("Stopped."),
    "interrupted": marked("Interrupted before the answer was finished."),
}
GREETED = " data-known"
UNVERIFIED = marked("Not found in the sources")


def render_conversation(
    turns: Sequence[Turn], examples: Sequence[str] = (), *, here: int | None = None
) -> str:
    """Every turn, or the welcome with its example questions while there is none.

    `here` is the place of the turn that a restored conversation is scrolled to.
    """
    if not turns:
        return _welcome(examples)
    return "".join(_turn(turn, place, place == here) for place, turn in enumerate(turns))


def render_unfinished(*, known: bool = False) -> str:
    """Where cite.js says that a question was given back; and whether the tab was greeted."""
    said = say_html(
        "The page was loaded anew before its answer was finished. Your question is in the box"
        " again."
    )
    mark = GREETED if known else ""
    return f'<p id="unfinished" role="status" data-said="{said}"{mark}></p>'


def greeted(html: str) -> bool:
    """Whether a tab was told that the server knows it, by what it sends back."""
    return GREETED in html


def _welcome(examples: Sequence[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}" dir="auto">'
        f"{escape(question)}</button></li>"
        for question in examples
    )
    lead = say_html("Try one of these:")
    listed = f'<p class="lead-in">{lead}</p><ul class="examples">{buttons}</ul>'
    promise = say_html(
        "Answers come only from the articles in this archive, and every sentence points to the"
        " words it came from."
    )
    return (
        f'<div class="welcome"><h2>{say_html("What would you like to know?")}</h2>'
        f"<p>{promise}</p>{listed if examples else ''}</div>"
    )


def _turn(turn: Turn, place: int, here: bool) -> str:
    busy = "false" if turn.over else "true"
    kept = f' data-answer="{escape(turn.id)}" data-talk="{escape(turn.talk)}"' if turn.id else ""
    shown = f' data-here="{time.monotonic_ns()}"' if here else ""
    return (
        f'<section class="turn" data-turn="{place}" aria-busy="{busy}"{kept}{shown}>'
        f"{render_asked(turn)}{_body(turn)}{_status(turn)}{_foot(turn, place)}"
        f"{render_actions(turn, place)}</section>"
    )


def _body(turn: Turn) -> str:
    answer = turn.answer
    if answer is None:
        return ""
    if answer.refused:
        return _refusal(answer) if turn.stage == "done" else ""
    instant = render_instant(answer.instant, over=turn.over) if answer.instant else ""
    if not (answer.text or answer.sentences):
        return instant
    if turn.over:
        return f'<div class="answer" lang="en" dir="auto">{"".join(_pieces(answer))}</div>'
    cursor = '<span class="caret" aria-hidden="true"></span>'
    written = f'<div class="answer" lang="en" dir="auto">{"".join(_pieces(answer))}{cursor}</div>'
    return f'<div class="growing">{_room(instant)}{written}</div>'


def _room(instant: str) -> str:
    """What stood there, unseen: the answer grows in its place, and nothing below it jumps."""
    if not instant:
        return ""
    return f'<div class="unseen" aria-hidden="true">{instant}<p class="status">…</p></div>'


def _status(turn: Turn) -> str:
    if turn.stage == "failed":
        return f'<p class="notice" role="alert">{escape(turn.message)}</p>'
    if turn.stage in ("writing", "done"):
        return ""
    words = _reading(turn.answer) if turn.stage == "reading" else say_html(DOING[turn.stage])
    live = "" if turn.over else " live"
    # How much is read changes often: it is seen, but not spoken.
    read = f' <span aria-hidden="true">{escape(share(turn.read))}</span>' if _is_read(turn) else ""
    return f'<p class="status{live}" role="status">{words}{read}</p>'


def _reading(answer: Answer | None) -> str:
    """What is said while the model reads, and how long that will take where it is known."""
    found = len(best_hits(answer)) if answer else 0
    if answer is None or answer.estimate_s is None:
        return count_html(found, "Reading %(n)s article…", "Reading %(n)s articles…")
    return count_html(
        found,
        "Reading %(n)s article… about %(seconds)s s",
        "Reading %(n)s articles… about %(seconds)s s",
        seconds=figure(answer.estimate_s),
    )


def _is_read(turn: Turn) -> bool:
    return turn.stage == "reading" and 0 < turn.read < 1


def _foot(turn: Turn, place: int) -> str:
    answer = turn.answer
    if answer is None:
        return ""
    parts = []
    if found := len(best_hits(answer)):
        sources = count_html(found, "%(n)s source", "%(n)s sources")
        parts.append(
            f'<button type="button" class="to-sources" data-sources="{place}">{sources}</button>'
        )
    if turn.over:
        parts.append(f"<span>{' · '.join(_timings(answer))}</span>")
    return f'<p class="foot">{"".join(parts)}</p>' if parts else ""


def _timings(answer: Answer) -> list[str]:
    times = answer.timings
    named = (
        (marked("sources %(time)s"), times.retrieve_s),
        (marked("first word %(time)s"), times.first_token_s),
        (marked("total %(time)s"), times.total_s),
    )
    known = [
        say_html(words, time=escape(seconds(value))) for words, value in named if value is not None
    ]
    return [*known, f"<bdi>{escape(answer.model)}</bdi>"] if answer.model else known


def _refusal(answer: Answer) -> str:
    nearest = "".join(
        f'<li><button type="button" class="near" data-open="'
        f'{opening(answer, hit.article.id).attribute()}"><span dir="auto">'
        f"{escape(hit.article.title)}</span></button>"
        f' <span class="near-about">{byline(hit.article.source, hit.article.published)}</span></li>'
        for hit in best_hits(answer)[:NEAREST]
    )
    note = (
        f'<p class="refusal-note" lang="en" dir="auto">{escape(answer.note)}</p>'
        if answer.note
        else ""
    )
    lead = say_html("The archive has these, which come nearest:")
    listed = f'<p class="lead-in">{lead}</p><ul class="nearest">{nearest}</ul>'
    return (
        f'<div class="refusal"><p class="refusal-text" lang="en">{escape(REFUSAL)}</p>{note}'
        f"{listed if nearest else ''}</div>"
    )


def _pieces(answer: Answer) -> Iterator[str]:
    """The answer's text in order: sentences with their chips, and what is no sentence yet."""
    cited = {citation.n: citation for citation in answer.citations}
    count = 0
    for piece in pieces(answer):
        if isinstance(piece, str):
            yield escape(piece)
            continue
        count += 1
        said = _sentence(answer, piece, cited)
        differing = answer.differing and count == len(answer.sentences)
        yield f'<span class="differing">{said}</span>' if differing else said


def _sentence(answer: Answer, sentence: Sentence, cited: dict[int, Citation]) -> str:
    # Before the answer is done a sentence without support may just not have been looked at.
    doubtful = not sentence.supported and (answer.done or sentence.reason is not None)
    kind = "sentence unsupported" if doubtful else "sentence"
    chips = "".join(
        _chip(answer, cited[n]) for n in dict.fromkeys(sentence.citations) if n in cited
    )
    if doubtful:
        chips += _why(sentence.reason or say(UNVERIFIED))
    start = _last_word(sentence.text) if chips else len(sentence.text)
    last = f'<span class="last">{escape(sentence.text[start:])}{chips}</span>' if chips else ""
    return f'<span class="{kind}">{escape(sentence.text[:start])}{last}</span>'


def _why(reason: str) -> str:
    said = escape(reason)
    return (
        f'<sup><button type="button" class="why" data-why="{said}"'
        f' aria-label="{say_html("Not supported: %(reason)s", reason=said)}">?</button></sup>'
    )


def _last_word(text: str) -> int:
    """Where the last word begins: the chips are kept on its line, unless it is very long."""
    words = text.rstrip()
    start = max(words.rfind(" "), words.rfind("\n")) + 1
    return start if len(text) - start <= LONGEST_WORD else len(text)


def _chip(answer: Answer, citation: Citation) -> str:
    about = " · ".join(part for part in (citation.source, _day(citation.published)) if part)
    name = f"{citation.title} ({about})" if about else citation.title
    request = opening(answer, citation.article_id, citation.n)
    label = say_html("Citation %(n)s: %(name)s", n=str(citation.n), name=escape(name))
    quote = clip(" ".join(citation.quote.split()), QUOTED)
    return (
        f'<sup><button type="button" class="chip" data-open="{request.attribute()}"'
        f' data-quote="{escape(quote)}" data-title="{escape(citation.title)}"'
        f' data-about="{escape(about)}" aria-label="{label}">'
        f"{citation.n}</button></sup>"
    )


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""
