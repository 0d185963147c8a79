"""Records as agencies and programs wrap them (ninjs, search engines, WordPress): made flat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_WRAPPERS: Final = ("_source", "attributes", "fields")  # of Elasticsearch, JSON:API, Solr
_VALUES: Final = ("rendered", "value", "text", "#text", "$t")
_LISTS: Final = {"headlines": "headline", "bodies": "body_text", "descriptions": "description"}
_PLAIN: Final = "text/plain"


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """The record itself, with the texts of ninjs 2 as those of ninjs 1."""
    for name in _WRAPPERS:
        inner = values.get(name)
        if isinstance(inner, Mapping) and inner:
            values = {**inner, **{key: v for key, v in values.items() if key != name}}
    record = {name: _simple(value) for name, value in values.items()}
    for many, one in _LISTS.items():
        if one not in record and (text := _best(values.get(many))):
            record[one] = text
            del record[many]
    return record


def _simple(value: Any) -> Any:
    """An object that is nothing but a wrapped string as that string."""
    if isinstance(value, Mapping):
        for name in _VALUES:
            if isinstance(value.get(name), str):
                return value[name]
    return value


def _best(entries: object) -> str | None:
    """Of texts in several forms the plain one, else the first."""
    if not isinstance(entries, list):
        return None
    found = [e for e in entries if isinstance(e, Mapping) and isinstance(e.get("value"), str)]
    plain = (e for e in found if _PLAIN in (e.get("contenttype"), e.get("contentType")))
    best = next(plain, found[0] if found else None)
    return best["value"] if best else None
