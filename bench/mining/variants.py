"""The ways to write an answer that are as right as the words of the sentence."""

from __future__ import annotations

import re

from bench.mining.pick import Candidate, Names
from qa.text import stem

_DIGITS = {stem(word): word for word in "two three four five six seven eight nine ten".split()}
_UNIT = re.compile(r"(.*\d(?:\s(?:hundred|thousand|million|billion|trillion))?)\s[a-z]+")
_DAY_MONTH = re.compile(r"(\d{1,2})\s([A-Z][a-z]+)(?:\s(\d{4}))?")
_MONTH_DAY = re.compile(r"([A-Z][a-z]+)\s(\d{1,2})(?:,\s(\d{4}))?")


def variants(candidate: Candidate, names: Names) -> tuple[str, ...]:
    """Give the answer as the sentence has it, then others that say the same."""
    answer = candidate.answer
    others: list[str] = []
    if candidate.kind == "how many":
        word, digits = _DIGITS.get(answer), stem(answer)
        others = [word] if word else [digits] if digits.isdigit() else []
    elif candidate.kind == "how much" and (unit := _UNIT.fullmatch(answer)):
        others = [unit[1]]
    elif candidate.kind == "who":
        surname = answer.split()[-1]
        others = [surname] if names.of_surname(surname) <= {answer} else []
    elif candidate.kind == "when":
        others = _dates(answer)
    return tuple(dict.fromkeys([answer, *others]))


def _dates(answer: str) -> list[str]:
    if found := _DAY_MONTH.fullmatch(answer):
        day, month, year = found.groups()
        return [f"{month} {day}, {year}" if year else f"{month} {day}"]
    if found := _MONTH_DAY.fullmatch(answer):
        month, day, year = found.groups()
        return [f"{day} {month} {year}" if year else f"{day} {month}"]
    return []
