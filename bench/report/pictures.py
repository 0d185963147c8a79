"""Blocks that become plots: from the points of some runs to what is to be drawn.

<!-- plot NAME = what it shows
run RUN SERIES = label      lines of that run
x [log] FIELD = axis
y [log] FIELD... = axis     a panel
-->
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bench.report.blocks import Block, Entry, label_of, with_provenance
from bench.report.drawing import Axis, Line, Panel, Plot
from bench.report.results import Results, Run
from bench.table import Plain
from index.errors import InputError

_UNIT = re.compile(r"_(?:s|ms|mb)$")  # the axis tells it

Points = Sequence[Mapping[str, Plain]]


def plot(block: Block, results: Results) -> tuple[str, Plot | None]:
    """A picture of some runs' series, and the Markdown that shows it."""
    (name,) = block.named(1, "NAME = what it shows")
    entries: dict[str, list[Entry]] = {"run": [], "x": [], "y": []}
    for entry in block.entries:
        if entry.words[0] not in entries:
            raise InputError(f"{entry.words[0]!r}: a plot has lines of run, x and y.")
        entries[entry.words[0]].append(Entry(entry.words[1:], entry.label))
    if len(entries["x"]) != 1:
        raise InputError("a plot has one line of x.")
    drawn, absent = _runs(entries["run"], results)
    (x, *_), x_axis = _axis(entries["x"][0])
    series = [(label, points) for label, _, points in drawn]
    panels = [_panel(entry, x, series) for entry in entries["y"]]
    made = Plot(name, x_axis, tuple(panel for panel in panels if panel.lines))
    picture = f"![{block.head.label}](images/{file_name(made)})"
    shown = with_provenance(picture, [run for _, run, _ in drawn if made.panels], absent)
    return shown, made if made.panels else None


def file_name(plot: Plot) -> str:
    """The name of a plot's file."""
    return f"results-{plot.name}.png"


def _runs(
    entries: Sequence[Entry], results: Results
) -> tuple[list[tuple[str, Run, Points]], list[str]]:
    """Label, run and points of each run, and the labels of what was not measured."""
    drawn, absent = [], []
    for entry in entries:
        if len(entry.words) != 2:
            raise InputError("a line of run reads `run RUN SERIES = label`.")
        reference, series = entry.words
        runs = [run for run in results.select(reference) if run.series.get(series)]
        absent += [] if runs else [reference if "{" in entry.label else entry.label or reference]
        drawn += [(label_of(entry, run, runs), run, run.series[series]) for run in runs]
    return drawn, absent


def _axis(entry: Entry) -> tuple[tuple[str, ...], Axis]:
    """The fields of an x or y line, and its axis."""
    logarithmic = entry.words[:1] == ("log",)
    fields = entry.words[1:] if logarithmic else entry.words
    if not fields:
        raise InputError("a line of x or y names a field.")
    return fields, Axis(entry.label or ", ".join(fields), logarithmic)


def _panel(entry: Entry, x: str, series: Sequence[tuple[str, Points]]) -> Panel:
    fields, axis = _axis(entry)
    lines = []
    for label, points in series:
        for field in fields:
            found = [(point.get(x), point.get(field)) for point in points]
            pairs = tuple(
                (float(a), float(b))
                for a, b in found
                if isinstance(a, (int, float)) and isinstance(b, (int, float))
            )
            names = [label] if len(series) > 1 else []
            names += [_field_label(field, fields)] if len(fields) > 1 else []
            lines += [Line(", ".join(names), pairs)] if pairs else []
    return Panel(axis, tuple(lines))


def _field_label(field: str, fields: Sequence[str]) -> str:
    """A field in few words: beside its percentiles a figure is the median."""
    stem, _, percentile = field.rpartition("_p")
    if percentile.isdigit() and stem in fields:
        return f"{percentile}%"
    if any(other.startswith(f"{field}_p") for other in fields):
        return "median"
    return _UNIT.sub("", field).replace("_", " ")
