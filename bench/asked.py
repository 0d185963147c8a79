"""A data folder and the ways of asking to tasks, and the index they are asked of."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.archive import default_folder, open_index, passages, require_gold
from bench.data import Asking, Case, DataSet, sample
from bench.table import Settings
from bench.tasks import Task, as_given, foreign, over_archive, with_conflicts, with_passages
from index.article import Article
from index.errors import InputError
from index.index import Index
from index.protocol import Store
from qa import Chatbot

SEARCHED = 60  # hits, so that ten distinct articles are among them


@dataclass(frozen=True, slots=True)
class Ways:
    """How the questions of a set are asked."""

    stated_only: bool = True  # leave out answerable ones whose gold article holds no answer string
    over: DataSet | None = None  # the archive of another set is asked, which has no answer
    noise: float | None = None  # share among five given passages
    conflicts: bool = False  # falsified passages beside true ones


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of which index, under which settings."""

    name: str
    index: Store
    tasks: Sequence[Task]
    settings: Settings


def prepare(data: DataSet, chosen: Asking, ways: Ways) -> Asked:
    """Choose the questions and what they are asked of.

    Raises InputError where the ways do not fit the data or nothing is left to be asked.
    """
    _check(data, ways)
    name = data.name
    if ways.over is not None:
        index, tasks = _over(data, ways.over, chosen)
        name = f"{data.name} over {ways.over.name}"
    elif data.passages is not None:
        index, tasks = _given(data, chosen, ways)
    else:
        index, tasks = _archive(data, chosen, ways)
    if not tasks:
        raise InputError(f"{data.folder}: of no question it is known whether it can be answered.")
    searched = ways.over is not None or data.passages is None
    settings: Settings = {
        "seed": chosen.seed,
        "time": chosen.use_time and searched,
        **({"noise": ways.noise} if ways.noise is not None else {}),
        **({"conflicts": True} if ways.conflicts else {}),
        **({} if ways.stated_only or not searched else {"answerable_only": False}),
    }
    return Asked(name, index, tasks, settings)


def _check(data: DataSet, ways: Ways) -> None:
    if ways.over is not None and (ways.noise is not None or ways.conflicts):
        raise InputError("--over asks an archive; --noise and --conflicts are for given passages.")
    if ways.noise is not None and ways.conflicts:
        raise InputError("--noise and --conflicts are two ways of asking; choose one.")
    if ways.noise is not None and not any(case.negatives for case in data.cases):
        raise InputError(f'{data.folder}: --noise needs questions with "negative_ids".')
    if ways.conflicts and not any(case.falsified for case in data.cases):
        raise InputError(f'{data.folder}: --conflicts needs questions with "wrong_ids".')


def _over(data: DataSet, over: DataSet, chosen: Asking) -> tuple[Store, list[Task]]:
    index = open_index(over, chosen.index)
    bot = Chatbot(index)

    def search(question: str) -> Iterator[Article]:
        return (hit.article for hit in bot.search(question, SEARCHED))

    tasks, left_out = foreign(sample(data.cases, chosen.questions, chosen.seed), search)
    if left_out:
        print(
            f"bench: {len(left_out)} questions are left out, since {over.name} may answer them by "
            f"chance: {', '.join(case.id for case in left_out)}",
            file=sys.stderr,
        )
    return index, tasks


def _given(data: DataSet, chosen: Asking, ways: Ways) -> tuple[Store, list[Task]]:
    # nothing is searched, so an index that holds nothing will do
    index = Index.open(default_folder(data) / "empty", create=True)
    corpus = passages(data)
    if ways.conflicts:
        cases = [case for case in data.cases if case.falsified and case.fake_answer]
        return index, with_conflicts(_some(cases, chosen), corpus, chosen.seed)
    with_noise = [case for case in data.cases if case.gold and case.negatives]
    if with_noise:
        some = _some(with_noise, chosen)
        return index, with_passages(some, corpus, chosen.seed, ways.noise)
    known = [case for case in data.cases if case.answerable is not None]
    return index, as_given(_some(known, chosen), corpus, chosen.seed)


def _archive(data: DataSet, chosen: Asking, ways: Ways) -> tuple[Store, list[Task]]:
    index = open_index(data, chosen.index)
    every = over_archive(data.cases, index.articles(), stated_only=ways.stated_only)
    tasks = sample(every, chosen.questions, chosen.seed)
    require_gold(index, [task.case for task in tasks])
    return index, tasks


def _some(cases: Sequence[Case], chosen: Asking) -> list[Case]:
    return sample(cases, chosen.questions, chosen.seed)
