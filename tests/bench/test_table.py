"""What is printed."""

from __future__ import annotations

import json
from dataclasses import replace

from bench.metrics import Metric
from bench.table import Result, columns, to_json, to_table

RESULT = Result(
    "answers",
    "orrane",
    [Metric("accuracy", 2 / 3, 3), Metric("tokens_per_s", 12_345.6, 5), Metric("none_s", None, 0)],
    {"seed": 0},
)


def test_the_table_has_a_line_for_each_figure_and_a_dash_for_the_unknown() -> None:
    assert to_table(RESULT).splitlines() == [
        "answers on orrane (seed 0)",
        "               value  n",
        "accuracy       0.667  3",
        "tokens_per_s  12,346  5",
        "none_s             –  0",
    ]


def test_the_json_is_one_line_with_figures_by_name_and_their_numbers() -> None:
    line = to_json(RESULT, {"commit": "abc"})
    assert "\n" not in line
    assert json.loads(line) == {
        "task": "answers",
        "data": "orrane",
        "accuracy": 0.6667,
        "tokens_per_s": 12345.6,
        "none_s": None,
        "n": {"accuracy": 3, "tokens_per_s": 5, "none_s": 0},
        "settings": {"seed": 0},
        "commit": "abc",
    }


def test_a_table_of_its_own_stands_in_the_place_of_the_lines() -> None:
    shown = to_table(replace(RESULT, table=columns([["", "A"], ["accuracy", "1"]])))
    assert shown.splitlines() == ["answers on orrane (seed 0)", "          A", "accuracy  1"]


def test_what_is_plotted_stands_in_the_line_by_name() -> None:
    line = to_json(replace(RESULT, series={"curve": [{"threshold": 0.5}]}), {})
    assert json.loads(line)["series"] == {"curve": [{"threshold": 0.5}]}
