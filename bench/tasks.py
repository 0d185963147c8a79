"""Which questions are asked for `bench answers`, of what, and whether an answer is there.

Over an archive: the questions known to have an answer or none. With given passages: each question
twice, once with true passages among noise, once with noise alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.data import Case
from bench.metrics import holds
from index.article import Article
from index.errors import InputError

TRUE, NOISE = 2, 3  # passages of the answerable variant
NOISE_ALONE = 5  # passages of the other


@dataclass(frozen=True, slots=True)
class Task:
    """One question as it is asked, and whether what it is asked of holds an answer."""

    case: Case
    answerable: bool
    articles: tuple[Article, ...] | None = None  # given; None: to be found in the archive


def over_archive(
    cases: Iterable[Case], articles: Iterable[Article], *, stated_only: bool
) -> list[Task]:
    """Give a task for each question of which it is known whether it can be answered.

    With `stated_only`, answerable ones whose gold articles hold no answer string are left out.
    """
    known = [case for case in cases if case.answerable is not None]
    if stated_only:
        unlabelled = [case for case in known if case.answerable and case.stated_in is None]
        stated = _stating(unlabelled, articles)
        known = [case for case in known if not case.answerable or _is_stated(case, stated)]
    return [Task(case, bool(case.answerable)) for case in known]


def with_passages(cases: Iterable[Case], corpus: Mapping[str, Article], seed: int) -> list[Task]:
    """Give two tasks for each question, which must name true passages and noise.

    Two true and three noise passages in seeded order, and five noise passages; noise that holds an
    answer string is left out. A question that has fewer of a kind gets those it has. What a
    question is given depends on its id and the seed, not on the other questions.
    """
    tasks = []
    for case in cases:
        rng = random.Random(f"{seed}:{case.id}")  # noqa: S311
        true = _named(case, sorted(case.gold), corpus)
        noise = _named(case, case.negatives, corpus)
        noise = [article for article in noise if not holds(article.text, case.answers)]
        rng.shuffle(true)
        rng.shuffle(noise)
        mixed = [*true[:TRUE], *noise[:NOISE]]
        rng.shuffle(mixed)
        tasks.append(Task(case, True, tuple(mixed)))
        if noise:
            tasks.append(Task(case, False, tuple(noise[:NOISE_ALONE])))
    return tasks


def _stating(cases: Sequence[Case], articles: Iterable[Article]) -> set[str]:
    """The ids of the cases with a gold article that holds an answer."""
    by_article: dict[str, list[Case]] = {}
    for case in cases:
        for article_id in case.gold:
            by_article.setdefault(article_id, []).append(case)
    return {
        case.id
        for article in (articles if by_article else ())
        for case in by_article.get(article.external_id or "", ())
        if holds(article.text, case.answers)
    }


def _is_stated(case: Case, stated: set[str]) -> bool:
    return case.id in stated if case.stated_in is None else bool(case.stated_in & case.gold)


def _named(case: Case, ids: Iterable[str], corpus: Mapping[str, Article]) -> list[Article]:
    try:
        return [corpus[article_id] for article_id in ids]
    except KeyError as error:
        raise InputError(
            f"The question {case.id!r} names the passage {error.args[0]!r}, which is not there. "
            "Put it into the file of passages or take its id out of the question."
        ) from error
