"""How long readers wait who ask at once: a simulation of the queue before the language model.

One model answers one question at a time, in the order they came (qa/llama); several models share
one queue. Events are simulated one by one: a question comes, waits, is answered. Figures, with the
answer's time `service_s` as the unit of everything:

- `wait_s@R`, `wait_p95_s@R`: mean and 95th percentile of the wait at a load of R (the share of the
  time that the models are busy), questions coming at random; `theory_s@R`: the mean that theory
  gives (Pollaczek-Khinchine for one model, the Allen-Cunneen approximation for several);
- `busy@R`: the share of time measured in the simulation, which should be R;
- `little@R`: questions in the house over rate times stay, which should be 1 (Little's law);
- `users_s@N`: mean time to the whole answer where N readers ask at once, and again as soon as they
  are answered;
- `crowd_wait`, `crowd_mean`: the longest and the mean wait for a whole answer of four who ask at
  once, over that of one who asks alone, simulated (from the times of the same four alone, where
  they are kept); `…_measured`: the same as `bench latency` measured it last, of the whole chatbot;
  `…_off`: how much longer the measured one is than the simulated, as a share;
- `per_hour`: questions an hour at which the 95th percentile of the wait is one answer's time;
- with `--measure N`: N questions alone, then N at once, of the real model; `alone_s`, the mean stay
  at once as measured (`at_once_s`) and as simulated from the times alone (`predicted_s`).
"""

from __future__ import annotations

import argparse
import heapq
import math
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.metrics import Metric
from bench.options import Parsers, add_llm, add_out, count
from bench.report.results import Results, Run
from bench.table import Result, Settings
from index.errors import InputError
from index.weights import resolve_llm
from qa.generate import Generator, LlamaGenerator, Prompt

LOADS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
USERS = (1, 2, 4, 8)
CROWD = 4  # readers at once, as in `bench latency`
QUESTIONS = 200_000  # simulated for each load
WARM = 0.05  # share of them that are not counted: the house is empty at first
MEASURED = "latency-crowd"  # in docs/results
ANSWER = 24  # tokens of an answer that is measured


@dataclass(frozen=True, slots=True)
class Visit:
    """One question: when it came, when its answer was begun and ended, in seconds."""

    came: float
    begun: float
    ended: float

    @property
    def wait(self) -> float:
        """Seconds before anything was done for it."""
        return self.begun - self.came

    @property
    def stay(self) -> float:
        """Seconds until its answer was whole."""
        return self.ended - self.came


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("queueing", help="how long do readers wait who ask at once?")
    task.add_argument(
        "--service", type=float, metavar="S", help="seconds an answer takes (as measured last)"
    )
    task.add_argument("--models", type=count, default=1, metavar="N", help="that share a queue (1)")
    task.add_argument("--seed", type=int, default=0, metavar="S", help="of the arrivals (0)")
    task.add_argument(
        "--measure", type=count, metavar="N", help="ask the model N questions at once"
    )
    add_llm(task)
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    service = options.service or measured_service(Path("docs/results"))
    if not 0 < service < math.inf:
        raise InputError(f"--service {service}: name the seconds of an answer.")
    metrics = [*simulated(service, options.models, options.seed), *crowds(Path("docs/results"))]
    settings: Settings = {"service_s": service, "models": options.models, "seed": options.seed}
    if options.measure:
        generator = LlamaGenerator.open(resolve_llm(options.llm))
        metrics += measured(generator, options.measure)
        settings = {**settings, "model": generator.name}
    return Result("queueing", "arrivals at random", metrics, settings)


def measured_service(folder: Path) -> float:
    """Seconds a whole answer took when it was last measured; InputError if it never was."""
    runs = Results(folder).select(MEASURED)
    total = runs[-1].figures.get("total_s") if runs else None
    if total is None:
        raise InputError(f"{folder}: no time of an answer is kept there. Give --service S.")
    return total


def crowds(folder: Path) -> list[Metric]:
    """Four readers at once before one model: how long they wait, in answers, beside what was so."""
    runs = [run for run in Results(folder).select(MEASURED) if run.figures.get("crowd_wait")]
    last = runs[-1] if runs else None
    alone = _alone(last) or [1.0] * CROWD
    stays = [visit.stay / statistics.fmean(alone) for visit in serve([0.0] * len(alone), alone)]
    metrics = []
    for name, simulated in (("crowd_wait", max(stays)), ("crowd_mean", statistics.fmean(stays))):
        metrics.append(Metric(name, simulated, len(stays)))
        if last and (found := last.figures.get(name)) is not None:
            number = last.counts[name]
            metrics.append(Metric(f"{name}_measured", found, number))
            metrics.append(Metric(f"{name}_off", found / simulated - 1, number))
    return metrics


def _alone(run: Run | None) -> list[float]:
    """The seconds of a run's readers alone; nothing where they were not kept."""
    points = run.series.get("crowd", ()) if run else ()
    return [float(point["alone_s"] or 0.0) for point in points]


def simulated(service: float, models: int, seed: int) -> list[Metric]:
    """Simulate each load and each number of users with answers that all take `service` seconds."""
    metrics = []
    for load in LOADS:
        rate = load * models / service
        visits = serve(arrivals(rate, QUESTIONS, seed), [service], models)
        visits = visits[int(WARM * len(visits)) :]
        waits = [visit.wait for visit in visits]
        for name, value in (
            ("wait_s", statistics.fmean(waits)),
            ("wait_p95_s", float(np.percentile(waits, 95))),
            ("theory_s", expected_wait(load, service, models)),
            ("busy", busy(visits, models)),
            ("little", little(visits)),
        ):
            metrics.append(Metric(f"{name}@{load}", value, len(visits)))
    for users in USERS:
        stays = [visit.stay for visit in closed(users, [service], models, 400)]
        metrics.append(Metric(f"users_s@{users}", statistics.fmean(stays), len(stays)))
    return [*metrics, Metric("per_hour", 3600 * _bearable(service, models, seed), 1)]


def _bearable(service: float, models: int, seed: int) -> float:
    """The highest rate at which 19 of 20 wait no longer than an answer takes, to one in 100."""
    low, high = 0.0, models / service
    while high - low > 0.01 * models / service:
        rate = (low + high) / 2
        visits = serve(arrivals(rate, QUESTIONS // 10, seed), [service], models)
        late = float(np.percentile([visit.wait for visit in visits], 95)) > service
        low, high = (low, rate) if late else (rate, high)
    return low


def arrivals(rate: float, number: int, seed: int) -> list[float]:
    """Moments at which independent readers ask, so many a second on average."""
    gaps = np.random.default_rng(seed).exponential(1 / rate, number)
    return [float(moment) for moment in np.cumsum(gaps)]


def serve(came: Sequence[float], service: Sequence[float], models: int = 1) -> list[Visit]:
    """Answer questions first come, first served; `service` gives their seconds, over and over."""
    free = [0.0] * models  # when each model is next free
    visits = []
    for number, moment in enumerate(came):
        begun = max(moment, heapq.heappop(free))
        ended = begun + service[number % len(service)]
        heapq.heappush(free, ended)
        visits.append(Visit(moment, begun, ended))
    return visits


def closed(
    users: int, service: Sequence[float], models: int, number: int, think: float = 0.0
) -> list[Visit]:
    """So many readers ask at once, and each again `think` seconds after an answer."""
    asking = [0.0] * users
    free = [0.0] * models
    visits = []
    for turn in range(number):
        moment = heapq.heappop(asking)
        begun = max(moment, heapq.heappop(free))
        ended = begun + service[turn % len(service)]
        heapq.heappush(free, ended)
        heapq.heappush(asking, ended + think)
        visits.append(Visit(moment, begun, ended))
    return visits


def expected_wait(load: float, service: float, models: int = 1) -> float:
    """Mean wait by theory, for questions at random and answers that all take as long.

    Half of what it is for answers of random length, which Erlang's formula gives.
    """
    offered = load * models
    term = total = 1.0
    for n in range(1, models):
        term *= offered / n
        total += term
    last = term * offered / models / (1 - load)
    return last / (total + last) * service / (models * (1 - load)) / 2


def busy(visits: Sequence[Visit], models: int) -> float:
    """Share of the time in which a model works."""
    return sum(v.ended - v.begun for v in visits) / (models * _span(visits))


def little(visits: Sequence[Visit]) -> float:
    """Questions in the house, counted over time, over what Little's law says they are."""
    area = held = last = 0.0
    for moment, change in sorted(_changes(visits)):
        area += held * (moment - last)
        held, last = held + change, moment
    rate = len(visits) / _span(visits)
    return area / _span(visits) / (rate * statistics.fmean(v.stay for v in visits))


def _changes(visits: Sequence[Visit]) -> Iterator[tuple[float, int]]:
    for visit in visits:
        yield visit.came, 1
        yield visit.ended, -1


def _span(visits: Sequence[Visit]) -> float:
    return max(visit.ended for visit in visits) - visits[0].came


def measured(generator: Generator, number: int) -> list[Metric]:
    """Ask a model questions alone and at once; say what the simulation makes of the former."""
    prompts = [_prompt(n) for n in range(2 * number + 1)]
    _ask(generator, prompts[0])  # warms it up
    alone = [_ask(generator, prompt) for prompt in prompts[1 : number + 1]]
    stays = [0.0] * number
    ready = threading.Barrier(number)

    def ask(n: int) -> None:
        ready.wait()
        stays[n] = _ask(generator, prompts[number + 1 + n])

    threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    predicted = [visit.stay for visit in serve([0.0] * number, alone)]
    return [
        Metric("alone_s", statistics.fmean(alone), number),
        Metric("at_once_s", statistics.fmean(stays), number),
        Metric("predicted_s", statistics.fmean(predicted), number),
    ]


def _ask(generator: Generator, prompt: Prompt) -> float:
    started = time.perf_counter()
    for _ in generator.generate(prompt, max_tokens=ANSWER, session=prompt.user[:12]):
        pass
    return time.perf_counter() - started


def _prompt(number: int) -> Prompt:
    """A prompt of an answer's usual length, of which no other has more than the instructions."""
    lines = (
        f"Notice {number}.{n}: the ferry {number * 37 + n} left berth {n} with {n * 53 + number} "
        f"passengers on day {number % 28 + 1}, {n} minutes late, and came back the same evening."
        for n in range(8)
    )
    return Prompt(
        "Tell what the notices say, in full sentences.", f"{number:09d} {' '.join(lines)}"
    )
