"""What is to be drawn, to a PNG that says what it was drawn from. matplotlib lives here alone.

The background is transparent; every colour has a contrast of 3 to 1 or more to white and to the
near-black of dark pages, so that one picture serves both.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import InputError

GREY = "#7a828c"  # words and axes
COLOURS = ("#2f81f7", "#db6d28", "#2da44e", "#a371f7", "#e5534b", "#1b9aaa", "#b58900", "#d65aa0")
PANELS_A_ROW = 3
MARK = "Drawn from"  # the PNG's text that holds the digest

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STEPS = (1, 2, 5)  # ticks of an axis that spans little


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis is called, with its unit, and whether it is logarithmic."""

    label: str
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by a line; an empty label: it is the only one."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines over one pair of axes."""

    y: Axis
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture: panels side by side that share what the x axis means."""

    name: str
    x: Axis
    panels: tuple[Panel, ...]

    @property
    def digest(self) -> str:
        """Tells this plot from one of other points or words."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


def drawn_from(file: Path) -> str | None:
    """Read the digest of the plot that a PNG was drawn from; None if it is not there or no PNG."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    position = len(_SIGNATURE) if data.startswith(_SIGNATURE) else len(data)
    while position + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        key, _, text = data[position + 8 : position + 8 + length].partition(b"\0")
        if kind == b"tEXt" and key == MARK.encode():
            return text.decode("latin-1")
        position += 12 + length  # length, kind and checksum take 12
    return None


def draw(plot: Plot, file: Path) -> None:
    """Draw a plot into a PNG. Raises InputError where matplotlib is missing."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            f"{file.name} cannot be drawn: matplotlib is missing. Install it with "
            "`pip install -c constraints.txt -e '.[dev]'`."
        ) from error
    across = min(len(plot.panels), PANELS_A_ROW)
    down = -(-len(plot.panels) // PANELS_A_ROW)
    width = 6.4 if across == 1 else 3.6 * across
    style = {
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
        "font.size": 9,
        **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), GREY),
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, (3.4 if across == 1 else 2.7) * down), layout="constrained")
        for number, panel in enumerate(plot.panels, start=1):
            _draw_panel(figure.add_subplot(down, across, number), panel, plot.x)
        figure.draw_without_rendering()  # settles where everything is, for the labels
        for axes, panel in zip(figure.axes, plot.panels, strict=True):
            _label_lines(axes, panel.lines)
        _save(figure, plot, file)


def _save(figure: Any, plot: Plot, file: Path) -> None:
    """Save without date and version: the same points give the same bytes, of 256 colours."""
    from PIL import Image, PngImagePlugin  # comes with matplotlib

    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=144, transparent=True)
    text = PngImagePlugin.PngInfo()
    text.add_text(MARK, plot.digest)
    with Image.open(drawn) as image:
        few = image.quantize(256, method=Image.Quantize.FASTOCTREE)  # a third of the size
        few.save(file, "png", optimize=True, pnginfo=text)


def _draw_panel(axes: Any, panel: Panel, x: Axis) -> None:
    for line, colour in zip(panel.lines, _colours(panel.lines), strict=True):
        few = len(line.points) <= 12
        axes.plot(*zip(*line.points, strict=True), color=colour, linewidth=1.8,
                  marker="o" if few else None, markersize=4)  # fmt: skip
    points = [point for line in panel.lines for point in line.points]
    _scale(axes.xaxis, x, [point[0] for point in points])
    _scale(axes.yaxis, panel.y, [point[1] for point in points])
    if x.logarithmic and panel.y.logarithmic:
        _draw_proportion(axes, panel.lines[0].points)
    axes.set_xlabel(x.label)
    axes.set_title(panel.y.label, loc="left", fontsize=9, color=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.grid(color=GREY, alpha=0.25, linewidth=0.6)


def _draw_proportion(axes: Any, points: Sequence[tuple[float, float]]) -> None:
    """What would cost twice as much for twice as many, through the first point."""
    x, y = points[0]
    limits = axes.get_xlim(), axes.get_ylim()
    last = points[-1][0]
    axes.plot([x, last], [y, y * last / x], color=GREY, linewidth=1, linestyle=":")
    axes.set(xlim=limits[0], ylim=limits[1])


def _scale(axis: Any, wanted: Axis, values: Sequence[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    if wanted.logarithmic:
        ticks = logarithmic_ticks(min(values), max(values))
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        room = (ticks[-1] / ticks[0]) ** 0.04
        axis.axes.set(**{f"{axis.axis_name}lim": (ticks[0] / room, ticks[-1] * room)})
    else:
        axis.set_major_locator(MaxNLocator(5))
        if axis.axis_name == "y" and min(values) >= 0:
            top = 1.0 if max(values) <= 1 else max(values)
            axis.axes.set_ylim(0, top * 1.04)
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def logarithmic_ticks(low: float, high: float) -> list[float]:
    """Give round values round positive ones: powers of ten, of a short span also 2 and 5 of each.

    Raises InputError where a value is not positive.
    """
    if low <= 0:
        raise InputError(f"{low} cannot stand on a logarithmic axis. Take `log` out of the source.")
    steps = [factor * 10.0**power for power in range(-9, 16) for factor in _STEPS]
    first = max(index for index, step in enumerate(steps) if step <= low * 1.000001)
    last = min(index for index, step in enumerate(steps) if step >= high * 0.999999)
    ticks = steps[first : max(last, first + 1) + 1]
    if len(ticks) <= 5:
        return ticks
    first, last = first - first % 3, last + -last % 3
    return steps[first : last + 1 : 3]


def short(value: float) -> str:
    """Write a tick: 0.01, 5, 20k, 1M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:.6g}"


def _colours(lines: Sequence[Line]) -> list[str]:
    return [COLOURS[number % len(COLOURS)] for number in range(len(lines))]


def _label_lines(axes: Any, lines: Sequence[Line]) -> None:
    """Put each line's label behind its end, one below the other where ends lie close."""
    named = [pair for pair in zip(lines, _colours(lines), strict=True) if pair[0].label]
    ends = [axes.transData.transform(max(line.points))[1] for line, _ in named]
    points = axes.figure.dpi / 72
    places = spread(ends, gap=10.5 * points)
    for (line, colour), end, place in zip(named, ends, places, strict=True):
        axes.annotate(line.label, max(line.points), xytext=(6, (place - end) / points),
                      textcoords="offset points", color=colour, va="center", fontsize=8,
                      annotation_clip=False)  # fmt: skip


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move places apart until neighbours are `gap` apart, as little as that takes."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [places[index] for index in order]
    for _ in range(50 * len(moved)):
        for one in range(len(moved) - 1):
            lacking = gap - (moved[one + 1] - moved[one])
            if lacking > 0:
                moved[one] -= lacking / 2
                moved[one + 1] += lacking / 2
    return [place for _, place in sorted(zip(order, moved, strict=True))]
