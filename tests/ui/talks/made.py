"""Turns of the scripted chatbot, as the page keeps them; and turns of every shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from index.article import Article, Chunk
from index.times import Mention
from qa.answer import Answer, Citation, Copied, Evidence, Extract, Hit, Sentence, Timings
from tests.ui.fake_bot import FakeBot
from ui.turn import Turn

TEXT = st.text(st.characters(), max_size=30)  # half characters and nulls are among them
WORDS = st.none() | TEXT
NUMBERS = st.integers(0, 2**40)
FLOATS = st.floats(allow_nan=False)
DAYS = st.none() | st.dates()


def answered(question: str, as_of: date | None = None, **more: Any) -> Turn:
    """A turn with the bot's whole answer."""
    *_, answer = FakeBot().stream(question)
    return Turn(question, as_of, "done", answer, **more)


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


def of(record: Callable[..., Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(record, **fields)


ARTICLE = of(
    Article,
    **dict.fromkeys(("id", "title", "text", "path"), TEXT),
    **dict.fromkeys(("published", "updated"), DAYS),
    **dict.fromkeys(("source", "url", "external_id", "author", "section"), WORDS),
    **dict.fromkeys(("language", "published_at"), WORDS),
    provenance=many(st.tuples(TEXT, TEXT)),
)
MENTION = of(Mention, start=NUMBERS, end=NUMBERS, first=st.dates(), last=st.dates())
HIT = of(
    Hit,
    chunk=of(Chunk, id=TEXT, article_id=TEXT, start=NUMBERS, end=NUMBERS),
    article=ARTICLE,
    score=FLOATS,
    rank=NUMBERS,
    dense_rank=st.none() | NUMBERS,
    bm25_rank=st.none() | NUMBERS,
    cosine=st.none() | FLOATS,
    cluster=TEXT,
    copies=many(of(Copied, id=TEXT, title=TEXT, source=WORDS)),
    time=FLOATS,
    matched=many(TEXT),
    times=many(MENTION),
)
EVIDENCE = of(
    Evidence,
    article=ARTICLE,
    start=NUMBERS,
    end=NUMBERS,
    score=FLOATS,
    cluster=TEXT,
    times=many(MENTION),
)
CITATION = of(
    Citation,
    **dict.fromkeys(("n", "start", "end"), NUMBERS),
    **dict.fromkeys(("article_id", "title", "quote"), TEXT),
    **dict.fromkeys(("source", "published", "url"), WORDS),
)
ANSWER = of(
    Answer,
    **dict.fromkeys(("question", "text", "model", "standalone", "reading", "note"), TEXT),
    **dict.fromkeys(("refused", "timed", "differing", "done"), st.booleans()),
    confidence=FLOATS,
    sentences=many(
        of(Sentence, text=TEXT, citations=many(NUMBERS), supported=st.booleans(), reason=WORDS)
    ),
    citations=many(CITATION),
    timings=of(
        Timings,
        **dict.fromkeys(("retrieve_s", "first_token_s", "total_s"), st.none() | FLOATS),
    ),
    hits=many(HIT),
    instant=st.none() | of(Extract, evidence=EVIDENCE, start=NUMBERS, end=NUMBERS),
    signals=many(st.tuples(TEXT, FLOATS)),
)
TURN = of(
    Turn,
    question=TEXT,
    as_of=DAYS,
    stage=st.sampled_from(("done", "stopped", "failed", "interrupted")),
    answer=st.none() | ANSWER,
    message=TEXT,
    read=FLOATS,
    read_time=st.booleans(),
)
