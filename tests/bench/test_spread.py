"""The figures of indexing by workers, and a pool that waits until all are ready."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.data import load
from bench.spread import Ready, Round, add, figures, run
from index.errors import ClusterError, InputError
from tests.bench.made import question, write_lines
from tests.fakes import FakeEmbedder, write_articles
from tests.fakes_pool import FakePool, Message


def made(speed: float, start: float, number: float = 1.0) -> Round:
    return Round(speed, start, np.full((2, 2), number, dtype=np.float32))


def test_figures_are_medians_and_their_ratios() -> None:
    done = {
        None: [made(100, 0.0), made(300, 0.0), made(200, 0.0)],
        1: [made(90, 5.0), made(100, 9.0), made(110, 7.0)],
        2: [made(190, 8.0), made(180, 6.0, 1.5), made(500, 7.0)],
    }
    found = {metric.name: (metric.value, metric.n) for metric in figures(done, 2)}
    assert found == {
        "words_per_s": (200, 3),
        "words_per_s_ray1": (100, 3),
        "words_per_s_ray2": (190, 3),
        "start_s_ray1": (7.0, 3),
        "start_s_ray2": (7.0, 3),
        "of_embedded": (0.95, 3),
        "of_one": (1.9, 3),
        "apart": (0.5, 2),
    }


def test_a_pool_is_taken_when_every_worker_is_ready() -> None:
    ready = Ready(FakePool(3))
    ready.give({"id": 1, "texts": ["bells"]})
    assert [next(iter(ready.take())) for _ in range(4)] == ["worker", "worker", "worker", "id"]


def test_a_pool_that_cannot_be_begun_stops_the_run() -> None:
    def fail(told: Message) -> list[Message]:
        return [{"failed": "no weights"}]

    with pytest.raises(ClusterError, match="no weights"):
        Ready(FakePool(twist=fail))


def test_an_add_gives_its_speed_and_vectors(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", "Bells rang twice.", "Ferries sail.")
    done = add([file], tmp_path / "index", FakeEmbedder(), None)
    assert done.words_per_s > 0
    np.testing.assert_array_equal(done.vectors @ done.vectors.T > 0.99, np.eye(2, dtype=bool))


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    with pytest.raises(InputError, match="no articles"):
        run(load(tmp_path), articles=1, rounds=1, workers=1)
