"""Turns to plain data and back, exactly. It knows the records' fields by their types alone.

A field that a record has gained since takes its default; one that it has lost is passed over.
Articles are many and long, so they are put aside and named by a key.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import (
    Any,
    Literal,
    NoReturn,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from index.article import Article
from index.errors import InputError

KEY_LENGTH = 32  # hexadecimal digits of SHA-256
Articles = dict[str, Any]  # the plain data of articles by their keys
Record = TypeVar("Record")


def pack(record: Any, articles: Articles) -> Any:
    """A record as data for JSON; its articles are put into `articles`."""
    if isinstance(record, Article):
        data = _fields(record, articles)
        key = hashlib.sha256(dumps(data).encode("ascii")).hexdigest()[:KEY_LENGTH]
        articles[key] = data
        return key
    if isinstance(record, tuple):
        return [pack(item, articles) for item in record]
    if isinstance(record, date):
        return record.isoformat()
    return _fields(record, articles) if is_dataclass(record) else record


def dumps(data: Any) -> str:
    """JSON in ASCII: any string of Python survives it, be it half of a character."""
    return json.dumps(data, separators=(",", ":"))


def unpack(kind: type[Record], data: object, articles: Mapping[str, Article]) -> Record:
    """What `pack` was given; InputError names the field of data that is of another form."""
    return cast(Record, _Reader(articles).read(kind, data, kind.__name__.lower()))


def unpack_articles(data: object) -> dict[str, Article]:
    """The articles that were put aside, by their keys; InputError where they are none."""
    if not isinstance(data, dict):
        raise InputError('"articles" must be an object.')
    reader = _Reader({})
    return {key: reader.record(Article, value, f"article {key}") for key, value in data.items()}


def _fields(record: Any, articles: Articles) -> dict[str, Any]:
    return {field.name: pack(getattr(record, field.name), articles) for field in fields(record)}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@dataclass(frozen=True, slots=True)
class _Reader:
    articles: Mapping[str, Article]

    def read(self, kind: Any, data: object, where: str) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):  # of one kind and None
            given = next(arm for arm in get_args(kind) if arm is not type(None))
            return None if data is None else self.read(given, data, where)
        if origin is tuple:
            return self._tuple(get_args(kind), data, where)
        if origin is Literal:
            return data if data in get_args(kind) else _refuse(where, "one of the known words")
        if kind is Article:
            found = self.articles.get(data) if isinstance(data, str) else None
            return found or _refuse(where, "the key of an article that is there")
        if is_dataclass(kind):
            return self.record(kind, data, where)
        return _plain(kind, data, where)

    def record(self, kind: Any, data: object, where: str) -> Any:
        if not isinstance(data, dict):
            _refuse(where, "an object")
        given = {}
        for field in fields(kind):
            if field.name in data:
                hint = _hints(kind)[field.name]
                given[field.name] = self.read(hint, data[field.name], f"{where}.{field.name}")
            elif field.default is MISSING and field.default_factory is MISSING:
                raise InputError(f"{where}: {field.name!r} is missing.")
        return kind(**given)

    def _tuple(self, kinds: tuple[Any, ...], data: object, where: str) -> tuple[Any, ...]:
        if not isinstance(data, list):
            _refuse(where, "a list")
        if kinds[1:] == (...,):
            kinds = kinds[:1] * len(data)
        elif len(data) != len(kinds):
            _refuse(where, f"a list of {len(kinds)}")
        rows = enumerate(zip(kinds, data, strict=True))
        return tuple(self.read(kind, item, f"{where}[{n}]") for n, (kind, item) in rows)


def _plain(kind: Any, data: object, where: str) -> Any:
    if kind is date:
        try:
            return date.fromisoformat(data) if isinstance(data, str) else _refuse(where, "a day")
        except ValueError:
            _refuse(where, "a day such as 2031-05-02")
    if kind is float and type(data) is int and abs(data) < 2**53:
        return float(data)
    return data if type(data) is kind else _refuse(where, f"of the kind {kind.__name__}")


def _refuse(where: str, wanted: str) -> NoReturn:
    raise InputError(f"{where}: this must be {wanted}.")
