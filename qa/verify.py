"""Each answer sentence against its cited evidence: numbers, names, words. No model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Evidence
from qa.text import content_stems, is_name, numbers, stem, words

WORDS_SHARED = 0.5  # of a sentence's words that must stand in its evidence or the question


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


def _with_frame(evidence: Evidence) -> str:
    article = evidence.article
    day = f"{article.published:%A %d %B %Y}" if article.published else ""
    return f"{evidence.text} {article.title} {article.source or ''} {day}"
