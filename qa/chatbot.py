"""The one module that knows the order: question, hits, evidence, prompt, text, verified answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from index.article import Article
from index.info import Info
from index.manifest import Manifest
from index.opening import open_store
from index.protocol import Store
from index.weights import resolve_embedder, resolve_llm
from qa.answer import Answer, Found, Hit
from qa.clock import Clock
from qa.compose import compose, refused
from qa.confidence import calibrated
from qa.evidence import select_evidence
from qa.extract import instant
from qa.followup import Standalone, Turn, standalone
from qa.followup.rewrite import rewrite
from qa.generate import Generator, LlamaGenerator, OnProgress
from qa.nothing import why_nothing
from qa.prompt import build_prompt
from qa.question import Question, read_day, understand
from qa.relevance import RELEVANCE_NEEDED, relevance
from qa.rerank import READ, CrossEncoderReranker, Reranker, rerank
from qa.retrieve import rank_articles, retrieve, wanted_of
from qa.summary import Summary, summarize
from qa.timeline import LIMIT, Timeline, timeline
from qa.wanted import Wanted

if TYPE_CHECKING:
    from typing_extensions import Unpack

HITS = 10  # sources of an answer
EVIDENCE_TOKENS = 300
ANSWER_TOKENS = 160

Day = date | str | None


class Narrowing(TypedDict, total=False):
    """What a search may be narrowed by.

    `since` and `until` are days of publication, both inclusive; of `sources` and `sections` any
    will do. With `read_time` False words of time in the question are only words.
    """

    since: Day
    until: Day
    sources: Sequence[str]
    sections: Sequence[str]
    read_time: bool


class Chatbot:
    """An index and a language model that answers from it. Safe to use from several threads.

    Each question is asked of what is published at that moment: no restart after an add.
    `strictness`, from 0 to 1, is how likely an answer must be right to be given at all; None is
    what the development data chose.
    """

    def __init__(
        self,
        index: Store,
        *,
        llm: str = "default",
        model: Generator | None = None,
        strictness: float | None = None,
        reranker: str | Reranker | None = None,
    ) -> None:
        self.index = index
        self.strictness = strictness
        self._reranker = reranker
        self._llm = llm
        self._model = model
        self._lock = threading.Lock()
        self._info: tuple[Manifest | None, Info] | None = None

    @classmethod
    def open(
        cls,
        index_dir: str | Path,
        *,
        llm: str = "default",
        strictness: float | None = None,
        reranker: str | None = None,
    ) -> Chatbot:
        """Open an index; the models are loaded by `load` or at the first question.

        `llm` is "default", "small", a path to a GGUF file, or "hf:REPO/FILE"; `reranker` a folder
        or "hf:REPO" of a cross-encoder. `index_dir` may be
        "milvus:PATH_OR_URI[#collection]". Raises IndexFormatError if there is no index.
        """
        index = open_store(index_dir)
        return cls(index, llm=llm, strictness=strictness, reranker=reranker)

    def load(self) -> None:
        """Load the embedder and the language model, if they are not loaded yet."""
        self.index.embedder.encode(["A first sentence warms the embedder up."])
        self._generator()

    def search(
        self, question: str, k: int = HITS, as_of: Day = None, **narrowing: Unpack[Narrowing]
    ) -> list[Hit]:
        """Give the k best hits for a question, best first; InputError if it cannot be taken."""
        return list(self.find(question, k, as_of, **narrowing).hits)

    def find(
        self, question: str, k: int = HITS, as_of: Day = None, **narrowing: Unpack[Narrowing]
    ) -> Found:
        """Search as `search` does; say how the question was read, and why nothing was found."""
        self.index.reload()
        return self._found(self._understood(question, as_of, **narrowing), k)

    def ask(
        self,
        question: str,
        as_of: Day = None,
        *,
        history: Sequence[Turn] = (),
        session: str = "",
        **narrowing: Unpack[Narrowing],
    ) -> Answer:
        """Answer a question, as `stream` does; InputError if it cannot be taken."""
        return _last(self.stream(question, as_of, history=history, session=session, **narrowing))

    def stream(
        self,
        question: str,
        as_of: Day = None,
        *,
        history: Sequence[Turn] = (),
        session: str = "",
        on_progress: OnProgress | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> Iterator[Answer]:
        """Answer a question in growing Answers: first the sources, last the one that is done.

        With a history a follow-up is made to stand alone first. Questions of one session are
        answered in turn: read a stream to its end, or close it. `on_progress` is told how far the
        model has read; what it raises ends the answer.
        """
        self.index.reload()  # what was added meanwhile is asked too
        asked = self._understood(question, as_of, **narrowing)  # a bad one is refused at once
        return self._follow(asked, as_of, history, narrowing, session, on_progress)

    def ask_articles(self, question: str, articles: Sequence[Article]) -> Answer:
        """Answer a question from these articles, which need not be in the index."""
        return _last(self._stream(understand(question, read_time=False), articles=articles))

    def timeline(
        self, topic: str, since: Day = None, until: Day = None, *, limit: int = LIMIT
    ) -> Timeline:
        """Give the dated, cited events of a topic, at most `limit`; no model is asked."""
        self.index.reload()
        days = read_day(since, "since"), read_day(until, "until")
        return timeline(self.index.view(), topic, *days, limit=limit)

    def summarize(
        self,
        what: str,
        as_of: Day = None,
        *,
        use_model: bool = False,
        **narrowing: Unpack[Narrowing],
    ) -> Summary:
        """Summarize an article, named by its id, or what a search finds; each sentence is cited.

        With `use_model` the language model words it, and what does not stand up is left out.
        """
        self.index.reload()
        generator = self._generator() if use_model else None
        if self.index.has(what):
            return summarize(self.index.article(what), generator=generator)
        return summarize(self.search(what, as_of=as_of, **narrowing), generator=generator)

    def _follow(
        self,
        asked: Question,
        as_of: Day,
        history: Sequence[Turn],
        narrowing: Narrowing,
        session: str,
        on_progress: OnProgress | None,
    ) -> Iterator[Answer]:
        answer = partial(self._stream, session=session, on_progress=on_progress)
        made = standalone(asked.text, history) if history else Standalone(asked.text)
        if made.unsure:
            ask = partial(self._generator().generate, session=session, on_progress=on_progress)
            text = rewrite(ask, asked.text, history)
            made = replace(made, text=text, changed=True) if text else made
        if not made.changed:
            yield from answer(asked)
            return
        for growing in answer(self._understood(made.text, as_of, **narrowing)):
            yield replace(growing, question=asked.text, standalone=made.text)

    def _understood(self, question: str, as_of: Day, **narrowing: Unpack[Narrowing]) -> Question:
        info = self._archive()
        outlets = [name for name, _ in info.sources]
        return understand(question, as_of, newest=info.last, outlets=outlets, **narrowing)

    def _archive(self) -> Info:
        """What the index holds, looked up once for each generation."""
        manifest = self.index.manifest
        if self._info is None or self._info[0] is not manifest:
            self._info = (manifest, self.index.info())
        return self._info[1]

    def _found(self, asked: Question, k: int) -> Found:
        index = self.index.view()
        if (reranker := self._cross_encoder()) is None:
            hits = tuple(retrieve(index, asked, k=k))
        else:
            first = retrieve(index, asked, k=max(k, READ))
            hits = tuple(rerank(reranker, asked.search, first, k))
        return Found(hits, asked.reading, "" if hits or k < 1 else why_nothing(index, asked))

    def _stream(
        self,
        asked: Question,
        *,
        articles: Sequence[Article] | None = None,
        session: str = "",
        on_progress: OnProgress | None = None,
    ) -> Iterator[Answer]:
        clock = Clock()
        wanted: Wanted | None = None
        if articles is None:
            found = self._found(asked, HITS)
            wanted = wanted_of(self.index, asked.search)
        else:
            found = Found(tuple(rank_articles(self.index.embedder, asked, articles)))
        likely = relevance(asked.search, found.hits)
        answer = Answer(
            asked.text,
            confidence=likely,
            hits=found.hits,
            reading=found.reading,
            timed=bool(asked.asked or asked.prefer),
            note=found.note,
        )
        yield clock.found(answer)
        if likely < RELEVANCE_NEEDED:
            yield clock.done(refused(answer))
            return
        generator = self._generator()
        evidence = select_evidence(
            asked.search,
            found.hits,
            generator.count_tokens,
            budget=EVIDENCE_TOKENS,
            wanted=wanted,
        )
        answer = replace(answer, model=generator.name, instant=instant(asked.search, evidence))
        yield clock.found(answer)
        prompt = build_prompt(asked.search, evidence, _today(asked))
        pieces = generator.generate(
            prompt, max_tokens=ANSWER_TOKENS, session=session, on_progress=on_progress
        )
        needed = calibrated().needed if self.strictness is None else self.strictness
        for grown in compose(answer, asked.search, evidence, pieces, needed=needed):
            yield clock.done(grown) if grown.done else clock.growing(grown)

    def _cross_encoder(self) -> Reranker | None:
        with self._lock:
            if isinstance(self._reranker, str):
                self._reranker = CrossEncoderReranker.open(resolve_embedder(self._reranker))
            return self._reranker

    def _generator(self) -> Generator:
        with self._lock:
            if self._model is None:
                self._model = LlamaGenerator.open(resolve_llm(self._llm))
            return self._model


def _today(asked: Question) -> date | None:
    """The day a prompt speaks of as today: only where it may matter to the answer."""
    return asked.as_of if asked.given or asked.asked else None


def _last(answers: Iterator[Answer]) -> Answer:
    for answer in answers:  # noqa: B007
        pass
    return answer
