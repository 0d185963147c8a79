"""The conversations of one SQLite file. Tabs and servers may share it; a change is all or none.

Each conversation has an owner: who is signed in, or nobody. It knows no page and no export.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from index.article import Article
from index.errors import InputError
from ui.talks.record import dumps, pack, unpack, unpack_articles
from ui.talks.schema import connect, guarded
from ui.text import clip
from ui.turn import Turn, Verdict
from ui.words import marked, say

PAGE = 30  # conversations listed at once
TITLE = 120  # characters
WORDS, WORD = 8, 60  # of a search that are looked for, and their characters
GONE = marked("This conversation is not kept here any more.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as it stands in the list."""

    id: str
    title: str
    archive: str  # the path of the index it was asked of
    started: float  # seconds since 1970
    changed: float
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list, newest first."""

    rows: tuple[Listed, ...]
    total: int  # in all parts
    first: int  # the place of the first row, from 0


@dataclass(frozen=True, slots=True)
class Talk:
    """A whole conversation; `asked` are the times of its turns in seconds since 1970."""

    listed: Listed
    turns: tuple[Turn, ...]
    asked: tuple[float, ...]


class TalkStore:
    """One file of conversations. Every method may raise StorageError."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connection = connect(file)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def begin(self, turn: Turn, *, owner: str = "", archive: str = "") -> Turn:
        """Keep a question that is being asked; the turn with its id and its conversation's."""
        begun = replace(turn, id=_new_id(), talk=turn.talk or _new_id())
        with self._writing() as write:
            self._put(write, begun, owner, archive, time.time())
        return begun

    def finish(self, turn: Turn) -> None:
        """Keep what came of a question; one that was deleted meanwhile stays deleted."""
        with self._writing() as write:
            aside: dict[str, Any] = {}
            record = dumps(pack(_bare(turn), aside))
            changed = write.execute(
                "UPDATE turns SET record = ?, folded = ? WHERE id = ?",
                (record, _folded(turn), turn.id),
            ).rowcount
            if changed:
                _put_articles(write, turn.id, aside)

    def listed(self, query: str = "", first: int = 0, *, owner: str = "") -> Page:
        """The conversations that hold all words of the query, from place `first` on."""
        where, values = _matching(query)
        values = [owner, *values]
        with self._reading() as read:
            (total,) = read.execute(
                f"SELECT count(*) FROM talks WHERE {where}",  # noqa: S608
                values,
            ).fetchone()
            start = max(0, min(first, (total - 1) // PAGE * PAGE))
            rows = read.execute(
                f"SELECT {_LISTED} FROM talks WHERE {where}"  # noqa: S608
                " ORDER BY changed DESC, id LIMIT ? OFFSET ?",
                [*values, PAGE, start],
            ).fetchall()
        return Page(tuple(Listed(*row) for row in rows), total, start)

    def talk(self, talk_id: str, *, owner: str = "") -> Talk:
        """A whole conversation; InputError if there is none of this id or it cannot be read."""
        with self._reading() as read:
            row = read.execute(
                f"SELECT {_LISTED} FROM talks WHERE owner = ? AND id = ?",  # noqa: S608
                (owner, talk_id),
            ).fetchone()
            if row is None:
                raise InputError(say(GONE))
            rows = read.execute(
                "SELECT id, verdict, asked, record FROM turns WHERE talk = ? ORDER BY place",
                (talk_id,),
            ).fetchall()
            articles = unpack_articles(dict(map(_unzipped, read.execute(
                "SELECT DISTINCT key, articles.record FROM articles JOIN uses ON article = key"
                " JOIN turns ON turn = turns.id WHERE talk = ?",
                (talk_id,),
            ))))  # fmt: skip
            turns = tuple(
                _loaded(turn_id, verdict, talk_id, record, articles)
                for turn_id, verdict, _, record in rows
            )
        return Talk(Listed(*row), turns, tuple(asked for _, _, asked, _ in rows))

    def talk_of(self, turn_id: str, *, owner: str = "") -> str:
        """The id of the conversation that an answer is part of; InputError if there is none."""
        with self._reading() as read:
            row = read.execute(
                "SELECT talk FROM turns JOIN talks ON talk = talks.id"
                " WHERE turns.id = ? AND owner = ?",
                (turn_id, owner),
            ).fetchone()
        if row is None:
            raise InputError(say("This answer is not kept here any more."))
        return str(row[0])

    def article(self, article_id: str, *, owner: str = "") -> Article | None:
        """An article as it was when it was found for one of the owner's questions."""
        with self._reading() as read:
            row = read.execute(
                "SELECT key, articles.record FROM articles JOIN uses ON article = key"
                " JOIN turns ON turn = turns.id JOIN talks ON talk = talks.id"
                " WHERE articles.id = ? AND owner = ? ORDER BY asked DESC LIMIT 1",
                (article_id, owner),
            ).fetchone()
        return None if row is None else unpack_articles(dict([_unzipped(row)]))[row[0]]

    def rename(self, talk_id: str, title: str, *, owner: str = "") -> None:
        """Give a conversation another title; InputError for one without a word."""
        title = _title(title)
        if not title:
            raise InputError(say("A conversation’s name needs a word at least."))
        with self._writing() as write:
            write.execute(
                "UPDATE talks SET title = ?, folded = ? WHERE id = ? AND owner = ?",
                (title, title.casefold(), talk_id, owner),
            )

    def judge(self, turn_id: str, verdict: Verdict, *, owner: str = "") -> None:
        """Keep what the reader says of an answer."""
        if verdict not in get_args(Verdict):
            raise InputError(say("This is nothing that can be said of an answer."))
        with self._writing() as write:
            write.execute(
                "UPDATE turns SET verdict = ? WHERE id = ? AND talk IN"
                " (SELECT id FROM talks WHERE owner = ?)",
                (verdict, turn_id, owner),
            )

    def delete(self, talk_id: str, *, owner: str = "") -> None:
        """Delete a conversation, and the articles that no other one needs."""
        with self._writing() as write:
            write.execute("DELETE FROM talks WHERE id = ? AND owner = ?", (talk_id, owner))
            write.execute("DELETE FROM articles WHERE key NOT IN (SELECT article FROM uses)")

    def add(self, talk: Talk, *, owner: str = "") -> str:
        """Keep a conversation from elsewhere under ids of its own; its new id."""
        new = _new_id()
        title = talk.listed.title
        with self._writing() as write:
            for turn, asked in zip(talk.turns, talk.asked, strict=True):
                kept = replace(turn, id=_new_id(), talk=new)
                self._put(write, kept, owner, talk.listed.archive, asked, title)
            write.execute("UPDATE talks SET changed = ? WHERE id = ?", (time.time(), new))
        return new

    def _put(
        self,
        write: sqlite3.Connection,
        turn: Turn,
        owner: str,
        archive: str,
        asked: float,
        title: str = "",
    ) -> None:
        title = _title(title or turn.question) or "…"
        write.execute(
            "INSERT INTO talks VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO"
            " UPDATE SET changed = excluded.changed",
            (turn.talk, owner, _storable(archive), title, title.casefold(), asked, asked),
        )
        aside: dict[str, Any] = {}
        record = dumps(pack(_bare(turn), aside))
        write.execute(
            "INSERT INTO turns SELECT ?, ?, 1 + coalesce(max(place), 0), ?, ?, ?, ? FROM turns"
            " WHERE talk = ?",
            (turn.id, turn.talk, asked, turn.verdict, _folded(turn), record, turn.talk),
        )
        _put_articles(write, turn.id, aside)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, guarded(self.file):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, guarded(self.file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


_LISTED = "id, title, archive, started, changed, (SELECT count(*) FROM turns WHERE talk = talks.id)"


def _loaded(
    turn_id: str, verdict: Verdict, talk_id: str, record: str, articles: Mapping[str, Article]
) -> Turn:
    turn = unpack(Turn, json.loads(record), articles)
    stage = turn.stage if turn.over else "interrupted"
    return replace(turn, id=turn_id, talk=talk_id, verdict=verdict, stage=stage)


def _new_id() -> str:
    return secrets.token_hex(8)


def _bare(turn: Turn) -> Turn:
    """Without what columns say."""
    return replace(turn, id="", talk="", verdict="", unkept="")


def _put_articles(write: sqlite3.Connection, turn_id: str, aside: dict[str, Any]) -> None:
    rows = [(key, data["id"], zlib.compress(dumps(data).encode())) for key, data in aside.items()]
    write.executemany("INSERT OR IGNORE INTO articles VALUES (?, ?, ?)", rows)
    write.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", [(turn_id, key) for key in aside])


def _unzipped(row: Sequence[Any]) -> tuple[str, Any]:
    return row[0], json.loads(zlib.decompress(row[1]))


def _storable(text: str) -> str:
    """Text as SQLite takes and searches it: whole characters, no null."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def _title(text: str) -> str:
    return clip(" ".join(_storable(text).split()), TITLE)


def _folded(turn: Turn) -> str:
    """What is searched of a turn."""
    answer = turn.answer
    told = (answer.standalone, answer.text) if answer else ()
    return _storable("\n".join(filter(None, (turn.question, *told)))).casefold()


def _matching(query: str) -> tuple[str, list[str]]:
    words = _storable(query[: WORDS * WORD]).casefold().split()[:WORDS]
    one = (
        "(folded LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turns"
        " WHERE talk = talks.id AND turns.folded LIKE ? ESCAPE '\\'))"
    )
    where = " AND ".join(["owner = ?", *[one] * len(words)])
    return where, [f"%{_literal(word[:WORD])}%" for word in words for _ in range(2)]


def _literal(word: str) -> str:
    for sign in "\\%_":
        word = word.replace(sign, f"\\{sign}")
    return word
