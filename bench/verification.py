"""Is a false sentence found out, and a true one let through? No language model is asked.

Sentences of articles are the answers, the sentence itself among others of its article and of
another one is the evidence.

- `found:KIND`: of sentences made false in a way of `bench.mutants`, those that are not supported;
- `alarm:same`, `alarm:short`: of true sentences, whole or shortened, those that are not supported;
- `alarm:elsewhere`: of true sentences without their own evidence, those that are supported by
  other sentences (lower is better).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.archive import by_external_id, progress
from bench.data import DataSet, load, sample
from bench.metrics import Metric
from bench.mutants import KINDS, mutants, names, shortened
from bench.options import Parsers, add_data
from bench.table import Result
from index.article import Article
from index.errors import InputError
from index.sentences import split_sentences
from qa.answer import Evidence
from qa.cite import cite_sentences

PER_ARTICLE = 2  # sentences that are tried
SHORTEST, LONGEST = 8, 45  # words of a sentence that is tried
NEIGHBOURS, STRANGERS = 3, 3  # other sentences among the evidence, of the article and of another
ARTICLES = 300  # that are drawn where --questions does not say


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("verify", help="are false sentences found out? No model is asked")
    add_data(task)
    task.set_defaults(
        run=lambda options: run(
            load(options.data, need_questions=False), options.questions or ARTICLES, options.seed
        )
    )


def run(data: DataSet, count: int, seed: int) -> Result:
    """Try sentences of `count` articles."""
    if data.corpus is None:
        raise InputError(f"{data.folder}: it holds no articles, whose sentences could be tried.")
    outcomes: dict[str, list[float]] = {}
    for name, failed in _tried(data.corpus, count, seed):
        outcomes.setdefault(name, []).append(float(failed))
    order = [*(f"found:{kind}" for kind in KINDS), "alarm:same", "alarm:short", "alarm:elsewhere"]
    metrics = [_mean(name, outcomes.get(name, [])) for name in order]
    return Result("verify", data.name, metrics, {"articles": count, "seed": seed})


def _mean(name: str, values: Sequence[float]) -> Metric:
    return Metric(name, sum(values) / len(values) if values else None, len(values))


def _tried(corpus: Path, count: int, seed: int) -> Iterator[tuple[str, bool]]:
    articles = sample([*by_external_id(corpus).values()], count, seed)
    others = sorted({name for article in articles for name in names(article.text)})
    for place, article in enumerate(progress(articles, "Trying")):
        rng = random.Random(f"{seed}:{article.id}")  # noqa: S311
        stranger = articles[place - 1]
        for start, end in _chosen(article, rng):
            evidence = _evidence(article, (start, end), stranger, rng)
            sentence = " ".join(article.text[start:end].split())
            yield "alarm:same", not holds(sentence, evidence)
            yield "alarm:short", not holds(shortened(sentence), evidence)
            yield "alarm:elsewhere", holds(sentence, [e for e in evidence if e.start != start])
            for mutant in mutants(sentence, article.text, others, rng):
                yield f"found:{mutant.kind}", not holds(mutant.text, evidence)


def holds(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether every sentence of an answer is supported by the evidence."""
    sentences, _ = cite_sentences(text, evidence, "What happened?", done=True)
    return all(sentence.supported for sentence in sentences)


def _chosen(article: Article, rng: random.Random) -> list[tuple[int, int]]:
    fit = [
        (start, end)
        for start, end in split_sentences(article.text)
        if SHORTEST <= len(article.text[start:end].split()) <= LONGEST
        and article.text[start].isupper()
    ]
    return rng.sample(fit, min(PER_ARTICLE, len(fit)))


def _evidence(
    article: Article, own: tuple[int, int], stranger: Article, rng: random.Random
) -> list[Evidence]:
    spans = [span for span in split_sentences(article.text) if span != own]
    chosen = [own, *rng.sample(spans, min(NEIGHBOURS, len(spans)))]
    found = [Evidence(article, *span) for span in chosen]
    foreign = split_sentences(stranger.text)
    found += [
        Evidence(stranger, *span) for span in rng.sample(foreign, min(STRANGERS, len(foreign)))
    ]
    rng.shuffle(found)
    return found
