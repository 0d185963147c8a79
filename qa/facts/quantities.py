"""The numbers of a text with what they count: money, percentages, measures, people, places."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from qa.facts.quantity import CODE, LABEL, ORDINAL, PLAIN, Quantity
from qa.facts.tokens import END, Token, tokens
from qa.facts.units import (
    CURRENCY_SIGNS,
    LETTERS,
    MAGNITUDES,
    ORDINALS,
    SMALL,
    STOPS,
    TENS,
    UNITS,
    VAGUE,
)
from qa.text import stem

NOUN_WORDS = 4  # words behind a number that may hold what it counts
MAX_DIGITS = 30  # a longer string of digits is no number; compared as it is written


@lru_cache(maxsize=4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Give the quantities of a text in order; the two ends of a range are two of them."""
    found: list[Quantity] = []
    reader = _Reader(tokens(text))
    while reader.at < len(reader.tokens):
        found += reader.read()
    return tuple(found)


class _Reader:
    """Reads one number after another; every token is looked at a bounded number of times."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0

    def token(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else END

    def read(self) -> list[Quantity]:
        """Read what stands here, and go on behind it."""
        start = self.at
        first = self.number()
        if first is None:
            self.at = start + 1
            return []
        first = self.qualified(first)
        if (second := self._other_end(first, start)) is None:
            return [replace(first, nouns=self.nouns())]
        nouns = self.nouns()
        if not first.unit and not first.high:  # "6 to 7 percent", "2-3 million"
            scale = self._scale if first.value < 1000 and self._scale > 1 else Decimal(1)
            first = replace(first, unit=second.unit, value=first.value * scale)
        elif not second.unit:
            second = replace(second, unit=first.unit)
            if first.value < 1000 and self._scale > 1:
                first = replace(first, value=first.value * self._scale)
        return [replace(first, nouns=nouns), replace(second, nouns=nouns)]

    _scale = Decimal(1)  # of the number read last

    def _other_end(self, first: Quantity, start: int) -> Quantity | None:
        if first.unit in (ORDINAL, LABEL, CODE):
            return None
        joined = self.token().lower
        between = joined == "and" and self.tokens[start - 1].lower == "between" if start else False
        if joined not in ("to", "-", "–", "—") and not between:
            return None
        mark = self.at
        hyphened = [self.token(n).lower for n in range(3)] == ["-", "to", "-"]  # "7-to-10"
        self.at += 3 if hyphened else 1
        second = self.number()
        if second is None or second.unit in (ORDINAL, LABEL, CODE):
            self.at = mark
            return None
        return self.qualified(second)

    def number(self) -> Quantity | None:
        """Read a number with the sign of a currency before it and its magnitude behind it."""
        start, unit = self.token().start, PLAIN
        self._scale = Decimal(1)
        sign = CURRENCY_SIGNS.get(self.token().lower)
        if sign and self.token(1).is_number:
            before = self.token(-1)
            prefix = {"us": "us", "a": "australian", "c": "canadian", "hk": "hong-kong"}.get(
                before.lower.replace(".", "") if before.end == start else "", ""
            )
            unit = f"{prefix}-{sign}" if prefix and sign == "dollar" else sign
            self.at += 1
        value = self._digits() if self.token().is_number else self._in_words()
        if value is None or isinstance(value, Quantity):
            return value
        value = self._magnitude(value, bool(unit))
        return Quantity(start, self.token(-1).end, value, unit)

    def _digits(self) -> Decimal | Quantity | None:
        token, before = self.token(), self.token(-1)
        joined = before.end == token.start and self.at > 0
        if joined and before.text in "-–" and self.token(-2).end == before.start:
            before = self.token(-2)
        if joined and before.is_word and before.lower != "to":
            self.at += 1
            label = f"{before.lower}{token.text}"
            return Quantity(token.start, token.end, Decimal(0), LABEL, written=label)
        value = _decimal(token.text)
        self.at += 1
        if value is None:
            return Quantity(token.start, token.end, Decimal(0), CODE, written=token.text)
        after = self.token()
        if after.start == token.end and after.lower in ("st", "nd", "rd", "th"):
            self.at += 1
            return Quantity(token.start, after.end, value, ORDINAL)
        return self._ratio(token.start, value) or self._fraction(value)

    def _ratio(self, start: int, value: Decimal) -> Quantity | None:
        """Read on where a number begins "20-for-1" or "20-to-1"; "7-to-10" is a range."""
        ahead = [self.token(n) for n in range(4)]
        before, word, behind, under = (token.text for token in ahead)
        joined = ahead[3].end - ahead[0].start == sum(map(len, (before, word, behind, under)))
        if not (joined and before == behind == "-" and word in ("for", "to")):
            return None
        share = _decimal(under) if ahead[3].is_number else None
        if share is None or (word == "to" and share >= value):
            return None
        self.at += 4
        return Quantity(start, ahead[3].end, Decimal(0), CODE, written=f"{value}:{share}")

    def _fraction(self, value: Decimal) -> Decimal:
        """Add what stands behind as in "7-1/8" or "7 1/8", or divide as in "1/2"."""
        ahead = 1 if self.token().text == "-" else 0
        over, slash, under = self.token(ahead), self.token(ahead + 1), self.token(ahead + 2)
        if slash.text == "/" and over.is_number and under.text in ("2", "3", "4", "8", "16", "32"):
            top = _decimal(over.text)
            if top is not None and top < Decimal(under.text):
                self.at += ahead + 3
                return value + top / Decimal(under.text)
        if self.token().text == "/" and self.token(1).text in ("2", "3", "4", "8", "16", "32"):
            under = self.token(1)
            if value < Decimal(under.text) and self.token(2).text != "/":
                self.at += 2
                return value / Decimal(under.text)
        return value

    def _in_words(self) -> Decimal | Quantity | None:
        """Read a number in words; "one" and "a" are numbers before a magnitude alone."""
        token, word = self.token(), self.token().lower
        if word in ("a", "an", "one") and self.token(1).lower in (*MAGNITUDES, "dozen"):
            self.at += 1
            return Decimal(1)
        if word == "half":
            self.at += 1
            if self.token().lower in ("a", "an") and self.token(1).lower in (*MAGNITUDES, "dozen"):
                self.at += 1
                return Decimal("0.5")
            before = self.token(-2)
            if before.lower in ORDINALS or before.lower in ("one", "last", "other"):
                return None
            if self.token().text == "-":
                return None
            return Quantity(token.start, token.end, Decimal("0.5"), "half")
        if word in VAGUE:
            self.at += 1
            low = VAGUE[word]
            return Quantity(token.start, token.end, low, high=low * 1000, written=word)
        if word in ORDINALS and self.token(1).lower not in ("time", "half"):
            self.at += 1
            return Quantity(token.start, token.end, Decimal(ORDINALS[word]), ORDINAL)
        return self._cardinal()

    def _cardinal(self) -> Decimal | None:
        total, seen = Decimal(0), False
        for _ in range(4):  # "three hundred and twenty-one"
            word = self.token().lower
            if word in TENS and not total % 100:
                total, seen = total + TENS[word], True
                ahead = 1 if self.token(1).text == "-" else 0
                unit = self.token(1 + ahead).lower
                if 0 < SMALL.get(unit, 0) < 10:
                    total += SMALL[unit]
                    self.at += 1 + ahead
                self.at += 1
            elif word in SMALL and not total % 100 and (seen or word != "one" or self._counted()):
                total, seen = total + SMALL[word], True
                self.at += 1
            if seen and self.token().lower == "hundred" and total < 100:
                total *= 100
                self.at += 1
                if self.token().lower == "and" and self.token(1).lower in (*SMALL, *TENS):
                    self.at += 1
                continue
            break
        return total if seen else None

    def _counted(self) -> bool:
        return self.token(1).lower in (*MAGNITUDES, "percent", "per", "pct", "percentage")

    def _magnitude(self, value: Decimal, money: bool) -> Decimal:
        for _ in range(2):  # "two hundred thousand"
            after = self.token()
            near = after.start == self.token(-1).end
            if self.token().text == "-" and self.token(1).lower in MAGNITUDES:
                self.at += 1
                after = self.token()
            scale = MAGNITUDES.get(after.lower)
            if scale is None and near and (money or after.lower == "k"):
                scale = LETTERS.get(after.lower)
            if scale is None:
                break
            self.at += 1
            self._scale *= scale
            value *= scale
        return value

    def qualified(self, number: Quantity) -> Quantity:
        """Read the unit behind a number."""
        if number.unit not in (PLAIN, "half"):
            if number.unit.endswith("dollar") and self.token().lower in ("dollars", "dlrs"):
                self.at += 1
            return number
        ahead = 1 if self.token().text == "-" else 0
        words = [self.token(ahead + n).lower.replace(".", "") for n in range(3)]
        for size in (3, 2, 1):
            name = " ".join(words[:size])
            if name in UNITS and not (ahead and size > 1):
                self.at += ahead + size
                return replace(number, unit=UNITS[name], end=self.token(-1).end)
        return number

    def nouns(self) -> tuple[str, ...]:
        """The stems of the words behind a number, up to one that ends what it counts."""
        found: list[str] = []
        ahead = 1 if self.token().text == "-" else 0
        for n in range(ahead, ahead + NOUN_WORDS):
            token = self.token(n)
            if token.lower == "of" and n == ahead:
                continue
            if not token.is_word or token.lower in STOPS:
                break
            if token.lower.endswith("ed") and not found:
                break
            found.append(stem(token.text))
        return tuple(found)


def _decimal(text: str) -> Decimal | None:
    """The value of digits; None for "1.2.3", "7:30" and what is too long to be a number."""
    whole, *groups = text.split(",")
    grouped = all(len(group.split(".")[0]) == 3 for group in groups)
    if len(text) > MAX_DIGITS or ":" in text or not grouped or ("." in whole and groups):
        return None
    try:
        return Decimal("".join((whole, *groups)))
    except InvalidOperation:
        return None
