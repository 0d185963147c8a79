"""Fit the weights of qa/rank.py and qa/evidence.py; they are written into those files by hand.

    python -m bench.fit_ranking DATA [DATA …]

A weight says how much a fact raises the log-odds of a hit (of a sentence) among those of the same
question: softmax over the candidates, what is right shares the probability. Hits are of questions
that are asked of an archive, as of their day and without one; sentences of given passages too.
Printed are weights over all questions, and what is right at the first place and among the first
five, each question ranked by weights fitted without its fold. The candidates are those that the
present weights let through, so a second run fits a little on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from bench.archive import open_index, progress
from bench.asked import Ways, prepare
from bench.data import Asking, Case, DataSet, find, load
from bench.metrics import holds
from bench.retrieval import has_answer, has_gold
from bench.tasks import Task
from index.protocol import Store
from index.sentences import split_sentences
from qa import Hit
from qa.evidence import HITS_READ, facts_of
from qa.evidence import Weights as SentenceWeights
from qa.question import understand
from qa.rank import MONTH, RANK_SMOOTHING, WEEK, WEIGHTS, burst
from qa.retrieve import READ, rank_articles, retrieve, wanted_of
from qa.wanted import Wanted, look_at, look_for

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EACH = 420  # questions of given passages at most, so that they do not outweigh an archive's
FOLDS = 5
RIDGE = 3.0  # keeps weights of scaled facts small
ANSWERS = 2.0  # how much a chunk with the answer counts beside one of a gold article

HIT_FACTS = (
    *("cosine", "dense", "bm25", "near_week", "near_month", "burst"),
    *("covered", "named", "paired", "fits", "late"),
)
SENTENCE_FACTS = tuple(field.name for field in fields(SentenceWeights))  # as facts_of gives them


@dataclass(frozen=True, slots=True)
class Asked:
    """The candidates of one question: a row of facts each, and which of them are right."""

    case: str
    facts: Floats
    right: tuple[tuple[Flags, float], ...]  # kinds of right, with what each counts


def main(arguments: Sequence[str]) -> int:
    """Fit both sets of weights on some data folders."""
    hits: list[Asked] = []
    sentences: list[Asked] = []
    for data in map(load, map(find, arguments)):
        index, tasks = _tasks(data)
        for task in progress(tasks, data.name):
            case = task.case
            question = understand(case.question, case.day)
            if task.articles is None:
                hits += [
                    hit_facts(case, found, wanted_of(index, case.question), day is not None)
                    for day in dict.fromkeys((case.day, None))
                    if (found := _found(index, case.question, day))
                ]
                best = retrieve(index, question, k=HITS_READ)
                wanted = wanted_of(index, question.search)
            else:
                best = rank_articles(index.embedder, question, task.articles)[:HITS_READ]
                wanted = look_for(question.search)
            if best and has_answer(case):
                sentences.append(sentence_facts(case, best, wanted, question.first_day))
    _report("hits", HIT_FACTS, hits)
    _report("sentences", SENTENCE_FACTS, sentences)
    return 0


def _tasks(data: DataSet) -> tuple[Store, Sequence[Task]]:
    """What is asked, of the archive or of given passages: what can be judged."""
    if data.passages is not None:
        asked = prepare(data, Asking(questions=EACH), Ways())
        return asked.index, [task for task in asked.tasks if task.answerable]
    cases = [case for case in data.cases if has_gold(case) or has_answer(case)]
    return open_index(data, None), [Task(case, True) for case in cases]


def _found(index: Store, question: str, day: date | None) -> list[Hit]:
    return retrieve(index, understand(question, day, read_time=False), k=READ)


def hit_facts(case: Case, hits: Sequence[Hit], wanted: Wanted, dated: bool) -> Asked:
    """Gather the facts of hits; `dated` where the question was asked as of its day."""
    days = np.array([h.article.published.toordinal() if h.article.published else 0 for h in hits],
                    dtype=np.int32)  # fmt: skip
    numbers = {article: n for n, article in enumerate({h.article.id for h in hits})}
    scores = np.array([WEIGHTS.cosine * (h.cosine or 0.0) for h in hits])
    bursts = burst(days, [numbers[h.article.id] for h in hits], scores) / WEIGHTS.burst
    rows = []
    for hit, day, of_days in zip(hits, days.tolist(), bursts, strict=True):
        past = case.day.toordinal() - day if dated and case.day and day else np.inf
        title, text = look_at(hit.article.title, wanted), look_at(hit.text, wanted)
        stems = title.stems | text.stems
        named = len(wanted.names & stems) / len(wanted.names) if wanted.names else 1.0
        ranks = (RANK_SMOOTHING / (RANK_SMOOTHING + (r or np.inf))
                 for r in (hit.dense_rank, hit.bm25_rank))  # fmt: skip
        near = (0.5 ** (past / WEEK), 0.5 ** (past / MONTH), 0.0 if dated else of_days)
        words = (wanted.share(stems), named, text.paired, text.fits, np.log1p(hit.chunk.start))
        rows.append([hit.cosine, *ranks, *near, *words])
    gold = np.array([(h.article.external_id or h.article.id) in case.gold for h in hits])
    told = np.array([has_answer(case) and holds(h.text, case.answers) for h in hits])
    return Asked(case.id, np.array(rows, dtype=np.float64), ((gold, 1.0), (told, ANSWERS)))


def sentence_facts(
    case: Case, hits: Sequence[Hit], wanted: Wanted, since: date | None = None
) -> Asked:
    """Gather the facts of the sentences of hits; `since` is the first of the days asked about."""
    rows, told = [], []
    best = max(hit.score for hit in hits)
    for hit in hits:
        texts = [hit.text[start:end] for start, end in split_sentences(hit.text)]
        seen = [look_at(text, wanted) for text in texts]
        title = look_at(hit.article.title, wanted)
        for n, text in enumerate(texts):
            facts = facts_of(
                wanted, hit, title, seen, n, text, behind=hit.score - best, since=since
            )
            rows.append(list(facts.values()))
            told.append(holds(text, case.answers))
    return Asked(case.id, np.array(rows, dtype=np.float64), ((np.array(told), 1.0),))


def _fit(asked: Sequence[Asked]) -> Floats:
    scale = np.concatenate([one.facts for one in asked]).std(axis=0) + 1e-9

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for one in asked:
            scaled = one.facts / scale
            odds = np.exp(scaled @ weights - (scaled @ weights).max())
            chance = odds / odds.sum()
            for right, counts in one.right:
                if right.any() and not right.all():
                    share = float(chance[right].sum()) + 1e-12
                    total -= counts * float(np.log(share))
                    slope = slope + counts * (scaled.T @ (chance - chance * right / share))
        return total, slope

    fitted = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B")
    weights: Floats = fitted.x / scale
    return weights


def _report(what: str, names: Sequence[str], asked: Sequence[Asked]) -> None:
    cases = sorted({one.case for one in asked})
    dealt = np.random.default_rng(0).permutation(len(cases)) % FOLDS
    folds = dict(zip(cases, dealt.tolist(), strict=True))
    first, five, judged = 0, 0, 0
    for fold in range(FOLDS):
        weights = _fit([one for one in asked if folds[one.case] != fold])
        for one in asked:
            right = one.right[-1][0]
            if folds[one.case] == fold and right.any():
                order = np.argsort(-(one.facts @ weights), kind="stable")
                first += bool(right[order[0]])
                five += bool(right[order[:5]].any())
                judged += 1
    print(f"{what}: right at 1 {first / judged:.3f}, in 5 {five / judged:.3f} (n={judged})")
    for name, weight in zip(names, _fit(asked), strict=True):
        print(f"    {name} = {weight:.2f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
