"""Does the search find the article, and the words of the answer? No language model is asked.

- `gold@k`: a gold article is among the first k distinct articles, in the order of their best chunk;
- `gold_chunk@k`: a chunk of a gold article is among the first k chunks, which is harder;
- `ans@k`: an acceptable answer stands in the text of one of the first k chunks;
- `evidence@300`: it stands in the sentences that are selected within 300 tokens of the default
  language model, headings counted.

The first two are taken over the questions that have gold articles, `ans@k` over those that have
answers (where the data says in which articles an answer stands: over those with such an article),
the evidence over those whose gold article holds the answer. Questions known to have no answer are
left out. `search_s` is the search with the question's embedding, `evidence_s` the selection and
what it looks up of the question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.archive import open_index, progress, require_gold
from bench.data import Asking, Case, DataSet, load, sample
from bench.machine import commit
from bench.metrics import Metric, first_rank, holds, seconds
from bench.options import Parsers, add_data, add_index, add_records, asking
from bench.records import Record, RecordFile, means
from bench.table import Result, Settings
from bench.tokens import count_tokens as count_llm_tokens
from index.errors import InputError
from qa import Chatbot, Hit
from qa.evidence import CountTokens, select_evidence
from qa.question import understand
from qa.retrieve import wanted_of

RANKS = (1, 5, 10)
CHUNKS = 100  # asked for, so that ten distinct articles are among them
SOURCES = 10  # hits that evidence is selected from, as for an answer
EVIDENCE_TOKENS = 300
EVIDENCE = f"evidence@{EVIDENCE_TOKENS}"

Search = Callable[[str, date | None], Sequence[Hit]]
# Question, hits and the day of asking to texts of evidence.
Select = Callable[[str, Sequence[Hit], date | None], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the first right hit stood for one question: ranks from 1, None if it did not."""

    case: Case
    article: int | None  # of a gold article among distinct articles
    chunk: int | None  # of a gold article's chunk among chunks
    answer: int | None  # of a chunk that holds an answer
    seconds: float
    evidence: bool | None = None  # whether an answer stands in it; None where it cannot be told
    evidence_seconds: float | None = None


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("retrieval", help="does the search find article and answer?")
    add_data(task)
    add_index(task)
    add_records(task)
    task.set_defaults(
        run=lambda options: run(
            load(options.data), asking(options), file=options.records, count_tokens=count_llm_tokens
        )
    )


def run(
    data: DataSet,
    asking: Asking,
    *,
    file: Path | None = None,
    count_tokens: CountTokens | None = None,
) -> Result:
    """Measure the search over a data folder, and with a counter of tokens the evidence too."""
    judged = [case for case in data.cases if has_gold(case) or has_answer(case)]
    cases = sample(judged, asking.questions, asking.seed)
    if not cases:
        raise InputError(f"{data.folder}: no question has a gold article or an answer to look for.")
    opened = open_index(data, asking.index)
    require_gold(opened, cases)
    bot = Chatbot(opened)

    def search(question: str, as_of: date | None) -> Sequence[Hit]:
        return bot.search(question, CHUNKS, as_of, read_time=asking.use_time)

    def select(question: str, hits: Sequence[Hit], as_of: date | None) -> Sequence[str]:
        asked = understand(question, as_of, read_time=asking.use_time)
        chosen = select_evidence(
            question,
            hits[:SOURCES],
            count_tokens or len,
            budget=EVIDENCE_TOKENS,
            wanted=wanted_of(opened, question),
            since=asked.first_day,
        )
        return [evidence.text for evidence in chosen]

    settings: Settings = {"seed": asking.seed, "time": asking.use_time, "commit": commit()}
    records = RecordFile(file, settings)
    search(cases[0].question, None)  # loads the embedder
    for case in progress([case for case in cases if _key(case) not in records], "Searching"):
        found = ask(search, case, use_time=asking.use_time, select=select if count_tokens else None)
        records.add(to_record(found))
    wanted = set(map(_key, cases))
    made = [record for record in records if record.key in wanted]
    shown: Settings = {"questions": len(made), "seed": asking.seed, "time": asking.use_time}
    return Result("retrieval", data.name, summarise(made), shown)


def has_gold(case: Case) -> bool:
    """Whether gold@k can be told."""
    return bool(case.gold) and case.answerable is not False


def has_answer(case: Case) -> bool:
    """Whether ans@k can be told."""
    return bool(case.answers) and case.answerable is not False and case.stated_in != frozenset()


def ask(search: Search, case: Case, *, use_time: bool, select: Select | None = None) -> Found:
    """Search for one question and judge what was found."""
    started = time.perf_counter()
    day = case.day if use_time else None
    hits = search(case.question, day)
    taken = time.perf_counter() - started
    evidence = None if select is None else select(case.question, hits, day)
    selecting = time.perf_counter() - started - taken
    told = bool(case.gold & (case.stated_in or frozenset())) and has_answer(case)
    articles = [hit.article.external_id or hit.article.id for hit in hits]
    texts = [hit.text for hit in hits[: max(RANKS)]]
    return Found(
        case,
        first_rank(article in case.gold for article in dict.fromkeys(articles)),
        first_rank(article in case.gold for article in articles),
        first_rank(holds(text, case.answers) for text in texts) if has_answer(case) else None,
        taken,
        None if evidence is None or not told else holds("\n".join(evidence), case.answers),
        None if evidence is None else selecting,
    )


def to_record(found: Found) -> Record:
    """Turn the ranks of a question into scores; those that cannot be told are left out."""
    case = found.case
    ranks: dict[str, int | None] = {}
    if has_gold(case):
        ranks |= {"gold": found.article, "gold_chunk": found.chunk}
    if has_answer(case):
        ranks["ans"] = found.answer
    scores = {
        f"{name}@{k}": float(rank is not None and rank <= k)
        for name, rank in ranks.items()
        for k in RANKS
    }
    if found.evidence is not None:
        scores[EVIDENCE] = float(found.evidence)
    if found.evidence_seconds is not None:
        scores["evidence_s"] = found.evidence_seconds
    said = {"question": case.question, "ranks": ranks}
    return Record(case.id, {**scores, "search_s": found.seconds}, type=case.type, said=said)


def summarise(records: Sequence[Record]) -> list[Metric]:
    """Turn the scores of all questions into the figures."""
    names = [f"{name}@{k}" for name in ("gold", "gold_chunk", "ans") for k in RANKS]
    metrics = [*means(records, names)]
    if any(EVIDENCE in record.scores for record in records):
        metrics += means(records, [EVIDENCE])
    for name in ("search_s", "evidence_s"):
        taken = [float(value) for r in records if (value := r.scores.get(name)) is not None]
        if taken or name == "search_s":
            metrics += seconds(name, taken)
    return metrics


def _key(case: Case) -> tuple[str, str, str]:
    return Record(case.id, {}).key
