"""How likely an answer is right: signals of search, model and verification to one probability.

The weights stand in confidence.json, fitted by `python -m bench calibrate`; see docs/decisions.md.
No model is asked here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.errors import ClippingsError
from qa.answer import Evidence, Hit
from qa.text import content_stems
from qa.wanted import look_at, look_for

FILE = Path(__file__).with_name("confidence.json")
LEAST = -12.0  # a log probability counts no lower
MOST = 8.0  # nor do log odds count more

Signals = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over signals, and the probability below which an answer is held back."""

    intercept: float
    weights: Mapping[str, float]
    needed: float


def confidence(signals: Signals, calibration: Calibration | None = None) -> float:
    """Give the probability, 0 to 1, that an answer with these signals is right."""
    fitted = calibration or calibrated()
    score = fitted.intercept + sum(
        weight * signals.get(name, 0.0) for name, weight in fitted.weights.items()
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=1)
def calibrated() -> Calibration:
    """Read the weights that come with the program."""
    try:
        read = json.loads(FILE.read_text(encoding="utf-8"))
        return Calibration(float(read["intercept"]), dict(read["weights"]), float(read["needed"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClippingsError(
            f"{FILE}: the weights of the confidence cannot be read ({error}). "
            "Install the program again, or fit them with `python -m bench calibrate`."
        ) from error


def signals(
    question: str,
    text: str,
    hits: Sequence[Hit],
    evidence: Sequence[Evidence],
    cited: Sequence[Evidence],
    logprobs: Sequence[float],
    judged: float,
) -> dict[str, float]:
    """Measure what may tell a right answer from a wrong one.

    `evidence` is what the model was shown, best first, and `cited` what the answer rests on;
    `logprobs` are those of its tokens, and `judged` is how much likelier the model finds yes than
    no when asked whether its answer is right, in logarithms.
    """
    asked = set(content_stems(question))
    new = set(content_stems(text)) - asked
    told = [(item, set(content_stems(item.text))) for item in evidence]
    holding = [item for item, stems in told if new and new <= stems]
    framed = {id(item): set(content_stems(f"{item.text} {item.heading}")) for item in evidence}
    everywhere = frozenset[str]().union(*framed.values())
    floored = [max(LEAST, value) for value in logprobs] or [LEAST]
    rests_on = look_at(
        "\n".join(f"{item.text}\n{item.heading}" for item in cited),
        look_for(question),
    )
    cosines = sorted((hit.cosine for hit in hits if hit.cosine is not None), reverse=True)
    return {
        "first": floored[0],  # log probability of the first token
        "least": min(floored),
        "mean": sum(floored) / len(floored),
        "reports": float(min(3, len({item.report for item in holding}))),  # that state the answer
        "near": max((_share(asked, framed[id(item)]) for item in holding), default=0.0),
        "covered": _share(asked, everywhere),  # of what is asked, by the evidence
        "cosine": cosines[0] if cosines else 0.0,
        "length": float(min(60, len(floored))) / 60,
        "named": rests_on.named,  # of the question's names and numbers, where it is cited
        "fit": max((item.score for item in cited), default=0.0),  # as evidence
        "first_cited": float(bool(evidence) and evidence[0] in cited),
        "judged": max(-MOST, min(MOST, judged)),
    }


def _share(wanted: Set[str], found: Set[str]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0
