"""Articles, hits and answers made by hand for the tests of the bench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index.article import Article, Chunk
from qa import Answer, Citation, Hit, Timings


def article(external_id: str, text: str, title: str = "Notes from Orrane") -> Article:
    return Article.of(title=title, text=text, external_id=external_id)


def hits(*found: tuple[str, str]) -> list[Hit]:
    """Hits in the order given: pairs of an article's external id and the chunk's text."""
    made = []
    for rank, (external_id, text) in enumerate(found, start=1):
        item = article(external_id, text)
        chunk = Chunk(f"chunk-{rank}", item.id, 0, len(text))
        made.append(Hit(chunk, item, 1.0 / rank, rank))
    return made


def cite(item: Article, start: int, end: int, quote: str | None = None) -> Citation:
    said = item.text[start:end] if quote is None else quote
    return Citation(1, item.id, item.title, None, None, None, start, end, said)


def answer(text: str, *citations: Citation, refused: bool = False, **timings: float) -> Answer:
    return Answer(
        "Who?",
        text,
        refused=refused,
        citations=citations,
        timings=Timings(**timings),
        model="fake",
        done=True,
    )


def question(**fields: Any) -> dict[str, Any]:
    """A record of questions.jsonl; the fields given replace its own."""
    return {
        "id": "q1",
        "question": "Who mended the bells?",
        "answers": ["Oona Strand"],
        "evidence_ids": ["a1"],
        "type": "who",
        "answerable": True,
        **fields,
    }


def write_lines(file: Path, *records: dict[str, Any]) -> Path:
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return file
