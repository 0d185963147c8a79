"""A chatbot: an index and a model, and all that can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Article
from index.errors import InputError
from index.opening import open_store
from index.protocol import Store
from qa.answer import Answer, Found, Hit
from qa.answering import Answering
from qa.budget import checked, measure
from qa.confidence import calibrated
from qa.followup import Standalone, Turn, standalone
from qa.followup.rewrite import rewrite
from qa.generate import Generator, OnProgress
from qa.models import Model
from qa.prompt import build_prompt
from qa.question import Question, understand
from qa.remote.server import Server
from qa.rerank import Reranker
from qa.search import HITS, Day, Narrowing, Search
from qa.shown import Standing
from qa.summary import Summary, summarize
from qa.surveys import Surveys
from qa.typeahead import TypeAhead

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Chatbot(Surveys):
    """An index and a language model that answers from it. Safe to use from several threads.

    Each question is asked of what is published at that moment: no restart after an add.
    `strictness`, from 0 to 1, is how likely an answer must be right to be given at all; None is
    what the development data chose. `seconds` is how long an answer may take: the model then reads
    and writes no more than it can in that time. InputError if the strictness is no share.
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
        if strictness is not None and not 0 <= strictness <= 1:  # nan is neither
            raise InputError(f"The strictness is {strictness}. Give one between 0 and 1.")
        self.index = index
        self.strictness = strictness
        self.seconds = seconds
        self._model = Model(llm, model)
        self._reranker = reranker
        self._search = Search(index, reranker)
        standing = Standing()
        self._answering = Answering(self._search, standing, self._generator)
        self._ahead = TypeAhead(
            self._search,
            standing,
            self._generator,
            lambda seconds: self._answering.room(self._allowed(seconds)).evidence,
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

    def beside(self, index_dir: str | Path) -> Chatbot:
        """Open another index with the models of this one: each is loaded once for both."""
        index = open_store(index_dir)
        index.share(self.index)
        other = Chatbot(
            index, strictness=self.strictness, reranker=self._reranker, seconds=self.seconds
        )
        other._model = self._model
        return other

    @property
    def needed(self) -> float:
        """How likely an answer must be right to be given, where a question does not say."""
        return calibrated().needed if self.strictness is None else self.strictness

    @property
    def llm(self) -> str:
        """The language model's name; as it was asked for while it is not loaded."""
        return self._model.name

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
        seconds: float | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> Answer:
        """Answer a question, as `stream` does; InputError if it cannot be taken."""
        answers = self.stream(
            question, as_of, history=history, session=session, seconds=seconds, **narrowing
        )
        return _last(answers)

    def stream(
        self,
        question: str,
        as_of: Day = None,
        *,
        history: Sequence[Turn] = (),
        session: str = "",
        on_progress: OnProgress | None = None,
        strictness: float | None = None,
        seconds: float | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> Iterator[Answer]:
        """Answer a question in growing Answers: first the sources, last the one that is done.

        With a history a follow-up is made to stand alone first. Questions of one session are
        answered in turn: read a stream to its end, or close it. `on_progress` is told how far the
        model has read; what it raises ends the answer. `strictness` and `seconds` are those of
        this question.
        """
        self.index.reload()  # what was added meanwhile is asked too
        asked = self._search.understood(question, as_of, **narrowing)  # a bad one is refused here
        answer = partial(
            self._answering.stream,
            needed=self.needed if strictness is None else strictness,
            seconds=self._allowed(seconds),
            session=session,
            follows=bool(history),
            on_progress=on_progress,
        )
        return self._follow(answer, asked, as_of, history, narrowing, session, on_progress)

    def warm(
        self,
        partial_question: str,
        as_of: Day = None,
        *,
        history: Sequence[Turn] = (),
        session: str = "",
        seconds: float | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> None:
        """Search for a question while it is typed and have its evidence read; return at once.

        A later text of the session takes its place, and so does a question. Nothing is begun while
        anybody is answered; what cannot be taken is passed over. Does nothing with a reranker.
        """
        if not self._search.reranks:
            self._ahead.typed(partial_question, as_of, history, session, seconds, narrowing)

    def prewarm(self, questions: Sequence[str]) -> None:
        """Have the evidence of questions read that are asked often; return at once.

        Whoever asks one of them then, in any session and without a history, finds it read. All that
        is said of `warm` holds; what was read stays while there is room for it.
        """
        if not self._search.reranks:
            for question in questions:
                self._ahead.known(question)

    def ask_articles(self, question: str, articles: Sequence[Article]) -> Answer:
        """Answer a question from these articles, which need not be in the index."""
        asked = understand(question, read_time=False)
        answer = partial(self._answering.stream, needed=self.needed, seconds=self.seconds)
        return _last(answer(asked, articles=articles))

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

    def summary(self, what: str, since: Day = None, until: Day = None) -> Summary:
        """Summarize an article or a search in their own words, from `since` to `until`."""
        return self.summarize(what, since=since, until=until)

    def _read(self, topic: str, as_of: Day, narrowing: Narrowing) -> Question:
        self.index.reload()
        return self._search.understood(topic, as_of, **narrowing)

    def _follow(
        self,
        answer: Callable[[Question], Iterator[Answer]],
        asked: Question,
        as_of: Day,
        history: Sequence[Turn],
        narrowing: Narrowing,
        session: str,
        on_progress: OnProgress | None,
    ) -> Iterator[Answer]:
        with self._ahead.answering(session):
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

    def _allowed(self, seconds: float | None) -> float | None:
        """Give the seconds of a question that names some, else the chatbot's own."""
        return self.seconds if seconds is None else checked(seconds)

    def _generator(self) -> Generator:
        return self._model.open()


def _last(answers: Iterator[Answer]) -> Answer:
    for answer in answers:  # noqa: B007
        pass
    return answer
