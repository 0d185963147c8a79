"""What is drawn, and that a picture tells what it was drawn from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report import check, write
from bench.report.drawing import (
    COLOURS,
    GREY,
    Axis,
    Line,
    Panel,
    Plot,
    draw,
    drawn_from,
    logarithmic_ticks,
    short,
    spread,
)
from bench.report.results import Results
from bench.report.source import render
from index.errors import InputError
from tests.bench.test_report import Project, line

LINES = (Line("rising", ((10.0, 1.0), (1000.0, 50.0))), Line("flat", ((10.0, 2.0), (1000.0, 2.0))))
PLOT = Plot("costs", Axis("passages", True), (Panel(Axis("time, s", True), LINES),))
BLOCK = "<!-- plot costs = Costs\nrun scale scale\nx log passages\ny log a_s a_s_p95 = time, s\n-->"


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#0d1117"])
@pytest.mark.parametrize("colour", [GREY, *COLOURS])
def test_colours_can_be_told_from_a_light_and_a_dark_page(colour: str, page: str) -> None:
    assert contrast(colour, page) >= 3


def test_a_plot_takes_its_lines_from_the_points_that_have_both_values(tmp_path: Path) -> None:
    project = Project(tmp_path)
    points = [
        {"passages": 10, "a_s": 1.0, "a_s_p95": None},
        {"passages": 100, "a_s": 2.0, "a_s_p95": 3.0},
    ]
    project.keep("scale", line("scale", {}, series={"scale": points}))
    project.source(BLOCK)
    page = render(project.results / "results.md.in", Results(project.results))
    lines = (Line("median", ((10, 1), (100, 2))), Line("95%", ((100, 3),)))
    assert page.plots == (
        Plot("costs", Axis("passages", True), (Panel(Axis("time, s", True), lines),)),
    )
    assert page.text.startswith("![Costs](images/results-costs.png)\n\n`python -m bench scale")


def test_the_digest_changes_with_points_and_words() -> None:
    other = Plot("costs", PLOT.x, (Panel(Axis("time, ms", True), LINES),))
    assert PLOT.digest != other.digest
    assert PLOT.digest == Plot("costs", PLOT.x, PLOT.panels).digest


def test_a_file_that_is_no_picture_was_drawn_from_nothing(tmp_path: Path) -> None:
    assert drawn_from(tmp_path / "gone.png") is None
    (tmp_path / "text.png").write_text("Drawn from", encoding="utf-8")
    assert drawn_from(tmp_path / "text.png") is None


def test_a_picture_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("one.png", "two.png"):
        draw(PLOT, tmp_path / name)
    assert drawn_from(tmp_path / "one.png") == PLOT.digest
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.png").stat().st_size < 60_000


def test_the_check_sees_a_picture_of_other_points_and_one_that_nothing_shows(
    tmp_path: Path,
) -> None:
    pytest.importorskip("matplotlib")
    project = Project(tmp_path)
    project.source(BLOCK)
    made = line("scale", {}, series={"scale": [{"passages": 10, "a_s": 1.0}]})
    file = project.keep("scale", made)
    assert write(tmp_path)[0] == "docs/images/results-costs.png: drawn."
    check(tmp_path)
    made["series"]["scale"][0]["a_s"] = 2.0
    file.write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(InputError, match=r"results-costs.png: it is missing, or drawn from other"):
        check(tmp_path)
    project.source("Nothing is shown.")
    with pytest.raises(InputError, match=r"results-costs.png: nothing shows it"):
        check(tmp_path)
    write(tmp_path)
    assert not list((tmp_path / "docs" / "images").iterdir())


def test_without_matplotlib_the_command_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"matplotlib is missing. Install it with"):
        draw(PLOT, tmp_path / "costs.png")
    assert not (tmp_path / "costs.png").exists()


def test_neither_the_command_line_nor_the_check_loads_matplotlib() -> None:
    code = "import sys, bench.__main__ as b; b.main(['report', '--check']); print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert "bench.report.drawing" in loaded
    assert "matplotlib" not in loaded


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (10_000, 1_000_000, [1e4, 1e5, 1e6]),
        (2.0, 267.0, [1.0, 10.0, 100.0, 1000.0]),
        (220, 4300, [200, 500, 1000, 2000, 5000]),
        (3.0, 3.0, [2.0, 5.0]),
        (5.0, 5.0, [5.0, 10.0]),
    ],
)
def test_the_ticks_of_a_logarithmic_axis_are_round_and_hold_the_values(
    low: float, high: float, ticks: list[float]
) -> None:
    assert logarithmic_ticks(low, high) == pytest.approx(ticks)


def test_what_is_not_positive_stands_on_no_logarithmic_axis() -> None:
    with pytest.raises(InputError, match="Take `log` out"):
        logarithmic_ticks(0.0, 1.0)


@pytest.mark.parametrize(
    ("value", "written"), [(0.01, "0.01"), (5, "5"), (20_000, "20k"), (1e6, "1M"), (0.0, "0")]
)
def test_ticks_are_short(value: float, written: str) -> None:
    assert short(value) == written


def test_labels_move_apart_as_little_as_it_takes_and_keep_their_order() -> None:
    assert spread([50.0, 10.0, 54.0], gap=10) == pytest.approx([47.0, 10.0, 57.0])
    assert spread([], gap=10) == []
