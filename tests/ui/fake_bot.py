"""A chatbot over five invented articles with scripted answers and delays; no models, no index."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

from index.article import Article, Chunk, Report, Skipped, content_id
from index.errors import InputError
from index.intake import Step
from qa import followup
from qa.answer import REFUSAL, Answer, Citation, Evidence, Extract, Found, Hit, Sentence, Timings
from tests.ui.fake_views import FakeViews
from tests.ui.news import ARTICLES, FERRY, FERRY_COST, HULL_COST, LAST_LOAF, PAYLOADS

SLOW = 0.4  # seconds of a word


@dataclass(frozen=True)
class FakeInfo:
    articles: int = len(ARTICLES)
    chunks: int = 9
    first: date | None = date(2031, 3, 1)
    last: date | None = date(2031, 5, 2)
    bytes: int = 3 * 2**20


class FakeIndex:
    """Adds a text file as one article of its words; one that says "broken" is skipped."""

    def __init__(self, directory: Path = Path("The Aldern Archive")) -> None:
        self.directory = directory
        self.more: list[Article] = []
        self.catalog = None
        self.manifest = None
        self.may_add: Callable[[], bool] = lambda: True

    def info(self) -> FakeInfo:
        return FakeInfo(articles=len(ARTICLES) + len(self.more))

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Callable[[Step], None] | None = None,
        wait: float = 0.0,
    ) -> Report:
        files = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
        total = sum(file.stat().st_size for file in files)
        done = added = 0
        skipped: list[Skipped] = []
        for file in files:
            text = file.read_text(encoding="utf-8")
            if "broken" in text:
                skipped.append(Skipped(file.as_posix(), f"is broken: {PAYLOADS[0]}", 3))
            else:
                title = text.partition("\n")[0]
                self.more.append(Article.of(title=title, text=text, path=file.as_posix()))
                added += 1
            done += file.stat().st_size
            while progress:
                progress(Step(added, 2 * added, done, done, total))
                if self.may_add():
                    break
                time.sleep(0.01)
        return Report(added, 0, tuple(skipped), self.info().articles, 9, 0.5)

    def remove(self, *, ids: Iterable[str] = (), wait: float = 0.0) -> Report:
        gone = set(ids)
        self.more = [article for article in self.more if article.id not in gone]
        return Report(0, 0, (), self.info().articles, 9, 0.5, removed=len(gone))

    def reload(self) -> bool:
        return False

    def article(self, article_id: str) -> Article:
        for article in ARTICLES:
            if article.id == article_id:
                return article
        raise InputError(f"There is no article {article_id!r} in this index.")

    def articles(self) -> Iterator[Article]:
        return iter(ARTICLES)


class FakeBot(FakeViews):
    """Implements the chatbot's protocol; `pace` is the seconds of a word.

    It has one model: of several questions one is answered at a time. A follow-up is one that begins
    with "And", days are read in one that says "April". A question with "slowly" in it is answered
    at a pace that no busy machine misses; models are loaded as soon as `may_load` says so.
    """

    def __init__(self, pace: float = 0.0, may_load: Callable[[], bool] = lambda: True) -> None:
        self.index = FakeIndex()
        self.pace = pace
        self.may_load = may_load
        self.loaded = False
        self.words = 0  # told in all: a stopped stream stops counting
        self.asked: list[Asked] = []
        self.typed: list[tuple[str, date | None, str]] = []
        self.warmed: list[tuple[float | None, dict[str, object]]] = []  # how what was typed is read
        self.prewarmed: list[str] = []
        self._lock = threading.Lock()
        self._model = threading.Lock()

    @property
    def needed(self) -> float:
        return 0.2

    @property
    def llm(self) -> str:
        return "fake-1.5b"

    @property
    def seconds(self) -> float | None:
        return None

    def load(self) -> None:
        with self._lock:
            while not self.may_load():
                time.sleep(0.02)
            self.loaded = True

    def find(self, question: str, k: int = 10, **narrowing: object) -> Found:
        return Found(tuple(self.search(question, k)))

    def search(self, question: str, k: int = 10, as_of: date | None = None) -> list[Hit]:
        return list(islice((hit_of(n) for n in script(question).order), k))

    def warm(
        self,
        partial_question: str,
        as_of: date | None = None,
        *,
        history: Sequence[followup.Turn] = (),
        session: str = "",
        seconds: float | None = None,
        **narrowing: object,
    ) -> None:
        self.typed.append((partial_question, as_of, session))
        self.warmed.append((seconds, narrowing))

    def prewarm(self, questions: Sequence[str]) -> None:
        self.prewarmed.extend(questions)

    def stream(
        self,
        question: str,
        as_of: date | None = None,
        *,
        history: Sequence[followup.Turn] = (),
        session: str = "",
        on_progress: Callable[[int, int], None] | None = None,
        strictness: float | None = None,
        seconds: float | None = None,
        read_time: bool = True,
        **narrowing: object,
    ) -> Iterator[Answer]:
        how = (session, read_time, strictness, narrowing, seconds)
        self.asked.append(Asked(question, tuple(history), *how))
        if not question.strip():
            raise InputError("The question is empty. Type one and ask again.")
        if len(question) > 2000:
            raise InputError(f"The question has {len(question):,} characters; 2,000 are allowed.")
        answer = found(question, history, read_time)
        if seconds is not None:
            answer = replace(answer, reading=f"within {seconds:g} s")
        yield answer
        told = script(answer.standalone or question)
        if answer.note:
            yield replace(answer, text=REFUSAL, refused=True, done=True)
            return
        yield (answer := replace(answer, instant=likely(told)))
        with self._model:
            yield from self._told(answer, told, on_progress)

    def _told(
        self, answer: Answer, told: Script, on_progress: Callable[[int, int], None] | None
    ) -> Iterator[Answer]:
        pace = SLOW if "slowly" in answer.question else self.pace
        for read in range(5):
            if on_progress:
                on_progress(60 * read, 300)
            time.sleep(pace)
        if not told.sentences:
            yield replace(answer, text=REFUSAL, refused=True, done=True)
            return
        words = " ".join(text for text, *_ in told.sentences).split(" ")
        for count in range(1, len(words) + 1):
            time.sleep(pace)
            self.words += 1
            yield replace(answer, text=" ".join(words[:count]))
        yield finished(answer, told)


@dataclass(frozen=True)
class Asked:
    """What the bot was called with."""

    question: str
    history: tuple[followup.Turn, ...]
    session: str
    read_time: bool
    strictness: float | None = None
    narrowing: dict[str, object] = field(default_factory=dict)
    seconds: float | None = None


def found(question: str, history: Sequence[followup.Turn], read_time: bool) -> Answer:
    """The answer as it stands after the search."""
    follows = bool(history) and question.startswith("And ")
    standalone = f"{history[-1].question.rstrip('?')}, {question[4:]}" if follows else ""
    timed = read_time and "April" in question
    told = script(standalone or question)
    return Answer(
        question,
        hits=tuple(hit_of(n, rank) for rank, n in enumerate(told.order, 1)),
        timings=Timings(0.046),
        model="fake-1.5b",
        standalone=standalone,
        reading="searched April 2031, as of 2 May 2031" if timed else "",
        timed=timed,
        note=told.note,
    )


def likely(told: Script) -> Extract | None:
    """What the script likes best of the first sentence that is cited."""
    for _, n, quote in told.sentences:
        if quote is not None:
            text = ARTICLES[n].text
            start = text.index(quote)
            first = start + quote.find(told.likely) if told.likely else start
            last = first + len(told.likely or quote)
            return Extract(Evidence(ARTICLES[n], start, start + len(quote)), first, last)
    return None


@dataclass(frozen=True)
class Script:
    """Sentences as (text, article, quote or None) and the articles that are found, in order."""

    sentences: tuple[tuple[str, int, str | None], ...]
    order: tuple[int, ...]
    likely: str = ""  # in the first quote; empty: the whole of it
    note: str = ""
    differing: bool = False


def script(question: str) -> Script:
    asked = question.lower()
    if "hack" in asked:
        text = f"The letter says {PAYLOADS[1]} and {PAYLOADS[2]}."
        return Script(((text, 3, ARTICLES[3].text.partition("\n")[0]),), (3, 0), PAYLOADS[1])
    if "bakery" in asked:
        return Script(
            (("Astrid Lindqvist will bake the last loaf.", 1, LAST_LOAF),),
            (1, 0),
            "Astrid Lindqvist",
        )
    if "yeti" in asked:
        return Script((), (), note=f"No article holds the words “{PAYLOADS[0]}”.")
    if "hull" in asked:
        differ = "Reports differ: 2.3 million crowns (The Hest Lantern), 1.9 million (budget)."
        told = (("The hull cost 2.3 million crowns.", 0, FERRY_COST), (differ, 2, HULL_COST))
        return Script(told, (0, 2), "2.3 million crowns", differing=True)
    if "ferry" in asked or "solveig" in asked:
        return Script(
            (
                ("The ferry Solveig sails to Hest again from 4 May.", 0, FERRY.split(",")[0]),
                ("The repairs took eleven weeks and cost 2.3 million crowns.", 0, FERRY_COST),
                ("That was 400,000 crowns more than had been budgeted.", 2, HULL_COST),
                ("It is said to be the finest ship of the fleet.", 0, None),
            ),
            (0, 2, 1, 4),
            "4 May",
        )
    return Script((), (1, 4, 0))


def hit_of(n: int, rank: int = 1) -> Hit:
    article = ARTICLES[n]
    end = min(len(article.text), 300)
    chunk = Chunk(content_id(article.id, "0"), article.id, 0, end)
    return Hit(chunk, article, 1 / rank, rank)


def finished(answer: Answer, told: Script) -> Answer:
    sentences, citations = [], []
    for text, n, quote in told.sentences:
        numbers: tuple[int, ...] = ()
        if quote is not None:
            citations.append(citation(len(citations) + 1, ARTICLES[n], quote))
            numbers = (len(citations),)
        reason = None if numbers else "No source says this."
        sentences.append(Sentence(text, numbers, bool(numbers), reason))
    return replace(
        answer,
        text=" ".join(text for text, *_ in told.sentences),
        sentences=tuple(sentences),
        citations=tuple(citations),
        confidence=0.8,
        timings=Timings(0.046, 2.13, 4.02),
        differing=told.differing,
        done=True,
    )


def citation(n: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    published = article.published.isoformat() if article.published else None
    return Citation(
        n,
        article.id,
        article.title,
        article.source,
        published,
        article.url,
        start,
        start + len(quote),
        quote,
    )
