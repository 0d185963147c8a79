from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from index.errors import InputError
from index.index import Index
from qa.question import understand
from qa.timeline import Timeline
from qa.timeline import timeline as timeline_of
from tests.conftest import MakeIndex

REPORTS = [
    ("Dockers strike begins", "2021-05-04", "Harbour Post",
     "Dockers in Orrane began a strike on Monday over wages. Ships waited outside the harbour."),
    ("Talks in dockers strike fail", "2021-05-11", "Harbour Post",
     "Talks to end the dockers strike in Orrane failed on 10 May 2021. The mayor was sorry."),
    ("Dockers end strike", "2021-06-02", "Norrland Times",
     "Dockers in Orrane ended their strike and returned to work. They had struck for a month."),
    ("Dockers end strike in Orrane", "2021-06-02", "Gannet Mail",
     "Dockers in Orrane ended their strike after a vote and all returned to work."),
    ("Kelp harvest", "2021-05-12", "Norrland Times",
     "The kelp harvest off Gannet Island was the best in ten years, divers said on Tuesday."),
    ("Strike remembered", "2022-05-03", "Harbour Post",
     "The town remembered the dockers strike of Orrane. Dockers began the strike on 3 May 2021."),
]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path, make_index: MakeIndex) -> Index:
    file = tmp_path / "reports.jsonl"
    names = ("title", "published", "source", "text")
    lines = [json.dumps(dict(zip(names, report, strict=True))) for report in REPORTS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return make_index(file)


def timeline(
    index: Index,
    topic: str,
    since: date | None = None,
    until: date | None = None,
    *,
    as_of: date | None = None,
    limit: int = 20,
) -> Timeline:
    return timeline_of(index, understand(topic, as_of, since=since, until=until), limit=limit)


def days(told: Timeline) -> list[str]:
    return [event.first.isoformat() for event in told.events]


def test_events_come_in_order_of_their_days(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane")
    assert days(told) == sorted(days(told))
    assert {"2021-05-03", "2021-05-10", "2021-06-02"} <= set(days(told))


def test_a_day_that_the_sentence_states_counts_more_than_publication(archive: Index) -> None:
    told = {event.first: event for event in timeline(archive, "dockers strike in Orrane").events}
    assert told[date(2021, 5, 10)].basis == "stated"
    assert told[date(2021, 6, 2)].basis == "published"


def test_a_day_that_something_is_only_compared_with_is_not_its_day(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    file = tmp_path / "one.jsonl"
    text = "The first ship left Orrane since the dockers strike began on 3 May 2021."
    record = {"title": "Ship leaves", "published": "2021-06-03", "text": text}
    file.write_text(json.dumps(record), encoding="utf-8")
    event = timeline(make_index(file), "dockers strike in Orrane").events[0]
    assert (event.first, event.basis) == (date(2021, 6, 3), "published")


def test_reports_that_say_the_same_are_told_once_and_all_cited(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane")
    ended = [event for event in told.events if event.first == date(2021, 6, 2)]
    assert len(ended) == 1
    cited = {ended[0].citation.source, *(c.source for c in ended[0].also)}
    assert cited == {"Norrland Times", "Gannet Mail"}


def test_what_is_off_the_topic_is_left_out(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane")
    assert not any("kelp" in event.text for event in told.events)
    assert timeline(archive, "volcano eruption on Sundria").events == ()


def test_every_event_is_a_verbatim_span(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane")
    numbers = []
    for event in told.events:
        for citation in (event.citation, *event.also):
            article = archive.article(citation.article_id)
            assert article.text[citation.start : citation.end] == citation.quote
            numbers.append(citation.n)
    assert numbers == list(range(1, len(numbers) + 1))


def test_only_the_days_asked_for_are_told(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane", date(2021, 5, 5), date(2021, 5, 31))
    assert days(told) == ["2021-05-10"]


def test_a_later_report_tells_of_a_day_within(archive: Index) -> None:
    told = timeline(archive, "dockers strike in Orrane", date(2021, 5, 1), date(2021, 5, 4))
    years = {c.published[:4] for e in told.events for c in (e.citation, *e.also) if c.published}
    assert "2022" in years


def test_no_more_events_than_asked_for(archive: Index) -> None:
    assert len(timeline(archive, "dockers strike in Orrane", limit=2).events) == 2


def test_a_report_without_any_day_is_counted_and_left_out(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    file = tmp_path / "undated.jsonl"
    record = {"title": "Dockers strike", "text": "Dockers in Orrane began a strike over wages."}
    file.write_text(json.dumps(record), encoding="utf-8")
    told = timeline(make_index(file), "dockers strike in Orrane")
    assert (told.events, told.reports, told.undated) == ((), 1, 1)


def test_an_empty_archive_has_no_events(make_index: MakeIndex) -> None:
    assert timeline(make_index(), "dockers strike").events == ()


def test_days_the_wrong_way_round_are_refused(archive: Index) -> None:
    with pytest.raises(InputError, match="before it begins"):
        timeline(archive, "dockers", date(2021, 6, 1), date(2021, 5, 1))
    with pytest.raises(InputError, match="empty"):
        timeline(archive, "  ")
