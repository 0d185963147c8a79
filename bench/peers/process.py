"""A worker as the run sees it: commands go in, events come out with the moment they came.

A worker that ends, hangs or says something else is a PeerFailed, never an error of the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path

from bench.peers.protocol import FINAL, Message

ROOT = Path(__file__).parents[2]
QUIET = {  # nothing of a peer calls home or fetches anything
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "PYTHONNOUSERSITE": "1",
}


class PeerFailed(Exception):
    """A system could not do what it was told; the message says why."""


class PeerError(PeerFailed):
    """A command failed, and the system says so itself; it can be told the next."""


class Process:
    """A worker process; standard error goes to a log."""

    def __init__(self, python: str, adapter: str, log: Path) -> None:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603
                [python, "-m", "bench.peers.worker", adapter],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **QUIET, "PYTHONPATH": os.pathsep.join(paths)},
                cwd=log.parent,
            )
        self._lines: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def do(self, command: Message, timeout: float) -> tuple[Message, float | None, float]:
        """Send a command; give its last event, and the seconds until `first` and until the end.

        Raises PeerFailed where the worker ends, says it failed, or takes longer than `timeout`.
        """
        started = time.perf_counter()
        self._send(command)
        first: float | None = None
        while True:
            left = started + timeout - time.perf_counter()
            moment, event = self._receive(max(0.0, left), timeout)
            if event.get("event") == "first":
                first = first or moment - started
            elif event.get("event") == "failed":
                raise PeerError(str(event.get("reason")))
            elif event.get("event") in FINAL:
                return event, first, moment - started

    def close(self) -> None:
        """Let the worker end; kill it if it does not."""
        try:
            self._send({"command": "close"})
            self._process.wait(timeout=10)
        except (PeerFailed, subprocess.TimeoutExpired):
            self.kill()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # a command it did not live to read
                    stream.close()

    @property
    def alive(self) -> bool:
        """Whether the worker still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End a worker that hangs."""
        self._process.kill()
        self._process.wait()

    def _send(self, command: Message) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{json.dumps(command)}\n".encode())
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise PeerFailed(self._ended()) from error

    def _receive(self, left: float, timeout: float) -> tuple[float, Message]:
        try:
            moment, line = self._lines.get(timeout=left)
        except queue.Empty:
            raise PeerFailed(f"it said nothing for {timeout:,.0f} s") from None
        if not line:
            raise PeerFailed(self._ended())
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise PeerFailed(f"it sent {line[:80]!r}, which is no message")
        return moment, event

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put((time.perf_counter(), line))
        self._lines.put((time.perf_counter(), b""))

    def _ended(self) -> str:
        """How the worker ended, and the last thing it wrote."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it closed its output and went on
            self._process.kill()
            status = self._process.wait()
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"it {how}" + (f" ({last[:200]})" if last else "")
