"""A timeline and a summary as lines of text for the command line. It asks nothing itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from qa.answer import Citation
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


def timeline_lines(told: Timeline) -> Iterator[str]:
    """A line for each event with its citations, then the sources."""
    if not told.events:
        yield f"The archive tells no dated events of “{told.topic}”."
    for event in told.events:
        marks = " ".join(f"[{c.n}]" for c in (event.citation, *event.also))
        yield f"{event_day(event)}  {event.text} {marks}"
    yield from source_lines([c for e in told.events for c in (e.citation, *e.also)])
    reports = f"{told.reports} report{'' if told.reports == 1 else 's'} read"
    yield f"  {reports}{f', {told.undated} without a usable day' if told.undated else ''}"


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


def _plain(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in Citation.__dataclass_fields__}


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
