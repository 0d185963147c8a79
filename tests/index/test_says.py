"""What the command line shows while articles are added, and says afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from index.article import Report
from index.intake import Step
from index.says import AddBar, print_report, report_data


class Screen(io.StringIO):
    """A stream that looks like a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *steps: Step) -> str:
    monkeypatch.setattr("sys.stderr", stream)
    with AddBar() as bar:
        for step in steps:
            bar.show(step)
    return stream.getvalue()


def test_the_bar_shows_the_share_that_is_embedded_and_the_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = shown(monkeypatch, Screen(), Step(0, 0, 400, 0, 400), Step(9, 64, 400, 300, 400))
    assert "75%" in said
    assert "9 articles stored, 64 chunks embedded" in said


def test_nothing_is_drawn_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), Step(9, 64, 400, 300, 400)) == ""


def test_a_report_says_how_many_articles_are_later_versions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report(3, 0, (), 30, 90, 1.5, replaced=2)
    print_report(report, Path("archive"))
    assert "3 articles added in 1.5 s, 2 of them later versions;" in capsys.readouterr().out
    assert report_data(report)["replaced"] == 2
