"""Systems made by hand that keep the real worker protocol; `kind` says what is wrong with one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.peers.protocol import Document, Indexed, Said, Setup

ANSWER = "Oona Strand mended the bells."


class FakePeer:
    version = "1.0"

    def __init__(self, setup: Setup) -> None:
        self.kind = setup.options.get("kind", "right")
        self.documents: Sequence[Document] = ()
        self.asked = 0
        if self.kind == "does not open":
            raise ValueError("no such weights")

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        self.documents = documents
        folder.mkdir()
        (folder / "index").write_bytes(b"x" * 100)
        if self.kind == "noisy":
            print('{"event": "answered", "text": "noise"}', flush=True)
            os.system("echo noise from a library")
        return Indexed([document.text for document in documents], 256)

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        self.asked += 1
        if self.kind == "crashes" and self.asked == 2:
            os.abort()
        if self.kind == "sleeps" or (self.kind == "hangs" and self.asked == 2):
            time.sleep(60)
        if self.kind == "stumbles" and self.asked == 1:
            raise ValueError("the context is too small")
        if self.kind == "noisy":
            print("thinking", flush=True)
        passages = [(document.id, document.text) for document in self.documents]
        if self.kind == "refuses":
            return Said("The provided text does not mention who did.", passages)
        if self.kind == "silent":
            return Said("")
        first()
        best = next((d for d in self.documents if "Oona Strand" in d.text), self.documents[0])
        quotes = {
            "misquotes": (best.id, "Oona Strand broke the bells"),
            "cites nothing": (best.id, " "),
            "cites elsewhere": ("no such article", best.text),
        }
        citation = quotes.get(str(self.kind), (best.id, best.text[:20]))
        ordered = [(best.id, best.text), *(p for p in passages if p[0] != best.id)]
        told = f"{ANSWER} ({day})" if day else ANSWER
        return Said(told, ordered, [citation])


def open_peer(setup: Setup) -> FakePeer:
    return FakePeer(setup)
