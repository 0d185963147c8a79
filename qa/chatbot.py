"""The one module that knows the order: question, hits, evidence, prompt, text, verified answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from index.article import Article
from index.clean import normalise
from index.index import Index, Info
from index.manifest import Manifest
from index.weights import resolve_llm
from qa.answer import REFUSAL, Answer, Evidence, Found, Hit, Timings
from qa.cite import cite_sentences, is_refusal, may_become_refusal, strip_markers
from qa.evidence import select_evidence
from qa.generate import Generator, LlamaGenerator
from qa.nothing import why_nothing
from qa.prompt import build_prompt
from qa.question import Question, understand
from qa.relevance import RELEVANCE_NEEDED, relevance
from qa.retrieve import rank_articles, retrieve, wanted_of
from qa.wanted import Wanted

HITS = 10  # sources of an answer
EVIDENCE_TOKENS = 300
ANSWER_TOKENS = 160

Day = date | str | None


class Chatbot:
    """An index and a language model that answers from it. Safe to use from several threads.

    Each question is asked of what is published at that moment: no restart after an add.
    """

    def __init__(
        self, index: Index, *, llm: str = "default", model: Generator | None = None
    ) -> None:
        self.index = index
        self._llm = llm
        self._model = model
        self._lock = threading.Lock()
        self._info: tuple[Manifest | None, Info] | None = None

    @classmethod
    def open(cls, index_dir: str | Path, *, llm: str = "default") -> Chatbot:
        """Open an index; the models are loaded by `load` or at the first question.

        `llm` is "default", "small", a path to a GGUF file, or "hf:REPO/FILE". Raises
        IndexFormatError if the folder is no index.
        """
        return cls(Index.open(index_dir), llm=llm)

    def load(self) -> None:
        """Load the embedder and the language model, if they are not loaded yet."""
        self.index.embedder.encode(["A first sentence warms the embedder up."])
        self._generator()

    def search(
        self,
        question: str,
        k: int = HITS,
        as_of: Day = None,
        *,
        since: Day = None,
        until: Day = None,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> list[Hit]:
        """Give the k best hits for a question, best first; InputError if it cannot be taken.

        `since` and `until` are days of publication, both inclusive, `sources` and `sections` any
        of which will do; with `read_time=False` words of time in the question are only words.
        """
        found = self.find(
            question, k, as_of,
            since=since, until=until, sources=sources, sections=sections, read_time=read_time,
        )  # fmt: skip
        return list(found.hits)

    def find(
        self,
        question: str,
        k: int = HITS,
        as_of: Day = None,
        *,
        since: Day = None,
        until: Day = None,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> Found:
        """Search as `search` does; say how the question was read, and why nothing was found."""
        self.index.reload()
        asked = self._understood(question, as_of, since, until, sources, sections, read_time)
        return self._found(asked, k)

    def ask(
        self,
        question: str,
        as_of: Day = None,
        *,
        since: Day = None,
        until: Day = None,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> Answer:
        """Answer a question, filtered as in `search`; InputError if it cannot be taken."""
        answers = self.stream(
            question, as_of,
            since=since, until=until, sources=sources, sections=sections, read_time=read_time,
        )  # fmt: skip
        return _last(answers)

    def stream(
        self,
        question: str,
        as_of: Day = None,
        *,
        since: Day = None,
        until: Day = None,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> Iterator[Answer]:
        """Answer a question in growing Answers: first the sources, last the one that is done.

        Questions wait for the one that is being answered: read a stream to its end, or close it.
        """
        self.index.reload()  # what was added meanwhile is asked too
        asked = self._understood(question, as_of, since, until, sources, sections, read_time)
        return self._stream(asked, None)

    def ask_articles(self, question: str, articles: Sequence[Article]) -> Answer:
        """Answer a question from these articles, which need not be in the index."""
        return _last(self._stream(understand(question, read_time=False), articles))

    def _understood(
        self,
        question: str,
        as_of: Day,
        since: Day,
        until: Day,
        sources: Sequence[str],
        sections: Sequence[str],
        read_time: bool,
    ) -> Question:
        info = self._archive()
        return understand(
            question, as_of,
            newest=info.last, outlets=[name for name, _ in info.sources],
            since=since, until=until, sources=sources, sections=sections, read_time=read_time,
        )  # fmt: skip

    def _archive(self) -> Info:
        """What the index holds, looked up once for each generation."""
        manifest = self.index.manifest
        if self._info is None or self._info[0] is not manifest:
            self._info = (manifest, self.index.info())
        return self._info[1]

    def _found(self, asked: Question, k: int) -> Found:
        index = self.index.view()
        hits = tuple(retrieve(index, asked, k=k))
        return Found(hits, asked.reading, "" if hits or k < 1 else why_nothing(index, asked))

    def _stream(self, asked: Question, articles: Sequence[Article] | None) -> Iterator[Answer]:
        clock = _Clock()
        wanted: Wanted | None = None
        if articles is None:
            found = self._found(asked, HITS)
            wanted = wanted_of(self.index, asked.search)
        else:
            found = Found(tuple(rank_articles(self.index.embedder, asked, articles)))
        hits = found.hits
        answer = Answer(
            asked.text,
            hits=hits,
            confidence=relevance(asked.search, hits),
            reading=found.reading,
            note=found.note,
        )
        yield clock.found(answer)
        if answer.confidence < RELEVANCE_NEEDED:
            yield clock.done(_refused(answer))
            return
        generator = self._generator()
        answer = replace(answer, model=generator.name)
        evidence = select_evidence(
            asked.search, hits, generator.count_tokens, budget=EVIDENCE_TOKENS, wanted=wanted
        )
        prompt = build_prompt(asked.text, evidence, _today(asked))
        text = ""
        for piece in generator.generate(prompt, max_tokens=ANSWER_TOKENS):
            text += piece
            clean = _tidy(text)
            if is_refusal(clean):
                break  # what comes behind it is no answer either
            if clean and not may_become_refusal(clean):
                yield clock.growing(_written(answer, clean, evidence, done=False))
        yield clock.done(_written(answer, _tidy(text), evidence, done=True))

    def _generator(self) -> Generator:
        with self._lock:
            if self._model is None:
                self._model = LlamaGenerator.open(resolve_llm(self._llm))
            return self._model


def _today(asked: Question) -> date | None:
    """The day a prompt speaks of as today: only where it may matter to the answer."""
    return asked.as_of if asked.given or asked.asked else None


def _tidy(text: str) -> str:
    """What the model wrote, without its markers and without what cannot be seen."""
    return strip_markers(normalise(text)).strip()


def _written(answer: Answer, text: str, evidence: Sequence[Evidence], *, done: bool) -> Answer:
    """Tie what the model wrote to its evidence; what nothing carries becomes a refusal."""
    if done and is_refusal(text):
        return _refused(answer)
    sentences, citations = cite_sentences(text, evidence, answer.question, done=done)
    if done and not any(sentence.supported for sentence in sentences):
        return _refused(answer)
    return replace(answer, text=text, sentences=sentences, citations=citations)


def _refused(answer: Answer) -> Answer:
    return replace(answer, text=REFUSAL, refused=True, sentences=(), citations=())


def _last(answers: Iterator[Answer]) -> Answer:
    for answer in answers:  # noqa: B007
        pass
    return answer


class _Clock:
    """Seconds since the question was asked, kept in the answers that pass."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._timings = Timings()

    def found(self, answer: Answer) -> Answer:
        self._timings = replace(self._timings, retrieve_s=self._now())
        return replace(answer, timings=self._timings)

    def growing(self, answer: Answer) -> Answer:
        if self._timings.first_token_s is None:
            self._timings = replace(self._timings, first_token_s=self._now())
        return replace(answer, timings=self._timings)

    def done(self, answer: Answer) -> Answer:
        timings = self.growing(answer).timings
        return replace(answer, timings=replace(timings, total_s=self._now()), done=True)

    def _now(self) -> float:
        return time.perf_counter() - self._started
