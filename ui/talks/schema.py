"""The SQLite file of the conversations: its tables, and how it is opened. It knows no record."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageError
from ui.words import say

VERSION = 1  # of the tables, kept as the file's user_version
PATIENCE = 10.0  # seconds to wait for another writer

SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS talks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, archive TEXT NOT NULL, title TEXT NOT NULL,
    folded TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS talks_by_change ON talks (owner, changed DESC);
CREATE TABLE IF NOT EXISTS turns (
    id TEXT PRIMARY KEY, talk TEXT NOT NULL REFERENCES talks ON DELETE CASCADE,
    place INTEGER NOT NULL, asked REAL NOT NULL, verdict TEXT NOT NULL DEFAULT '',
    folded TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (talk, place)
);
CREATE TABLE IF NOT EXISTS articles (key TEXT PRIMARY KEY, id TEXT NOT NULL, record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_id ON articles (id);
CREATE TABLE IF NOT EXISTS uses (
    turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, article TEXT NOT NULL,
    PRIMARY KEY (turn, article)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_by_article ON uses (article);
PRAGMA user_version = {VERSION};
COMMIT;
"""


def connect(file: Path) -> sqlite3.Connection:
    """Open the file, or start it, for its owner's eyes alone; StorageError where that fails."""
    with guarded(file):
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StorageError(
                say(
                    "%(file)s: the conversations cannot be kept here (%(why)s). Name another file"
                    " with --conversations, or keep none with --no-history.",
                    file=file,
                    why=error.strerror or error,
                )
            ) from error
        connection = sqlite3.connect(
            file, timeout=PATIENCE, check_same_thread=False, isolation_level=None
        )
        try:
            _prepare(connection, file)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise StorageError(
            say(
                "%(file)s: these conversations were kept by a newer version of Clippings. Use that"
                " one, or name another file with --conversations.",
                file=file,
            )
        )
    connection.execute("PRAGMA journal_mode = WAL")
    # No answer waits for the disk: a kill loses nothing, a power cut perhaps the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is gone from the file too
    if version < VERSION:
        connection.executescript(SCHEMA)


@contextmanager
def guarded(file: Path) -> Iterator[None]:
    """Say what SQLite or a record cannot do as an error that names the file and the remedy."""
    try:
        yield
    except (ValueError, zlib.error) as error:
        raise StorageError(
            say("%(file)s: what is kept in it is damaged (%(why)s).", file=file, why=error)
        ) from error
    except sqlite3.DatabaseError as error:
        lasting = "malformed" in str(error) or "not a database" in str(error)
        remedy = (
            say("Move the file away, and a new one is started.")
            if lasting
            else say("Is the disk full, or the file locked by another program?")
        )
        told = say("%(file)s: SQLite says: %(why)s.", file=file, why=error)
        raise StorageError(f"{told} {remedy}") from error
