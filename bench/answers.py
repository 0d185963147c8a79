"""Are the answers right, refused where they should be, and cited? The language model is asked.

- `accuracy`: share of the answerable questions whose answer holds an acceptable answer string; a
  refusal is never right;
- `refused_answerable`, `refused_unanswerable`: share of the questions that were refused;
- `citation_rate`: share of the answers that were not refused that have at least one citation;
- `sources_s` over all questions; `first_token_s` and `total_s` over answers that were not refused,
  all as the system itself reports them (`bench latency` holds the watch from outside).

Every citation is checked to be a verbatim span of its article; one that is not stops the run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.archive import default_folder, open_index, passages, progress, require_gold
from bench.data import Asking, DataSet, load, sample
from bench.metrics import Metric, holds, seconds, share
from bench.options import Parsers, add_data, add_index, add_llm, asking
from bench.table import Result, Settings
from bench.tasks import Task, over_archive, with_passages
from index.errors import ClippingsError, InputError
from index.index import Index
from qa import REFUSAL, Answer, Chatbot, Timings

TextOf = Callable[[str], str | None]  # an article's id to its text; None if there is no such


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system said to a task: all that the measures need to know of it."""

    task: Task
    text: str
    refused: bool
    citations: int
    timings: Timings
    model: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer holds an acceptable answer."""
        return not self.refused and holds(self.text, self.task.case.answers)


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("answers", help="are answers right, refused, cited?")
    add_data(task)
    add_index(task)
    add_llm(task)
    task.add_argument(
        "--answerable-only",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="of the answerable questions those alone whose gold article holds an answer string",
    )
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    return run(
        load(options.data), asking(options), stated_only=options.answerable_only, llm=options.llm
    )


def run(data: DataSet, asking: Asking, *, stated_only: bool, llm: str) -> Result:
    """Measure the answers over a data folder."""
    index, tasks = _tasks(data, asking, stated_only=stated_only)
    if not tasks:
        raise InputError(f"{data.folder}: of no question it is known whether it can be answered.")
    bot = Chatbot(index, llm=llm)
    bot.load()

    def ask(task: Task) -> Answer:
        if task.articles is not None:
            return bot.ask_articles(task.case.question, task.articles)
        return bot.ask(task.case.question, task.case.day if asking.use_time else None)

    replies = [reply(ask, task, index) for task in progress(tasks, "Answering")]
    models = {item.model for item in replies if item.model}
    settings: Settings = {
        "questions": len({task.case.id for task in tasks}),
        "seed": asking.seed,
        "time": asking.use_time and not data.gives_passages,
        "model": ", ".join(sorted(models)),
    }
    return Result("answers", data.name, summarise(replies), settings)


def _tasks(data: DataSet, asking: Asking, *, stated_only: bool) -> tuple[Index, list[Task]]:
    if data.gives_passages:
        cases = [case for case in data.cases if case.gold and case.negatives]
        chosen = sample(cases, asking.questions, asking.seed)
        # nothing is searched, so an index that holds nothing will do
        index = Index.open(asking.index or default_folder(data), create=True)
        return index, with_passages(chosen, passages(data), asking.seed)
    index = open_index(data, asking.index)
    every = over_archive(data.cases, index.articles(), stated_only=stated_only)
    tasks = sample(every, asking.questions, asking.seed)
    require_gold(index, [task.case for task in tasks])
    return index, tasks


def reply(ask: Callable[[Task], Answer], task: Task, index: Index) -> Reply:
    """Ask, check the citations, and keep what is measured."""
    answer = ask(task)
    if task.articles is None:
        check_citations(answer, lambda article_id: index.article(article_id).text)
    else:
        check_citations(answer, {article.id: article.text for article in task.articles}.get)
    return observe(task, answer)


def observe(task: Task, answer: Answer) -> Reply:
    """Keep what is measured; an answer that holds the refusal sentence is a refusal."""
    refused = answer.refused or REFUSAL in answer.text
    return Reply(task, answer.text, refused, len(answer.citations), answer.timings, answer.model)


def check_citations(answer: Answer, text_of: TextOf) -> None:
    """Raise ClippingsError if a citation is not a verbatim span of its article."""
    for citation in answer.citations:
        text = text_of(citation.article_id)
        quoted = None if text is None else text[citation.start : citation.end]
        if not citation.quote or quoted != citation.quote:
            raise ClippingsError(
                f"The answer to {answer.question!r} is not to be trusted: its citation "
                f"{citation.n} is no verbatim span of the article {citation.article_id!r}. This is "
                "a fault of the program; report it with the question and the article."
            )


def summarise(replies: Sequence[Reply]) -> list[Metric]:
    """Turn the replies into the figures."""
    answerable = [item for item in replies if item.task.answerable]
    unanswerable = [item for item in replies if not item.task.answerable]
    given = [item for item in replies if not item.refused]
    return [
        _share("accuracy", [item.right for item in answerable]),
        _share("refused_answerable", [item.refused for item in answerable]),
        _share("refused_unanswerable", [item.refused for item in unanswerable]),
        _share("citation_rate", [item.citations > 0 for item in given]),
        *_seconds("sources_s", [item.timings.retrieve_s for item in replies]),
        *_seconds("first_token_s", [item.timings.first_token_s for item in given]),
        *_seconds("total_s", [item.timings.total_s for item in given]),
    ]


def _share(name: str, flags: Sequence[bool]) -> Metric:
    return Metric(name, share(flags), len(flags))


def _seconds(name: str, values: Sequence[float | None]) -> list[Metric]:
    return seconds(name, [value for value in values if value is not None])
