"""Whole scripts of changes, killed at any moment: nothing published is lost, nothing is half done.

A script adds, changes, removes and syncs; each of its steps can be run again. After each kill the
index is whole and is one of the states that the script goes through, and the script, run again to
its end, makes what it makes without a kill.
"""

from __future__ import annotations

import random
import signal
import time
from itertools import islice
from pathlib import Path

import pytest

from index import vectors
from index.check import check
from index.errors import IndexFormatError
from index.index import Index
from index.manifest import FILE
from tests.fakes import FakeEmbedder, in_child
from tests.index.interrupted import remove
from tests.index.script import run, run_up_to, script

State = tuple[tuple[str, ...], ...]  # of each article its text, its history and its cluster


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "LISTS_FROM", 4)


def state(folder: Path) -> State:
    """What the index holds, in an order that does not depend on how it came about."""
    index = Index.open(folder / "index", model=FakeEmbedder())
    articles = {article.id: article.text for article in index.articles()}
    clusters = index.clusters(list(articles))
    found = []
    for article_id, text in articles.items():
        rows = [row for row, _ in index.search_words(text, 50)]
        assert text in [article.text for _, article in index.chunks(rows)]
        history = " ".join(sorted(old.text for old in index.history(article_id)))
        found.append((text, history, str(clusters[article_id] == article_id)))
    return tuple(sorted(found))


class Scripted:
    """The script's states, and the checks after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        whole = folder / "whole"
        self._states = [state(whole) for _ in script(whole)]
        self._known = {item for known in self._states for item in known}
        for steps in range(1, len(self._states) + 1):  # a script that was killed begins anew
            again = folder / f"again-{steps}"
            for _ in islice(script(again), steps):
                pass
            self._known |= {item for _ in script(again) for item in state(again)}

    def restart(self) -> None:
        remove(self.folder / "index")

    def check_whole(self) -> None:
        if not (self.folder / "index" / FILE).exists():
            with pytest.raises(IndexFormatError, match=r"no such folder|no index|not ended"):
                Index.open(self.folder / "index")
            return
        assert check(self.folder / "index") == []
        assert set(state(self.folder)) <= self._known

    def check_finishes(self) -> None:
        run(self.folder)
        assert state(self.folder) == self._states[-1]
        assert check(self.folder / "index") == []
        left = sorted(path.name for path in (self.folder / "index").iterdir())
        assert left[0] == FILE
        assert len(left) == 3, "the manifest, one generation and the lock"


def test_a_script_goes_through_its_states(folder: Path) -> None:
    scripted = Scripted(folder)
    assert [len(found) for found in scripted._states] == [5, 6, 6, 4, 1]
    assert scripted._states[-1] == (("Bells are silent.", "Bells rang.", "True"),)
    run(folder)
    scripted.check_finishes()


def kill_between_lines(folder: Path, times: int) -> None:
    scripted = Scripted(folder)
    dice = random.Random(times)
    for _ in range(times):
        scripted.restart()
        code = in_child(run_up_to, folder, dice.randrange(1, LINES))
        assert code in {-signal.SIGKILL, 0}
        scripted.check_whole()
        scripted.check_finishes()


LINES = 6_000  # about as many a script runs


def kill_at_any_moment(folder: Path, times: int) -> None:
    scripted = Scripted(folder)
    in_child(run, folder, 0.005)
    scripted.restart()
    started = time.perf_counter()
    assert in_child(run, folder, 0.005) == 0
    whole = time.perf_counter() - started
    dice = random.Random(times)
    for _ in range(times):
        scripted.restart()
        for _ in range(2):
            code = in_child(run, folder, 0.005, kill_after=dice.uniform(0, whole))
            assert code in {-signal.SIGKILL, 0}
            scripted.check_whole()
        scripted.check_finishes()


def test_a_script_killed_between_two_lines_is_finished_by_the_next(folder: Path) -> None:
    kill_between_lines(folder, times=8)


@pytest.mark.slow
def test_a_script_killed_between_many_lines_is_finished_by_the_next(folder: Path) -> None:
    kill_between_lines(folder, times=60)


@pytest.mark.slow
def test_a_script_killed_at_many_moments_loses_nothing(folder: Path) -> None:
    kill_at_any_moment(folder, times=40)
