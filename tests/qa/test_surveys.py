"""Coverage and comparison over a small archive of two outlets."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from index.errors import InputError
from qa import Chatbot
from qa.surveys import Surveys
from tests.conftest import MakeIndex

POST, MAIL = "Harbour Post", "Gannet Mail"
REPORTS = [
    ("Dockers strike in Orrane begins", "2021-05-04", POST,
     "Dockers in Orrane began a strike over wages on Monday. "
     "The dockers strike halted 14 ships outside the harbour of Orrane. "
     "The mayor offered coffee to the dockers on strike."),
    ("Strike of dockers in Orrane begins", "2021-05-04", MAIL,
     "Dockers in Orrane began a strike over wages on Monday. "
     "The dockers strike halted 19 ships outside the harbour of Orrane. "
     "Fish prices in the market rose because of the dockers strike."),
    ("Dockers strike in Orrane ends", "2021-06-02", POST,
     "Dockers in Orrane ended their strike and went back to work."),
    ("Kelp harvest", "2021-05-12", MAIL,
     "The kelp harvest off Gannet Island was the best in ten years, divers said."),
    ("Dockers of Orrane remember their strike", "2022-05-03", POST,
     "Dockers in Orrane remembered the strike with a march."),
    ("Dockers strike in Orrane remembered", None, POST,
     "A song of the dockers strike in Orrane was sung in the market hall."),
]  # fmt: skip
TOPIC = "dockers strike in Orrane"


@pytest.fixture
def bot(tmp_path: Path, make_index: MakeIndex) -> Chatbot:
    file = tmp_path / "reports.jsonl"
    names = ("title", "published", "source", "text")
    lines = [json.dumps(dict(zip(names, report, strict=True))) for report in REPORTS]
    file.write_text("\n".join(lines), encoding="utf-8")
    return Chatbot(make_index(file))


def test_articles_on_a_topic_are_counted_by_their_day(bot: Surveys) -> None:
    told = bot.coverage(TOPIC, by="month")
    counts = {one.first: one.articles for one in told.bins if one.articles}
    assert counts == {date(2021, 5, 1): 2, date(2021, 6, 1): 1, date(2022, 5, 1): 1}
    assert (told.articles, told.undated) == (5, 1)
    assert len(told.bins) == 13, "months without an article are there too"


def test_the_unit_fits_the_span_of_days(bot: Surveys) -> None:
    assert bot.coverage(TOPIC, "2021-05-01", "2021-05-31").unit == "day"
    assert bot.coverage(TOPIC, "2021-05-01", "2021-08-31").unit == "week"
    assert bot.coverage(TOPIC, "2021-01-01").unit == "month"


def test_bins_adjoin_and_hold_every_dated_article(bot: Surveys) -> None:
    for unit in ("day", "week", "month", "year"):
        bins = bot.coverage(TOPIC, by=unit).bins  # type: ignore[arg-type]
        assert sum(one.articles for one in bins) == 4
        assert all(
            before.last.toordinal() + 1 == after.first.toordinal()
            for before, after in pairwise(bins)
        )


def test_coverage_keeps_to_filters_and_the_as_of_date(bot: Surveys) -> None:
    assert bot.coverage(f'{TOPIC} source:"{MAIL}"').articles == 1
    assert bot.coverage(TOPIC, as_of="2021-05-31").articles == 3  # with the undated one
    nothing = bot.coverage("volcano eruption on Sundria")
    assert nothing.bins == ()
    assert nothing.note


def test_a_timeline_reads_filters_and_words_of_time(bot: Surveys) -> None:
    outlets = {e.citation.source for e in bot.timeline(f'{TOPIC} source:"{MAIL}"').events}
    assert outlets == {MAIL}
    months = {e.first.month for e in bot.timeline(f"{TOPIC} in June 2021").events}
    assert months == {6}


def test_a_timeline_knows_nothing_later_than_its_day(bot: Surveys) -> None:
    told = bot.timeline(TOPIC, as_of="2021-05-20")
    assert told.events
    cited = [c.published for e in told.events for c in (e.citation, *e.also)]
    assert max(day for day in cited if day) <= "2021-05-20"
    assert "as of 20 May 2021" in told.reading


def test_a_sentence_that_only_touches_the_topic_is_no_event(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    file = tmp_path / "touching.jsonl"
    records = [
        {"title": "Harrow bridge opens", "published": "2021-05-04",
         "text": "The new bridge in Harrow was opened on Monday by the mayor."},
        {"title": "In brief", "published": "2021-05-05",
         "text": "Pupils at Harrow Road School will taste mussels on Friday and vote on them."},
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    told = Chatbot(make_index(file)).timeline("Harrow bridge")
    assert [event.citation.title for event in told.events] == ["Harrow bridge opens"]


def test_why_there_is_no_event_is_said(bot: Surveys) -> None:
    assert "No article" in bot.timeline("volcano eruption on Sundria").note
    assert bot.timeline(TOPIC).note == ""


def test_two_accounts_are_set_side_by_side(bot: Surveys) -> None:
    told = bot.compare(TOPIC, POST, MAIL.lower())
    assert [pair.a.quote for pair in told.both] == [REPORTS[0][3].split(". ")[0] + "."]
    assert [(p.difference.kind, p.difference.a, p.difference.b) for p in told.differing
            if p.difference] == [("number", "14", "19")]  # fmt: skip
    assert any("coffee" in citation.quote for citation in told.only_a)
    assert [citation.quote for citation in told.only_b] == [
        "Fish prices in the market rose because of the dockers strike."
    ]
    assert (told.a, told.b) == (POST, MAIL)


def test_every_side_is_cited_verbatim_from_its_outlet(bot: Chatbot) -> None:
    told = bot.compare(TOPIC, POST, MAIL)
    assert [c.n for c in told.citations] == list(range(1, len(told.citations) + 1))
    for citation in told.citations:
        assert bot.index.article(citation.article_id).text[citation.start : citation.end] == (
            citation.quote
        )
    assert {c.source for c in told.only_a} == {POST}
    assert {pair.b.source for pair in (*told.both, *told.differing)} == {MAIL}


def test_an_outlet_without_a_report_is_named(bot: Surveys) -> None:
    told = bot.compare("kelp harvest off Gannet Island", POST, MAIL)
    assert told.note.startswith(POST)
    assert told.both == told.differing == ()


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (POST, POST, "with itself"),
        (POST, "Gannet Male", "Nearest: Gannet Mail"),
        ("", POST, "no outlet"),
    ],
)
def test_what_are_no_two_outlets_is_refused(bot: Surveys, a: str, b: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bot.compare(TOPIC, a, b)
