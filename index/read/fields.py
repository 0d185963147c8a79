"""Records to articles: which field of a record is the title, the text, the date and so on.

The usual names are guessed in any case and with any of _ - between their words; where the user
says which field it is (`fields`, ours to theirs) nothing is guessed. A name with dots reaches
into objects: "_source.headline".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any, Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read import limits
from index.read.facts import Facts
from index.read.files import File
from index.read.markup import holds_markup, text_of

GUESSES: Final[dict[str, tuple[str, ...]]] = {
    ours: tuple(names.split())
    for ours, names in {
        "id": "id guid uuid uri articleid newsid externalid",
        "title": "title headline heading subject newstitle articletitle",
        "text": "text body content articlebody articletext fulltext bodytext maintext story article"
        " contenttext contenthtml bodyhtml bodyxhtml contentencoded description summary",
        "date": "date published publishedat publicationdate publishdate datepublished pubdate"
        " published_at datetime timestamp firstcreated firstpublished created createdat issued",
        "updated": "updated modified datemodified lastmod lastmodified updatedat modifiedat"
        " dateupdated versioncreated",
        "source": "source publication publisher outlet newspaper site sitename sourcename provider"
        " sourcedomain",
        "author": "author authors byline creator writer by",
        "section": "section sectionname category categories desk topic rubric",
        "language": "language lang inlanguage",
        "url": "url link weburl canonicalurl permalink sourceurl href",
    }.items()
}
_PLAIN_KEY: Final = re.compile(r"[^a-z0-9]")
_EPOCH: Final = (10**8, 10**11, 10**14)  # seconds since 1970 up to the second, then milliseconds
_BYLINE: Final = re.compile(r"\s*by:?\s+(?=\S)", re.IGNORECASE)


def check_map(fields: Mapping[str, str]) -> None:
    """InputError where a map names a field that articles don't have."""
    for ours in fields:
        if ours not in GUESSES:
            raise InputError(f'"{ours}" is no field of articles: map one of {", ".join(GUESSES)}')


def check_columns(fields: Mapping[str, str], columns: Iterable[str]) -> None:
    """InputError where a map names a column that a table does not have."""
    known = list(columns)
    for ours, theirs in fields.items():
        if theirs not in known:
            raise InputError(
                f'has no column "{theirs}" to take the {ours} from; its columns: {", ".join(known)}'
            )


class Columns:
    """What records without a common header have, for a word about a map that never fitted."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._unseen = set(file.fields.values())
        self._seen: dict[str, None] = {}

    def see(self, values: Mapping[str, Any]) -> None:
        """Take note of a record's fields."""
        if self._unseen:
            self._unseen -= {name for name in self._unseen if _reach(values, name) is not None}
            if len(self._seen) < 50:
                self._seen.update(dict.fromkeys(map(str, values)))

    def missing(self) -> Iterator[Skipped]:
        """A fault for each mapped field that no record had."""
        if self._seen:
            for name in sorted(self._unseen):
                reason = f'no record has the field "{name}"; there are: {", ".join(self._seen)}'
                yield Skipped(self._file.shown, reason)


class Record:
    """One record and where its fields are."""

    def __init__(self, values: Mapping[str, Any], fields: Mapping[str, str]) -> None:
        self._values = values
        self._fields = fields
        self._plain: dict[str, str] = {}
        for key in values:
            self._plain.setdefault(_PLAIN_KEY.sub("", str(key).lower()), key)

    def articles(
        self, file: File, number: int, source: str | None = None, language: str | None = None
    ) -> Iterator[Article | Skipped]:
        """The article of the record; a Skipped where it has none.

        `source` and `language` are those of the whole file, for a record that states none.
        """
        facts = Facts(file, number)
        try:
            text = self.text()
            self.offer(facts)
            facts.offer("feed", source=source, language=language)
            yield from facts.articles(text, external_id=self._line("id"))
        except InputError as error:
            yield Skipped(file.shown, str(error), record=number)

    def text(self) -> str:
        """The raw text, without markup; InputError where there is none."""
        key, value = self.find("text")
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if value is None:
            names = ", ".join(list(map(str, self._values))[:20])
            raise InputError(
                f'"text" is missing: give the article as a string, or map a field of {names}'
                if names
                else '"text" is missing: give the article as a string'
            )
        if not isinstance(value, str):
            raise InputError(f'"{key}" is {kind_of(value)}: give a string')
        return text_of(value) if holds_markup(value) else value

    def has_text(self) -> bool:
        """Whether there is a field the text can be taken from."""
        return isinstance(self.find("text")[1], (str, list))

    def offer(self, facts: Facts) -> None:
        """Give what the record states of itself."""
        for name in ("title", "source", "author", "section", "language", "url"):
            key, _ = self.find(name)
            line = self._line(name)
            if name == "author" and line:
                line = _BYLINE.sub("", line, count=1)
            facts.offer(f"field:{key}", **{name: line})
        for name, ours in (("published", "date"), ("updated", "updated")):
            key, value = self.find(ours)
            facts.offer(f"field:{key}", **{name: _moment(value)})

    def find(self, ours: str) -> tuple[str, Any]:
        """The name and value of the field that is ours; the first guess that holds anything."""
        if ours in self._fields:
            name = self._fields[ours]
            return name, _reach(self._values, name)
        for guess in GUESSES[ours]:
            key = self._plain.get(guess)
            if key is not None and self._values[key] not in (None, "", []):
                return key, self._values[key]
        return ours, None

    def _line(self, ours: str) -> str | None:
        key, value = self.find(ours)
        text = _words(value)
        if text is None and value is not None:
            raise InputError(f'"{key}" is {kind_of(value)}: give a string')
        if isinstance(value, list) and ours in ("title", "id", "url"):
            raise InputError(f'"{key}" is a list: give a string')
        if isinstance(value, int) and ours not in ("id", "section"):
            raise InputError(f'"{key}" is {kind_of(value)}: give a string')
        line = clean_line(text_of(text) if text and holds_markup(text) else text or "")
        if len(line) > limits.MAX_FIELD_CHARACTERS:
            raise InputError(
                f'"{key}" is longer than {limits.MAX_FIELD_CHARACTERS:,} characters: shorten it'
            )
        return line or None


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _reach(values: Mapping[str, Any], name: str) -> Any:
    """The value of a name, or of a path of names with dots between."""
    if name in values:
        return values[name]
    first, dot, rest = name.partition(".")
    inner = values.get(first)
    return _reach(inner, rest) if dot and isinstance(inner, Mapping) else None


def _words(value: object) -> str | None:
    """A string, a number, the name of an object, or a list of them with commas between."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, Mapping):
        return next(
            (value[key] for key in ("name", "title") if isinstance(value.get(key), str)), None
        )
    if isinstance(value, list):
        words = [_words(item) for item in value]
        return None if None in words else ", ".join(filter(None, words))
    return None


def _moment(value: object) -> str | None:
    """A date as text, also one in seconds or milliseconds since 1970, which are in UTC."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    number = str(value).strip()
    if isinstance(value, float) or (number.isdecimal() and len(number) in (9, 10, 12, 13)):
        seconds = float(value)
        if seconds >= _EPOCH[1]:
            seconds /= 1_000
        if _EPOCH[0] <= seconds < _EPOCH[1] and seconds == seconds:
            return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")
    return number
