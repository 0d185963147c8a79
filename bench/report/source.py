"""The hand-written source to a page: prose with its quoted figures, and the blocks between.

- `{RUN.FIGURE}` in prose quotes a figure, a setting or `cpu`, `cores`, `day` and `commit` of a run;
  `{RUN.FIGURE %}` as percent, `{RUN.FIGURE n}` the number of cases behind it. A line that quotes a
  run that was not measured is left out.
- `<!-- KIND ...`, to a line that ends in `-->`, is a block: see bench.report.tables and .pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.report.blocks import Block, Entry, day
from bench.report.drawing import Plot
from bench.report.figures import DASH, percent, written
from bench.report.pictures import plot
from bench.report.results import Results, Run, one
from bench.report.tables import peers, points, table
from bench.table import Plain
from index.errors import InputError

_QUOTED = re.compile(
    r"\{(?P<run>[\w-]+(?:\[[^\]{}]*\])?)\.(?P<figure>[^\s{}]+)(?: (?P<form>%|n))?\}"
)
_OPEN, _CLOSE = "<!--", "-->"
_TABLES: Mapping[str, Callable[[Block, Results], str]] = {
    "table": table,
    "points": points,
    "peers": peers,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a source became: Markdown, and the plots that it shows."""

    text: str
    plots: tuple[Plot, ...]


def render(source: Path, results: Results) -> Page:
    """Fill a source with the figures of the results. Raises InputError naming file and line."""
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise InputError(f"{source}: the report's source cannot be read ({error}).") from error
    parts: list[str] = []
    plots: list[Plot] = []
    for number, text in _parts(lines):
        try:
            if not text.startswith(_OPEN):
                line = _prose(text, results)
                parts += [] if line is None else [line]
                continue
            markdown, drawn = _made(_block(text), results)
        except InputError as error:
            raise InputError(f"{source}:{number}: {error}") from error
        parts.append(markdown)
        plots += [] if drawn is None else [drawn]
    # where a line was left out, the blank lines round it meet
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip("\n")
    return Page(f"{text}\n", tuple(plots))


def _parts(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines of prose one by one, blocks whole, each with the number of its first line."""
    start, block = 0, ""
    for number, line in enumerate(lines, start=1):
        if not block and not line.startswith(_OPEN):
            yield number, line
            continue
        start = start if block else number
        block = f"{block}\n{line}" if block else line
        if line.rstrip().endswith(_CLOSE):
            yield start, block
            block = ""
    if block:  # told by the one who reads it
        yield start, block


def _block(text: str) -> Block:
    inner = text[len(_OPEN) :].rstrip()
    if not inner.endswith(_CLOSE):
        raise InputError(f"the block has no end. Close it with {_CLOSE}.")
    head, *lines = inner.removesuffix(_CLOSE).rstrip().split("\n")
    kind, _, rest = head.strip().partition(" ")
    return Block(kind, Entry.of(rest), tuple(line.strip() for line in lines))


def _made(block: Block, results: Results) -> tuple[str, Plot | None]:
    if block.kind == "plot":
        return plot(block, results)
    if block.kind not in _TABLES:
        raise InputError(f"{block.kind!r} is no block. Write {', '.join(_TABLES)} or plot.")
    return _TABLES[block.kind](block, results), None


def _prose(line: str, results: Results) -> str | None:
    """A line with its figures; None if one of its runs was not measured."""
    found = list(_QUOTED.finditer(line))
    measured = [bool(results.select(quoted["run"])) for quoted in found]  # each is asked for
    if not all(measured):
        return None
    return _QUOTED.sub(lambda quoted: _value(quoted, results), line)


def _value(quoted: re.Match[str], results: Results) -> str:
    run = one(results.select(quoted["run"]), quoted["run"])
    name, form = quoted["figure"], quoted["form"]
    known = _known(run)
    if name not in known or (form == "n" and name not in run.counts):
        raise InputError(f"{quoted[0]}: {run.name}.jsonl has no {name}. It has {', '.join(known)}.")
    value = run.counts[name] if form == "n" else known[name]
    if form == "%" and isinstance(value, (int, float)):
        return percent(value)
    return written("" if form == "n" else name, value) or DASH


def _known(run: Run) -> dict[str, Plain]:
    about = {"cpu": run.cpu, "cores": run.cores, "day": day(run), "commit": run.commit}
    return {**about, **run.settings, **run.figures}
