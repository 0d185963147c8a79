"""Adds that are killed: nothing published is lost, and the next add finishes the work."""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.fakes import WRITERS, add, add_up_to, in_child
from tests.index.interrupted import Interrupted


def count_lines(directory: Path, file: Path) -> int:
    """How many lines the writer's modules run in an add."""
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in WRITERS:
            return None
        lines += event == "line"
        return count

    previous = sys.gettrace()
    sys.settrace(count)
    try:
        add(directory, file)
    finally:
        sys.settrace(previous)
    return lines


def kill_between_lines(folder: Path, first: bool, share: int) -> None:
    interrupted = Interrupted(folder, first)
    interrupted.restart()
    lines = count_lines(interrupted.directory, interrupted.file)
    for line in random.Random(lines).sample(range(1, lines + 1), lines // share):
        interrupted.restart()
        code = in_child(add_up_to, interrupted.directory, interrupted.file, line)
        assert code == -signal.SIGKILL
        interrupted.check_readable()
        interrupted.check_finishes()


@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_between_two_lines_is_finished_by_the_next(folder: Path, first: bool) -> None:
    kill_between_lines(folder, first, share=50)


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_between_many_lines_is_finished_by_the_next(
    folder: Path, first: bool
) -> None:
    kill_between_lines(folder, first, share=14)


def kill_at_any_moment(folder: Path, first: bool, times: int) -> None:
    interrupted = Interrupted(folder, first)
    arguments = (interrupted.directory, interrupted.file, 2, 0.01)
    interrupted.restart()
    in_child(add, *arguments)  # the first child waits until others can be forked
    interrupted.restart()
    started = time.perf_counter()
    assert in_child(add, *arguments) == 0
    whole = time.perf_counter() - started
    moments = random.Random(times)
    for _ in range(times):
        interrupted.restart()
        for _ in range(2):  # the second goes on from what the first left
            code = in_child(add, *arguments, kill_after=moments.uniform(0, whole))
            assert code in {-signal.SIGKILL, 0}
            interrupted.check_readable()
        interrupted.check_finishes()


@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_at_any_moment_loses_nothing(folder: Path, first: bool) -> None:
    kill_at_any_moment(folder, first, times=5)


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_at_many_moments_loses_nothing(folder: Path, first: bool) -> None:
    kill_at_any_moment(folder, first, times=30)
