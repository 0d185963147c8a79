"""Does the search find the article, and the words of the answer? No language model is asked.

- `gold@k`: a gold article is among the first k distinct articles, in the order of their best chunk;
- `gold_chunk@k`: a chunk of a gold article is among the first k chunks, which is harder;
- `ans@k`: an acceptable answer stands in the text of one of the first k chunks.

The first two are taken over the questions that have gold articles, the last over those that have
answers (where the data says in which articles an answer stands: over those with such an article).
Questions known to have no answer are left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bench.archive import open_index, progress, require_gold
from bench.data import Asking, Case, DataSet, load, sample
from bench.metrics import Metric, first_rank, holds, seconds, within
from bench.options import Parsers, add_data, add_index, asking
from bench.table import Result
from index.errors import InputError
from qa import Chatbot, Hit

RANKS = (1, 5, 10)
CHUNKS = 100  # asked for, so that ten distinct articles are among them

Search = Callable[[str, date | None], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the first right hit stood for one question: ranks from 1, None if it did not."""

    case: Case
    article: int | None  # of a gold article among distinct articles
    chunk: int | None  # of a gold article's chunk among chunks
    answer: int | None  # of a chunk that holds an answer
    seconds: float


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("retrieval", help="does the search find article and answer?")
    add_data(task)
    add_index(task)
    task.set_defaults(run=lambda options: run(load(options.data), asking(options)))


def run(data: DataSet, asking: Asking) -> Result:
    """Measure the search over a data folder."""
    judged = [case for case in data.cases if has_gold(case) or has_answer(case)]
    cases = sample(judged, asking.questions, asking.seed)
    if not cases:
        raise InputError(f"{data.folder}: no question has a gold article or an answer to look for.")
    opened = open_index(data, asking.index)
    require_gold(opened, cases)
    bot = Chatbot(opened)

    def search(question: str, as_of: date | None) -> Sequence[Hit]:
        return bot.search(question, CHUNKS, as_of)

    search(cases[0].question, None)  # loads the embedder
    found = [ask(search, case, use_time=asking.use_time) for case in progress(cases, "Searching")]
    settings = {"questions": len(cases), "seed": asking.seed, "time": asking.use_time}
    return Result("retrieval", data.name, summarise(found), settings)


def has_gold(case: Case) -> bool:
    """Whether gold@k can be told."""
    return bool(case.gold) and case.answerable is not False


def has_answer(case: Case) -> bool:
    """Whether ans@k can be told."""
    return bool(case.answers) and case.answerable is not False and case.stated_in != frozenset()


def ask(search: Search, case: Case, *, use_time: bool) -> Found:
    """Search for one question and judge what was found."""
    started = time.perf_counter()
    hits = search(case.question, case.day if use_time else None)
    taken = time.perf_counter() - started
    articles = [hit.article.external_id or hit.article.id for hit in hits]
    texts = [hit.text for hit in hits[: max(RANKS)]]
    return Found(
        case,
        first_rank(article in case.gold for article in dict.fromkeys(articles)),
        first_rank(article in case.gold for article in articles),
        first_rank(holds(text, case.answers) for text in texts) if has_answer(case) else None,
        taken,
    )


def summarise(found: Sequence[Found]) -> list[Metric]:
    """Turn the ranks of all questions into the figures."""
    with_gold = [item for item in found if has_gold(item.case)]
    with_answer = [item for item in found if has_answer(item.case)]
    ranks: dict[str, list[int | None]] = {
        "gold": [item.article for item in with_gold],
        "gold_chunk": [item.chunk for item in with_gold],
        "ans": [item.answer for item in with_answer],
    }
    shares = [
        Metric(f"{name}@{k}", within(those, k), len(those))
        for name, those in ranks.items()
        for k in RANKS
    ]
    return [*shares, *seconds("search_s", [item.seconds for item in found])]
