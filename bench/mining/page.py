"""What was mined, to questions.jsonl for the bench and to questions.md for people."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.mining import swap
from bench.mining.pick import Candidate
from index.article import Article
from index.errors import InputError, StorageError

QUESTIONS, PAGE = "questions.jsonl", "questions.md"
EXCHANGED = "exchanged name"  # the type of a question without an answer
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")

_HEAD = """# Questions from your own articles

{counts} Read them, and change or strike what you would not ask: the file that counts is
[questions.jsonl](questions.jsonl), one question a line; this page only shows where each came from.
Then measure with

    python -m bench retrieval --data {folder} --index {index}
    python -m bench answers --data {folder} --index {index}

"""
_WITHOUT_ANSWER = f"""## Without an answer

{swap.RULE} The answer of these is a refusal; strike those that your articles do answer.

"""


@dataclass(frozen=True, slots=True)
class Mined:
    """A question, the sentence that answers it, and how the one became the other."""

    candidate: Candidate
    question: str
    how: str
    answers: tuple[str, ...]
    articles: tuple[Article, ...]  # in which the sentence stands


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A question that the archive does not answer, and the one it was made of."""

    original: Mined
    question: str
    old: str
    new: str


def check_folder(folder: Path) -> None:
    """Raise InputError for a folder that cannot be written to, or holds questions already."""
    for name in (QUESTIONS, f"{QUESTIONS}.gz", PAGE):
        if (folder / name).exists():
            raise InputError(
                f"{folder}: it holds {name} already, perhaps edited by hand. Name another folder "
                "with --to, or move that file away."
            )
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: this is a file. Name a folder with --to.")


def write_folder(
    folder: Path, mined: Sequence[Mined], exchanged: Sequence[Exchanged], index: Path
) -> None:
    """Write both files; StorageError where the disk refuses."""
    records = [*map(_record, mined), *map(_exchanged_record, exchanged)]
    lines = [
        json.dumps({"id": f"mined-{number:03d}", **record}, ensure_ascii=False)
        for number, record in enumerate(records, start=1)
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(to_page(folder, mined, exchanged, index), encoding="utf-8")
        (folder / QUESTIONS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{folder}: it cannot be written ({error.strerror}). Name another folder with --to."
        ) from error


def to_page(
    folder: Path, mined: Sequence[Mined], exchanged: Sequence[Exchanged], index: Path
) -> str:
    """The page for people: each question with article, sentence, answer and rule."""
    counts = f"{len(mined)} questions with an answer, {len(exchanged)} without."
    parts = [_HEAD.format(counts=counts, folder=folder, index=index), "## With an answer\n\n"]
    parts += [_shown(number, item) for number, item in enumerate(mined, start=1)]
    if exchanged:
        parts.append(_WITHOUT_ANSWER)
    for number, item in enumerate(exchanged, start=len(mined) + 1):
        parts.append(
            f"### mined-{number:03d}: {_plain(item.question)}\n\n"
            f"- made of: {_plain(item.original.question)}\n"
            f"- exchanged: {_plain(item.old)} → {_plain(item.new)}\n\n"
        )
    return "".join(parts).rstrip() + "\n"


def external_id(article: Article) -> str:
    """What the questions call an article."""
    return article.external_id or article.id


def _record(item: Mined) -> dict[str, object]:
    return {
        "question": item.question,
        "answers": list(item.answers),
        "evidence_ids": [external_id(article) for article in item.articles],
        "type": item.candidate.kind,
        "answerable": True,
        "sentence": item.candidate.sentence,
        "how": item.how,
    }


def _exchanged_record(item: Exchanged) -> dict[str, object]:
    return {
        "question": item.question,
        "answers": [],
        "evidence_ids": [],
        "type": EXCHANGED,
        "answerable": False,
        "how": f"“{item.old}” was exchanged for “{item.new}” in: {item.original.question}",
    }


def _shown(number: int, item: Mined) -> str:
    candidate = item.candidate
    text = candidate.article.text
    before = text[candidate.start : candidate.answer_start]
    after = text[candidate.answer_end : candidate.end]
    about = [
        part for part in (candidate.article.source, candidate.article.published) if part is not None
    ]
    where = f" ({', '.join(map(str, about))})" if about else ""
    ids = ", ".join(f"`{external_id(article)}`" for article in item.articles)
    return (
        f"### mined-{number:03d}: {_plain(item.question)}\n\n"
        f"> {_plain(before)}**{_plain(candidate.answer)}**{_plain(after)}\n\n"
        f"- article: {_plain(candidate.article.title)}{where}, {ids}\n"
        f"- right answers: {'; '.join(map(_plain, item.answers))}\n"
        f"- how: {_plain(item.how)}\n\n"
    )


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return _MARKUP.sub(r"\\\1", text)
