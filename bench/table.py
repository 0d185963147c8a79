"""A result to a table and to one line of JSON. It knows no task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.metrics import Metric

DIGITS = 4  # kept of a figure

Plain = str | int | float | bool | None
Settings = Mapping[str, Plain]
Series = Mapping[str, Sequence[Mapping[str, Plain]]]  # each a list of points


@dataclass(frozen=True, slots=True)
class Result:
    """What a task measured, and under which settings."""

    task: str
    data: str
    metrics: Sequence[Metric]
    settings: Settings = field(default_factory=dict)
    series: Series = field(default_factory=dict)  # what is plotted, by name
    table: str | None = None  # what is shown instead of a line for each figure


def to_table(result: Result) -> str:
    """Show the task's own table, or the figures one a line with the number of cases behind each."""
    settings = ", ".join(f"{key} {value}" for key, value in result.settings.items())
    title = f"{result.task} on {result.data}" + (f" ({settings})" if settings else "")
    rows = [(metric.name, _shown(metric.value), str(metric.n)) for metric in result.metrics]
    return f"{title}\n{result.table or columns([('', 'value', 'n'), *rows])}"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Set rows of cells in columns, the first to the left and the others to the right."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def to_json(result: Result, about: Mapping[str, object]) -> str:
    """Give one line: task, data, each figure by name, under "n" their numbers, series, `about`."""
    values = {
        metric.name: None if metric.value is None else round(metric.value, DIGITS)
        for metric in result.metrics
    }
    counts = {metric.name: metric.n for metric in result.metrics}
    head = {"task": result.task, "data": result.data}
    series = {name: [dict(point) for point in points] for name, points in result.series.items()}
    tail = {
        "n": counts,
        "settings": dict(result.settings),
        **({"series": series} if series else {}),
    }
    return json.dumps({**head, **values, **tail, **about})


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
