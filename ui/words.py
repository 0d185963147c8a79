"""The words of the interface, in the language that was chosen when the server started.

A sentence stands in the code in English, whole and with names for what is put in; `tools/words.py`
gathers the sentences that are given to the functions here. It knows no page, and no language but
English: what a catalog says instead is catalogs.py's to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import NullTranslations
from html import escape
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """A language with its sentences; English without anything."""

    code: str = "en"  # as HTML has it
    direction: str = "ltr"
    catalog: NullTranslations = field(default_factory=NullTranslations)
    locale: Any = None  # Babel's, by which days and numbers are said; None: as in English
    lacking: int = 0  # sentences that stay in English


_spoken = Language()


def speak(language: Language) -> None:
    """Say everything in this language from now on; to be called before anything is said."""
    global _spoken  # one server speaks one language
    _spoken = language


def spoken() -> Language:
    """The language of the interface."""
    return _spoken


def marked(sentence: str) -> str:
    """The same sentence, for it to be gathered; whoever shows it calls `say` with it."""
    return sentence


def say(sentence: str, /, **places: object) -> str:
    """The sentence as text; `%(name)s` in it stands for what is given by that name.

    Without places nothing is put in: so a script is given a sentence that it fills itself.
    """
    return _filled(_spoken.catalog.gettext(sentence), places)


def count(number: int, one: str, many: str, /, **places: object) -> str:
    """The sentence for one or for many as text, in which `%(n)s` is the number."""
    words = _spoken.catalog.ngettext(one, many, number)
    return _filled(words, {"n": figure(number), **places})


def say_html(sentence: str, /, **places: str) -> str:
    """`say` as HTML: the sentence is escaped, what is put in is HTML already."""
    return _filled(escape(_spoken.catalog.gettext(sentence)), places)


def count_html(number: int, one: str, many: str, /, **places: str) -> str:
    """`count` as HTML: the sentence is escaped, what is put in is HTML already."""
    words = escape(_spoken.catalog.ngettext(one, many, number))
    return _filled(words, {"n": figure(number), **places})


def figure(value: float, digits: int = 0) -> str:
    """A number with its thousands set apart and so many digits behind the point."""
    if _spoken.locale is None:
        return f"{value:,.{digits}f}"
    from babel.numbers import format_decimal

    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(round(value, digits), format=pattern, locale=_spoken.locale)


def share(part: float) -> str:
    """A share from 0 to 1 in percent."""
    return say("%(percent)s%%", percent=figure(100 * part))


def _filled(words: str, places: dict[str, Any]) -> str:
    return words % places if places else words
