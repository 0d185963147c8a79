"""Blocks that become tables, each with a line that says where its figures came from.

<!-- table                  runs side by side, figures below each other
RUN [SUFFIX] = label        a column; SUFFIX is put behind the names of its figures
                            (an empty line)
FIGURE... = label           a row; of `accuracy:*` one for each figure that begins so
-->
<!-- points RUN SERIES      a row for each point of a series
FIELD... = label            a column
-->
<!-- peers RUN              a row for each system of the figures SYSTEM.FIGURE
FIGURE = label              a column
-->
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.report.blocks import Block, Entry, label_of, with_provenance
from bench.report.figures import DASH, written
from bench.report.results import Results, Run, one, spelled
from index.errors import InputError

_FAILED = re.compile(r"(?P<system>.+)[. ]failed")  # a setting: why a system has no figures


def table(block: Block, results: Results) -> str:
    """Runs side by side, each cell with the number of cases behind it."""
    lines = list(block.lines)
    if "" not in lines:
        raise InputError("a table has runs, an empty line, and figures.")
    columns, absent = _columns(map(Entry.of, lines[: lines.index("")]), results)
    runs = [run for _, run, _ in columns]
    rows = []
    for entry in (Entry.of(line) for line in lines[lines.index("") :] if line):
        for label, names in _rows(entry, runs):
            cells = [_cell(run, [name + suffix for name in names]) for _, run, suffix in columns]
            rows.append([label, *cells])
    header = ["", *(label for label, _, _ in columns)]
    return with_provenance(_markdown(header, rows), runs if rows else [], absent)


def points(block: Block, results: Results) -> str:
    """A series as a table."""
    reference, series = block.named(2, "RUN SERIES")
    runs = [run for run in results.select(reference) if run.series.get(series)]
    if not runs:
        return with_provenance("", [], [])
    run = one(runs, reference)
    fields = [entry.words for entry in block.entries]
    rows = [
        [", ".join(written(name, point.get(name)) for name in names) for names in fields]
        for point in run.series[series]
    ]
    header = [entry.label or ", ".join(entry.words) for entry in block.entries]
    return with_provenance(_markdown(header, rows), [run], [])


def peers(block: Block, results: Results) -> str:
    """A row for each system; of one that failed the reason."""
    (reference,) = block.named(1, "RUN")
    runs = results.select(reference)
    if not runs:
        return with_provenance("", [], [])
    run = one(runs, reference)
    systems = list(dict.fromkeys(name.rpartition(".")[0] for name in run.figures if "." in name))
    failed = {
        found["system"]: f" (failed: {spelled(why)})"
        for name, why in run.settings.items()
        if why and (found := _FAILED.fullmatch(name))
    }
    systems += [system for system in failed if system not in systems]
    named = [f"{system}{failed.get(system, '')}" for system in systems]
    columns = [_peer_column(entry, run, systems) for entry in block.entries]
    header = ["", *(label for label, _ in columns)]
    rows = zip(named, *(cells for _, cells in columns), strict=True)
    return with_provenance(_markdown(header, rows), [run], [])


def _columns(
    entries: Iterable[Entry], results: Results
) -> tuple[list[tuple[str, Run, str]], list[str]]:
    """Label, run and suffix of each column, and the labels of what was not measured."""
    columns, absent = [], []
    for entry in entries:
        reference, *suffix = entry.words
        runs = results.select(reference)
        columns += [(label_of(entry, run, runs), run, "".join(suffix)) for run in runs]
        absent += [] if runs else [reference if "{" in entry.label else entry.label or reference]
    return columns, list(dict.fromkeys(absent))


def _rows(entry: Entry, runs: Sequence[Run]) -> list[tuple[str, Sequence[str]]]:
    """Label and figures of each row that a line asks for."""
    first = entry.words[0]
    if not first.endswith("*"):
        return [(entry.label or ", ".join(entry.words), entry.words)]
    prefix = first[:-1]
    every = dict.fromkeys(name for run in runs for name in run.figures)
    return [(name.removeprefix(prefix), [name]) for name in every if name.startswith(prefix)]


def _cell(run: Run, names: Sequence[str]) -> str:
    values = [run.figures.get(name) for name in names]
    if all(value is None for value in values):
        return DASH
    shown = ", ".join(written(*pair) for pair in zip(names, values, strict=True))
    counts = dict.fromkeys(f"{run.counts[name]:,}" for name in names if name in run.counts)
    return f"{shown} ({', '.join(counts)})"


def _peer_column(entry: Entry, run: Run, systems: Sequence[str]) -> tuple[str, list[str]]:
    """A column's label and cells; the number of cases goes to the label where all have the same."""
    figure = entry.words[0]
    label = entry.label or figure
    names = [f"{system}.{figure}" for system in systems]
    values = [run.figures.get(name) for name in names]
    shown = [written(figure, value) for value in values]
    measured = [name for name, value in zip(names, values, strict=True) if value is not None]
    counts = {run.counts[name] for name in measured}
    if len(counts) == 1:
        return f"{label} ({counts.pop():,})", shown
    return label, [
        f"{cell} ({run.counts[name]:,})" if name in measured else cell
        for name, cell in zip(names, shown, strict=True)
    ]


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_escaped, cells))} |" for cells in lines)


def _escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
