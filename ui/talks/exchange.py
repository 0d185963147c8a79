"""A conversation as JSON, and back from a file that is not trusted; see docs/conversations.md.

What is taken in must hold together: ids are hashes of the articles, citations are verbatim spans.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NoReturn

from index.article import Article
from index.errors import InputError
from qa.answer import Answer, Citation
from ui.talks.record import pack, unpack, unpack_articles
from ui.talks.store import Listed, Talk
from ui.turn import Turn
from ui.words import figure, marked, say

FORMAT, VERSION = "clippings-conversation", 1
LONGEST = 20_000_000  # characters of a file that is taken in
TURNS = 500  # of one conversation that is taken in
NONE = marked("This is no conversation that Clippings exported as JSON.")
NAME = 200  # characters of an archive's name


def to_json(talk: Talk, archive: str) -> str:
    """The conversation with all that its answers found; paths on this machine are left out."""
    articles: dict[str, Any] = {}
    turns = [
        {"asked": _time(asked), "verdict": turn.verdict, "turn": _turn(turn, articles)}
        for turn, asked in zip(talk.turns, talk.asked, strict=True)
    ]
    for article in articles.values():
        article["path"] = ""
    record = {
        "format": FORMAT,
        "version": VERSION,
        "title": talk.listed.title,
        "archive": archive,
        "turns": turns,
        "articles": articles,
    }
    return json.dumps(record, indent=1)


def from_json(text: str) -> Talk:
    """The conversation of a file; InputError says what is wrong with it."""
    if len(text) > LONGEST:
        most = figure(LONGEST // 1_000_000)
        raise InputError(say("The file is too long: %(n)s MB are the limit.", n=most))
    record = _parsed(text)
    if record.get("format") != FORMAT:
        raise InputError(say(NONE))
    if record.get("version") != VERSION:
        raise InputError(
            say(
                "The conversation is of format version %(found)s; this program reads version"
                " %(known)s. Use the program that wrote it.",
                found=str(record.get("version"))[:20],
                known=VERSION,
            )
        )
    articles = unpack_articles(record.get("articles"))
    by_id = {article.id: article for article in articles.values()}
    for article in articles.values():
        _check_article(article)
    rows = record.get("turns")
    if not isinstance(rows, list) or not 0 < len(rows) <= TURNS:
        raise InputError(say('"turns" must be a list of 1 to %(most)s turns.', most=TURNS))
    turns = [_taken(row, articles, by_id, n) for n, row in enumerate(rows, 1)]
    asked = tuple(_asked(row, n) for n, row in enumerate(rows, 1))
    archive = _words(record.get("archive"))[:NAME]
    listed = Listed("", _words(record.get("title")), archive, asked[0], asked[0], len(turns))
    return Talk(listed, tuple(turns), asked)


def _turn(turn: Turn, articles: dict[str, Any]) -> Any:
    packed = pack(turn, articles)
    for name in ("talk", "unkept", "verdict"):
        del packed[name]
    return packed


def _parsed(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text, parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise InputError(say("The file is no JSON (%(why)s).", why=error)) from error
    if not isinstance(record, dict):
        raise InputError(say(NONE))
    return record


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text[:20])


def _taken(row: Any, articles: Mapping[str, Article], by_id: Mapping[str, Article], n: int) -> Turn:
    if not isinstance(row, dict):
        raise InputError(say("Turn %(n)s is no object.", n=n))
    try:
        turn = unpack(Turn, row.get("turn"), articles)
        verdict = row.get("verdict")
        if turn.answer:
            _check_answer(turn.answer, by_id)
    except InputError as error:
        raise InputError(say("Turn %(n)s: %(why)s", n=n, why=error)) from error
    stage = turn.stage if turn.over else "interrupted"
    known: Any = verdict if verdict in ("right", "wrong", "wrong source") else ""
    return replace(turn, stage=stage, id="", talk="", unkept="", verdict=known)


def _check_article(article: Article) -> None:
    same = Article.of(
        title=article.title,
        text=article.text,
        published=article.published,
        source=article.source,
        url=article.url,
    )
    if same.id != article.id:
        raise InputError(
            say("The article %(id)s is not what its id says.", id=repr(article.id[:40]))
        )


def _check_answer(answer: Answer, by_id: Mapping[str, Article]) -> None:
    for citation in answer.citations:
        _check_citation(citation, by_id.get(citation.article_id))
    if len({citation.n for citation in answer.citations}) < len(answer.citations):
        raise InputError(say("two citations have one number."))
    for hit in answer.hits:
        if hit.chunk.article_id != hit.article.id:
            raise InputError(say("a passage is not of its article."))
        _check_span(hit.chunk.start, hit.chunk.end, hit.article)
    if found := answer.instant:
        for span in ((found.start, found.end), (found.evidence.start, found.evidence.end)):
            _check_span(*span, found.evidence.article)


def _check_citation(citation: Citation, article: Article | None) -> None:
    if article is None:
        raise InputError(say("the article of citation %(n)s is not in the file.", n=citation.n))
    _check_span(citation.start, citation.end, article)
    day = article.published.isoformat() if article.published else None
    told = (citation.quote, citation.title, citation.source, citation.published, citation.url)
    quote = article.text[citation.start : citation.end]
    if told != (quote, article.title, article.source, day, article.url):
        raise InputError(say("citation %(n)s is not what its article says there.", n=citation.n))


def _check_span(start: int, end: int, article: Article) -> None:
    if not 0 <= start < end <= len(article.text):
        raise InputError(
            say("there are no characters %(start)s to %(end)s in an article.", start=start, end=end)
        )


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")


def _asked(row: dict[str, Any], n: int) -> float:
    try:
        return datetime.fromisoformat(_words(row.get("asked"))).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            say('Turn %(n)s: "asked" must be a time such as 2031-05-02T09:30.', n=n)
        ) from error


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
