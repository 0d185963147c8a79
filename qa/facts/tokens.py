"""Text to tokens with offsets, in one pass. It knows no meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.text import INITIALS

# "U.S." is one token, with a space in it too, and so is "O'Brien"; numbers keep their inner points,
# commas and colons.
_TOKEN = re.compile(
    rf"{INITIALS}|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign: `text[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The token in lower case with straight apostrophes."""
        return self.text.lower().replace("’", "'")

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter."""
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return self.text[0].isdigit()


END = Token(" ", 0, 0)  # stands behind the last token: no word, no number, no sign


def tokens(text: str) -> list[Token]:
    """Give the tokens of a text in order."""
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def bare(word: str) -> str:
    """A word in lower case without dots and without the ending of an owner; "U. S." is "us"."""
    lower = word.lower().replace("’", "'").replace(".", "").replace(" ", "")
    return lower.removesuffix("'s").removesuffix("'")
