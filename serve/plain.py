"""Answers, hits and articles as plain data for JSON. Pure."""

from __future__ import annotations

from typing import Any

from index.article import Article
from qa.answer import Answer, Found, Hit


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer as `Answer.to_dict` gives it, with the markers of its citations in `marked`."""
    return {**answer.to_dict(), "marked": marked(answer), "sources": sources_data(answer)}


def marked(answer: Answer) -> str:
    """The answer with the numbers of its citations behind each sentence: "It sank. [1]"."""
    parts = [" ".join([s.text, *(f"[{n}]" for n in s.citations)]) for s in answer.sentences]
    return " ".join(parts) or answer.text


def sources_data(answer: Answer) -> list[dict[str, Any]]:
    """The articles that were found, best first, each once."""
    articles = {hit.article.id: hit.article for hit in answer.hits}
    return [about(article) for article in articles.values()]


def found_data(found: Found) -> dict[str, Any]:
    """What a search gave."""
    return {
        "reading": found.reading,
        "note": found.note,
        "hits": [hit_data(hit) for hit in found.hits],
    }


def hit_data(hit: Hit) -> dict[str, Any]:
    """A passage that was found: `quote` is `text[start:end]` of its article."""
    return {
        "rank": hit.rank,
        **about(hit.article),
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "quote": hit.text,
        "score": round(hit.score, 4),
        "also_in": hit.also_in,
    }


def about(article: Article) -> dict[str, Any]:
    """What identifies an article to a reader."""
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
    }


def article_data(article: Article) -> dict[str, Any]:
    """A whole article; the offsets of citations count the characters of its text."""
    return {
        **about(article),
        "updated": article.updated.isoformat() if article.updated else None,
        "author": article.author,
        "section": article.section,
        "language": article.language,
        "text": article.text,
    }
