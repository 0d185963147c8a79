"""A program whose output nobody reads to its end, as with `| head`. It knows no command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

ENDED = 141  # how a shell tells of a program that SIGPIPE ended


def until_unread(run: Callable[[], int]) -> int:
    """Run a program and write out what it printed; its status, or ENDED where nobody reads."""
    try:
        status = run()
        sys.stdout.flush()
    except BrokenPipeError:
        with Path(os.devnull).open("w") as nowhere:  # or Python complains when it flushes at exit
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return ENDED
    return status
