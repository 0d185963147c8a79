"""JSON: one article, a list of articles, or an object that holds such a list; JSON Feed and ninjs.

Read as a stream in two passes: the first finds where the articles are, the second reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import jsonl, limits
from index.read.fields import Columns, Record
from index.read.files import File, Rationed
from index.read.ninjs import flat

_LISTS: Final = frozenset(
    "item articles.item items.item results.item docs.item data.item entries.item stories.item"
    " news.item posts.item response.docs.item response.results.item hits.hits.item".split()
)  # decided at once; anywhere else the whole file is looked at first
_FEED: Final = "https://jsonfeed.org/version/"
_HEAD: Final = 2**16
_REFUSAL: Final = f"has an item larger than {limits.MAX_RECORD_BYTES // limits.MIB} MiB: split it"
_WHOLE: Final = ""


@dataclass(slots=True)
class _Place:
    """Where the articles are, and what stands around them."""

    prefix: str | None = None
    around: dict[str, str] = field(default_factory=dict)  # strings of the outermost object
    keys: list[str] = field(default_factory=list)  # seen, for a word to the user


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a JSON file, and a Skipped for each item that is none."""
    import ijson

    with file.open() as head:
        in_lines = _is_lines(head.read(_HEAD))
    if in_lines:
        yield from jsonl.articles(file)
        return
    errors = (ijson.JSONError, ValueError, RecursionError, OverflowError, UnicodeError)
    number = 0
    try:
        place = _find(file)
        if place.prefix is None:
            seen = ", ".join(place.keys[:20])
            raise InputError(f"holds no article with a text; map one of its fields: {seen}")
        columns = Columns(file)
        with file.open() as source:
            stream = _ration(source)
            for number, item in enumerate(
                ijson.items(stream, place.prefix, use_float=True), start=1
            ):
                yield from _item(item, file, number, place, columns)
                stream.left = limits.MAX_RECORD_BYTES
        yield from columns.missing()
    except errors as error:
        reason = f"is no JSON from there on ({str(error)[:200].strip()}): write it again as UTF-8"
        yield Skipped(file.shown, reason, record=number + 1)


def _item(
    item: object, file: File, number: int, place: _Place, columns: Columns
) -> Iterator[Article | Skipped]:
    if not isinstance(item, dict):
        yield Skipped(file.shown, "the item is no object", record=number)
        return
    values = flat(item)
    columns.see(values)
    around = place.around if place.around.get("version", "").startswith(_FEED) else {}
    if around and file.web and file.web.follow and not _is_whole(values):
        said = {"title": values.get("title"), "published": values.get("date_published")}
        hints = {name: value for name, value in said.items() if isinstance(value, str)}
        yield from file.web.follow(str(values["url"]), hints | {"source": around.get("title")})
        return
    yield from Record(values, file.fields).articles(
        file, number, source=around.get("title"), language=around.get("language")
    )


def _is_whole(values: Mapping[str, object]) -> bool:
    """Whether an item of a JSON Feed holds its text, or links to none."""
    has_text = values.get("content_html") or values.get("content_text")
    return bool(has_text) or not isinstance(values.get("url"), str)


def _is_lines(head: bytes) -> bool:
    """Whether it is JSON Lines in truth: the first line is an object, and so is the next."""
    first, _, rest = head.lstrip().partition(b"\n")
    if not first.startswith(b"{") or not rest.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _find(file: File) -> _Place:
    """The first list of articles; an article that is the whole file comes before other lists."""
    import ijson

    place = _Place()
    keys: dict[str, dict[str, None]] = {}
    found: str | None = None
    with file.open() as source:
        stream = _ration(source)
        for prefix, event, value in ijson.parse(stream, use_float=True):
            stream.left = limits.MAX_RECORD_BYTES
            if event == "map_key":
                if len(fields := keys.setdefault(prefix, {})) < 1_000:
                    fields[value] = None
            elif event == "string" and "." not in prefix and len(value) < 1_000:
                if len(place.around) < 50:
                    place.around.setdefault(prefix, value)
            elif event == "end_map" and (prefix == _WHOLE or _is_list(prefix)):
                fields = keys.pop(prefix, {})
                place.keys = place.keys or list(fields)
                if _fits(fields, file, whole=prefix == _WHOLE):
                    found = prefix if prefix == _WHOLE else found or prefix
                if found in _LISTS or prefix == _WHOLE:
                    break
    place.prefix = found
    return place


def _is_list(prefix: str) -> bool:
    """Whether a place is an element of a list that is in no other list."""
    steps = prefix.split(".")
    return steps[-1] == "item" and steps.count("item") == 1


def _fits(fields: dict[str, None], file: File, *, whole: bool) -> bool:
    """Whether names are those of an article; of a whole file a summary is not enough."""
    record = Record(flat(dict.fromkeys(fields, "?")), file.fields)
    wrapped = not fields.keys().isdisjoint(("_source", "attributes", "fields", "bodies"))
    if whole and "bodies" not in fields:
        return record.has_text() and record.find("text")[0] not in ("description", "summary")
    return record.has_text() or wrapped


def _ration(source: IO[bytes]) -> Rationed:
    return Rationed(source, _REFUSAL)
