"""One number with what it counts, and whether one carries another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qa.facts.units import ADJECTIVES, PEOPLE

PLAIN = ""  # kinds; a unit of `units` is one too
ORDINAL, LABEL, CODE = "ordinal", "label", "code"  # "3rd", "Covid-19", "7:30"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text[start:end]` states `value` (or up to `high`) of a unit, or of what the nouns name."""

    start: int
    end: int
    value: Decimal
    unit: str = PLAIN
    nouns: tuple[str, ...] = ()  # stems of the words behind it
    high: Decimal | None = None  # of "hundreds" and the like
    written: str = ""  # of a code or label: what must be the same


def fits(told: Quantity, stated: Quantity) -> bool:
    """Whether a quantity that is told is carried by one that is stated."""
    if told.unit in (CODE, LABEL) or stated.unit in (CODE, LABEL):
        return (told.unit, told.written) == (stated.unit, stated.written)
    if not _same_value(told, stated) or not _same_unit(told, stated):
        return False
    if told.unit or not told.nouns or not stated.nouns:
        return True
    if {*told.nouns} & {*stated.nouns} - ADJECTIVES:
        return True
    return bool(PEOPLE & {*told.nouns} and PEOPLE & {*stated.nouns})


def _same_value(told: Quantity, stated: Quantity) -> bool:
    if told.high is not None:
        return told.value <= stated.value < told.high
    half = {"half", "percent"}
    if told.unit != stated.unit and {told.unit, stated.unit} == half:
        return _percent(told) == _percent(stated)
    return stated.high is None and told.value == stated.value


def _percent(quantity: Quantity) -> Decimal:
    return quantity.value * 100 if quantity.unit == "half" else quantity.value


def _same_unit(told: Quantity, stated: Quantity) -> bool:
    if told.unit == stated.unit or {told.unit, stated.unit} == {"half", "percent"}:
        return True
    if told.unit.endswith("dollar") and stated.unit.endswith("dollar"):
        return "dollar" in (told.unit, stated.unit)  # "$" may be any of them
    if told.unit == PLAIN:  # "5" for "5 km"; with a noun it is something else
        return not told.nouns and stated.unit != ORDINAL
    if stated.unit == PLAIN and told.unit == "year":  # "Brandt, 35,"
        return not stated.nouns
    return stated.unit == PLAIN and told.unit == "points" and "point" in stated.nouns
