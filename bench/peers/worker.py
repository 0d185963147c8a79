"""The loop that runs in a system's own environment: `python -m bench.peers.worker MODULE`.

It loads an adapter and does what it is told; it knows no question and judges nothing. Whatever
libraries print goes to standard error, so that standard output carries messages alone.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TextIO

from bench.peers.protocol import Message, Peer, Setup, read_documents


class Worker:
    """One adapter, driven by messages."""

    def __init__(self, adapter: str, replies: TextIO) -> None:
        self._adapter = adapter
        self._replies = replies
        self._peer: Peer | None = None

    def serve(self, commands: TextIO) -> None:
        """Do what the lines say until one says `close` or they end."""
        for line in commands:
            message: Message = json.loads(line)
            if message["command"] == "close":
                return
            try:
                reply = self._do(message)
            except Exception as error:  # noqa: BLE001  what a system raises is what came of it
                traceback.print_exc()
                reason = " ".join(f"{type(error).__name__}: {error}".split())
                reply = {"event": "failed", "reason": reason[:300]}
            self._send({**reply, "peak_bytes": peak_bytes()})

    def _do(self, message: Message) -> Message:
        if message["command"] == "open":
            setup = Setup(**message["setup"])
            self._peer = importlib.import_module(self._adapter).open_peer(setup)
            assert self._peer is not None
            return {"event": "ready", "version": self._peer.version}
        if self._peer is None:
            raise RuntimeError("the first command must be `open`")
        if message["command"] == "index":
            return self._index(self._peer, message)
        said = self._peer.ask(
            message["question"], message["day"], lambda: self._send({"event": "first"})
        )
        return {
            "event": "answered",
            "text": said.text,
            "passages": list(said.passages),
            "citations": list(said.citations),
        }

    def _index(self, peer: Peer, message: Message) -> Message:
        documents = list(read_documents(Path(message["articles"])))
        started = time.perf_counter()
        indexed = peer.index(documents, Path(message["folder"]))
        seconds = time.perf_counter() - started
        Path(message["texts"]).write_text(json.dumps(list(indexed.texts)), encoding="utf-8")
        return {
            "event": "indexed",
            "seconds": seconds,
            "chunks": len(indexed.texts),
            "limit": indexed.limit,
        }

    def _send(self, message: Message) -> None:
        self._replies.write(f"{json.dumps(message)}\n")
        self._replies.flush()


def peak_bytes() -> int:
    """The most memory this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def end_with(parent: int) -> None:
    """End this process, in the middle of an answer too, once the run that started it is gone."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def main() -> int:
    """Keep standard output for messages, then serve."""
    threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # for libraries that print, those in C too
    Worker(sys.argv[1], replies).serve(sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main())
