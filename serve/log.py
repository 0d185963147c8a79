"""A JSON object a line for each request and each question. No text of either unless asked for."""

from __future__ import annotations

import json
import re
import sys
import threading
from contextvars import ContextVar
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from index.errors import StorageError

GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")  # an id that a program may give its request

request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_id(given: str = "") -> str:
    """The id a request came with, if it is a plain one, else a new one."""
    return given if GIVEN.fullmatch(given) else uuid4().hex


class Log:
    """Lines to a stream; without one nothing is written. Safe to use from several threads."""

    def __init__(self, stream: TextIO | None = None, *, text: bool = False) -> None:
        self.text = text  # questions and answers are written too
        self._stream = stream
        self._lock = threading.Lock()

    @classmethod
    def open(cls, target: str | None, *, text: bool = False) -> Log:
        """Open a file to append to; "-" is the terminal, None no log at all."""
        if target is None or target == "-":
            return cls(sys.stderr if target else None, text=text)
        try:
            return cls(Path(target).open("a", encoding="utf-8"), text=text)
        except OSError as error:
            raise StorageError(
                f"{target}: the log cannot be written ({error.strerror}). Name another with --log."
            ) from error

    def write(self, event: str, **facts: Any) -> None:
        """Write what happened. A full disk loses the line, never the request."""
        if self._stream is None:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        known = {name: value for name, value in facts.items() if value is not None}
        line = json.dumps({"time": now, "event": event, **known}, ensure_ascii=True)
        with self._lock:
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except OSError:
                return
