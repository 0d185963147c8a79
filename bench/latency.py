"""How long a reader waits, with the watch held outside the chatbot.

- `sources_s`, `first_token_s`, `total_s`: from asking to the sources, the first words and the end,
  of questions asked one after another; the last two over answers that were not refused. Each
  question is asked once, so of its prompt nothing but the instructions was read before;
- `import_s`: `import qa`; `open_s`: opening an index; `load_s`: loading both models; each in
  processes of their own, with the files in the system's cache.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.archive import open_index, progress
from bench.data import Asking, Case, DataSet, load, sample
from bench.metrics import Metric, seconds
from bench.options import Parsers, add_data, add_index, add_llm, asking
from bench.table import Result, Settings
from index.errors import InputError, ModelError
from qa import Answer, Chatbot

QUESTIONS = 20
IMPORTS, LOADS = 5, 3  # child processes

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


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("latency", help="how long does a reader wait?")
    add_data(task)
    add_index(task)
    add_llm(task)
    task.set_defaults(run=lambda options: run(load(options.data), asking(options), llm=options.llm))


def run(data: DataSet, asking: Asking, *, llm: str) -> Result:
    """Measure the waiting over a data folder."""
    # one more than is measured, to warm up with
    chosen = sample(askable(data.cases), (asking.questions or QUESTIONS) + 1, asking.seed)
    if len(chosen) < 2:
        raise InputError(f"{data.folder}: two questions are needed, one of them to warm up with.")
    opened = open_index(data, asking.index)
    bot = Chatbot(opened, llm=llm)
    bot.load()

    def ask(case: Case) -> Iterable[Answer]:
        return bot.stream(case.question, case.day if asking.use_time else None)

    watch(ask, chosen[0])
    waited = [watch(ask, case) for case in progress(chosen[1:], "Asking")]
    imports = [_child(_IMPORT)[0] for _ in progress(range(IMPORTS), "Importing")]
    directory = str(opened.directory)
    loads = [_child(_LOAD, directory, llm) for _ in progress(range(LOADS), "Loading")]
    metrics = [
        *summarise(waited),
        *seconds("import_s", imports)[:1],
        *seconds("open_s", [load[0] for load in loads])[:1],
        *seconds("load_s", [load[1] for load in loads])[:1],
    ]
    settings: Settings = {
        "questions": len(waited),
        "refused": sum(item.refused for item in waited),
        "seed": asking.seed,
        "time": asking.use_time,
        "model": ", ".join(sorted({item.model for item in waited} - {""})),
        "chunks": opened.info().chunks,
    }
    return Result("latency", data.name, metrics, settings)


def askable(cases: Iterable[Case]) -> list[Case]:
    """Give the questions known to have an answer; all, if that is known of none."""
    every = list(cases)
    return [case for case in every if case.answerable] or every


def watch(ask: Callable[[Case], Iterable[Answer]], case: Case) -> Waited:
    """Ask one question and note when the sources, the first words and the end came."""
    started = time.perf_counter()
    sources = first = None
    answer = Answer(case.question)
    for answer in ask(case):
        now = time.perf_counter() - started
        sources = now if sources is None else sources
        if first is None and answer.text.strip():
            first = now
    total = time.perf_counter() - started
    return Waited(sources, first, total, answer.refused, answer.model)


def summarise(waited: Iterable[Waited]) -> list[Metric]:
    """Turn the times of all questions into medians and 95th percentiles."""
    every = list(waited)
    given = [item for item in every if not item.refused]
    return [
        *seconds("sources_s", [item.sources_s for item in every if item.sources_s is not None]),
        *seconds("first_token_s", [s for item in given if (s := item.first_token_s) is not None]),
        *seconds("total_s", [item.total_s for item in given]),
    ]


def _child(program: str, *arguments: str) -> list[float]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise ModelError(f"A process that was to be timed failed: {last}. Run `make weights`.")
    return [float(word) for word in done.stdout.split()]
