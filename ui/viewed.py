"""Timeline, summary and comparison as HTML with chips that open articles. Pure: records in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from qa.answer import Citation
from qa.compare import Comparison, Pair
from qa.summary import Part, Summary
from qa.timeline import Event, Timeline
from ui.days import span
from ui.text import Mark, OpenRequest, byline, time_tag
from ui.words import count_html, marked, say_html

_PARTED = {
    "number": marked("Another number: %(a)s and %(b)s"),
    "day": marked("Another day: %(a)s and %(b)s"),
    "name": marked("Another name: %(a)s and %(b)s"),
}


def render_untold() -> str:
    """What is shown before a topic was named."""
    hint = say_html(
        "Type a topic to see what the archive tells of it: what happened when, a short summary, or"
        " two outlets’ accounts side by side. Every sentence is an article’s own."
    )
    return f'<p class="hint">{hint}</p>'


def render_timeline(told: Timeline) -> str:
    """The events with their days, the earliest first."""
    if not told.events:
        topic = f"<bdi>{escape(told.topic)}</bdi>"
        none = say_html("The archive tells no dated events of “%(topic)s”.", topic=topic)
        return _nothing(_note(told.note) if told.note else none)
    cited = [c for event in told.events for c in (event.citation, *event.also)]
    events = "".join(_event(event, cited) for event in told.events)
    reports = count_html(told.reports, "%(n)s report", "%(n)s reports")
    foot = [
        count_html(
            len(told.events),
            "%(n)s event from %(reports)s.",
            "%(n)s events from %(reports)s.",
            reports=reports,
        )
    ]
    if without := told.undated:
        foot.append(
            count_html(
                without, "%(n)s of them is without a day.", "%(n)s of them are without a day."
            )
        )
    return (
        f"{_read(told.reading)}<ol class='events'>{events}</ol>"
        f'<p class="foot">{" ".join(foot)}</p>'
    )


def _event(event: Event, cited: Sequence[Citation]) -> str:
    alone = event.last == event.first
    when = time_tag(event.first) if alone else escape(span(event.first, event.last))
    reported = f'<span class="basis">{say_html("reported")}</span>'
    basis = "" if event.basis == "stated" else reported
    outlets = {c.source for c in event.also} - {None, event.citation.source}
    others = count_html(len(outlets), "also in %(n)s outlet", "also in %(n)s outlets")
    also = f'<span class="also-in">{others}</span>'
    chips = "".join(_chip(c, cited) for c in event.also)
    return (
        f'<li class="event"><p class="when">{when} {basis}</p>'
        f'<p class="told" dir="auto">{escape(event.text)} {_chip(event.citation, cited)}{chips}</p>'
        f'<p class="from">{_about(event.citation)}{" · " + also if outlets else ""}</p></li>'
    )


def render_summary(told: Summary) -> str:
    """The sentences below the days of their reports."""
    if not told.parts:
        return _nothing(say_html("Nothing was found that could be summarized."))
    parts = "".join(_part(part, told.citations, len(told.parts) > 1) for part in told.parts)
    return f'<div class="summary">{parts}{_sources(told.citations)}</div>'


def _part(part: Part, cited: Sequence[Citation], dated: bool) -> str:
    by_number = {c.n: c for c in cited}
    lines = " ".join(
        f'<span dir="auto">{escape(sentence.text)}</span>'
        + "".join(_chip(by_number[n], cited) for n in sentence.citations if n in by_number)
        for sentence in part.sentences
    )
    when = time_tag(part.day) if part.day else say_html("Undated")
    day = f'<p class="when">{when}</p>' if dated else ""
    return f'{day}<p class="told">{lines}</p>'


def _sources(cited: Sequence[Citation]) -> str:
    titles = {c.article_id: c for c in reversed(cited)}
    rows = "".join(
        f'<li>{_open(c, cited, "near", _titled(c))}<span class="near-about">{_about(c)}</span></li>'
        for c in reversed(titles.values())
    )
    return (
        f'<h3 class="lead-in">{say_html("From these articles")}</h3><ul class="nearest">{rows}</ul>'
    )


def _titled(citation: Citation) -> str:
    return f'<span dir="auto">{escape(citation.title)}</span>'


def render_comparison(told: Comparison) -> str:
    """What both outlets report, where they differ, and what one alone has."""
    if told.note:
        return _nothing(_note(told.note))
    a, b = f"<bdi>{escape(told.a)}</bdi>", f"<bdi>{escape(told.b)}</bdi>"
    cited = told.citations
    parts = [
        _pairs(say_html("They differ"), told.differing, cited),
        _pairs(say_html("Both report"), told.both, cited),
        _alone(say_html("Only %(outlet)s", outlet=a), told.only_a, cited),
        _alone(say_html("Only %(outlet)s", outlet=b), told.only_b, cited),
    ]
    if not any(parts):
        return _nothing(say_html("Neither has a sentence on it that could be compared."))
    foot = say_html(
        "Read of %(a)s: %(reports_a)s, %(b)s: %(reports_b)s. Sentences are the articles’ own; what"
        " is alike is found by their words and may be missed.",
        a=a,
        b=b,
        reports_a=count_html(told.reports_a, "%(n)s report", "%(n)s reports"),
        reports_b=count_html(told.reports_b, "%(n)s report", "%(n)s reports"),
    )
    return f'{_read(told.reading)}{"".join(parts)}<p class="foot">{foot}</p>'


def _pairs(title: str, pairs: Sequence[Pair], cited: Sequence[Citation]) -> str:
    rows = "".join(_pair(pair, cited) for pair in pairs)
    return f'<h3 class="side-title">{title}</h3><ul class="pairs">{rows}</ul>' if rows else ""


def _pair(pair: Pair, cited: Sequence[Citation]) -> str:
    how = ""
    if parted := pair.difference:
        a, b = (f"<strong>{escape(said)}</strong>" for said in (parted.a, parted.b))
        how = f'<p class="parted">{say_html(_PARTED[parted.kind], a=a, b=b)}</p>'
    sides = "".join(_quoted(c, cited) for c in (pair.a, pair.b))
    return f'<li class="pair{" differs" if how else ""}">{how}{sides}</li>'


def _alone(title: str, citations: Sequence[Citation], cited: Sequence[Citation]) -> str:
    rows = "".join(f'<li class="pair">{_quoted(c, cited)}</li>' for c in citations)
    return f'<h3 class="side-title">{title}</h3><ul class="pairs">{rows}</ul>' if rows else ""


def _quoted(citation: Citation, cited: Sequence[Citation]) -> str:
    quote = escape(" ".join(citation.quote.split()))
    return (
        f'<p class="told" dir="auto">{quote} {_chip(citation, cited)}</p>'
        f'<p class="from">{_about(citation)}</p>'
    )


def render_loading(what: str) -> str:
    """What is shown while a view is made."""
    return f'<p class="status live" role="status">{escape(what)}</p>'


def render_problem(message: str) -> str:
    """What is shown where a topic cannot be taken."""
    return f'<p class="notice" role="alert">{escape(message)}</p>'


def _nothing(why: str) -> str:
    return f'<p class="hint none" role="status">{why}</p>'


def _note(said: str) -> str:
    """What qa says, which speaks English like its answers."""
    return f'<span lang="en">{escape(said)}</span>'


def _read(reading: str) -> str:
    said = reading[:1].upper() + reading[1:]
    return f'<p class="read" lang="en">{escape(said)}</p>' if said else ""


def _about(citation: Citation) -> str:
    published = date.fromisoformat(citation.published) if citation.published else None
    return byline(citation.source, published)


def _chip(citation: Citation, cited: Iterable[Citation]) -> str:
    about = ", ".join(part for part in (citation.source, citation.published) if part)
    name = escape(f"{citation.title} ({about})" if about else citation.title)
    spoken = say_html("Citation %(n)s: %(name)s", n=str(citation.n), name=name)
    label = f' title="{name}" aria-label="{spoken}"'
    return f"<sup>{_open(citation, cited, 'chip', str(citation.n), label)}</sup>"


def _open(
    citation: Citation, cited: Iterable[Citation], kind: str, inner: str, more: str = ""
) -> str:
    """A button that opens the article at the citation; `inner` and `more` are HTML."""
    marks = [Mark(c.start, c.end, c.n) for c in cited if c.article_id == citation.article_id]
    main = Mark(citation.start, citation.end, citation.n)
    request = OpenRequest(citation.article_id, main, tuple(marks))
    return (
        f'<button type="button" class="{kind}" data-open="{request.attribute()}"{more}>'
        f"{inner}</button>"
    )
