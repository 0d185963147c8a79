from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.tune import READ, Timed, pick, search, summarise, time_answer
from qa.llama.records import Settings
from tests.qa.llama.made import FakeContext

DEFAULT = Settings(threads=2, batch_threads=2)


def machine(rule: Callable[[Settings], float]) -> Callable[[Settings], Timed]:
    return lambda settings: Timed(settings, rule(settings), 1.0)


def best(rule: Callable[[Settings], float]) -> Settings:
    return pick(list(search(machine(rule), DEFAULT))).settings


def test_on_a_machine_where_nothing_helps_the_defaults_stay() -> None:
    assert best(lambda settings: 3.0) == DEFAULT


def test_a_change_within_the_noise_is_not_taken() -> None:
    assert best(lambda settings: 2.95 if settings.flash else 3.0) == DEFAULT


def test_changes_that_help_are_taken_together() -> None:
    def rule(settings: Settings) -> float:
        return 4.0 - settings.flash - 2 * (settings.batch_tokens == 256)

    assert best(rule) == replace(DEFAULT, flash=True, batch_tokens=256)


@pytest.mark.parametrize(("seconds", "kv"), [(2.6, "f16"), (2.0, "q8_0")])
def test_coarser_numbers_must_gain_more(seconds: float, kv: str) -> None:
    assert best(lambda settings: seconds if settings.kv == "q8_0" else 3.0).kv == kv


def test_coarser_numbers_come_with_flash_attention_only() -> None:
    tried = list(search(machine(lambda settings: 3.0), DEFAULT))
    assert all(timed.settings.flash for timed in tried if timed.settings.kv == "q8_0")
    assert len({timed.settings for timed in tried}) == len(tried)


def test_each_time_the_whole_text_is_read_in_batches_and_then_written_token_by_token() -> None:
    context = FakeContext()
    time_answer(context, [3] * READ, replace(DEFAULT, batch_tokens=256))
    lengths = [len(batch) for batch in context.reads]
    assert lengths == [256, 144, *[1] * 30] * 3


def test_the_table_marks_what_was_best(tmp_path: Path) -> None:
    tried = [Timed(DEFAULT, 3.0, 1.0), Timed(replace(DEFAULT, flash=True), 1.5, 0.5)]
    result = summarise("made", tried, tried[1], tmp_path / "tuned.json")
    assert {metric.name: metric.value for metric in result.metrics} == {
        "read_s": 1.5,
        "write_s": 0.5,
        "gain": 2.0,
    }
    assert result.settings["flash"] is True
    assert result.table is not None
    marked = [line for line in result.table.splitlines() if line.startswith("*")]
    assert len(marked) == 1
    assert "True" in marked[0]
