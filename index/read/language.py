"""The language of a text: as stated, unless its letters say otherwise; else a look at the text.

English is told by its commonest words; py3langid, which takes seconds to load, judges the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any, Final

_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?\b.*")
_NAMES: Final = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it",
    "portuguese": "pt", "dutch": "nl", "russian": "ru", "arabic": "ar", "hebrew": "he",
    "chinese": "zh", "japanese": "ja", "korean": "ko", "eng": "en", "fra": "fr", "deu": "de",
    "spa": "es",
}  # fmt: skip
_SAMPLE: Final = 2_000  # characters looked at
_FEWEST_LETTERS: Final = 40  # fewer tell nothing, except in a script of one language
_SURE: Final = 0.9  # probability
_NONE: Final = ("zxx", "und")  # the classifier's codes for no language
_ENGLISH: Final = frozenset("the of and to in a is that for it on was as with said at by".split())
_ENGLISH_SHARE: Final = 0.15  # of the words; other languages that know some of these stay below
_SCRIPTS: Final = {  # the first word of a letter's name in Unicode, and who writes so
    "ARABIC": "ar fa ur ps ug sd ckb", "HEBREW": "he yi", "CJK": "zh ja", "HIRAGANA": "ja",
    "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru uk bg sr mk be kk ky mn tg",
    "GREEK": "el", "DEVANAGARI": "hi mr ne", "BENGALI": "bn as", "THAI": "th", "TAMIL": "ta",
    "TELUGU": "te", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am ti", "KHMER": "km",
    "LAO": "lo", "MYANMAR": "my", "SINHALA": "si", "GUJARATI": "gu", "GURMUKHI": "pa",
    "KANNADA": "kn", "MALAYALAM": "ml",
}  # fmt: skip


def tag(stated: str) -> str | None:
    """A stated language as a code: "en_US.UTF-8" to "en-US", "English" to "en"."""
    name = stated.strip()
    if known := _NAMES.get(name.lower()):
        return known
    match = _TAG.fullmatch(name)
    if not match:
        return None
    script, region = match[2], match[3]
    parts = [match[1].lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(filter(None, parts))


def language_of(text: str, stated: str | None) -> tuple[str | None, str | None]:
    """The language and, where it is not the stated one, that it was detected."""
    sample = text[:_SAMPLE]
    script = _script(sample)
    if stated and _fits(stated, script):
        return stated, None
    if script == "LATIN" and _is_english(sample):
        return "en", "detected"
    letters = sum(map(str.isalpha, sample))
    if script in _SCRIPTS and (letters >= _FEWEST_LETTERS or " " not in _SCRIPTS[script]):
        return _among(sample, _SCRIPTS[script].split()), "detected"
    if script == "LATIN" and letters >= _FEWEST_LETTERS and not stated:
        found, probability = _classifier().classify(sample)
        if probability >= _SURE and found not in _NONE:
            return str(found), "detected"
    return stated, None


def _fits(stated: str, script: str | None) -> bool:
    """Whether a language is written so; in Latin letters any may be."""
    languages = _SCRIPTS.get(script or "")
    return languages is None or stated.split("-")[0] in languages.split()


def _script(sample: str) -> str | None:
    """The script of most letters; Japanese where a tenth of them are kana."""
    counts: Counter[str] = Counter()
    for character, times in Counter(sample).items():
        if character.isalpha():
            counts[unicodedata.name(character, "").partition(" ")[0]] += times
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    if kana and kana * 10 >= counts.total():
        return "HIRAGANA"
    return counts.most_common(1)[0][0] if counts else None


def _is_english(sample: str) -> bool:
    words = sample.lower().split()
    common = sum(word in _ENGLISH for word in words)
    return len(words) >= 8 and common >= _ENGLISH_SHARE * len(words)


def _among(sample: str, languages: list[str]) -> str:
    if len(languages) == 1:
        return languages[0]
    found = str(_classifier().classify(sample)[0])
    return found if found in languages else languages[0]


@cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
