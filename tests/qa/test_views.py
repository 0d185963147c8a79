from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from index.article import Article
from qa.answer import Citation
from qa.compare import Comparison, Pair
from qa.differ import Difference
from qa.summary import summarize
from qa.timeline import Event, Timeline
from qa.views import print_comparison, print_summary, print_timeline, summary_lines, timeline_lines

QUOTE = "Dockers in Orrane\nbegan a strike."
CITED = Citation(1, "a1", "Strike begins", "Harbour Post", "2021-05-04", None, 0, 34, QUOTE)
STATED = Event(date(2021, 5, 3), date(2021, 5, 3), "stated", CITED)
REPORTED = Event(date(2021, 5, 4), date(2021, 5, 6), "published", CITED)


def test_a_timeline_is_printed_a_line_an_event() -> None:
    lines = list(timeline_lines(Timeline("strike", (STATED, REPORTED), 2, 1)))
    assert lines[0] == "3 May 2021  Dockers in Orrane began a strike. [1]"
    assert lines[1].startswith("4 May 2021 to 6 May 2021 (reported)  Dockers")
    assert "  [1] Strike begins (Harbour Post, 2021-05-04)" in lines
    assert lines[-1] == "  2 reports read, 1 without a usable day"


def test_a_timeline_without_events_says_so() -> None:
    assert "no dated events" in next(timeline_lines(Timeline("strike")))


def test_a_summary_is_printed_below_the_days_of_its_reports() -> None:
    first = Article.of(title="Fire", text="The mill in Orrane burnt down on Monday night.",
                       published=date(2021, 5, 4))  # fmt: skip
    second = Article.of(title="Ferry", text="The ferry Petrel sank off the coast of Gannet Island.")
    lines = list(summary_lines(summarize([first, second])))
    assert lines[:2] == ["4 May 2021", "The mill in Orrane burnt down on Monday night. [1]"]
    assert lines[2] == "Undated"
    assert lines[-1] == "  [2] Ferry"


def test_both_are_plain_data(capsys: pytest.CaptureFixture[str]) -> None:
    print_timeline(Timeline("strike", (STATED,), 1, 0), as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["events"][0]["citations"][0]["quote"] == QUOTE
    article = Article.of(title="Fire", text="The mill in Orrane burnt down on Monday night.")
    print_summary(summarize(article), as_json=True)
    data = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert data["parts"][0]["sentences"][0]["citations"] == [1]


def test_a_comparison_is_printed_by_what_is_shared_and_what_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other, alone = (replace(CITED, n=n) for n in (1, 2, 3))
    parted = Pair(one, other, Difference("number", "14", "19"))
    told = Comparison("strike", "Post", "Mail", (), (parted,), (alone,), (), 1, 1)
    print_comparison(told, as_json=True)
    *lines, data = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["They differ:", "  number: 14 / 19"]
    assert lines[lines.index("Only Post:") + 1].endswith("began a strike. [3]")
    assert "Only Mail:" not in lines
    plain = json.loads(data)
    assert plain["differing"] == [{"citations": [1, 2], "kind": "number", "values": ["14", "19"]}]
    assert plain["only"] == {"Post": [3], "Mail": []}
    assert len(plain["citations"]) == 3
