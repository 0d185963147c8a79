"""The one writer of an index: its lock, and what a disk that refuses means to the user."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StorageError
from index.manifest import DRAFT, LOCK

WAITING = ", or have it waited for: --wait SECONDS on the command line, wait=SECONDS in Python"


@contextmanager
def writing(directory: Path, wait: float = 0.0) -> Iterator[None]:
    """Be the one writer; another one is waited for as many seconds, which is said on stderr."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = _locked(directory, wait)
        try:
            yield
        finally:
            lock.release()
    except Timeout as error:
        raise StorageError(
            f"{directory}: another process is changing this index. Wait until it has ended"
            f"{f' (it was waited for {wait:g} s)' if wait else WAITING}."
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise StorageError(
            f"{directory}: the index cannot be written ({error}). Make room or choose another "
            "folder, then run the same command again: what was finished before is kept."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{directory}: what an interrupted add left behind is damaged ({error}). "
            f"Delete the folder {directory / DRAFT} and run the same command again."
        ) from error


def _locked(directory: Path, wait: float) -> FileLock:
    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if wait <= 0:
            raise
        print(
            f"{directory}: another process is changing this index; waiting up to {wait:g} s.",
            file=sys.stderr,
        )
        lock.acquire(timeout=wait)
    return lock
