"""Clippings and its peers over the same articles and questions, in one run, taking turns.

Every system gets the same cleaned articles, the same embedder and language model, the same threads
that decode, temperature 0 and the llama.cpp build of this project, each in a process of its own.
A question goes to all of them before the next; who goes first changes from question to question.
Nobody is told when a question was asked unless `--time` says so, since Clippings alone could use
it. What is measured, and by which rules, stands in `score.py` and `report.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.data import DataSet, load
from bench.options import Parsers, add_data, add_llm, add_records, count
from bench.peers.environments import python_of
from bench.peers.race import Limits, Models, Race
from bench.peers.report import summarise, table
from bench.peers.systems import SYSTEMS, System
from bench.peers.trial import choose
from bench.records import RecordFile
from bench.table import Result, Settings
from index.errors import InputError
from index.weights import resolve_embedder, resolve_llm

QUESTIONS = 40
ARTICLES = 150
UNANSWERABLE = 0.2
WITHIN = 58.0  # minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is told on the command line."""

    questions: int = QUESTIONS
    articles: int = ARTICLES
    unanswerable: float = UNANSWERABLE
    seed: int = 0
    llm: str = "default"
    use_time: bool = False
    limits: Limits = field(default_factory=Limits)
    records: Path | None = None


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("peers", help="how do others fare at the same work? (40 questions)")
    add_data(task)
    add_llm(task)
    add_records(task)
    names = [system.name for system in SYSTEMS]
    task.add_argument(
        "--systems", nargs="+", choices=names, default=names, metavar="NAME", help=" ".join(names)
    )
    task.add_argument(
        "--articles", type=count, default=ARTICLES, metavar="N", help="to search, in all (150)"
    )
    task.add_argument(
        "--unanswerable",
        type=_share,
        default=UNANSWERABLE,
        metavar="SHARE",
        help="of the questions that the articles do not answer (0.2)",
    )
    task.add_argument(
        "--within", type=float, default=WITHIN, metavar="MINUTES", help="then ask no more (58)"
    )
    task.add_argument("--time", action="store_true", help="tell when a question was asked")
    task.set_defaults(run=_main, questions=QUESTIONS)


def run(data: DataSet, plan: Plan, systems: Sequence[System] = SYSTEMS) -> Result:
    """Compare systems over a data folder."""
    trial = choose(
        data,
        questions=plan.questions,
        unanswerable=plan.unanswerable,
        articles=plan.articles,
        seed=plan.seed,
    )
    models = Models(resolve_embedder("default"), resolve_llm(plan.llm))
    settings: Settings = {
        "articles": len(trial.articles),
        "questions": len(trial.tasks),
        "unanswerable": sum(not task.answerable for task in trial.tasks),
        "seed": plan.seed,
        "time": plan.use_time,
        "model": models.llm.stem,
    }
    records = RecordFile(plan.records, {"task": "peers", "data": data.name, **settings})
    pythons, failed = _pythons(systems)
    with tempfile.TemporaryDirectory(prefix="clippings-peers-") as folder:
        race = Race(
            trial, models, records, Path(folder), use_time=plan.use_time, limits=plan.limits
        )
        try:
            race.start(systems, pythons)
            asked = race.ask_all()
        finally:
            race.close()
    home = str(Path.home())  # results are published, where things lie is not
    failed = {name: why.replace(home, "~") for name, why in {**failed, **race.failed}.items()}
    shown: Settings = {
        **settings,
        "asked": asked,
        **race.versions,
        **{f"{name} failed": reason for name, reason in failed.items()},
    }
    metrics = summarise(list(records), race.costs)
    return Result("peers", data.name, metrics, shown, table=table(metrics, failed))


def _pythons(systems: Sequence[System]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the Python that runs each system, and why there is none for some."""
    pythons: dict[str, str] = {}
    failed: dict[str, str] = {}
    for system in systems:
        try:
            own = system.environment is None
            pythons[system.name] = (
                sys.executable if own else str(python_of(str(system.environment)))
            )
        except InputError as error:
            failed[system.name] = str(error)
    return pythons, failed


def _main(options: argparse.Namespace) -> Result:
    plan = Plan(
        questions=options.questions,
        articles=options.articles,
        unanswerable=options.unanswerable,
        seed=options.seed,
        llm=options.llm,
        use_time=options.time,
        limits=Limits(within_s=options.within * 60),
        records=options.records,
    )
    return run(load(options.data), plan, [s for s in SYSTEMS if s.name in options.systems])


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError("must be 0 or more, and less than 1")
    return number
