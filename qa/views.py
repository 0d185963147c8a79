"""Timeline, summary and comparison as lines of text for the command line. It asks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from qa.answer import Citation
from qa.compare import Comparison
from qa.summary import Summary
from qa.timeline import Event, Timeline


def print_timeline(told: Timeline, *, as_json: bool = False) -> None:
    """Print a timeline; with `as_json` one JSON object is the last line."""
    for line in timeline_lines(told):
        print(line)
    if as_json:
        print(json.dumps(timeline_data(told)))


def print_summary(told: Summary, *, as_json: bool = False) -> None:
    """Print a summary; with `as_json` one JSON object is the last line."""
    for line in summary_lines(told):
        print(line)
    if as_json:
        print(json.dumps(summary_data(told)))


def print_comparison(told: Comparison, *, as_json: bool = False) -> None:
    """Print a comparison; with `as_json` one JSON object is the last line."""
    for line in comparison_lines(told):
        print(line)
    if as_json:
        print(json.dumps(comparison_data(told)))


def timeline_lines(told: Timeline) -> Iterator[str]:
    """A line for each event with its citations, then the sources."""
    if not told.events:
        yield told.note or f"The archive tells no dated events of “{told.topic}”."
    for event in told.events:
        marks = " ".join(f"[{c.n}]" for c in (event.citation, *event.also))
        yield f"{event_day(event)}  {event.text} {marks}"
    yield from source_lines([c for e in told.events for c in (e.citation, *e.also)])
    reports = f"{told.reports} report{'' if told.reports == 1 else 's'} read"
    yield f"  {reports}{f', {told.undated} without a usable day' if told.undated else ''}"
    if told.reading:
        yield f"  read as: {told.reading}"


def event_day(event: Event) -> str:
    """The day of an event, and that it is the report's where none is stated."""
    days = _day(event.first)
    if event.last != event.first:
        days = f"{days} to {_day(event.last)}"
    return days if event.basis == "stated" else f"{days} (reported)"


def summary_lines(told: Summary) -> Iterator[str]:
    """The sentences below the day of their reports, then the sources."""
    if not told.parts:
        yield "There is nothing to summarize."
    for part in told.parts:
        if len(told.parts) > 1:
            yield _day(part.day) if part.day else "Undated"
        for sentence in part.sentences:
            yield " ".join([sentence.text, *(f"[{n}]" for n in sentence.citations)])
    yield from source_lines(told.citations)


def comparison_lines(told: Comparison) -> Iterator[str]:
    """Where two accounts differ, what both report, what one alone has; then the sources."""
    if told.note:
        yield told.note
    for title, pairs in (("They differ", told.differing), ("Both report", told.both)):
        if pairs:
            yield f"{title}:"
        for pair in pairs:
            if pair.difference:
                yield f"  {pair.difference.kind}: {pair.difference.a} / {pair.difference.b}"
            yield from (f"  {_quoted(citation)}" for citation in (pair.a, pair.b))
    for outlet, alone in ((told.a, told.only_a), (told.b, told.only_b)):
        if alone:
            yield f"Only {outlet}:"
        yield from (f"  {_quoted(citation)}" for citation in alone)
    yield from source_lines(told.citations)
    yield f"  reports read: {told.a} {told.reports_a}, {told.b} {told.reports_b}"
    if told.reading:
        yield f"  read as: {told.reading}"


def _quoted(citation: Citation) -> str:
    return f"{' '.join(citation.quote.split())} [{citation.n}]"


def source_lines(citations: Sequence[Citation]) -> Iterator[str]:
    """A line for each citation: its number, headline, outlet and day."""
    for citation in citations:
        about = ", ".join(part for part in (citation.source, citation.published) if part)
        yield f"  [{citation.n}] {citation.title}{f' ({about})' if about else ''}"


def timeline_data(told: Timeline) -> dict[str, object]:
    """A timeline as plain data for JSON."""
    return {
        "topic": told.topic,
        "reports": told.reports,
        "undated": told.undated,
        "reading": told.reading,
        "note": told.note,
        "events": [
            {
                "first": event.first.isoformat(),
                "last": event.last.isoformat(),
                "basis": event.basis,
                "text": event.text,
                "citations": [_plain(c) for c in (event.citation, *event.also)],
            }
            for event in told.events
        ],
    }


def summary_data(told: Summary) -> dict[str, object]:
    """A summary as plain data for JSON."""
    return {
        "model": told.model,
        "parts": [
            {
                "day": part.day.isoformat() if part.day else None,
                "sentences": [
                    {"text": s.text, "citations": list(s.citations)} for s in part.sentences
                ],
            }
            for part in told.parts
        ],
        "citations": [_plain(c) for c in told.citations],
    }


def comparison_data(told: Comparison) -> dict[str, object]:
    """A comparison as plain data for JSON; entries name citations by number."""
    return {
        "topic": told.topic,
        "outlets": {told.a: told.reports_a, told.b: told.reports_b},
        "both": [[pair.a.n, pair.b.n] for pair in told.both],
        "differing": [
            {
                "citations": [pair.a.n, pair.b.n],
                "kind": pair.difference.kind,
                "values": [pair.difference.a, pair.difference.b],
            }
            for pair in told.differing
            if pair.difference
        ],
        "only": {
            told.a: [citation.n for citation in told.only_a],
            told.b: [citation.n for citation in told.only_b],
        },
        "reading": told.reading,
        "note": told.note,
        "citations": [_plain(citation) for citation in told.citations],
    }


def _plain(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in Citation.__dataclass_fields__}


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
