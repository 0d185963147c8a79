"""Small facts about English that selection, verification and citation share. No model, no index."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

INITIALS = r"[A-Z]\.(?: ?[A-Z]\.)+"  # "U.S.", "J. K.": one word
_WORD = re.compile(rf"{INITIALS}|[^\W_]+(?:[.,:][0-9]+)*(?:['’][^\W\d_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_INITIALS = re.compile(INITIALS)

# Words that carry no topic; question words are among them.
STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be became because been before
    being below between both but by can could did do does doing down during each few for from
    further had has have having he her here hers him his how i if in into is it its itself just
    many me more most much my no nor not now of off on once only or other our out over own s same
    she should so some such t than that the their them then there these they this those through to
    too under until up very was we were what when where which while who whom whose why will with
    would you your say says said tell told according article articles excerpt excerpts news mr mrs
    ms dr""".split()
)

_CARDINALS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_DIGITS = {word: str(value) for value, word in enumerate(_CARDINALS)}
# Words that are numbers or change one; "one" and "zero" are words like others, most of the time.
_COUNTS = frozenset(_CARDINALS[2:]) | {"hundred", "thousand", "million", "billion", "trillion"}


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in lower case; "three" is "3", "1,200" is "1200" and "U.S." is "us"."""
    if _INITIALS.fullmatch(word):
        return word.lower().replace(".", "").replace(" ", "")
    lower = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if lower[:1].isdigit():
        return _plain(lower)
    if lower in _DIGITS:
        return _DIGITS[lower]
    stemmed: str = _stemmer().stemWord(lower)
    return stemmed


def words(text: str) -> list[str]:
    """The words and numbers of a text, as they stand."""
    return _WORD.findall(text)


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry the topic, in order."""
    return [stem(word) for word in words(text) if _bare(word) not in STOP_WORDS]


def numbers(text: str) -> list[str]:
    """The numbers of a text: "1,200" gives "1200", "three million" gives "3" and "million"."""
    written = [stem(word) for word in words(text) if word.lower() in _COUNTS]
    return [_plain(number) for number in _NUMBER.findall(text)] + written


def is_name(word: str) -> bool:
    """Whether a word has the capital letter of a name."""
    return len(word) > 1 and word[0].isupper()


def _bare(word: str) -> str:
    return re.split("n['’]t$|['’]", word.lower())[0]


def _plain(number: str) -> str:
    return re.sub(r"^0+(?=\d)", "", number.replace(",", ""))
