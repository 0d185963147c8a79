"""The named endpoints /ask, /search, /article and /add, for gradio_client, curl and MCP.

They are registered within the page's Blocks and called without Gradio's queue: whose turn it is
with the model, the chatbot says. Their docstrings are what programs are shown.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import gradio as gr

from index.errors import ClippingsError, InputError, ModelError
from qa.answer import Answer
from qa.search import HITS, Narrowing
from serve.bridge import BROKEN, Told, answers
from serve.leaving import gone
from serve.log import request_id
from serve.plain import answer_data, article_data, found_data
from serve.watched import MARK
from ui.shelf import Sent
from ui.uploads import Uploads

MOST_HITS = 50


@dataclass(frozen=True)
class Endpoints:
    """What programs may call; `bot` is a chatbot or what behaves as one."""

    bot: Any
    uploads: Uploads
    inbox: Path

    def register(self, *, tools: bool) -> None:
        """Offer the endpoints in the Blocks that are being made; as MCP `tools` all but /add."""
        offered: list[tuple[str, Callable[..., Any]]] = [
            ("ask", self.ask), ("search", self.search), ("article", self.article)
        ]  # fmt: skip
        for name, function in offered:
            gr.api(function, api_name=name, queue=False)
        # What is hidden from the list of endpoints is no tool of Gradio's MCP server either.
        gr.api(
            self.add,
            api_name="add",
            queue=False,
            api_visibility="undocumented" if tools else "public",
        )

    async def ask(
        self,
        question: str,
        as_of: str = "",
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        sections: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the news archive, with a citation for every sentence.

        The answer is written from the articles alone; "refused" is true where they do not tell.
        "marked" is the answer with the numbers of its "citations", each a verbatim quote
        (characters start to end) of the article "article_id". "sentences" tell what of it is
        supported.

        Args:
            question: The question in plain English, at most 2,000 characters.
            as_of: The day to ask on, such as 2024-05-31; nothing later is found. Empty: today.
            since: Only articles published on this day or later, such as 2024-05-01.
            until: Only articles published by this day.
            sources: Only these outlets, by name; none for all.
            sections: Only these sections, such as sport; none for all.

        Returns:
            text, marked, refused, confidence (0 to 1), sentences, citations, sources, reading
            (how the question was read), note, model and timings.
        """
        session = f"{MARK}{request_id.get()}" if request_id.get() else ""
        try:
            narrowing = _narrowing(since, until, sources, sections)

            def start(told: Told) -> Iterator[Answer]:
                stream: Iterator[Answer] = self.bot.stream(
                    question, as_of or None, session=session, on_progress=told, **narrowing
                )
                return stream

            return answer_data(await _last(answers(start)))
        except ClippingsError as error:
            raise _told(error) from error

    def search(
        self,
        question: str,
        count: int = HITS,
        as_of: str = "",
        since: str = "",
        until: str = "",
        sources: list[str] | None = None,
        sections: list[str] | None = None,
    ) -> dict[str, Any]:
        """Find the passages of the news archive that fit a question, without asking a model.

        Args:
            question: What to look for, at most 2,000 characters; source:"Name", section:name,
                since:DATE, until:DATE and "quoted phrases" in it narrow the search.
            count: How many passages to give, 1 to 50.
            as_of: The day to ask on, such as 2024-05-31; nothing later is found. Empty: today.
            since: Only articles published on this day or later, such as 2024-05-01.
            until: Only articles published by this day.
            sources: Only these outlets, by name; none for all.
            sections: Only these sections, such as sport; none for all.

        Returns:
            reading, note (why nothing was found) and hits, best first, each with article_id,
            title, source, published, url, start, end, quote and score.
        """
        try:
            if type(count) is not int or not 1 <= count <= MOST_HITS:
                raise InputError(f"count is {count!r:.40}; it can be 1 to {MOST_HITS}.")
            narrowing = _narrowing(since, until, sources, sections)
            return found_data(self.bot.find(question, count, as_of or None, **narrowing))
        except ClippingsError as error:
            raise _told(error) from error

    def article(self, article_id: str) -> dict[str, Any]:
        """Give one article of the news archive with its whole text.

        Args:
            article_id: The article's id, as citations and hits name it.

        Returns:
            article_id, title, source, published, updated, author, section, language, url, text.
        """
        try:
            self.bot.index.reload()
            return article_data(self.bot.index.article(str(article_id)[:100]))
        except ClippingsError as error:
            raise _told(error) from error

    def add(
        self, name: str, content: str, encoding: Literal["text", "base64"] = "text"
    ) -> dict[str, Any]:
        """Add a file of articles to the news archive.

        It is kept beside the index under its name; the same name again replaces it.

        Args:
            name: The file's name with the ending of its format, such as "2024-05-31 ferry.txt",
                "news.jsonl" or "page.html".
            content: What is in the file, at most 15 MB.
            encoding: "text" where content is the text itself, "base64" where it is bytes.

        Returns:
            added, unchanged, removed, articles (now in the archive) and skipped (name, record and
            reason of what could not be read).
        """
        try:
            if refusal := self.uploads.refusal():
                raise InputError(refusal)
            data = _bytes(content, encoding)
            if not isinstance(name, str) or not name.strip():
                raise InputError("The file has no name. Give one with an ending, such as news.txt.")
            return self._add(name[:1_000], data)
        except ClippingsError as error:
            raise _told(error) from error

    def _add(self, name: str, data: bytes) -> dict[str, Any]:
        self.inbox.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.inbox) as folder:
            file = Path(folder) / "content"
            file.write_bytes(data)
            sent = [Sent(name, len(data), file)]
            *_, upload = self.uploads.add(sent, (), threading.Event())
        if upload.stage == "failed":
            raise InputError(upload.message)
        report = upload.report
        return {
            "added": report.added if report else 0,
            "unchanged": report.unchanged if report else 0,
            "removed": report.removed if report else 0,
            "articles": report.articles if report else None,
            "skipped": [
                # not "path": gradio_client would take that for a file and fetch it
                {"name": item.path, "record": item.record, "reason": item.reason}
                for item in upload.skipped
            ],
        }


async def _last(given: AsyncGenerator[Answer | None, None]) -> Answer:
    """The answer that is done; who goes away, or cancels the call, ends it."""
    left, last = gone.get(), None
    async with aclosing(given):
        async for answer in given:
            last = answer or last
            if left():
                raise ModelError("Nobody waits for the answer any more.")
    if last is None:
        raise ModelError(BROKEN)
    return last


def _narrowing(
    since: str, until: str, sources: list[str] | None, sections: list[str] | None
) -> Narrowing:
    return {
        "since": since or None,
        "until": until or None,
        "sources": _names(sources, "sources"),
        "sections": _names(sections, "sections"),
    }


def _names(given: object, what: str) -> tuple[str, ...]:
    rows = [given] if isinstance(given, str) and given else given or []
    if not isinstance(rows, list) or len(rows) > 100:
        raise InputError(f"{what} is no list of at most 100 names.")
    if not all(isinstance(row, str) and len(row) <= 200 for row in rows):
        raise InputError(f"{what}: a name is a text of at most 200 characters.")
    return tuple(rows)


def _bytes(content: object, encoding: object) -> bytes:
    if not isinstance(content, str):
        raise InputError("content is no text. Give bytes as base64.")
    if encoding == "text":
        return content.encode("utf-8", "replace")
    if encoding != "base64":
        raise InputError(f"encoding is {encoding!r:.40}; it can be text or base64.")
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("content is no base64.") from error


def _told(error: ClippingsError) -> gr.Error:
    return gr.Error(str(error), print_exception=False)
