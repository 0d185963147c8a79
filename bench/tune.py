"""How a language model is best opened on this machine: threads, batches, attention, cache.

One setting after the other is tried over a made-up text, with the others at their best so far,
and a change is taken if it makes an answer (400 tokens read, 30 written) sooner by more than the
noise. 8-bit keys and values change the numbers that answers are made from, so they must gain more.
The best settings are kept in the cache folder, where the model's next start finds them. To be run
while the machine has nothing else to do.

- `read_s`, `write_s`: what 400 tokens read and 30 written take with the settings that were best;
- `gain`: how many times sooner that is than with the defaults.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path

from bench.metrics import Metric
from bench.options import Parsers, add_llm, add_out
from bench.table import Result, columns
from index.weights import cache_root, resolve_llm
from qa.generate import default_settings
from qa.llama.notes import write_tuned
from qa.llama.records import Context, Settings

READ, WRITE = 400, 30  # tokens of an answer
TIMES = 3  # each is measured, its median counts
NOISE = 0.03  # share of the time by which a change must be sooner
COARSER = 0.15  # and one that changes the model's numbers


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds to read and to write what an answer takes, and the settings."""

    settings: Settings
    read_s: float
    write_s: float

    @property
    def total_s(self) -> float:
        """Seconds of an answer."""
        return self.read_s + self.write_s


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("tune", help="how is the language model best opened here?")
    add_llm(task)
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    from qa.llama.native import LlamaContext, Model

    model = Model(Path(resolve_llm(options.llm)))
    with closing(model):
        tokens = model.tokenize("The ferry sailed at noon, the harbour office said. " * READ)[:READ]

        def measure(settings: Settings) -> Timed:
            with closing(LlamaContext(model, settings)) as context:
                return time_answer(context, tokens, settings)

        tried = list(search(measure, replace(default_settings(), context_tokens=1024)))
    best = pick(tried)
    file = write_tuned(cache_root() / "llm", model.label, best.settings)
    return summarise(model.name, tried, best, file)


def search(measure: Callable[[Settings], Timed], default: Settings) -> Iterator[Timed]:
    """Measure the defaults, then each change of one setting to the best so far."""
    best = measure(default)
    yield best
    cores = os.cpu_count() or 1
    some = sorted({1, max(1, cores // 2), max(1, cores - 1), cores})
    steps: list[list[dict[str, int | bool | str]]] = [
        [{"threads": n} for n in some],
        [{"batch_threads": n} for n in some],
        [{"flash": not default.flash}],
        [{"batch_tokens": n} for n in (64, 128, 256)],
        [{"flash": True, "kv": "q8_0"}],
    ]
    for changes in steps:
        base = best
        for change in changes:
            settings = replace(base.settings, **change)  # type: ignore[arg-type]
            if settings != base.settings:
                timed = measure(settings)
                yield timed
                best = better(best, timed)


def better(best: Timed, other: Timed) -> Timed:
    """Give the other if it is sooner by enough."""
    enough = COARSER if other.settings.kv != best.settings.kv else NOISE
    return other if other.total_s < (1 - enough) * best.total_s else best


def pick(tried: Sequence[Timed]) -> Timed:
    """Give the best of what a search tried, by the search's own rule."""
    best = tried[0]
    for timed in tried[1:]:
        best = better(best, timed)
    return best


def time_answer(context: Context, tokens: Sequence[int], settings: Settings) -> Timed:
    """Read and write as an answer does, and take the time."""
    reads, writes = [], []
    for _ in range(TIMES):
        context.keep(0)
        started = time.perf_counter()
        for at in range(0, len(tokens), settings.batch_tokens):
            context.read(tokens[at : at + settings.batch_tokens], at)
        read = time.perf_counter()
        for n in range(WRITE):
            context.read(tokens[n : n + 1], len(tokens) + n)
        reads.append(read - started)
        writes.append(time.perf_counter() - read)
    return Timed(settings, statistics.median(reads), statistics.median(writes))


def summarise(model: str, tried: Sequence[Timed], best: Timed, file: Path) -> Result:
    """Make a table of all that was tried; the best is marked."""
    names = [field.name for field in fields(Settings) if field.name != "context_tokens"]
    rows = [("", *names, "read s", "write s")]
    for timed in tried:
        mark = "*" if timed is best else ""
        values = [str(getattr(timed.settings, name)) for name in names]
        rows.append((mark, *values, f"{timed.read_s:.2f}", f"{timed.write_s:.2f}"))
    return Result(
        "tune",
        model,
        [
            Metric("read_s", best.read_s, TIMES),
            Metric("write_s", best.write_s, TIMES),
            Metric("gain", tried[0].total_s / best.total_s, TIMES),
        ],
        {name: getattr(best.settings, name) for name in names},
        table=f"{columns(rows)}\nkept in {file}",
    )
