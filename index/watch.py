"""Following a folder: what is put there is added once it has been quiet for a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from index.article import Report
from index.errors import ClippingsError
from index.protocol import Store

QUIET_MS = 1_000  # without a change, before files are read: they may still be written
LONGEST_MS = 60_000  # a folder that is never quiet is read as often


def watch(
    index: Store,
    folders: Sequence[Path],
    told: Callable[[Report | ClippingsError], None],
    *,
    sync: bool = False,
    wait: float = 0.0,
    stop: Event | None = None,
) -> None:
    """Add what the folders hold, and again after each change, until `stop` is set or Ctrl-C.

    `told` gets the report of each add. One that fails later (the folder is empty for a moment,
    the disk full) is told too, and the next change tries again; the first must succeed.
    """
    from watchfiles import watch as changes

    told(index.add(folders, sync=sync, wait=wait))
    for _ in changes(
        *folders,
        step=QUIET_MS,
        debounce=LONGEST_MS,
        stop_event=stop or Event(),
        raise_interrupt=True,
        ignore_permission_denied=True,
    ):
        try:
            told(index.add(folders, sync=sync, wait=wait))
        except ClippingsError as error:
            told(error)
