"""Serve the page over two real indexes: `python -m tests.ui.serve_archive PORT DIR`.

Their articles are invented; embedder and generator are the fakes.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from app import serve
from index.index import Index
from qa import Chatbot
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles
from tests.ui.news import PAYLOADS

ANSWER = "The lighthouse on Gull Rock was lit again on 9 June."
OUTLETS = ("Aldern Courier", "The Hest Lantern", "Quay & Market")
SECTIONS = ("Harbour", "Council", "Sport", None)
SUBJECTS = ("the ferry", "the lighthouse", "the fish market", "the rowing club", "the school")
FIRST = date(2019, 1, 7)
COUNT = 130


def records() -> list[dict[str, str | None]]:
    """Articles over some fifteen months; the newest is a hostile one."""
    made = [
        {
            "title": f"Report {n}: news of {SUBJECTS[n % 5]}",
            "text": f"{SUBJECTS[n % 5].capitalize()} was spoken of on quay {n}. Harbour master"
            f" Ingrid Voll said that {n + 2} people came to see it, and that it rained.",
            "date": (FIRST + timedelta(days=n * n // 40 + n % 3)).isoformat(),
            "source": OUTLETS[n % 7 % 3],
            "section": SECTIONS[n % 4],
        }
        for n in range(COUNT - 1)
    ]
    hostile = {"title": PAYLOADS[0], "text": PAYLOADS[1], "date": "2020-04-01"}
    return [*made, {**hostile, "source": PAYLOADS[4], "section": PAYLOADS[3]}]


if __name__ == "__main__":
    port, name = sys.argv[1:]
    folder = Path(name)
    file = folder / "news.jsonl"
    file.write_text("\n".join(map(json.dumps, records())), encoding="utf-8")
    index = Index.open(folder / "Aldern", create=True, model=FakeEmbedder(dimension=256))
    index.add(file)
    second = Index.open(folder / "Hest & Sons", create=True, model=index.embedder)
    second.add(write_articles(folder / "hest.jsonl", "The council raised the harbour levy to 5%."))
    bot = Chatbot(index, model=FakeGenerator(ANSWER))
    beside = bot.beside(second.directory)
    serve(bot, index.directory, "127.0.0.1", int(port), [(beside, second.directory)])
