"""Text to sentence spans. It knows nothing of articles, chunks or models."""

from __future__ import annotations

import re

import sentencex

Span = tuple[int, int]

# What the segmenter cuts too early: list numbers ("3. Gas prices") and times ("9 a.m. Tuesday").
_LIST_NUMBER = re.compile(r"\W*\d{1,3}\.")
_TIME = re.compile(r"\b[ap]\.m\.$")
_AFTER_TIME = re.compile(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|[a-z(]")


def split_sentences(text: str) -> list[Span]:
    """Give the spans of the sentences of a text, in order, without the space around them."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # as long; half a letter is none
    ends = [int(b["end_index"]) for b in sentencex.get_sentence_boundaries("en", whole)]
    spans: list[Span] = []
    start = 0
    for end in [*ends, len(text)]:
        span = _trim(text, start, end)
        start = end
        if span is None:
            continue
        if spans and _goes_on(text, spans[-1], span):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return spans


def _goes_on(text: str, left: Span, right: Span) -> bool:
    if "\n" in text[left[1] : right[0]]:
        return False
    if _LIST_NUMBER.fullmatch(text, *left):
        return True
    return bool(_TIME.search(text, *left) and _AFTER_TIME.match(text, *right))


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
