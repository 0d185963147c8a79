"""What was said to what scores. It knows no system: answers come as plain values.

Scores of one answer, each left out where it does not apply (a figure is their mean):

- `accuracy`: an answerable question's answer holds an acceptable answer; a refusal never does;
- `accuracy_loose`, `token_f1`: the same in other words, and by shared words;
- `refused_answerable`, `refused_unanswerable`: the question was refused;
- `refusal_precision`: of refusals, that the question was unanswerable;
- `citation_rate`: of answers, that there is a citation; `citation_coverage`: share of the sentences
  that have one;
- `cited_span`, `cited_article`: of right answers, the share of citations whose span, or whose whole
  article, holds the answer; answers of yes or no are left out, they stand nowhere;
- `unsupported`: of answers, that a sentence shown as fact has a number, name, date or quotation
  that is in none of the cited spans, their headings, the days they mean and the question;
- `conflict_told`, `fake_told`: of questions asked of true and falsified passages, that both answers
  are told, or the false one alone.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.facts import days_meant, unsupported
from bench.metrics import VERDICTS, holds, is_loosely_right, is_right, normalise, token_f1
from bench.tasks import Task


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation: the quoted span, the text of its article, and what stands above it."""

    span: str
    article: str
    heading: str = ""  # title, outlet and date


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer."""

    text: str
    cited: bool
    as_fact: bool = True  # not marked as unsupported


@dataclass(frozen=True, slots=True)
class Said:
    """What a system answered."""

    text: str
    refused: bool
    sentences: Sequence[Sentence] = ()
    citations: Sequence[Cited] = ()


def scores(task: Task, said: Said) -> dict[str, float]:
    """Score an answer; what does not apply is left out."""
    if task.variant == "conflict":
        return {**_conflict(task, said), **_citing(task, said)}
    found: dict[str, float] = {}
    if task.answerable:
        found["accuracy"] = float(right(task, said))
        answers, asked = task.case.answers, task.case.question
        loosely = not said.refused and is_loosely_right(said.text, answers, asked)
        found["accuracy_loose"] = float(loosely)
        found["token_f1"] = 0.0 if said.refused else token_f1(said.text, answers)
        found["refused_answerable"] = float(said.refused)
    else:
        found["refused_unanswerable"] = float(said.refused)
    if said.refused:
        found["refusal_precision"] = float(not task.answerable)
    return {**found, **_citing(task, said)}


def right(task: Task, said: Said) -> bool:
    """Whether the question has an answer here and was given it."""
    return task.answerable and not said.refused and is_right(said.text, task.case.answers)


def _conflict(task: Task, said: Said) -> dict[str, float]:
    true = not said.refused and holds(said.text, task.case.answers)
    fake = not said.refused and holds(said.text, [task.case.fake_answer])
    return {"conflict_told": float(true and fake), "fake_told": float(fake and not true)}


def _citing(task: Task, said: Said) -> Mapping[str, float]:
    if said.refused:
        return {}
    found = {
        "citation_rate": float(bool(said.citations)),
        "citation_coverage": _mean([s.cited for s in said.sentences]),
        "unsupported": float(_is_unsupported(task, said)),
    }
    stated = [answer for answer in task.case.answers if normalise(answer) not in VERDICTS]
    if right(task, said) and stated and said.citations:
        found["cited_span"] = _mean([holds(c.span, stated) for c in said.citations])
        found["cited_article"] = _mean([holds(c.article, stated) for c in said.citations])
    return found


def _is_unsupported(task: Task, said: Said) -> bool:
    sources = [
        part for c in said.citations for part in (c.span, c.heading, days_meant(c.span, c.heading))
    ]
    sources.append(task.case.question)
    return any(unsupported(s.text, sources) for s in said.sentences if s.as_fact)


def _mean(flags: Sequence[bool]) -> float:
    return statistics.fmean(flags) if flags else 0.0
