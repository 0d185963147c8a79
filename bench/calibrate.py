"""Records of answers to the weights of the confidence. No model is asked.

The records are those of `bench answers --strictness 0`, where nothing is held back. A logistic
curve is fitted over the signals so that each set counts alike; the figures are those of held-out
folds, in which no question is judged by a curve that has seen it.

- `auroc`: that a right answer is above one that is wrong or should not have been given;
  `auroc_all`: the same with what was refused before, whose confidence is 0;
- `refused_unanswerable`, `refused_answerable`, `accuracy`: at the threshold, of each set;
- `calibration_error`: mean distance of probability and share that was right, over ten bins.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.metrics import Metric, auroc
from bench.options import Parsers, add_out
from bench.records import Record, read_records
from bench.table import Result
from index.errors import InputError
from qa.confidence import FILE

FOLDS = 10
BINS = 10
STRENGTH = 0.03  # of the fit against the pull to zero; chosen on the folds

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One answer: its set, its question, its signals (None: the model refused), what it was."""

    data: str
    question: str
    signals: dict[str, float] | None
    right: bool
    answerable: bool


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("calibrate", help="fit the confidence of answers")
    task.add_argument("records", nargs="+", type=Path, metavar="FILE", help="of bench answers")
    task.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="SIGNAL",
        help="a signal that is not used; may be given more than once",
    )
    task.add_argument(
        "--false-refusals",
        type=float,
        default=0.05,
        metavar="X",
        help="share of right answers that the threshold may hold back (0.05)",
    )
    task.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    labelled = [item for file in options.records for item in read(file)]
    return run(labelled, options.leave_out, options.false_refusals, write=options.write)


def read(file: Path) -> list[Labelled]:
    """Read a file of records; InputError where it holds no signals."""
    _, records = read_records(file)
    if not any(record.said.get("signals") for record in records):
        raise InputError(f"{file}: no signals in it. Make it with `bench answers --strictness 0`.")
    return [_labelled(file.stem, record) for record in records]


def run(
    every: Sequence[Labelled], left_out: Sequence[str], spare: float, *, write: bool = False
) -> Result:
    """Fit and judge; with `write` the weights of the program are replaced."""
    given = [item for item in every if item.signals is not None]
    names = [name for name in given[0].signals or {} if name not in left_out]
    values = np.array([[(item.signals or {})[name] for name in names] for item in given])
    right = np.array([item.right for item in given])
    sets = [item.data for item in given]
    weights = np.array([1.0 / sets.count(name) for name in sets])
    folds = _folds([item.question for item in given])
    held_out = np.empty(len(given))
    for fold in range(FOLDS):
        seen, judged = folds != fold, folds == fold
        if judged.any():
            curve = _fit(values[seen], right[seen], weights[seen])
            held_out[judged] = _probability(values[judged], *curve)
    needed = _threshold(held_out, right, spare)
    if write:
        _write(names, *_fit(values, right, weights), needed=needed)
    shown = iter(held_out)
    judged_all = [(item, 0.0 if item.signals is None else next(shown)) for item in every]
    return Result(
        "calibrate",
        ", ".join(sorted(set(sets))),
        [
            Metric("auroc", auroc(list(held_out), list(right)), len(given)),
            Metric("auroc_all", _with_refusals(judged_all), len(every)),
            Metric("calibration_error", _error(held_out, right), len(given)),
            *_by_set(judged_all, needed),
        ],
        {"signals": ", ".join(names), "needed": round(needed, 3), "folds": FOLDS},
        {"reliability": _reliability(held_out, right)},
    )


def _with_refusals(judged: Sequence[tuple[Labelled, float]]) -> float | None:
    return auroc([shown for _, shown in judged], [item.right for item, _ in judged])


def _labelled(data: str, record: Record) -> Labelled:
    said = record.said
    found = said.get("signals") or None
    answerable = bool(said["answerable"])
    right = answerable and record.scores.get("accuracy") == 1.0
    return Labelled(data, record.id, dict(found) if found else None, right, answerable)


def _fit(values: Floats, right: NDArray[np.bool_], weights: Floats) -> tuple[Floats, float]:
    """Weights and intercept for signals as they are."""
    from sklearn.linear_model import LogisticRegression

    middle, width = values.mean(axis=0), values.std(axis=0)
    width[width == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    scaled_weights = weights * len(weights) / weights.sum()
    model.fit((values - middle) / width, right, sample_weight=scaled_weights)
    slopes: Floats = model.coef_[0] / width
    return slopes, float(model.intercept_[0] - slopes @ middle)


def _probability(values: Floats, slopes: Floats, intercept: float) -> Floats:
    shown: Floats = 1.0 / (1.0 + np.exp(-(values @ slopes + intercept)))
    return shown


def _folds(questions: Sequence[str]) -> NDArray[np.int64]:
    """A fold for each answer; those to one question are in one fold."""
    order = {question: n for n, question in enumerate(dict.fromkeys(questions))}
    shuffled = np.random.default_rng(0).permutation(len(order))
    return np.array([shuffled[order[question]] % FOLDS for question in questions])


def _threshold(shown: Floats, right: NDArray[np.bool_], spare: float) -> float:
    """The highest threshold that holds back no more than a share of the right answers."""
    return float(np.quantile(shown[right], spare)) if right.any() else 0.0


def _by_set(judged: Sequence[tuple[Labelled, float]], needed: float) -> list[Metric]:
    metrics = []
    for name in sorted({item.data for item, _ in judged}):
        some = [(item, shown) for item, shown in judged if item.data == name]
        own = [(item, shown) for item, shown in some if item.signals is not None]
        curve = auroc([shown for _, shown in own], [item.right for item, _ in own])
        metrics.append(Metric(f"auroc:{name}", curve, len(own)))
        for answerable, label in ((True, "answerable"), (False, "unanswerable")):
            kind = [(item, shown) for item, shown in some if item.answerable is answerable]
            if kind:
                refused = [item.signals is None or shown < needed for item, shown in kind]
                share = sum(refused) / len(kind)
                metrics.append(Metric(f"refused_{label}:{name}", share, len(kind)))
        asked = [(item, shown) for item, shown in some if item.answerable]
        if asked:
            kept = sum(item.right and shown >= needed for item, shown in asked) / len(asked)
            metrics.append(Metric(f"accuracy:{name}", kept, len(asked)))
    return metrics


def _bins(shown: Floats, right: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    places = np.minimum((shown * BINS).astype(int), BINS - 1)
    return [
        (float(shown[places == n].mean()), float(right[places == n].mean()), int(sum(places == n)))
        for n in range(BINS)
        if (places == n).any()
    ]


def _error(shown: Floats, right: NDArray[np.bool_]) -> float:
    bins = _bins(shown, right)
    return sum(abs(said - was) * n for said, was, n in bins) / len(shown)


def _reliability(shown: Floats, right: NDArray[np.bool_]) -> list[dict[str, float]]:
    return [
        {"confidence": round(said, 4), "right": round(was, 4), "answers": n}
        for said, was, n in _bins(shown, right)
    ]


def _write(names: Sequence[str], slopes: Floats, intercept: float, *, needed: float) -> None:
    weights = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    about = "made by python -m bench calibrate --write; see docs/decisions.md"
    content = {
        "about": about,
        "intercept": round(intercept, 4),
        "weights": weights,
        "needed": round(needed, 4),
    }
    FILE.write_text(f"{json.dumps(content, indent=2)}\n", encoding="utf-8")
