"""What a system said to what it is worth; the same rules for all. It knows no system.

- `gold@k`: a gold article is among the first k distinct articles of what was retrieved; `ans@k`: an
  answer string stands in one of the first k passages. A system retrieves as many as it does;
- `accuracy`: an answer string stands in the answer, which is no refusal;
- a refusal is an answer that says so by one of the phrases below in its first sentence, by
  Clippings' own rules, or by saying nothing;
- `citation_rate`: share of the answers that were not refused with a citation that opens: its
  article is there and holds the quoted words verbatim. A list of what was retrieved is none, as
  it does not tell which words carry the answer;
- seconds are those of answers that were not refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bench.metrics import first_rank, holds
from bench.records import Record
from bench.tasks import Task
from qa.cite import is_refusal

RANKS = (1, 5)
_VERBS = "provide|mention|contain|specify|state|include|say|give|answer|indicate|discuss|offer|tell"
_SOURCES = "text|context|information|passage|article|document|excerpt|source|content|material|data"
REFUSALS = re.compile(
    r"\bi(?:'m| am)? (?:do not|don't|cannot|can't|could not|couldn't|unable|not able|sorry)\b"
    r"|\bi apologi[sz]e\b|\bunable to (?:answer|determine|find|provide)\b"
    r"|\b(?:cannot|can't|could not) be (?:determined|answered|found|inferred)\b"
    r"|\bno (?:\w+ ){0,2}(?:information|mention|details?)\b"
    r"|\b(?:not enough|insufficient) (?:\w+ )?(?:information|context|details?)\b"
    r"|(?:\bnot|n't) (?:\w+ )?(?:provided|mentioned|specified|stated|known|included|available)\b"
    rf"|\b(?:{_SOURCES})s?\b.*(?:\bnot|n't) (?:\w+ )?(?:{_VERBS})\b"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def is_refused(text: str) -> bool:
    """Whether an answer says that it has none."""
    plain = text.strip().lower().replace("’", "'")
    first = _SENTENCE_END.split(plain, maxsplit=1)[0]
    return not plain or is_refusal(text) or REFUSALS.search(first) is not None


def score(
    system: str,
    task: Task,
    said: Mapping[str, Any],
    texts: Mapping[str, str],
    times: tuple[float | None, float],
) -> Record:
    """Make the record of one answer; `texts` are the articles' texts by their ids.

    `said` is the worker's last event, `times` the seconds to the first words and to the end.
    """
    text = said["text"]
    refused = is_refused(text)
    scores: dict[str, float | None] = {}
    if task.answerable:
        scores["accuracy"] = float(not refused and holds(text, task.case.answers))
        scores["refused_answerable"] = float(refused)
        scores |= _retrieval(task, said["passages"])
    else:
        scores["refused_unanswerable"] = float(refused)
    if not refused:
        scores["citation_rate"] = float(any(opens(c, texts) for c in said["citations"]))
        scores["first_token_s"], scores["total_s"] = times
    kept = {
        "text": text,
        "retrieved": [article_id for article_id, _ in said["passages"]],
        "citations": [list(citation) for citation in said["citations"]],
    }
    return _record(system, task, scores, kept)


def score_error(system: str, task: Task, reason: str) -> Record:
    """Make the record of a question at which a system failed: neither right nor a refusal."""
    names = ("accuracy", "refused_answerable") if task.answerable else ("refused_unanswerable",)
    return _record(system, task, dict.fromkeys(names, 0.0), {"error": reason})


def opens(citation: Sequence[str], texts: Mapping[str, str]) -> bool:
    """Whether a citation's article is there and holds its words."""
    article_id, quote = citation
    return bool(quote.strip()) and quote in texts.get(article_id, "")


def _retrieval(task: Task, passages: Sequence[Sequence[str]]) -> dict[str, float | None]:
    articles = dict.fromkeys(article_id for article_id, _ in passages)
    gold = first_rank(article_id in task.case.gold for article_id in articles)
    answer = first_rank(holds(text, task.case.answers) for _, text in passages[: max(RANKS)])
    return {
        f"{name}@{k}": float(rank is not None and rank <= k)
        for name, rank in (("gold", gold), ("ans", answer))
        for k in RANKS
    }


def variant(task: Task) -> str:
    """How the question was asked, as records name it."""
    return "answerable" if task.answerable else "unanswerable"


def _record(
    system: str, task: Task, scores: Mapping[str, float | None], said: Mapping[str, Any]
) -> Record:
    return Record(
        id=task.case.id,
        scores=scores,
        system=system,
        variant=variant(task),
        type=task.case.type,
        said=said,
    )
