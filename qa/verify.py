"""Each answer sentence against its cited evidence: numbers, names, words. No model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.article import Article
from qa.answer import Evidence
from qa.text import content_stems, is_name, numbers, stem, words

WORDS_SHARED = 0.5  # of a sentence's words that must stand in its evidence or the question

_LOOSE = re.compile(r"(?:1[89]|20)\d\d|[A-Z]+")  # years and abbreviations


def why_unsupported(sentence: str, cited: Sequence[Evidence], question: str) -> str | None:
    """Say what in a sentence its evidence does not carry; None if it is supported."""
    if not cited:
        return "no article says this"
    context = " ".join([*map(_with_frame, cited), question])
    known = set(content_stems(context)) | {stem(word) for word in words(context)}
    stated = {*numbers(context), *known}
    if missing := [number for number in numbers(sentence) if number not in stated]:
        return f"the number {missing[0]} is not in the cited sentence"
    names = [word for word in words(sentence)[1:] if is_name(word)]  # the first may be none
    if missing := [name for name in names if not set(content_stems(name)) <= known]:
        return f"the name {missing[0]} is not in the cited sentence"
    told = content_stems(sentence)
    if told and sum(word in known for word in told) < WORDS_SHARED * len(told):
        return "the cited sentence says something else"
    return None


def carried(question: str, evidence: Sequence[Evidence]) -> str:
    """The question without the names and numbers that stand in none of the evidence's articles.

    An answer may repeat what was asked, but not what the asker alone has said. Years may be meant
    without being written, and abbreviations written in another way.
    """
    told = frozenset[str]().union(*(_article_stems(item.article) for item in evidence))
    return " ".join(
        word
        for word in words(question)
        if stem(word) in told or not (word[0].isdigit() or is_name(word)) or _LOOSE.fullmatch(word)
    )


@lru_cache(maxsize=256)
def _article_stems(article: Article) -> frozenset[str]:
    return frozenset(map(stem, words(f"{article.text} {article.title} {article.source or ''}")))


def _with_frame(evidence: Evidence) -> str:
    day = evidence.article.published
    return f"{evidence.text} {evidence.heading} {f'{day:%A %d %B %Y}' if day else ''}"
