"""A reader in a process of its own, which is ended when a file takes it too long or breaks it.

A hostile file of two kilobytes can keep a library busy for days, and a thread cannot be ended. The
process stays for the next file: starting one takes longer than reading most files.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[2]  # where `index` is found whatever the folder


class Apart:
    """A module that serves requests on its stdin, with how many seconds one may take."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        atexit.register(self.close)

    def ask(self, data: bytes, seconds: float, **facts: object) -> dict[str, Any] | None:
        """Give the reply to a request; None where it took too long or broke the process."""
        with self._lock:
            process = self._started()
            guard = Timer(seconds, process.kill)
            guard.daemon = True
            guard.start()
            line = b""
            try:
                line = _exchange(process, {**facts, "size": len(data)}, data)
            finally:  # whatever came in between: a reply that was not read belongs to nobody
                guard.cancel()
                if not line.endswith(b"\n"):
                    self._end()
            reply: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
            return reply

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
                [sys.executable, "-m", self._module],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:  # what it did not take is lost with it
                    continue


def _exchange(process: subprocess.Popen[bytes], facts: dict[str, object], data: bytes) -> bytes:
    if not (process.stdin and process.stdout):
        return b""
    try:
        process.stdin.write(json.dumps(facts).encode() + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
    except OSError:  # it ended
        return b""
    return process.stdout.readline()
