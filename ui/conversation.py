"""The conversation as HTML: questions, growing answers with citation chips, refusals, notices.

Pure: turns in, HTML out. It knows neither how answers are made nor how the page shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from qa.answer import REFUSAL, Answer, Citation, Sentence
from ui.asked import render_asked
from ui.instant import render_instant
from ui.sources import best_hits, opening
from ui.text import byline, plural, seconds
from ui.turn import Turn

LONGEST_WORD = 30  # characters that must stay on one line
NEAREST = 3  # articles named below a refusal
UNVERIFIED = "Not found in the sources"


def render_conversation(turns: Sequence[Turn], examples: Sequence[str] = ()) -> str:
    """Every turn, or the welcome with its example questions while there is none."""
    if not turns:
        return _welcome(examples)
    return "".join(_turn(turn, place) for place, turn in enumerate(turns))


def _welcome(examples: Sequence[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}" dir="auto">'
        f"{escape(question)}</button></li>"
        for question in examples
    )
    listed = f'<p class="lead-in">Try one of these:</p><ul class="examples">{buttons}</ul>'
    return (
        '<div class="welcome"><h2>What would you like to know?</h2>'
        "<p>Answers come only from the articles in this archive, and every sentence"
        " points to the words it came from.</p>"
        f"{listed if examples else ''}</div>"
    )


def _turn(turn: Turn, place: int) -> str:
    busy = "false" if turn.over else "true"
    return (
        f'<section class="turn" data-turn="{place}" aria-busy="{busy}">'
        f"{render_asked(turn)}{_body(turn)}{_status(turn)}{_foot(turn, place)}</section>"
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
        return f'<div class="answer" dir="auto">{"".join(_pieces(answer))}</div>'
    cursor = '<span class="caret" aria-hidden="true"></span>'
    written = f'<div class="answer" dir="auto">{"".join(_pieces(answer))}{cursor}</div>'
    return f'<div class="growing">{_room(instant)}{written}</div>'


def _room(instant: str) -> str:
    """What stood there, unseen: the answer grows in its place, and nothing below it jumps."""
    if not instant:
        return ""
    return f'<div class="unseen" aria-hidden="true">{instant}<p class="status">…</p></div>'


def _status(turn: Turn) -> str:
    if turn.stage == "failed":
        return f'<p class="notice" role="alert">{escape(turn.message)}</p>'
    found = len(best_hits(turn.answer)) if turn.answer else 0
    words = {
        "searching": "Searching the archive…",
        "loading": "The models are loading; your question is next…",
        "waiting": "Another question is being answered; yours is next…",
        "reading": f"Reading {plural(found, 'article')}…",
        "stopped": "Stopped.",
    }.get(turn.stage, "")
    live = "" if turn.over else " live"
    # How much is read changes often: it is seen, but not spoken.
    expected = turn.answer.estimate_s if turn.answer and turn.stage == "reading" else None
    if expected is not None:
        words += f" about {expected:.0f} s"
    share = f' <span aria-hidden="true">{100 * turn.read:.0f}%</span>' if _is_read(turn) else ""
    return f'<p class="status{live}" role="status">{words}{share}</p>' if words else ""


def _is_read(turn: Turn) -> bool:
    return turn.stage == "reading" and 0 < turn.read < 1


def _foot(turn: Turn, place: int) -> str:
    answer = turn.answer
    if answer is None:
        return ""
    parts = []
    if count := len(best_hits(answer)):
        parts.append(
            f'<button type="button" class="to-sources" data-sources="{place}">'
            f"{plural(count, 'source')}</button>"
        )
    if turn.over:
        parts.append(f"<span>{' · '.join(_timings(answer))}</span>")
    return f'<p class="foot">{"".join(parts)}</p>' if parts else ""


def _timings(answer: Answer) -> list[str]:
    times = answer.timings
    named = (
        ("sources", times.retrieve_s),
        ("first word", times.first_token_s),
        ("total", times.total_s),
    )
    known = [f"{name} {seconds(value)}" for name, value in named if value is not None]
    return [*known, escape(answer.model)] if answer.model else known


def _refusal(answer: Answer) -> str:
    nearest = "".join(
        f'<li><button type="button" class="near" data-open="'
        f'{opening(answer, hit.article.id).attribute()}"><span dir="auto">'
        f"{escape(hit.article.title)}</span></button>"
        f' <span class="near-about">{byline(hit.article.source, hit.article.published)}</span></li>'
        for hit in best_hits(answer)[:NEAREST]
    )
    note = f'<p class="refusal-note" dir="auto">{escape(answer.note)}</p>' if answer.note else ""
    listed = f'<p class="lead-in">Nearest articles</p><ul class="nearest">{nearest}</ul>'
    return (
        f'<div class="refusal"><p class="refusal-text">{escape(REFUSAL)}</p>{note}'
        f"{listed if nearest else ''}</div>"
    )


def _pieces(answer: Answer) -> Iterator[str]:
    """The answer's text in order: sentences with their chips, and what is no sentence yet."""
    cited = {citation.n: citation for citation in answer.citations}
    at, lost = 0, False
    for n, sentence in enumerate(answer.sentences, 1):
        start = answer.text.find(sentence.text, at)
        if start < 0:  # the sentence was worded anew; its place in the text is not known
            lost = True
            yield " "
        else:
            yield escape(answer.text[at:start])
            at = start + len(sentence.text)
        said = _sentence(answer, sentence, cited)
        differing = answer.differing and n == len(answer.sentences)
        yield f'<span class="differing">{said}</span>' if differing else said
    if not lost:
        yield escape(answer.text[at:])


def _sentence(answer: Answer, sentence: Sentence, cited: dict[int, Citation]) -> str:
    # Before the answer is done a sentence without support may just not have been looked at.
    doubtful = not sentence.supported and (answer.done or sentence.reason is not None)
    title = f' title="{escape(sentence.reason or UNVERIFIED)}"' if doubtful else ""
    kind = "sentence unsupported" if doubtful else "sentence"
    chips = "".join(
        _chip(answer, cited[n]) for n in dict.fromkeys(sentence.citations) if n in cited
    )
    start = _last_word(sentence.text) if chips else len(sentence.text)
    last = f'<span class="last">{escape(sentence.text[start:])}{chips}</span>' if chips else ""
    return f'<span class="{kind}"{title}>{escape(sentence.text[:start])}{last}</span>'


def _last_word(text: str) -> int:
    """Where the last word begins: the chips are kept on its line, unless it is very long."""
    words = text.rstrip()
    start = max(words.rfind(" "), words.rfind("\n")) + 1
    return start if len(text) - start <= LONGEST_WORD else len(text)


def _chip(answer: Answer, citation: Citation) -> str:
    about = ", ".join(part for part in (citation.source, citation.published) if part)
    name = f"{citation.title} ({about})" if about else citation.title
    request = opening(answer, citation.article_id, citation.n)
    return (
        f'<sup><button type="button" class="chip" data-open="{request.attribute()}"'
        f' title="{escape(name)}" aria-label="Citation {citation.n}: {escape(name)}">'
        f"{citation.n}</button></sup>"
    )
