"""Serve the page over a real index of one article: `python -m tests.ui.serve_small PORT DIR`.

Embedder and generator are the fakes; while the file DIR/slow is there the embedder takes its time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app import serve
from index.embed import Vectors
from index.index import Index
from qa import Chatbot
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles
from ui.archive import MIB, Limits

ANSWER = "The lighthouse on Gull Rock was lit again on 9 June."
LIMITS = Limits(files=5, bytes=2 * MIB)


class Embedder(FakeEmbedder):
    """Waits while the file `slow` is there."""

    def __init__(self, slow: Path) -> None:
        super().__init__(dimension=2048)
        self._slow = slow

    def encode(self, texts: Sequence[str]) -> Vectors:
        while self._slow.exists():
            time.sleep(0.05)
        return super().encode(texts)


if __name__ == "__main__":
    port, name = sys.argv[1:]
    folder = Path(name)
    index = Index.open(folder / "index", create=True, model=Embedder(folder / "slow"))
    index.add(write_articles(folder / "first.jsonl", "The council raised the harbour levy to 5%."))
    bot = Chatbot(index, model=FakeGenerator(ANSWER))
    serve(bot, folder / "index", "127.0.0.1", int(port), limits=LIMITS)
