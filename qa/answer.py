"""The records of the question side: hits, evidence, citations and the growing answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from index.article import Article, Chunk
from index.times import Mention

REFUSAL = "I could not find this in the articles."


@dataclass(frozen=True, slots=True)
class Copied:
    """An article that says the same as the one that was retrieved."""

    id: str
    title: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was retrieved. Ranks count from 1; None where a retriever did not find it."""

    chunk: Chunk
    article: Article
    score: float
    rank: int
    dense_rank: int | None = None
    bm25_rank: int | None = None
    cosine: float | None = None  # of question and chunk, -1 to 1
    cluster: str = ""  # of copies of one report; empty for an article that is in no index
    copies: tuple[Copied, ...] = ()  # the others of the cluster
    time: float = 1.0  # factor of the odds that days alone make up; 1 where they play no part
    matched: tuple[str, ...] = ()  # words of the question in title or text, as they stem
    times: tuple[Mention, ...] = ()  # the days that the chunk speaks of

    @property
    def also_in(self) -> str:
        """Where else the report is, in a few words; empty where nowhere."""
        if not self.copies:
            return ""
        outlets = {copy.source for copy in self.copies} - {None, self.article.source}
        if outlets:
            return f"also in {len(outlets)} outlet{'s' if len(outlets) > 1 else ''}"
        return f"{len(self.copies)} cop{'ies' if len(self.copies) > 1 else 'y'} left out"

    @property
    def text(self) -> str:
        """The chunk's own words."""
        return self.article.text[self.chunk.start : self.chunk.end]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. Without hits the note says why, and what could be asked instead."""

    hits: tuple[Hit, ...]  # best first
    reading: str = ""  # how the question was read: "searched 18–25 April 2019"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of an article as it is shown to the model."""

    article: Article
    start: int
    end: int
    score: float = 0.0  # how well it fits the question; higher is better
    cluster: str = ""  # of copies of one report, as of its hit
    times: tuple[Mention, ...] = ()  # the days that the span speaks of

    @property
    def report(self) -> str:
        """What copies of one report have in common, and different reports do not."""
        return self.cluster or self.article.id

    @property
    def text(self) -> str:
        """The span's own words."""
        return self.article.text[self.start : self.end]

    @property
    def heading(self) -> str:
        """Title, outlet and date of the article, as the model is shown them."""
        day = self.article.published
        about = [self.article.source, f"{day:%a} {day.day} {day:%b %Y}" if day else None]
        known = ", ".join(part for part in about if part)
        return f"{self.article.title} ({known})" if known else self.article.title


@dataclass(frozen=True, slots=True)
class Extract:
    """A piece of evidence, and where in it the answer is likely: `article.text[start:end]`."""

    evidence: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The likely answer in the article's own words."""
        return self.evidence.article.text[self.start : self.end]

    @property
    def whole(self) -> bool:
        """Whether nothing smaller than the sentence was found."""
        return (self.start, self.end) == (self.evidence.start, self.evidence.end)


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span of a stored article: `quote == article.text[start:end]`."""

    n: int
    article_id: str
    title: str
    source: str | None
    published: str | None  # ISO 8601 date
    url: str | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, with the numbers of its citations."""

    text: str
    citations: tuple[int, ...] = ()
    supported: bool = False
    reason: str | None = None  # why it is not supported


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the question was asked; None while it has not happened."""

    retrieve_s: float | None = None
    first_token_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of the answer so far; the last one of a stream has `done` set."""

    question: str
    text: str = ""
    refused: bool = False
    confidence: float = 0.0  # 0 to 1
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    timings: Timings = field(default_factory=Timings)
    model: str = ""
    hits: tuple[Hit, ...] = ()  # the sources, best first
    standalone: str = ""  # the question that was searched, where a follow-up was made to stand
    reading: str = ""  # how the question was read, in words; empty where as it stands
    timed: bool = False  # words of time in the question narrowed or ordered what was searched
    note: str = ""  # why nothing was found, or what the articles do not say that was asked of
    instant: Extract | None = None  # the likely answer in the best evidence, while the model reads
    differing: bool = False  # reports differ, and the last sentence says so
    signals: tuple[tuple[str, float], ...] = ()  # what the confidence was made of
    estimate_s: float | None = None  # how long an answer takes here; None: not known yet
    ahead: bool | None = None  # what was read while it was typed is in use; None: nothing was
    done: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data for JSON, without the hits."""
        return {
            "question": self.question,
            "text": self.text,
            "refused": self.refused,
            "confidence": round(self.confidence, 4),
            "sentences": [
                {
                    "text": s.text,
                    "citations": list(s.citations),
                    "supported": s.supported,
                    "reason": s.reason,
                }
                for s in self.sentences
            ],
            "citations": [
                {name: getattr(c, name) for name in Citation.__dataclass_fields__}
                for c in self.citations
            ],
            "timings": {
                name: _rounded(getattr(self.timings, name)) for name in Timings.__dataclass_fields__
            },
            "model": self.model,
            "estimate_s": _rounded(self.estimate_s),
            "standalone": self.standalone,
            "reading": self.reading,
            "note": self.note,
            "differing": self.differing,
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
