"""Which questions are asked for `bench answers`, of what, and whether an answer is there.

Over an archive: the questions known to have an answer or none, or the questions of another set,
which have none here. With given passages: of true passages among noise and of noise alone; or of
true beside falsified ones; or of exactly what the question comes with.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.data import Case
from bench.metrics import holds
from index.article import Article
from index.errors import InputError

TRUE, NOISE = 2, 3  # passages of the answerable variant
NOISE_ALONE = 5  # passages of the other
OF_EACH = 2  # true and falsified passages of a conflict
BY_CHANCE = 10  # articles found first, of which none may hold the answer to a foreign question


@dataclass(frozen=True, slots=True)
class Task:
    """One question as it is asked, and whether what it is asked of holds an answer."""

    case: Case
    answerable: bool
    articles: tuple[Article, ...] | None = None  # given; None: to be found in the archive
    variant: str = "archive"  # or "true", "noise", "conflict", "given"


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


def foreign(
    cases: Iterable[Case], search: Callable[[str], Iterable[Article]]
) -> tuple[list[Task], list[Case]]:
    """Give the questions that the archive cannot answer, and those it may answer by chance.

    The latter are those with an answer string in one of the ten articles that a search finds
    first, and those of which no answer is known to look for.
    """
    tasks, left_out = [], []
    for case in cases:
        articles = list(dict.fromkeys(search(case.question)))[:BY_CHANCE]
        texts = (f"{article.title}\n{article.text}" for article in articles)
        if not case.answers or any(holds(text, case.answers) for text in texts):
            left_out.append(case)
        else:
            tasks.append(Task(case, False, variant="foreign"))
    return tasks, left_out


def with_passages(
    cases: Iterable[Case], corpus: Mapping[str, Article], seed: int, noise: float | None = None
) -> list[Task]:
    """Give two tasks for each question, which must name true passages and noise.

    Two true and three noise passages in seeded order, and five noise passages; noise that holds an
    answer string is left out. A question that has fewer of a kind gets those it has. With `noise`,
    a share from 0 to 1, the first task alone, of five passages of which that share is noise and a
    kind that runs short is made up for by the other. What a question is given depends on its id
    and the seed, not on the other questions.
    """
    tasks = []
    for case in cases:
        rng = random.Random(f"{seed}:{case.id}")  # noqa: S311
        true = _named(case, sorted(case.gold), corpus)
        negatives = _named(case, case.negatives, corpus)
        negatives = [article for article in negatives if not holds(article.text, case.answers)]
        rng.shuffle(true)
        rng.shuffle(negatives)
        of_true, of_noise = _counts(len(true), len(negatives), noise)
        mixed = [*true[:of_true], *negatives[:of_noise]]
        rng.shuffle(mixed)
        tasks.append(Task(case, True, tuple(mixed), "true"))
        if negatives and noise is None:
            tasks.append(Task(case, False, tuple(negatives[:NOISE_ALONE]), "noise"))
    return tasks


def with_conflicts(cases: Iterable[Case], corpus: Mapping[str, Article], seed: int) -> list[Task]:
    """Give a task for each question that has falsified passages: two of them beside two true ones.

    A question that has fewer of a kind gets those it has; the order is seeded.
    """
    tasks = []
    for case in cases:
        if not case.falsified or not case.fake_answer:
            continue
        rng = random.Random(f"{seed}:{case.id}")  # noqa: S311
        kinds = (sorted(case.gold), list(case.falsified))
        for kind in kinds:
            rng.shuffle(kind)
        mixed = [item for kind in kinds for item in _named(case, kind[:OF_EACH], corpus)]
        rng.shuffle(mixed)
        tasks.append(Task(case, True, tuple(mixed), "conflict"))
    return tasks


def as_given(cases: Sequence[Case], corpus: Mapping[str, Article], seed: int) -> list[Task]:
    """Give a task for each question, of exactly the passages that it names.

    An unanswerable one that names none is asked of passages of others, drawn by the seed: as many
    as the answerable ones have in the middle.
    """
    sizes = sorted(len(case.given or case.gold) for case in cases if case.answerable)
    middle = max(1, sizes[len(sizes) // 2]) if sizes else 1
    everything = sorted(corpus)
    tasks = []
    for case in cases:
        ids: Sequence[str] = case.given or sorted(case.gold)
        if not ids and case.answerable is False:
            rng = random.Random(f"{seed}:{case.id}")  # noqa: S311
            ids = rng.sample(everything, min(middle, len(everything)))
        if ids and case.answerable is not None:
            passages = tuple(_named(case, ids, corpus))
            tasks.append(Task(case, case.answerable, passages, "given"))
    return tasks


def _counts(true: int, negatives: int, noise: float | None) -> tuple[int, int]:
    """How many true and noise passages a question gets."""
    if noise is None:
        return TRUE, NOISE
    total = TRUE + NOISE
    of_noise = min(math.ceil(total * noise), negatives)
    of_true = min(total - of_noise, true)
    return of_true, min(total - of_true, negatives)


def _stating(cases: Sequence[Case], articles: Iterable[Article]) -> set[str]:
    """The ids of the cases with a gold article that holds an answer."""
    by_article: dict[str, list[Case]] = {}
    for case in cases:
        for article_id in case.gold:
            by_article.setdefault(article_id, []).append(case)
    return {
        case.id
        for article in (articles if by_article else ())
        for case in by_article.get(article.external_id or article.id, ())
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
