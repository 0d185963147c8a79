"""The shapes of OpenAI's chat completions: a request checked and read, replies and errors. Pure.

What callers send is not trusted: it is bounded here, and what would be silently ignored to their
harm is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa import followup
from qa.answer import Answer
from qa.mentions import names
from qa.search import Narrowing
from serve.plain import answer_data, marked

MODEL = "clippings"
MOST_MESSAGES = 100
MOST_CHARACTERS = 20_000  # of an earlier message; a question's limit is the chatbot's
REMEMBERED = 3  # turns that a follow-up is read with
NAMES = 12  # of one turn
MARKERS = re.compile(r" ?\[\d{1,3}\]")
DAYS = ("as_of", "since", "until")
LISTS = ("sources", "sections")


class RequestError(Exception):
    """A request that cannot be taken; `param` is the field that is wrong."""

    def __init__(self, message: str, param: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param = param
        self.status = status


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked, after which turns, and how the answer is wanted."""

    question: str
    history: tuple[followup.Turn, ...]
    stream: bool
    as_of: str | None
    narrowing: Narrowing


def read_request(data: object) -> ChatRequest:
    """Check a request's JSON; RequestError says what is wrong with it."""
    if not isinstance(data, dict):
        raise RequestError("The body must be a JSON object.")
    if (model := data.get("model")) != MODEL:
        raise RequestError(f"The model {model!r:.80} does not exist. Name {MODEL!r}.", "model", 404)
    if data.get("n", 1) not in (1, None):
        raise RequestError("Only one answer is given: n can be 1.", "n")
    if data.get("tools") or data.get("functions"):
        raise RequestError("Tools are not called. Leave them out.", "tools")
    form = data.get("response_format") or {"type": "text"}
    if form != {"type": "text"}:
        raise RequestError("Answers are text.", "response_format")
    if not isinstance(stream := data.get("stream") or False, bool):
        raise RequestError("stream is true or false.", "stream")
    said = _messages(data.get("messages"))
    if said[-1][0] != "user":
        raise RequestError("The last message must be the user's question.", "messages")
    as_of, since, until = (_day(data, name) for name in DAYS)
    sources, sections = (_list(data, name) for name in LISTS)
    narrowing: Narrowing = {
        "since": since, "until": until, "sources": sources, "sections": sections
    }  # fmt: skip
    return ChatRequest(said[-1][1], _history(said[:-1]), stream, as_of, narrowing)


def _messages(rows: object) -> list[tuple[str, str]]:
    if not isinstance(rows, list) or not rows:
        raise RequestError("messages must be a list that is not empty.", "messages")
    if len(rows) > MOST_MESSAGES:
        raise RequestError(
            f"There are {len(rows)} messages; {MOST_MESSAGES} are the limit. Leave early ones out.",
            "messages",
        )
    return [_message(row, f"messages[{place}]") for place, row in enumerate(rows)]


def _message(row: object, where: str) -> tuple[str, str]:
    role = row.get("role") if isinstance(row, dict) else None
    if not isinstance(row, dict) or role not in ("system", "developer", "user", "assistant"):
        raise RequestError(
            "A message has a role: system, developer, user or assistant.", f"{where}.role"
        )
    content = row.get("content")
    if isinstance(content, list):
        if not all(isinstance(p, dict) and isinstance(p.get("text"), str) for p in content):
            raise RequestError("Only parts of text can be read.", f"{where}.content")
        content = "\n".join(part["text"] for part in content)
    if content is None and role == "assistant":
        content = ""
    if not isinstance(content, str):
        raise RequestError("The content must be text.", f"{where}.content")
    if len(content) > MOST_CHARACTERS:
        raise RequestError(
            f"The message has {len(content):,} characters; {MOST_CHARACTERS:,} are the limit.",
            f"{where}.content",
        )
    return str(role), content


def _history(said: Sequence[tuple[str, str]]) -> tuple[followup.Turn, ...]:
    """The latest questions with their answers; what the system says is not followed."""
    turns: list[followup.Turn] = []
    asked = ""
    for role, text in said:
        if role == "user":
            asked = text
        elif role == "assistant" and asked.strip() and text.strip():
            told = MARKERS.sub("", text)
            named = dict.fromkeys(thing.text for thing in names(told[:400]))
            turns.append(followup.Turn(asked, told, tuple(named)[:NAMES]))
            asked = ""
    return tuple(turns[-REMEMBERED:])


def _day(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestError(f"{name} is a day, such as 2024-05-31.", name)
    return value or None


def _list(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    rows = data.get(name) or []
    if not isinstance(rows, list) or len(rows) > 100:
        raise RequestError(f"{name} is a list of at most 100 names.", name)
    if not all(isinstance(row, str) and len(row) <= 200 for row in rows):
        raise RequestError(f"{name}: a name is a text of at most 200 characters.", name)
    return tuple(rows)


def completion(answer: Answer, name: str, created: int) -> dict[str, Any]:
    """The reply to a request that is not streamed."""
    message = {
        "role": "assistant",
        "content": marked(answer),
        "refusal": None,
        "annotations": url_citations(answer),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_head("chat.completion", name, created), "choices": [choice], **_more(answer)}


def first_chunk(name: str, created: int) -> dict[str, Any]:
    """The beginning of a stream."""
    return _chunk({"role": "assistant", "content": ""}, name, created)


def draft_chunk(text: str, name: str, created: int) -> dict[str, Any]:
    """Words as the model writes them, which may not stand up: where thoughts are shown."""
    return _chunk({"reasoning_content": text}, name, created)


def answer_chunks(answer: Answer, name: str, created: int) -> list[dict[str, Any]]:
    """The verified answer, a sentence a chunk, then the last one with the citations."""
    parts = [" ".join([s.text, *(f"[{n}]" for n in s.citations)]) for s in answer.sentences]
    parts = parts or [answer.text]
    spaced = [part if place == 0 else f" {part}" for place, part in enumerate(parts)]
    chunks = [_chunk({"content": part}, name, created) for part in spaced]
    last = _chunk({"annotations": url_citations(answer)}, name, created, "stop")
    return [*chunks, {**last, **_more(answer)}]


def url_citations(answer: Answer) -> list[dict[str, Any]]:
    """A `url_citation` for each marker of the text; without an address the article's id is it."""
    cited = {citation.n: citation for citation in answer.citations}
    found, place = [], 0
    for sentence in answer.sentences:
        place += len(sentence.text)
        for n in sentence.citations:
            mark = f" [{n}]"
            c = cited[n]
            url = c.url or f"clippings:{c.article_id}#{c.start}-{c.end}"
            about = {"start_index": place + 1, "end_index": place + len(mark), "url": url}
            found.append({"type": "url_citation", "url_citation": {**about, "title": c.title}})
            place += len(mark)
        place += 1  # the space in front of the next sentence
    return found


def models(created: int) -> dict[str, Any]:
    """The list of models: one, the archive."""
    return {"object": "list", "data": [model(created)]}


def model(created: int) -> dict[str, Any]:
    """The archive as a model."""
    return {"id": MODEL, "object": "model", "created": created, "owned_by": MODEL}


def error_data(message: str, kind: str, param: str | None = None) -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": None}}


def _more(answer: Answer) -> dict[str, Any]:
    """What OpenAI's replies have no place for: the citations, and all else that is known."""
    told = answer_data(answer)
    return {"citations": told.pop("citations"), "clippings": told}


def _chunk(
    delta: dict[str, Any], name: str, created: int, reason: str | None = None
) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return {**_head("chat.completion.chunk", name, created), "choices": [choice]}


def _head(kind: str, name: str, created: int) -> dict[str, Any]:
    return {"id": f"chatcmpl-{name}", "object": kind, "created": created, "model": MODEL}
