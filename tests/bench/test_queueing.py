"""The simulated queue keeps what must hold of any queue, and what theory says of this one."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

from bench.queueing import (
    Visit,
    arrivals,
    busy,
    closed,
    crowds,
    expected_wait,
    little,
    measured,
    measured_service,
    serve,
)
from index.errors import InputError
from tests.fakes import FakeGenerator

SERVICE = 12.0
RESULTS = Path(__file__).parents[2] / "docs" / "results"


def visits(load: float, models: int = 1, number: int = 60_000, seed: int = 3) -> list[Visit]:
    return serve(arrivals(load * models / SERVICE, number, seed), [SERVICE], models)


def test_a_queue_by_hand() -> None:
    assert serve([0.0, 1.0, 10.0], [3.0]) == [
        Visit(0.0, 0.0, 3.0),
        Visit(1.0, 3.0, 6.0),
        Visit(10.0, 10.0, 13.0),
    ]
    assert [v.begun for v in serve([0.0, 0.0, 0.0], [3.0, 1.0], models=2)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("models", [1, 4])
@pytest.mark.parametrize("load", [0.3, 0.8])
def test_nobody_is_overtaken_lost_or_answered_in_less_than_an_answers_time(
    load: float, models: int
) -> None:
    every = visits(load, models, 5_000)
    assert [v.begun for v in every] == sorted(v.begun for v in every)
    assert all(v.wait >= 0 and v.stay >= SERVICE - 1e-6 for v in every)
    ends = sorted(v.ended for v in every)
    for number, visit in enumerate(every[models:]):  # no more are answered at once than can be
        assert visit.begun >= ends[number] - 1e-6


@pytest.mark.parametrize("models", [1, 4])
@pytest.mark.parametrize("load", [0.3, 0.7, 0.9])
def test_littles_law_and_the_load_hold(load: float, models: int) -> None:
    every = visits(load, models)
    assert busy(every, models) == pytest.approx(load, rel=0.03)
    assert little(every) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("load", [0.3, 0.5, 0.8])
def test_the_wait_is_that_of_theory(load: float) -> None:
    found = statistics.fmean(v.wait for v in visits(load, number=200_000))
    assert expected_wait(load, SERVICE) == pytest.approx(load * SERVICE / (2 * (1 - load)))
    assert found == pytest.approx(expected_wait(load, SERVICE), rel=0.05)
    several = statistics.fmean(v.wait for v in visits(load, 4, number=200_000))
    assert several == pytest.approx(expected_wait(load, SERVICE, 4), rel=0.15, abs=0.05)


def test_readers_who_ask_at_once_wait_for_each_other() -> None:
    settled = closed(4, [SERVICE], 1, 400)[4:]
    assert {v.stay for v in settled} == {4 * SERVICE}
    assert {v.stay for v in closed(4, [SERVICE], 4, 400)} == {SERVICE}


def keep(folder: Path, crowd: dict[str, float], series: list[dict[str, float]]) -> None:
    """Keep a line as `bench latency` writes it."""
    line = {"task": "latency", "data": "x", "total_s": 12.0, **crowd, "settings": {}}
    line |= {
        "n": {"total_s": 7, **dict.fromkeys(crowd, 4)},
        "machine": {"cpu": "made", "cores": 2},
        "commit": None,
        "series": {"crowd": series},
    }
    line |= {"date": "2024-05-04T08:00:00+00:00", "command": "python -m bench latency"}
    (folder / "latency-crowd.jsonl").write_text(f"{json.dumps(line)}\n", encoding="utf-8")


def figures(folder: Path) -> dict[str, float | None]:
    return {metric.name: metric.value for metric in crowds(folder)}


def test_the_last_of_four_waits_for_four_answers_beside_what_was_measured(tmp_path: Path) -> None:
    assert figures(tmp_path) == {"crowd_wait": 4.0, "crowd_mean": 2.5}
    keep(tmp_path, {"crowd_wait": 5.0}, [])
    assert figures(tmp_path) == {
        "crowd_wait": 4.0, "crowd_wait_measured": 5.0, "crowd_wait_off": 0.25, "crowd_mean": 2.5
    }  # fmt: skip
    assert measured_service(tmp_path) == 12.0


def test_a_crowd_is_simulated_from_the_times_of_its_own_readers(tmp_path: Path) -> None:
    alone = [{"alone_s": seconds, "together_s": 0.0} for seconds in (2.0, 6.0, 4.0, 4.0)]
    keep(tmp_path, {"crowd_wait": 4.4, "crowd_mean": 2.0}, alone)
    found = figures(tmp_path)
    assert found["crowd_wait"] == 4.0
    assert found["crowd_mean"] == (2 + 8 + 12 + 16) / 4 / 4
    assert found["crowd_wait_off"] == pytest.approx(0.1)
    assert found["crowd_mean_off"] == pytest.approx(2.0 / 2.375 - 1)


def test_a_model_is_measured_alone_and_at_once() -> None:
    generator = FakeGenerator("Forty ferries left.")
    named = {metric.name: metric for metric in measured(generator, 4)}
    assert named.keys() == {"alone_s", "at_once_s", "predicted_s"}
    assert len({prompt.user for prompt in generator.prompts}) == 9
    assert named["predicted_s"].value == pytest.approx(
        named["alone_s"].value * 2.5, rel=0.9
    )  # the mean of one, two, three and four


def test_an_answers_time_is_that_of_the_results(tmp_path: Path) -> None:
    assert measured_service(RESULTS) > 1.0
    with pytest.raises(InputError, match="Give --service"):
        measured_service(tmp_path)
