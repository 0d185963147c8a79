"""Are the answers right, refused where they should be, and cited? The language model is asked.

`bench.judge` says what is scored. Besides the means of the scores:

- `auroc`: probability that the confidence of a right answer is above that of an answer that is
  wrong or should not have been given; over the answers that were given;
- `coverage_at_95`: largest share of all questions that can be answered above one threshold of the
  confidence so that 95 in 100 answers are right; refusals count as unanswered;
- `accuracy:TYPE`: accuracy by type of question, where there are several;
- `sources_s` over all questions; `first_token_s` and `total_s` over answers that were not refused,
  all as the system itself reports them (`bench latency` holds the watch from outside).

Every citation is checked to be a verbatim span of its article; one that is not stops the run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.archive import progress
from bench.asked import Asked, Ways, prepare
from bench.data import Asking, DataSet, find, load
from bench.judge import Cited, Said, Sentence, scores
from bench.machine import commit
from bench.metrics import Metric, auroc, coverage_at, seconds
from bench.options import Parsers, add_data, add_index, add_llm, add_records, asking
from bench.records import Record, RecordFile, means
from bench.table import Result, Settings
from bench.tasks import Task
from index.article import Article
from index.errors import ClippingsError
from qa import REFUSAL, Answer, Chatbot

ArticleOf = Callable[[str], Article | None]  # an article's id to the article; None: no such
TIMES = ("sources_s", "first_token_s", "total_s")
SHARES = (
    *("accuracy", "accuracy_loose", "token_f1"),
    *("refused_answerable", "refused_unanswerable", "refusal_precision"),
    *("citation_rate", "citation_coverage", "cited_span", "cited_article", "unsupported"),
    *("conflict_told", "fake_told"),
)
STEPS = 20  # of the curve
PRECISION = 0.95


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("answers", help="are answers right, refused, cited?")
    add_data(task)
    add_index(task)
    add_llm(task)
    add_records(task)
    task.add_argument(
        "--answerable-only",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="of the answerable questions those alone whose gold article holds an answer string",
    )
    task.add_argument(
        "--over", type=find, metavar="DIR", help="ask the archive of another set, which has none"
    )
    task.add_argument(
        "--noise", type=_share, metavar="X", help="share of noise among five given passages, 0 to 1"
    )
    task.add_argument(
        "--conflicts", action="store_true", help="give falsified passages beside true ones"
    )
    task.add_argument(
        "--strictness",
        type=float,
        metavar="X",
        help="give answers at least so likely right, 0 to 1 (what the calibration says)",
    )
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    over = load(options.over, need_questions=False) if options.over else None
    ways = Ways(options.answerable_only, over, options.noise, options.conflicts)
    return run(
        load(options.data),
        asking(options),
        ways,
        llm=options.llm,
        file=options.records,
        strictness=options.strictness,
    )


def run(
    data: DataSet,
    chosen: Asking,
    ways: Ways,
    *,
    llm: str,
    file: Path | None = None,
    strictness: float | None = None,
) -> Result:
    """Measure the answers over a data folder; InputError where nothing can be asked."""
    asked = prepare(data, chosen, ways)
    told = {} if strictness is None else {"strictness": strictness}
    settings: Settings = {**asked.settings, **told, "llm": llm, "commit": commit()}
    records = RecordFile(file, settings)
    wanted = {("clippings", task.case.id, task.variant) for task in asked.tasks}
    left = [task for task in asked.tasks if _key(task) not in records]
    if left:
        bot = Chatbot(asked.index, llm=llm, strictness=strictness)
        bot.load()
        for task in progress(left, "Answering"):
            records.add(to_record(task, _answer(bot, task, chosen), _articles(asked, task)))
    made = [record for record in records if record.key in wanted]
    models = {str(model) for record in made if (model := record.said.get("model"))}
    settings = {**settings, "questions": len({r.id for r in made}), "model": ", ".join(models)}
    del settings["commit"]  # every result says it
    series = {"curve": curve(made)}
    return Result("answers", asked.name, summarise(made), settings, series)


def _answer(bot: Chatbot, task: Task, chosen: Asking) -> Answer:
    if task.articles is not None:
        return bot.ask_articles(task.case.question, task.articles)
    return bot.ask(task.case.question, task.case.day if chosen.use_time else None)


def _articles(asked: Asked, task: Task) -> ArticleOf:
    if task.articles is None:
        return asked.index.article
    return {article.id: article for article in task.articles}.get


def to_record(task: Task, answer: Answer, article_of: ArticleOf) -> Record:
    """Check the citations, score the answer and keep what was said.

    An answer that holds the refusal sentence is a refusal.
    """
    citations = [_cited(answer, citation.n, article_of) for citation in answer.citations]
    sentences = [Sentence(s.text, bool(s.citations), s.supported) for s in answer.sentences]
    refused = answer.refused or REFUSAL in answer.text
    scored = scores(task, Said(answer.text, refused, sentences, citations))
    times = dict(zip(TIMES, asdict(answer.timings).values(), strict=True))
    if refused:
        times = {"sources_s": times["sources_s"]}
    said = {
        "question": task.case.question,
        "answers": list(task.case.answers),
        "answerable": task.answerable,
        "text": answer.text,
        "refused": refused,
        "confidence": answer.confidence,
        "signals": dict(answer.signals),
        "citations": [asdict(citation) for citation in answer.citations],
        "unsupported": [s.text for s in answer.sentences if not s.supported],
        "model": answer.model,
    }
    scored_with_times = {**scored, **{name: s for name, s in times.items() if s is not None}}
    return Record(
        task.case.id, scored_with_times, variant=task.variant, type=task.case.type, said=said
    )


def _cited(answer: Answer, n: int, article_of: ArticleOf) -> Cited:
    """Give a citation; ClippingsError if it is no verbatim span of its article."""
    citation = next(citation for citation in answer.citations if citation.n == n)
    article = article_of(citation.article_id)
    quoted = None if article is None else article.text[citation.start : citation.end]
    if article is None or not citation.quote or quoted != citation.quote:
        raise ClippingsError(
            f"The answer to {answer.question!r} is not to be trusted: its citation "
            f"{citation.n} is no verbatim span of the article {citation.article_id!r}. This is "
            "a fault of the program; report it with the question and the article."
        )
    day = f"{article.published:%A %d %B %Y}" if article.published else ""
    return Cited(quoted, article.text, f"{article.title}\n{article.source or ''}\n{day}")


def summarise(records: Sequence[Record]) -> list[Metric]:
    """Turn the records into the figures."""
    given = [record for record in records if not record.said["refused"]]
    confident = [float(record.said["confidence"]) for record in given]
    right = [_is_right(record) for record in given]
    covered = coverage_at(confident, right, PRECISION) * len(given) / len(records or "-")
    shares = [metric for metric in means(records, SHARES) if metric.n]
    return [
        *shares,
        Metric("auroc", auroc(confident, right), len(given)),
        Metric("coverage_at_95", covered if records else None, len(records)),
        *_by_type(records),
        *(metric for name in TIMES for metric in seconds(name, _values(records, name))),
    ]


def curve(records: Iterable[Record]) -> list[dict[str, float | None]]:
    """What a threshold of confidence would do, from the lowest confidence to the highest."""
    every = list(records)
    shown = [0.0 if r.said["refused"] else float(r.said["confidence"]) for r in every]
    levels = sorted({score for score in shown if score > 0})
    step = max(1, len(levels) // STEPS)
    points = []
    for threshold in [0.0, *levels[::step]]:
        given = [r for r, score in zip(every, shown, strict=True) if score >= max(threshold, 1e-9)]
        point: dict[str, float | None] = {
            "threshold": round(threshold, 4),
            "answered": round(len(given) / len(every), 4),
            "precision": _ratio(sum(map(_is_right, given)), len(given)),
        }
        for name, answerable in (("answerable", True), ("unanswerable", False)):
            all_of_kind = sum(r.said["answerable"] is answerable for r in every)
            told = sum(r.said["answerable"] is answerable for r in given)
            point[f"refused_{name}"] = _ratio(all_of_kind - told, all_of_kind)
        points.append(point)
    return points


def _is_right(record: Record) -> bool:
    return record.scores.get("accuracy") == 1.0


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _by_type(records: Sequence[Record]) -> list[Metric]:
    types = sorted({record.type for record in records if "accuracy" in record.scores})
    if len(types) < 2:
        return []
    parts = ([record for record in records if record.type == name] for name in types)
    return [
        Metric(f"accuracy:{name or 'untyped'}", *_value(means(part, ["accuracy"])[0]))
        for name, part in zip(types, parts, strict=True)
    ]


def _value(metric: Metric) -> tuple[float | None, int]:
    return metric.value, metric.n


def _values(records: Sequence[Record], name: str) -> list[float]:
    return [value for record in records if (value := record.scores.get(name)) is not None]


def _key(task: Task) -> tuple[str, str, str]:
    return "clippings", task.case.id, task.variant


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return share
