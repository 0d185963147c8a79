"""The report: docs/results.md, its plots and the README's figures, written from result files.

docs/results/ holds the result files, which `--out` appends to, and two sources written by hand:
results.md.in becomes docs/results.md, readme.md.in the marked lines of README.md. What sources may
say is told in bench.report.source.

`--check` writes nothing and fails when a page is not what the files give. Of a plot it compares
what it was drawn from, which stands in the PNG; matplotlib is needed only to draw.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.options import Parsers
from bench.report.drawing import Plot, draw, drawn_from
from bench.report.pictures import file_name
from bench.report.results import Results
from bench.report.source import render
from index.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path("docs/results")
PAGE = Path("docs/results.md")
README = Path("README.md")
IMAGES = Path("docs/images")

BEGIN = "<!-- figures: written by `python -m bench report` from docs/results/readme.md.in -->"
END = "<!-- end of figures -->"
HEAD = "<!-- Written by `python -m bench report` from results/results.md.in: change that file. -->"

DIFFERENCES = 12  # lines shown of a page that differs


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the files give: the text of each page and the plot in each picture."""

    pages: dict[Path, str]
    plots: dict[Path, Plot]
    results: Results


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("report", help="write docs/results.md from the result files")
    task.add_argument("--check", action="store_true", help="write nothing; fail if it would change")
    task.add_argument(
        "--root", type=Path, default=ROOT, metavar="DIR", help="the project's folder (this one)"
    )
    task.set_defaults(run=_run, out=None)


def _run(options: argparse.Namespace) -> None:
    if options.check:
        check(options.root)
    else:
        print("\n".join(write(options.root)), flush=True)


def write(root: Path) -> list[str]:
    """Write what has changed, and say what that was and what is missing."""
    wanted = build(root)
    said = []
    for file, plot in wanted.plots.items():
        if drawn_from(root / file) != plot.digest:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            draw(plot, root / file)
            said.append(f"{file}: drawn.")
    for file in _left_over(root, wanted):
        (root / file).unlink()
        said.append(f"{file}: removed; nothing shows it.")
    for file, text in wanted.pages.items():
        if _text(root / file) != text:
            (root / file).write_text(text, encoding="utf-8")
            said.append(f"{file}: written.")
    missing, unused = wanted.results.missing(), wanted.results.unused()
    said += [f"Not measured yet: {', '.join(missing)}."] if missing else []
    said += [f"Not in the report: {', '.join(unused)}."] if unused else []
    return said or ["Nothing has changed."]


def check(root: Path) -> None:
    """Raise InputError, which says what differs, if the pages are not what the files give."""
    wanted = build(root)
    differences = [
        line
        for file, text in wanted.pages.items()
        for line in difference(file, _text(root / file), text)
    ]
    for file, plot in wanted.plots.items():
        if drawn_from(root / file) != plot.digest:
            differences.append(f"{file}: it is missing, or drawn from other figures.")
    differences += [f"{file}: nothing shows it." for file in _left_over(root, wanted)]
    if differences:
        told = "\n".join(differences)
        raise InputError(
            f"the report is out of step with its files. Run `python -m bench report`.\n{told}"
        )


def build(root: Path) -> Wanted:
    """Make the pages from the files of a project. Raises InputError for what cannot be read."""
    results = Results(root / RESULTS)
    page = render(root / RESULTS / "results.md.in", results)
    figures = render(root / RESULTS / "readme.md.in", results)
    pages = {
        PAGE: f"{HEAD}\n\n{page.text}",
        README: between(_text(root / README), figures.text),
    }
    plots = {IMAGES / file_name(plot): plot for plot in (*page.plots, *figures.plots)}
    return Wanted(pages, plots, results)


def between(readme: str, figures: str) -> str:
    """Put the figures between the marks of a README. Raises InputError if it has no marks."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"{README}: the lines {BEGIN} and {END} are missing. Put them back.")
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


def difference(file: Path, has: str, should: str) -> Sequence[str]:
    """Lines that differ: what stands in a file with -, what should stand there with +."""
    lines = difflib.unified_diff(has.splitlines(), should.splitlines(), n=0, lineterm="")
    changed = [f"{file}: {line}" for line in list(lines)[2:] if not line.startswith("@@")]
    more = len(changed) - DIFFERENCES
    return [*changed[:DIFFERENCES], *([f"{file}: and {more} more"] if more > 0 else [])]


def _left_over(root: Path, wanted: Wanted) -> list[Path]:
    """Pictures of the report that it no longer shows."""
    found = (IMAGES / file.name for file in sorted((root / IMAGES).glob("results-*.png")))
    return [file for file in found if file not in wanted.plots]


def _text(file: Path) -> str:
    """The text of a page; empty where there is none yet."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: it cannot be read ({error}).") from error
