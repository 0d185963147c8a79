"""How a figure is written, by the ending of its name. It knows no task."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bench.table import Plain

DASH = "–"


def written(name: str, value: Plain) -> str:
    """Write a value with the digits and the unit that its name asks for; None is a dash."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    stem = re.split("[@:]", name)[0]  # of index_s@10000, of accuracy:TYPE
    if "ratio" in stem or "_per_s" in stem:
        return number(value)
    unit = _UNIT.search(stem)
    if unit is not None:
        return _UNITS[unit[1]](value)
    if isinstance(value, int):
        return f"{value:,}"
    return share(value) if 0 <= value <= 1 else number(value)


def share(value: float) -> str:
    """Write a share with three digits: .724, and 1.000."""
    return f"{value:.3f}".lstrip("0")


def percent(value: float) -> str:
    """Write a share as whole percent."""
    return f"{100 * value:.0f}%"


def number(value: float) -> str:
    """Write a number with about three digits that count."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def seconds(value: float) -> str:
    """Write seconds, below a tenth of one as milliseconds."""
    if value < 0.1:
        return milliseconds(1000 * value)
    return f"{value:,.{2 if value < 1 else 1 if value < 100 else 0}f} s"


def milliseconds(value: float) -> str:
    """Write milliseconds."""
    return f"{value:,.{2 if value < 1 else 1 if value < 10 else 0}f} ms"


def megabytes(value: float) -> str:
    """Write megabytes."""
    return f"{value:,.{1 if value < 10 else 0}f} MB"


_UNITS: Mapping[str, Callable[[float], str]] = {
    "s": seconds,
    "ms": milliseconds,
    "mb": megabytes,
    "bytes": lambda value: megabytes(value / 1e6),
}
_UNIT = re.compile(rf"(?:^|_)({'|'.join(_UNITS)})(?:_p\d+)?$")
