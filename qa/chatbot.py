"""The one module that knows the order: question, hits, evidence, prompt, text, verified answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Article
from index.opening import open_store
from index.protocol import Store
from qa.answer import Answer, Found, Hit
from qa.budget import Budget, budget, estimate, measure
from qa.clock import Clock
from qa.compose import compose, refused
from qa.confidence import calibrated
from qa.extract import instant
from qa.followup import Standalone, Turn, standalone
from qa.followup.rewrite import rewrite
from qa.generate import Generator, OnProgress
from qa.models import open_generator
from qa.prompt import build_check, build_prompt
from qa.question import Question, read_day, understand
from qa.relevance import RELEVANCE_NEEDED, relevance
from qa.remote.server import Server, is_address
from qa.rerank import Reranker
from qa.retrieve import rank_articles, wanted_of
from qa.search import HITS, Day, Narrowing, Search
from qa.shown import Standing, show
from qa.summary import Summary, summarize
from qa.timeline import LIMIT, Timeline, timeline
from qa.typeahead import TypeAhead

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Chatbot:
    """An index and a language model that answers from it. Safe to use from several threads.

    Each question is asked of what is published at that moment: no restart after an add.
    `strictness`, from 0 to 1, is how likely an answer must be right to be given at all; None is
    what the development data chose. `seconds` is how long an answer may take: the model then reads
    and writes no more than it can in that time.
    """

    def __init__(
        self,
        index: Store,
        *,
        llm: str | Server = "default",
        model: Generator | None = None,
        strictness: float | None = None,
        reranker: str | Reranker | None = None,
        seconds: float | None = None,
    ) -> None:
        self.index = index
        self.strictness = strictness
        self.seconds = seconds
        self._llm = Server(llm) if isinstance(llm, str) and is_address(llm) else llm
        self._model = model
        self._lock = threading.Lock()
        self._search = Search(index, reranker)
        self._standing = Standing()
        self._ahead = TypeAhead(
            self._search, self._standing, self._generator, lambda: self._budget().evidence
        )

    @classmethod
    def open(
        cls,
        index_dir: str | Path,
        *,
        llm: str | Server = "default",
        strictness: float | None = None,
        reranker: str | None = None,
        seconds: float | None = None,
    ) -> Chatbot:
        """Open an index; the models are loaded by `load` or at the first question.

        `llm` is "default", "small", a path to a GGUF file, "hf:REPO/FILE", or a server: its address
        or a Server, which then is sent questions and excerpts. `reranker` is a folder or "hf:REPO"
        of a cross-encoder. `index_dir` may be milvus:PATH_OR_URI[#NAME].
        Raises IndexFormatError if there is no index.
        """
        index = open_store(index_dir)
        return cls(index, llm=llm, strictness=strictness, reranker=reranker, seconds=seconds)

    def load(self) -> None:
        """Load the embedder and the language model, if they are not loaded yet."""
        self.index.embedder.encode(["A first sentence warms the embedder up."])
        generator = self._generator()
        generator.warm(build_prompt("", ()))
        if self.seconds is not None:
            measure(generator)

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
        return self._search.found(self._search.understood(question, as_of, **narrowing), k)

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
        asked = self._search.understood(question, as_of, **narrowing)  # a bad one is refused here
        return self._follow(asked, as_of, history, narrowing, session, on_progress)

    def warm(
        self,
        partial_question: str,
        as_of: Day = None,
        *,
        history: Sequence[Turn] = (),
        session: str = "",
        **narrowing: Unpack[Narrowing],
    ) -> None:
        """Search for a question while it is typed and have its evidence read; return at once.

        A later text of the session takes its place, and so does a question. Nothing is begun while
        anybody is answered; what cannot be taken is passed over. Does nothing with a reranker.
        """
        if not self._search.reranks:
            self._ahead.typed(partial_question, as_of, history, session, narrowing)

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
        with self._ahead.answering(session):
            follows = bool(history)
            answer = partial(
                self._stream, session=session, follows=follows, on_progress=on_progress
            )
            made = standalone(asked.text, history) if history else Standalone(asked.text)
            if made.unsure:
                ask = partial(self._generator().generate, session=session, on_progress=on_progress)
                text = rewrite(ask, asked.text, history)
                made = replace(made, text=text, changed=True) if text else made
            if not made.changed:
                yield from answer(asked)
                return
            for growing in answer(self._search.understood(made.text, as_of, **narrowing)):
                yield replace(growing, question=asked.text, standalone=made.text)

    def _stream(
        self,
        asked: Question,
        *,
        articles: Sequence[Article] | None = None,
        session: str = "",
        follows: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Iterator[Answer]:
        clock = Clock()
        wanted = None
        if articles is None:
            found = self._search.found(asked)
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
        room = self._budget()
        shown = show(
            asked,
            found.hits,
            wanted,
            generator.count_tokens,
            budget=room.evidence,
            standing=self._standing.get(session, follows=follows) if articles is None else (),
        )
        self._standing.put(session, shown, asked=True)
        answer = replace(
            answer,
            model=generator.name,
            instant=instant(asked.search, shown.evidence),
            estimate_s=estimate(room.evidence, generator.speed),
        )
        yield clock.found(answer)
        pieces = generator.generate(
            shown.prompt, max_tokens=room.answer, session=session, on_progress=on_progress
        )
        needed = calibrated().needed if self.strictness is None else self.strictness

        def judge(text: str) -> float:
            check = build_check(shown.prompt, text)
            yes, no = generator.first_logprobs(check, ("Yes", "No"), session=session)
            return yes - no

        for grown in compose(
            answer, asked.search, shown.evidence, pieces, needed=needed, judge=judge
        ):
            yield clock.done(grown) if grown.done else clock.growing(grown)

    def _budget(self) -> Budget:
        return budget(self.seconds, self._generator().speed)

    def _generator(self) -> Generator:
        with self._lock:
            if self._model is None:
                self._model = open_generator(self._llm)
            return self._model


def _last(answers: Iterator[Answer]) -> Answer:
    for answer in answers:  # noqa: B007
        pass
    return answer
