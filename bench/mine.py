"""A question set from a user's own articles, for them to edit and then to measure with.

Sentences that stand alone are chosen over articles, outlets and months; a rule or a language model
turns each into a question, and what comes out is checked. Questions that the archive does not
answer are made by exchanging names. The folder is a data folder of the other tasks.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from bench.archive import progress
from bench.data import Item
from bench.metrics import Metric, normalise
from bench.mining import check, model
from bench.mining.page import EXCHANGED, Exchanged, Mined, check_folder, write_folder
from bench.mining.pick import Candidate, Names, candidates
from bench.mining.swap import swap
from bench.mining.turn import Turned, by_rule
from bench.mining.variants import variants
from bench.options import Parsers, add_llm, add_out, count
from bench.table import Result, Settings, columns
from index.article import Article
from index.errors import InputError
from index.index import Index
from index.weights import resolve_llm
from qa.generate import Generator, LlamaGenerator
from qa.text import content_stems

QUESTIONS = 100
UNANSWERABLE = 0.2  # of the questions
PER_ARTICLE = 2  # questions at most
TRIES = 3  # candidates of an article that the model writes a question for, in one round
FOUND = 30  # chunks looked at when the archive is searched


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("mine", help="write questions from your own articles")
    task.add_argument("--index", type=Path, required=True, metavar="DIR", help="of the articles")
    task.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="where the questions are written"
    )
    task.add_argument(
        "--questions", type=count, default=QUESTIONS, metavar="N", help=f"how many ({QUESTIONS})"
    )
    task.add_argument("--seed", type=int, default=0, metavar="S", help="of the choice (0)")
    add_llm(task)
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    check_folder(options.to)
    index = Index.open(options.index)
    _require_articles(index)
    generator = None if options.llm == "none" else LlamaGenerator.open(resolve_llm(options.llm))
    return run(index, options.to, options.questions, options.seed, generator)


def run(
    index: Index, folder: Path, questions: int, seed: int, generator: Generator | None
) -> Result:
    """Write a folder of questions from the articles of an index; without a model by rules alone."""
    check_folder(folder)
    _require_articles(index)
    without = round(UNANSWERABLE * questions)
    miner = Miner(index, seed, generator)
    mined = _up_to(questions - without, miner.mine(), "Writing questions")
    if not mined:
        raise InputError(
            f"{index.directory}: no sentence of its articles could be turned into a question "
            f"({_listed(miner.dropped)}). Add articles of whole sentences that name people, "
            "places, numbers or dates, in English."
        )
    exchanged = _up_to(without, miner.exchange(mined), "Exchanging names")
    write_folder(folder, mined, exchanged, index.directory)
    if (made := len(mined) + len(exchanged)) < questions:
        more = " More sentences can be used with a model (--llm)." if generator is None else ""
        print(
            f"bench: {made} of {questions} questions were made; the archive gives no more.{more}",
            file=sys.stderr,
        )
    settings: Settings = {
        "to": folder.name,
        "seed": seed,
        "model": generator.name if generator else "none",
    }
    metrics = summarise(mined, exchanged, miner.dropped)
    rows = [(metric.name, f"{metric.value:,}") for metric in metrics]
    return Result("mine", index.directory.name, metrics, settings, table=columns(rows))


@dataclass(slots=True)
class Miner:
    """The articles of an index, and what was left out of them and why, by count."""

    index: Index
    seed: int
    generator: Generator | None
    dropped: Counter[str] = field(default_factory=Counter)
    _names: Names = field(init=False)
    _rng: random.Random = field(init=False)
    _kinds: Counter[str] = field(default_factory=Counter)
    _asked: set[str] = field(default_factory=set)  # sentences and questions

    def __post_init__(self) -> None:
        self._names = Names.of(self.index.articles())
        self._rng = random.Random(self.seed)  # noqa: S311

    def mine(self) -> Iterator[Mined]:
        """Give questions as they are made, in rounds of one for each article."""
        order = spread(self.index.articles(), self._rng)
        pools: dict[str, list[Candidate]] = {}
        for _ in range(PER_ARTICLE):
            for article_id in order:
                if article_id not in pools:
                    pools[article_id] = self._pool(self.index.article(article_id))
                if mined := self._first(pools[article_id]):
                    yield mined

    def exchange(self, mined: Sequence[Mined]) -> Iterator[Exchanged]:
        """Give questions that the archive does not answer, each of another that it does."""
        for item in self._rng.sample(mined, len(mined)):
            made = swap(item.question, self._names, self.search, self._rng)
            if made is None:
                self.dropped["no name to exchange"] += 1
            elif self._is_new(made[0]):
                yield Exchanged(item, *made)

    def search(self, text: str) -> list[Article]:
        """The articles of the chunks that fit some words best."""
        rows = [row for row, _ in self.index.search_words(text, FOUND)]
        return list({article.id: article for _, article in self.index.chunks(rows)}.values())

    def _pool(self, article: Article) -> list[Candidate]:
        """What can be asked of an article, sentences that speak of its headline first."""
        title = {*content_stems(article.title)}
        found = candidates(article, self._names, self.dropped)
        self._rng.shuffle(found)
        found = [item for item in found if self._names_something(item)]
        return sorted(found, key=lambda item: -len(title & {*content_stems(item.sentence)}))

    def _names_something(self, candidate: Candidate) -> bool:
        names = check.names_something(candidate)
        if not names:
            self.dropped["names nothing"] += 1
        return names

    def _first(self, pool: list[Candidate]) -> Mined | None:
        """The first question that comes out well, of the kind that is rarest so far."""
        tries = 0
        while pool and (self.generator is None or tries < TRIES):
            candidate = min(pool, key=lambda item: self._kinds[item.kind])
            pool.remove(candidate)
            if not self._is_new(candidate.sentence):
                continue
            tries += 1
            if mined := self._make(candidate):
                self._kinds[candidate.kind] += 1
                return mined
            self._asked.discard(normalise(candidate.sentence))  # it may be asked for another span
        return None

    def _make(self, candidate: Candidate) -> Mined | None:
        """Have the model write the question, or else a rule; None, and counted, if none is good."""
        answers = variants(candidate, self._names)
        reasons = []
        for turned in self._turned(candidate):
            reason = self._fault(turned, candidate, answers)
            if reason is None:
                articles = check.stating(candidate, self.search)
                return Mined(candidate, turned.question, turned.how, answers, articles)
            reasons.append(reason)
        self.dropped[reasons[0] if reasons else "no rule fits"] += 1
        return None

    def _turned(self, candidate: Candidate) -> Iterator[Turned]:
        if self.generator is not None:
            yield model.write(candidate, self.generator)
        if turned := by_rule(candidate):
            yield turned

    def _fault(self, turned: Turned, candidate: Candidate, answers: tuple[str, ...]) -> str | None:
        question = turned.question
        if reason := check.fault(question, candidate, answers):
            return reason
        if check.rival(question, candidate, answers, self.search):
            return "another sentence says otherwise"
        if self.generator is not None and not model.answers_back(
            question, candidate, answers, self.generator
        ):
            return "the model answers it otherwise"
        return None if self._is_new(question) else "asked already"

    def _is_new(self, text: str) -> bool:
        key = normalise(text)
        known = key in self._asked
        self._asked.add(key)
        return not known


def spread(articles: Iterator[Article], rng: random.Random) -> list[str]:
    """The ids of the articles in a seeded order that goes round the outlets and months."""
    groups: dict[tuple[str, str], list[str]] = {}
    for article in articles:
        month = article.published.strftime("%Y-%m") if article.published else ""
        groups.setdefault((article.source or "", month), []).append(article.id)
    shuffled = [rng.sample(ids, len(ids)) for _, ids in sorted(groups.items())]
    rng.shuffle(shuffled)
    return [item for turn in zip_longest(*shuffled) for item in turn if item is not None]


def summarise(
    mined: Sequence[Mined], exchanged: Sequence[Exchanged], dropped: Counter[str]
) -> list[Metric]:
    """Count what was made, by type, and what was left out, by reason."""
    made = len(mined) + len(exchanged)
    left_out = dropped.total()
    kinds = Counter(item.candidate.kind for item in mined)
    kinds[EXCHANGED] = len(exchanged)
    return [
        Metric("questions", made, made),
        *(Metric(f"type: {kind}", number, made) for kind, number in sorted(kinds.items())),
        *(Metric(f"left out: {why}", number, left_out) for why, number in dropped.most_common()),
    ]


def _up_to(number: int, stream: Iterator[Item], what: str) -> list[Item]:
    return [item for _, item in zip(progress(range(number), what), stream, strict=False)]


def _require_articles(index: Index) -> None:
    articles = index.manifest.articles if index.manifest else 0
    if articles < 2:
        held = "one article" if articles else "no article"
        raise InputError(
            f"{index.directory}: it holds {held}, and questions need two at least. Add articles "
            "with python -m index add."
        )


def _listed(dropped: Counter[str]) -> str:
    ranked = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number:,} {reason}" for reason, number in ranked)
