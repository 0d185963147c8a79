"""Evidence and chatbots made by hand for the tests of the question side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from index.article import Article
from index.index import Index
from qa import Chatbot, Evidence
from qa.generate import Piece, Prompt
from qa.llama.notes import Speed
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles

LEVY = "The council raised the harbour levy to 5% on Monday."
FERRY = "Captain Ilva Brandt sailed the ferry Petrel to Gannet Island with 1,200 passengers."
KELP = "Three divers found the wreck under the kelp beds."


def evidence(
    text: str,
    *,
    title: str = "Notes from Orrane",
    before: str = "",
    published: date | None = None,
    source: str | None = None,
) -> Evidence:
    """A piece of evidence that stands behind `before` in an article of its own."""
    article = Article.of(
        title=title, text=f"{before}{text} The end.", published=published, source=source
    )
    return Evidence(article, len(before), len(before) + len(text))


class Bots:
    """Makes chatbots over a few one-paragraph articles, and keeps their generators."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def index(self, *texts: str, **fields: str) -> Index:
        # in many dimensions, so that unrelated texts are as good as at right angles
        index = Index.open(self.folder / "index", create=True, model=FakeEmbedder(dimension=2048))
        index.add([write_articles(self.folder / "articles.jsonl", *texts, **fields)])
        return index

    def bot(
        self, answer: Callable[[Prompt], str] | str, *texts: str, **fields: str
    ) -> tuple[Chatbot, FakeGenerator]:
        generator = FakeGenerator(answer)
        index = self.index(*(texts or (LEVY, FERRY, KELP)), **fields)
        return Chatbot(index, model=generator, strictness=0.0), generator


class Pieces:
    """A generator that writes the pieces it was given, and tells whether it was closed."""

    name = "pieces"
    speed = Speed()

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.written = 0
        self.closed = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Piece]:
        try:
            for piece in self.pieces:
                self.written += 1
                yield Piece(piece)
        finally:
            self.closed += 1

    def first_logprobs(
        self, prompt: Prompt, texts: Sequence[str], *, session: str = ""
    ) -> list[float]:
        return [0.0 for _ in texts]
