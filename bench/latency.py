"""How long a reader waits, with the watch held outside the chatbot.

- `sources_s`, `instant_s`, `first_token_s`, `total_s`: from asking to the sources, the likely
  answer in an article's words, the first words and the end, of questions asked one after another;
  the last two over answers that were not refused. Nothing but the instructions was read before;
- `typed_…`: the same questions, typed key by key (`bench.waiting.KEYS` a second) with reading
  ahead, by a model that has read none of them; `typed_same`: share of the answers that are those
  above; `accuracy`, `typed_accuracy`: the share that is right, refusals counting as wrong;
- `again_…`: each question behind itself in other words, so that its evidence was read;
- `crowd_wait`, `crowd_mean`, `crowd_rate`, `crowd_same`: four ask at once. The longest and the mean
  wait for a whole answer over the mean wait of those who ask alone; the time that all take one
  after the other over the time together; the share of answers that are those given alone. Each
  reader's seconds are in the series `crowd`, for `bench queueing` to be held against;
- `page_s`: from starting `app.py` to a page; `import_s`: `import qa`; `open_s`: opening an index;
  `load_s`: loading both models; each in processes of their own, with the files in the system's
  cache; `peak_mb`: the most memory that this process held, mapped weights included.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from bench.archive import open_index, progress
from bench.data import Asking, Case, DataSet, load, sample
from bench.metrics import Metric, is_right, seconds
from bench.options import Parsers, add_data, add_index, add_llm, asking
from bench.table import Plain, Result, Settings
from bench.waiting import Crowd, again, crowd, page_ready, type_and_ask
from index.errors import InputError, ModelError
from index.protocol import Store
from index.weights import resolve_llm
from qa import Answer, Chatbot
from qa.budget import read_seconds
from qa.generate import LlamaGenerator

QUESTIONS = 20
IMPORTS, LOADS, PAGES = 5, 3, 3  # child processes
USERS = 4  # at once

_IMPORT = """
import time
started = time.perf_counter()
import qa
print(time.perf_counter() - started)
"""
_LOAD = """
import sys, time
from qa import Chatbot
started = time.perf_counter()
bot = Chatbot.open(sys.argv[1], llm=sys.argv[2])
opened = time.perf_counter()
bot.load()
print(opened - started, time.perf_counter() - opened)
"""


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds since a question was asked; None for what never came."""

    sources_s: float | None
    first_token_s: float | None
    total_s: float
    refused: bool
    model: str = ""
    instant_s: float | None = None
    text: str = ""


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("latency", help="how long does a reader wait?")
    add_data(task)
    add_index(task)
    add_llm(task)
    task.add_argument(
        "--budget", type=read_seconds, metavar="SECONDS", help="how long an answer may take"
    )
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    return run(load(options.data), asking(options), llm=options.llm, budget=options.budget)


def run(data: DataSet, asking: Asking, *, llm: str, budget: float | None = None) -> Result:
    """Measure the waiting over a data folder."""
    # one more than is measured, to warm up with
    chosen = sample(askable(data.cases), (asking.questions or QUESTIONS) + 1, asking.seed)
    if len(chosen) < 2:
        raise InputError(f"{data.folder}: two questions are needed, one of them to warm up with.")
    first, *cases = chosen
    opened = open_index(data, asking.index)
    fresh = partial(_bot, opened, llm, budget, first)

    def day(case: Case) -> date | None:
        return case.day if asking.use_time else None

    def typed_by(bot: Chatbot, case: Case) -> Waited:
        return type_and_ask(bot, case.question, day(case), lambda ask: watch(ask, case))

    def asked_again(bot: Chatbot, case: Case) -> Waited:
        return again(bot, case.question, day(case), lambda ask: watch(ask, case))

    with fresh() as bot:
        plain = [
            watch(lambda c: bot.stream(c.question, day(c)), c) for c in progress(cases, "Asking")
        ]
    with fresh() as bot:
        typed = [typed_by(bot, case) for case in progress(cases, "Typing")]
        more = [asked_again(bot, case) for case in progress(cases, "Asking again")]
    together = crowd(fresh, [(c.question, day(c)) for c in cases[:USERS]])
    metrics = [
        *summarise(plain),
        *summarise(typed, "typed_"),
        *summarise(more, "again_"),
        Metric("typed_same", _share(a.text == b.text for a, b in zip(plain, typed, strict=True)),
               len(cases)),
        *_right("accuracy", plain, cases),
        *_right("typed_accuracy", typed, cases),
        *_crowded(together),
        *_apart(str(opened.directory), llm),
        Metric("peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    ]  # fmt: skip
    settings: Settings = {
        "questions": len(cases),
        "refused": sum(item.refused for item in plain),
        "seed": asking.seed,
        "time": asking.use_time,
        "budget_s": budget,
        "model": ", ".join(sorted({item.model for item in plain} - {""})),
        "chunks": opened.info().chunks,
    }
    series = {"crowd": _readers(together)} if together else {}
    return Result("latency", data.name, metrics, settings, series)


@contextmanager
def _bot(index: Store, llm: str, budget: float | None, first: Case) -> Iterator[Chatbot]:
    """Open a chatbot whose model has read nothing but one question."""
    model = LlamaGenerator.open(Path(resolve_llm(llm)))
    try:
        bot = Chatbot(index, model=model, seconds=budget)
        bot.load()
        bot.ask(first.question, first.day)
        yield bot
    finally:
        model.close()


def _right(name: str, waited: Sequence[Waited], cases: Sequence[Case]) -> list[Metric]:
    judged = [
        not item.refused and is_right(item.text, case.answers)
        for item, case in zip(waited, cases, strict=True)
        if case.answers
    ]
    return [Metric(name, _share(judged), len(judged))]


def _crowded(found: Crowd | None) -> list[Metric]:
    if found is None:
        return []
    users, alone = len(found.alone_s), statistics.fmean(found.alone_s)
    return [
        Metric("crowd_wait", max(found.together_s) / alone, users),
        Metric("crowd_mean", statistics.fmean(found.together_s) / alone, users),
        Metric("crowd_rate", users * alone / found.whole_s, users),
        Metric("crowd_same", found.same, users),
    ]


def _readers(found: Crowd) -> list[dict[str, Plain]]:
    waits = zip(found.alone_s, found.together_s, strict=True)
    return [{"alone_s": round(a, 3), "together_s": round(b, 3)} for a, b in waits]


def _apart(directory: str, llm: str) -> list[Metric]:
    """What is measured in processes of its own."""
    imports = [_child(_IMPORT)[0] for _ in progress(range(IMPORTS), "Importing")]
    loads = [_child(_LOAD, directory, llm) for _ in progress(range(LOADS), "Loading")]
    pages = [page_ready(directory, llm) for _ in progress(range(PAGES), "Serving")]
    return [
        *seconds("page_s", pages)[:1],
        *seconds("import_s", imports)[:1],
        *seconds("open_s", [load[0] for load in loads])[:1],
        *seconds("load_s", [load[1] for load in loads])[:1],
    ]


def _share(flags: Iterable[bool]) -> float | None:
    every = list(flags)
    return sum(every) / len(every) if every else None


def askable(cases: Iterable[Case]) -> list[Case]:
    """Give the questions known to have an answer; all, if that is known of none."""
    every = list(cases)
    return [case for case in every if case.answerable] or every


def watch(ask: Callable[[Case], Iterable[Answer]], case: Case) -> Waited:
    """Ask one question and note when the sources, the first words and the end came."""
    started = time.perf_counter()
    sources = first = likely = None
    answer = Answer(case.question)
    for answer in ask(case):
        now = time.perf_counter() - started
        sources = now if sources is None else sources
        if likely is None and answer.instant is not None:
            likely = now
        if first is None and answer.text.strip():
            first = now
    total = time.perf_counter() - started
    return Waited(sources, first, total, answer.refused, answer.model, likely, answer.text)


def summarise(waited: Iterable[Waited], name: str = "") -> list[Metric]:
    """Turn the times of all questions into medians and 95th percentiles."""
    every = list(waited)
    given = [item for item in every if not item.refused]
    return [
        *_seconds(f"{name}sources_s", [item.sources_s for item in every]),
        *_seconds(f"{name}instant_s", [item.instant_s for item in every]),
        *_seconds(f"{name}first_token_s", [item.first_token_s for item in given]),
        *_seconds(f"{name}total_s", [item.total_s for item in given]),
    ]


def _seconds(name: str, values: Iterable[float | None]) -> list[Metric]:
    return seconds(name, [value for value in values if value is not None])


def _child(program: str, *arguments: str) -> list[float]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise ModelError(f"A process that was to be timed failed: {last}. Run `make weights`.")
    return [float(word) for word in done.stdout.split()]
