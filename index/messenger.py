"""The process that speaks to Ray, seen from ours: lines of JSON go in and come out.

Ray ends the process it runs in when its cluster dies, and some of its calls never return. So it
runs in a process of its own (`index.cluster`), which is ended when it is silent for too long.
This knows no Ray and nothing of what the lines mean but how many workers there are to be.
"""

from __future__ import annotations

import json
import os
import queue
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

from index.errors import ClusterError, InputError

TIMEOUT_S: Final = 300.0  # of silence while there is work, above the most a file may take
LONGEST_S: Final = 86_400
CONNECT_S: Final = 120.0  # until the cluster is reached or begun
CLOSING_S: Final = 15.0  # to end in peace
MAX_LINE: Final = 64 * 2**20  # bytes
SAID: Final = 300  # characters that are shown of what the process said last
_ADDRESS: Final = re.compile(
    r"(?:ray://)?(?:[\w.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):\d{1,5}", re.ASCII
)
_FAULT: Final = re.compile(r"(?i)error:|exception:|failed|terminated")
_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where workers are: "local" begins some on this machine; HOST:PORT, or ray://HOST:PORT."""

    address: str
    workers: int | None = None  # None: one for each core there
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        if self.address != "local" and not _ADDRESS.fullmatch(self.address):
            raise InputError(
                f"--ray {self.address}: give local, or HOST:PORT or ray://HOST:PORT of a cluster."
            )
        if self.workers is not None and self.workers < 1:
            raise InputError(f"--ray-workers {self.workers}: give 1 or more.")
        if not 0 < self.timeout_s <= LONGEST_S:
            raise InputError(f"--ray-timeout {self.timeout_s}: give 1 to {LONGEST_S} seconds.")


class Messenger:
    """A running process that takes jobs and tells what became of them; a Pool."""

    def __init__(
        self,
        command: Sequence[str],
        where: str,
        *,
        environment: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Start the process and wait until it says how many workers there are to be.

        It is given a folder, as its last argument, that is removed when it has ended.
        Raises ClusterError where it ends or says nothing until then.
        """
        self._where = where
        self._timeout_s = min(timeout_s, CONNECT_S)
        self._folder = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603
            [*command, self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=environment,
            start_new_session=True,  # Ctrl+C is for us alone
        )
        self._outgoing: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # Neither a full pipe nor an empty one may hold us.
        self._threads = [
            threading.Thread(target=work, args=(stream,), name="messenger", daemon=True)
            for work, stream in (
                (self._write, self._process.stdin),
                (self._read, self._process.stdout),
            )
        ]
        for thread in self._threads:
            thread.start()
        try:
            self.workers = self._begin()
        except BaseException:
            self.close(at_once=True)
            raise
        self._timeout_s = timeout_s

    def give(self, job: Mapping[str, Any]) -> None:
        """Hand a job over; it does not wait."""
        self._outgoing.put(job)

    def take(self) -> dict[str, Any]:
        """Wait for the next line. Raises ClusterError after the timeout, and at the end."""
        try:
            line = self._incoming.get(timeout=self._timeout_s)
        except queue.Empty:
            raise ClusterError.at(
                self._where, f"no answer within {self._timeout_s:g} seconds{self._last_words()}"
            ) from None
        if not line:
            self._end(CLOSING_S)
            raise ClusterError.at(
                self._where, f"the process that speaks to it has ended{self._last_words()}"
            )
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise ClusterError.at(self._where, "something was told that cannot be read")
        return told

    def close(self, *, at_once: bool = False) -> None:
        """End the process and all it started."""
        self._outgoing.put(None)
        self._end(0 if at_once else CLOSING_S)
        for thread in self._threads:
            thread.join()
        self._said.close()
        self._folder.cleanup()

    def _end(self, patience_s: float) -> None:
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _begin(self) -> int:
        told = self.take()
        if "failed" in told:
            raise ClusterError.at(self._where, str(told["failed"]))
        workers = told.get("workers")
        if type(workers) is not int or workers < 1:
            raise ClusterError.at(self._where, "it has no worker with a core of its own")
        return workers

    def _write(self, stream: IO[bytes]) -> None:
        with suppress(OSError):  # it has ended; the reader tells
            while (job := self._outgoing.get()) is not None:
                stream.write(json.dumps(job).encode("ascii") + b"\n")
                stream.flush()
        with suppress(OSError):
            stream.close()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while (line := stream.readline(MAX_LINE)).endswith(b"\n"):
                self._incoming.put(line)
        self._incoming.put(b"")

    def _last_words(self) -> str:
        """What the process said last, in brackets; rather of a fault than of its traceback."""
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - 4_096))
        said = self._said.read().decode("utf-8", "replace").split("\n")
        lines = [line.strip() for line in reversed(said) if line.strip()]
        last = next((line for line in lines if _FAULT.search(line)), lines[0] if lines else "")
        shown = "".join(letter for letter in last[:SAID] if letter.isprintable())
        return f" (it said last: {shown})" if shown else ""


def reach(cluster: Cluster, spec: str) -> Messenger:
    """The workers of a cluster, each with the embedder `spec`. Raises ClusterError."""
    if find_spec("ray") is None:
        raise ClusterError.at(
            cluster.address,
            "the package ray is missing. Install it: pip install 'clippings-qa[ray]'",
        )
    if spec != "default" and not spec.startswith("hf:"):
        spec = str(Path(spec).expanduser().resolve())  # workers run elsewhere
    command = [sys.executable, "-m", "index.cluster", cluster.address, spec]
    command += [str(cluster.workers or 0), str(cluster.timeout_s / 2)]
    return Messenger(
        command,
        cluster.address,
        environment=_environment(cluster.address),
        timeout_s=cluster.timeout_s,
    )


def _environment(address: str) -> dict[str, str]:
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    ours = {
        "PYTHONPATH": path,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_raylet_start_wait_time_s": f"{CONNECT_S:.0f}",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    }
    if address == "local":  # other users of this machine reach its ports too
        ours |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    return {**os.environ, **ours}
