"""A data folder to labelled questions. It knows the fields of a question, not how it is asked.

A folder holds `questions.jsonl` and one corpus: `articles.jsonl`, `passages.jsonl` (both, like the
questions, plain or with .gz) or a folder `articles/`; or a `corpus.txt` that names the data folder
whose corpus is asked. The ids of the corpus are the external ids of its articles. In a folder of
passages the questions name those that each of them is given; so they do where `facts.jsonl` lies
beside the articles, or where an unanswerable question names the article that it is asked of.
"""

from __future__ import annotations

import difflib
import gzip
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from index.dates import parse_date
from index.errors import InputError

QUESTIONS = ("questions.jsonl", "questions.jsonl.gz")
PASSAGES = ("passages.jsonl", "passages.jsonl.gz")
FACTS = ("facts.jsonl", "facts.jsonl.gz")
CORPUS = ("articles.jsonl", "articles.jsonl.gz", *PASSAGES, "articles")
ELSEWHERE = "corpus.txt"

REQUIRED = ("id", "question", "answers", "evidence_ids", "answerable")
OPTIONAL = (
    *("type", "date", "negative_ids", "answer_string_ids"),
    *("wrong_ids", "fake_answer", "context_id", "evidence_fact_ids"),
)
# What some sets carry besides. A field that is in none of these lists is likely a slip of the pen.
UNREAD = (
    *("choices", "choice_index", "nota_choices", "nota_answer", "evidence_by", "evidence_text"),
    *("evidence_url", "search_ids"),
    *("resolved_date", "sentence", "how"),
)

# Where evaluation sets lie that are no part of the project: beside its folder.
EVALUATION_SETS = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = Path(__file__).resolve().parent / "sets"  # questions of our own

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what is known of its answer."""

    id: str
    question: str
    answers: tuple[str, ...] = ()  # any of these is right
    gold: frozenset[str] = frozenset()  # external ids of the articles that answer it
    answerable: bool | None = None  # None: the source does not say
    type: str = ""
    day: date | None = None  # when it was asked
    negatives: tuple[str, ...] = ()  # external ids of passages that look alike and do not answer
    falsified: tuple[str, ...] = ()  # external ids of passages that state a false answer
    fake_answer: str = ""  # that answer
    given: tuple[str, ...] = ()  # external ids of what it is asked of, where that is given
    stated_in: frozenset[str] | None = None  # articles holding an answer string; None: not labelled


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder of questions, and the file or folder of what they are asked about."""

    folder: Path
    cases: tuple[Case, ...]
    corpus: Path | None
    facts: Path | None = None  # short passages, given instead of whole articles
    lender: Path | None = None  # the data folder whose corpus it is, where that is another

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.resolve().name

    @property
    def passages(self) -> Path | None:
        """The file of the passages that questions come with; None where an archive is searched."""
        if self.facts is not None:
            return self.facts
        if self.corpus is not None and self.corpus.name in PASSAGES:
            return self.corpus
        asked_of_one = any(case.given and case.answerable is False for case in self.cases)
        return self.corpus if asked_of_one else None


@dataclass(frozen=True, slots=True)
class Asking:
    """Which of the questions are asked, and of what."""

    index: Path | str | None = None  # None: the data folder's own, in the cache
    questions: int | None = None  # None: all
    seed: int = 0  # of the shuffle they are taken from
    use_time: bool = True  # ask a question as of its day


def find(name: str) -> Path:
    """Give the folder that is meant: a path, or the name of a set of ours or an evaluation set."""
    folder = Path(name)
    if folder.name != name or folder.is_dir():
        return folder
    known = (place / name for place in (SETS, EVALUATION_SETS))
    return next((path for path in known if path.is_dir()), folder)


def load(folder: Path, *, need_questions: bool = True) -> DataSet:
    """Read a data folder; InputError names the file and line of what is wrong."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder. Name a folder that holds {QUESTIONS[0]}.")
    file = _one_of(folder, QUESTIONS)
    if file is None:
        if not need_questions:
            return _data_set(folder, ())
        raise InputError(
            f"{folder}: there is no {QUESTIONS[0]} (or .gz) in it. Name a folder of questions."
        )
    lines: dict[str, int] = {}
    cases = []
    for number, record in _records(file):
        where = f"{file}:{number}"
        case = _case(record, where)
        if case.id in lines:
            raise InputError(
                f"{where}: the id {case.id!r} is that of line {lines[case.id]} too. "
                "Give each question its own."
            )
        lines[case.id] = number
        cases.append(case)
    if not cases:
        raise InputError(f"{file}: there are no questions in it.")
    return _data_set(folder, tuple(cases))


def sample(items: Sequence[Item], count: int | None, seed: int) -> list[Item]:
    """Give the first `count` items (None: all) after a shuffle that the seed decides."""
    shuffled = list(items)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    return shuffled[:count]


def _data_set(folder: Path, cases: tuple[Case, ...]) -> DataSet:
    lender = _lender(folder)
    corpus = _one_of(lender or folder, CORPUS)
    return DataSet(folder, cases, corpus, _one_of(folder, FACTS), lender)


def _lender(folder: Path) -> Path | None:
    """Read which data folder lends its corpus: a path from `folder`, or an evaluation set's name.

    It need not exist: with an index at hand, questions alone will do.
    """
    if _one_of(folder, (*CORPUS, ELSEWHERE)) != folder / ELSEWHERE:
        return None
    file = folder / ELSEWHERE
    try:
        name = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: it cannot be read ({error}).") from error
    if not name or len(name.splitlines()) > 1:
        raise InputError(
            f"{file}: it must be one line: the path or name of the folder that holds the corpus."
        )
    near = folder / name
    return near.resolve() if near.is_dir() or Path(name).name != name else EVALUATION_SETS / name


def _one_of(folder: Path, names: Sequence[str]) -> Path | None:
    found = [folder / name for name in names if (folder / name).exists()]
    if len(found) > 1:
        both = " and ".join(path.name for path in found)
        raise InputError(f"{folder}: it holds {both}. Keep the one that is meant.")
    return found[0] if found else None


def _records(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    opened = gzip.open if file.suffix == ".gz" else open
    number = 0
    try:
        with opened(file, "rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, _object(line, f"{file}:{number}")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{file}:{number + 1}: the gzip stream is damaged ({error}). Fetch the file again."
        ) from error
    except OSError as error:
        raise InputError(f"{file}: it cannot be read ({error.strerror or error}).") from error


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # a broken encoding is a ValueError too
        raise InputError(f"{where}: this is no line of JSON in UTF-8 ({error}).") from error
    if not isinstance(record, dict):
        raise InputError(f"{where}: a question is an object with the fields {_listed(REQUIRED)}.")
    return record


def _case(record: dict[str, Any], where: str) -> Case:
    for name in record:
        if name not in (*REQUIRED, *OPTIONAL, *UNREAD):
            near = difflib.get_close_matches(name, (*REQUIRED, *OPTIONAL), n=1)
            hint = f"Is {near[0]!r} meant?" if near else f"Known: {_listed((*REQUIRED, *OPTIONAL))}"
            raise InputError(f"{where}: the field {name!r} is not known. {hint}")
    if missing := [name for name in REQUIRED if name not in record]:
        raise InputError(f"{where}: {_listed(missing)} is missing.")
    answers = tuple(answer for answer in _strings(record, "answers", where) if answer.strip())
    answerable = record["answerable"]
    if answerable not in (True, False, None):
        raise InputError(f'{where}: "answerable" must be true, false or null.')
    if answerable and not answers:
        raise InputError(f'{where}: it is answerable and "answers" is empty. Give one at least.')
    stated = _strings(record, "answer_string_ids", where) if "answer_string_ids" in record else None
    return Case(
        id=_string(record, "id", where),
        question=_string(record, "question", where),
        answers=answers,
        gold=frozenset(_strings(record, "evidence_ids", where)),
        answerable=answerable,
        type=record.get("type") or "",
        day=_day(record, where),
        negatives=_strings(record, "negative_ids", where),
        falsified=_strings(record, "wrong_ids", where),
        fake_answer=_string(record, "fake_answer", where) if record.get("fake_answer") else "",
        given=_given(record, where),
        stated_in=None if stated is None else frozenset(stated),
    )


def _given(record: dict[str, Any], where: str) -> tuple[str, ...]:
    if record.get("context_id"):
        return (_string(record, "context_id", where),)
    return _strings(record, "evidence_fact_ids", where)


def _string(record: dict[str, Any], name: str, where: str) -> str:
    value = record[name]
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'{where}: "{name}" must be a string that is not empty.')
    return value


def _strings(record: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    values = record.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f'{where}: "{name}" must be a list of strings.')
    return tuple(dict.fromkeys(values))


def _day(record: dict[str, Any], where: str) -> date | None:
    value = record.get("date")
    if value is None:
        return None
    day = parse_date(value) if isinstance(value, str) else None
    if day is None:
        raise InputError(f'{where}: "date" must be a day such as "2024-05-31", not {value!r}.')
    return day


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
