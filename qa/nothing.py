"""Why a search found nothing, in words, and what day could be asked instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.filters import Filter
from index.protocol import Store
from qa.question import Question
from qa.reading import say_day, say_days
from qa.retrieve import filter_of

LONGEST = 80  # characters of what was typed that are said again


def why_nothing(index: Store, question: Question) -> str:
    """Say which condition left nothing, and where there are days, the nearest with an article."""
    only = filter_of(question)
    if index.manifest is None or not index.manifest.articles:
        return "The index holds no articles yet."
    if index.count(only):
        if question.phrases:
            phrases = ", ".join(f"“{_cut(phrase)}”" for phrase in question.phrases[:3])
            return f"No article that was searched holds the words {phrases}."
        return "Nothing that was searched fits the question."
    names = Filter(sources=only.sources, sections=only.sections)
    if not index.count(names):
        return f"The archive holds no article {_say_names(names)}."
    window = say_days(only.since, only.until)
    where = f" {_say_names(names)}" if names != Filter() else ""
    return f"No article{where} has a day in what was searched ({window}).{_nearest(index, only)}"


def _nearest(index: Store, only: Filter) -> str:
    before, after = index.nearest(replace(only, mentioned=False, undated=False))
    days = [say_day(day) for day in (before, after) if isinstance(day, date)]
    return f" The nearest with articles: {' and '.join(days)}." if days else ""


def _say_names(only: Filter) -> str:
    said = []
    if only.sources:
        said.append(f"from {_any_of(only.sources)}")
    if only.sections:
        said.append(f"in the section {_any_of(only.sections)}")
    return " ".join(said)


def _any_of(names: tuple[str, ...]) -> str:
    more = len(names) - 3
    return " or ".join(map(_cut, names[:3])) + (f" or {more} others" if more > 0 else "")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
