"""Which questions are asked of which articles. It knows no system.

The articles are those that the questions need and others drawn by the seed. Unanswerable questions
are the data's own; where it has none, answerable ones become orphans: every article that answers
them, and every article that holds an answer string of theirs, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.archive import by_external_id
from bench.data import Case, DataSet, sample
from bench.metrics import normalise
from bench.tasks import Task, over_archive
from index.article import Article
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Trial:
    """What every system is asked, in this order, and the articles it is given."""

    tasks: tuple[Task, ...]
    articles: tuple[Article, ...]


def choose(
    data: DataSet, *, questions: int, unanswerable: float, articles: int, seed: int
) -> Trial:
    """Choose questions, of which a share has no answer, and about `articles` articles.

    Raises InputError where no question of the data can be answered from one of its articles.
    """
    corpus = _corpus(data)
    known = over_archive(data.cases, corpus.values(), stated_only=True)
    pool = [task for task in known if task.answerable and task.case.gold <= corpus.keys()]
    without = round(questions * unanswerable)
    shuffled = sample(pool, None, seed)
    answerable = shuffled[: questions - without]
    if not answerable:
        raise InputError(
            f"{data.folder}: of no question it is known which article holds its answer. "
            "Name data whose questions have evidence_ids."
        )
    needed = _needed((task.case for task in answerable), corpus.keys())
    texts = _Texts(corpus.values())
    own = [task for task in known if not task.answerable]
    if own:
        orphans: list[Task] = []
        refusable = sample(own, without, seed)
        for task in refusable:  # the articles that look as if they answered them
            needed |= task.case.gold & corpus.keys()
    else:
        orphans = _orphans(shuffled[len(answerable) :], needed, texts, without)
        refusable = orphans
    strange = set().union(*(_about(task.case) for task in orphans))
    others = sample(sorted(corpus.keys() - needed - strange), None, seed)
    chosen = list(needed)
    for article_id in others:
        if len(chosen) >= articles:
            break
        if not any(texts.holds(article_id, task.case) for task in orphans):
            chosen.append(article_id)
    tasks = sample([*answerable, *refusable], None, seed)
    return Trial(tuple(tasks), tuple(corpus[article_id] for article_id in sorted(chosen)))


def _corpus(data: DataSet) -> dict[str, Article]:
    """Give every article that can be read, by the id by which questions name it."""
    if data.corpus is None:
        raise InputError(f"{data.folder}: it holds no articles. Name data that has some.")
    return by_external_id(data.corpus)


def _about(case: Case) -> frozenset[str]:
    """Every article that the data says answers a question."""
    return case.gold | (case.stated_in or frozenset())


def _needed(cases: Iterable[Case], there: Iterable[str]) -> set[str]:
    known = set(there)
    return {article_id for case in cases for article_id in _about(case) if article_id in known}


def _orphans(candidates: Sequence[Task], needed: set[str], texts: _Texts, count: int) -> list[Task]:
    """Take questions that none of the needed articles answers, and call them unanswerable."""
    found: list[Task] = []
    for task in candidates:
        if len(found) == count:
            break
        if _about(task.case) & needed or any(texts.holds(item, task.case) for item in needed):
            continue
        found.append(Task(task.case, answerable=False))
    return found


class _Texts:
    """Whether articles hold answers, each article normalised once."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = {str(article.external_id): article for article in articles}
        self._normalised: dict[str, str] = {}

    def holds(self, article_id: str, case: Case) -> bool:
        """Do as bench.metrics.holds does."""
        if article_id not in self._normalised:
            article = self._articles[article_id]
            self._normalised[article_id] = f" {normalise(f'{article.title} {article.text}')} "
        answers = filter(None, map(normalise, case.answers))
        return any(f" {answer} " in self._normalised[article_id] for answer in answers)
