"""Seconds to tokens: how much the model may read and write in the time that a reader allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from index.errors import InputError
from qa.generate import Generator, Prompt, Speed
from qa.prompt import SYSTEM

EVIDENCE_TOKENS = 300  # at most, headings counted
LEAST_EVIDENCE = 80  # below that the answer is seldom in it
STEP = 20  # tokens: the evidence does not change with every breath of the machine
ANSWER_TOKENS = 160  # at most
USUAL_ANSWER = 30  # tokens of an answer, and the fewest that are allowed
AROUND = 45  # tokens of the question and what stands around it
SEARCH = 0.1  # seconds
LONGEST = 600.0  # seconds that can be allowed


@dataclass(frozen=True, slots=True)
class Budget:
    """How many tokens of evidence and of answer there may be."""

    evidence: int = EVIDENCE_TOKENS
    answer: int = ANSWER_TOKENS


def budget(seconds: float | None, speed: Speed) -> Budget:
    """Give what fits into some seconds (None, or an unknown speed: all there may be).

    First comes an answer of the usual length, then evidence, then a longer answer. Where less than
    the least does not fit, the least is given all the same.
    """
    if seconds is None or not (speed.read and speed.write):
        return Budget()
    left = seconds - SEARCH - AROUND / speed.read - USUAL_ANSWER / speed.write
    fitting = int(left * speed.read) // STEP * STEP
    evidence = min(max(fitting, LEAST_EVIDENCE), EVIDENCE_TOKENS)
    left -= evidence / speed.read
    answer = USUAL_ANSWER + max(0, int(left * speed.write))
    return Budget(evidence, min(answer, ANSWER_TOKENS))


def estimate(evidence_tokens: int, speed: Speed) -> float | None:
    """Give the seconds that a usual answer takes; None where the speed is not known."""
    if not (speed.read and speed.write):
        return None
    return SEARCH + (evidence_tokens + AROUND) / speed.read + USUAL_ANSWER / speed.write


def measure(generator: Generator) -> None:
    """Let a model whose speed is not known here read and write a little, for it to be known."""
    if not (generator.speed.read and generator.speed.write):
        text = "The ferry sailed at noon, the harbour office said. " * 8
        for _ in generator.generate(Prompt(SYSTEM, f"{text}\nSay it again."), max_tokens=16):
            pass


def read_seconds(text: str) -> float:
    """Read what a command line allows, "5s" or "5"; ValueError if that is no time."""
    seconds = float(text.strip().lower().removesuffix("s"))
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST):
        raise ValueError(f"{text} is not between 0 and {LONGEST:.0f} seconds")
    return seconds


def checked(seconds: float) -> float:
    """Give back what a question may take; InputError if that is no time."""
    if not 0 < seconds <= LONGEST:  # nan is neither
        raise InputError(f"{seconds} seconds are allowed. Give some between 0 and {LONGEST:.0f}.")
    return seconds
