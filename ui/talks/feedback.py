"""What readers say of answers, as a set of questions that `python -m bench` asks again.

`DIR/questions.jsonl` has a line for each answer that was judged; bench/data.py names its fields.
An answer called right is an acceptable one. Of a wrong one nobody knows what would be right: the
question stays without an answer until somebody writes it in.
"""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import StorageError
from qa.answer import Answer
from ui.turn import Turn
from ui.words import say

FILE = "questions.jsonl"
PATIENCE = 10.0  # seconds to wait for another writer


def judge(folder: Path, turn: Turn, asked: float) -> None:
    """Write the turn's verdict, in the place of an earlier one; without one take that out.

    `asked` is in seconds since 1970. StorageError where the folder cannot be written.
    """
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / "lock", timeout=PATIENCE):
            others = [line for line in _lines(file) if _id(line) != turn.id]
            new = [json.dumps(question(turn, asked))] if turn.verdict else []
            _replace(file, [*others, *new])
    except (OSError, Timeout) as error:
        raise StorageError(
            say(
                "%(file)s: what you say of the answer cannot be written (%(why)s). Is the disk"
                " full, or the folder locked?",
                file=file,
                why=error,
            )
        ) from error


def question(turn: Turn, asked: float) -> dict[str, Any]:
    """The turn as a labelled question; its id is the turn's."""
    answer = turn.answer or Answer(turn.question)
    day = turn.as_of or date.fromtimestamp(asked)
    right = turn.verdict in ("right", "wrong source")
    cited = _cited(answer)
    record: dict[str, Any] = {
        "id": turn.id,
        "question": answer.standalone or turn.question,
        "answers": _answers(answer) if right and not answer.refused else [],
        "evidence_ids": cited if turn.verdict == "right" else [],
        "answerable": (not answer.refused) if right else None,
        "type": turn.verdict,
        "date": day.isoformat(),
        "how": f"judged by a reader on {datetime.now():%Y-%m-%d}, model {answer.model or 'none'}",
    }
    if turn.verdict == "wrong source":
        record["negative_ids"] = cited
    if turn.verdict == "wrong" and answer.text and not answer.refused:
        record["fake_answer"] = answer.text
    if answer.citations:
        record["evidence_text"] = [citation.quote for citation in answer.citations]
    return record


def _answers(answer: Answer) -> list[str]:
    """The few words that are the answer, where they are known, and all that was said."""
    likely = answer.instant
    few = [likely.text] if likely and not likely.whole and likely.text in answer.text else []
    sentences = answer.sentences[:-1] if answer.differing else answer.sentences
    said = " ".join(s.text for s in sentences if s.supported) or answer.text
    return [text for text in dict.fromkeys([*few, said]) if text.strip()]


def _cited(answer: Answer) -> list[str]:
    """The articles that are cited, by the ids that sets of questions use."""
    named = {hit.article.id: hit.article.external_id or hit.article.id for hit in answer.hits}
    ids = (named.get(c.article_id, c.article_id) for c in answer.citations)
    return list(dict.fromkeys(ids))


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    return [line for line in text.split("\n") if line.strip()]


def _id(line: str) -> object:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):  # somebody wrote into it: that is left as it is
        return None
    return record.get("id") if isinstance(record, dict) else None


def _replace(file: Path, lines: list[str]) -> None:
    """Write the file anew, all or nothing."""
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
