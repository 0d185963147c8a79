"""The soak: it holds for a few questions, and what it looks for would be seen."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from bench.soak import Boxes, Echo, Soak, growth, run
from index.index import Index
from qa import Chatbot


@pytest.fixture
def soak(tmp_path: Path) -> Soak:
    index = Index.open(tmp_path / "index", create=True, model=Boxes())
    made = Soak(Chatbot(index, model=Echo(), strictness=0.0), tmp_path, random.Random(0))
    made.add(6)
    return made


def test_a_few_questions_hold() -> None:
    figures = {metric.name: metric.value for metric in run(24, 3).metrics}
    assert (figures["errors"], figures["stale"], figures["wrong"]) == (0, 0, 0)
    assert figures["generations"] >= 1
    assert figures["answered"] + figures["refused"] + figures["stated"] == pytest.approx(1)


def test_an_article_that_was_removed_before_it_was_asked_is_stale(soak: Soak) -> None:
    first = next(iter(soak.live.values()))
    before = time.monotonic()
    soak.remove(1)
    soak.check([first], before)  # asked before: an answer may still rest on it
    assert soak.came["stale"] == 0
    soak.check([first], time.monotonic())
    assert soak.came["stale"] == 1


def test_an_error_that_is_not_stated_is_counted(
    soak: Soak, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("lost")

    for name in ("ask", "search", "timeline"):
        monkeypatch.setattr(soak.bot, name, fail)
    soak.ask(1)
    assert soak.faults == ["KeyError: 'lost'"]


def test_growth_compares_the_last_quarter_with_the_second() -> None:
    assert growth([9.0, 9.0, 1.0, 3.0, 5.0, 5.0, 4.0, 4.0]) == 2.0
    assert growth([1.0, 2.0]) is None
