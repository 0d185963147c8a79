"""Serve a real index of a few invented articles: `python -m tests.serve.serve_news PORT DIR JSON`.

JSON are the options of the service. Embedder and generator are fakes: a question with "slowly" in
it is read for as long as the file DIR/slow is there, and DIR/ended is made when it is given up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app import serve
from index.index import Index
from qa import Chatbot
from qa.generate import Piece, Prompt
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles
from ui.archive import MIB, Limits

FERRY = "Captain Ilva Brandt sailed the ferry Petrel to Gannet Island on Monday."
LEVY = "The council of Port Averil raised the harbour levy to 5%."
COST = "The harbour levy brings the council of Port Averil 300,000 crowns a year."
ANSWER = "Captain Ilva Brandt sailed the ferry Petrel."
LIMITS = Limits(files=5, bytes=2 * MIB)


def answer(prompt: Prompt) -> str:
    asked = prompt.user[-300:]
    return "The harbour levy was raised to 5%." if "How high" in asked else ANSWER


class Generator(FakeGenerator):
    """Reads slowly what says so."""

    def __init__(self, folder: Path) -> None:
        super().__init__(answer)
        self._folder = folder

    def generate(
        self,
        prompt: Prompt,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        **options: Any,
    ) -> Iterator[Piece]:
        if "slowly" in prompt.user:
            try:
                while (self._folder / "slow").exists():
                    time.sleep(0.02)
                    if on_progress:
                        on_progress(1, 100)
            except Exception:
                (self._folder / "ended").touch()
                raise
        yield from super().generate(prompt, on_progress=on_progress, **options)


def main(port: str, name: str, options: str) -> None:
    folder = Path(name)
    index = Index.open(folder / "index", create=True, model=FakeEmbedder(dimension=2048))
    news = write_articles(
        folder / "first.jsonl", FERRY, LEVY, COST, source="Courier", date="2024-05-31"
    )
    index.add(news)
    service = json.loads(options)
    if "users_file" in service:
        service["users_file"] = Path(service["users_file"])
    bot = Chatbot(index, model=Generator(folder), strictness=0.0)
    host = service.pop("host", "127.0.0.1")
    serve(bot, folder / "index", host, int(port), limits=LIMITS, **service)


if __name__ == "__main__":
    main(*sys.argv[1:])
