"""What happens on the page's events: each method takes what the browser sent, returns updates.

It knows the desk and Gradio's update values; the layout and the wiring are page.py's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from index.article import Skipped
from index.errors import ClippingsError
from ui.archive import REPORTS, Upload, render_uploads
from ui.ask import Desk
from ui.conversation import render_conversation
from ui.reader import EMPTY as NO_ARTICLE
from ui.reader import render_article, render_missing
from ui.shelf import Sent
from ui.sources import EMPTY as NO_SOURCES
from ui.sources import render_sources
from ui.text import OpenRequest, plural
from ui.turn import Turn
from ui.uploads import Uploads

ASK, STOP = "Ask", "Stop"
LONGEST_NAME = 1_000  # characters of a file's name with its folders
WATCH = 0.25  # seconds between looks at whether the models are loaded


class Handlers:
    """The events of one page; conversations live in the browser sessions' own state."""

    def __init__(
        self,
        desk: Desk,
        examples: Sequence[str],
        uploads: Uploads,
        headline: Callable[[], str],
    ) -> None:
        self.desk = desk
        self.examples = tuple(examples)
        self.uploads = uploads
        self.headline = headline

    def take(self, question: str) -> tuple[str, Turn]:
        """Empty the box: (box, asked). An event of its own, for the browser may skip updates."""
        return "", Turn(question)

    def typed(self, text: str, day: str, past: list[Turn], request: gr.Request) -> None:
        """Read ahead what is being typed; a date that is none is complained of when it is asked."""
        try:
            as_of = parse_day(day)
        except ValueError:
            return
        self.desk.typed(text, as_of, past, request.session_hash or "")

    def take_example(self, event: gr.EventData) -> Turn:
        """The question of the button that was pressed."""
        question = event._data.get("question")
        plain = event._data.get("plain") is True
        return Turn(question if isinstance(question, str) else "", read_time=not plain)

    def respond(
        self, asked: Turn, day: str, past: list[Turn], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer: (box, conversation, sources, turns, stop flag), again and again.

        A date that is none gives the question back to be asked again.
        """
        stop = threading.Event()
        try:
            asked = replace(asked, as_of=parse_day(day))
        except ValueError:
            turn = replace(asked, stage="failed", message=not_a_day(day))
            yield self._shown(past, turn, stop, idle_box(value=asked.question))
            return
        session = request.session_hash or ""  # a browser tab shows one conversation at a time
        for turn in self.desk.ask(asked, stop, past=past, session=session):
            yield self._shown(past, turn, stop, idle_box() if turn.over else busy_box())

    def stop(self, flag: threading.Event | None) -> None:
        """End the answer that is being given; what was said of it stays."""
        if flag is not None:
            flag.set()

    def start_anew(self, flag: threading.Event | None) -> tuple[Any, ...]:
        """Forget the conversation: (box, conversation, sources, turns, stop flag, reader)."""
        self.stop(flag)
        talk = render_conversation((), self.examples)
        return idle_box(), talk, NO_SOURCES, [], None, NO_ARTICLE

    def open_article(self, event: gr.EventData) -> str:
        """The article a chip or a card points to, with its spans marked."""
        request = OpenRequest.parse(event._data)
        if request is None:
            return render_missing("This link to an article is broken.")
        try:
            article = self.desk.bot.index.article(request.article_id)
        except ClippingsError as error:
            return render_missing(str(error))
        return render_article(article, request, str(event._data.get("serial", "")))

    def show_sources(self, turns: list[Turn], event: gr.EventData) -> str:
        """The sources of an earlier answer."""
        place = event._data.get("turn")
        if not isinstance(place, int) or not 0 <= place < len(turns):
            return NO_SOURCES
        return render_sources(turns[place].answer, place)

    async def watch_models(self) -> AsyncIterator[str]:
        """Say that the models are loading, until they are or cannot be."""
        while not self.desk.ready.is_set():
            if self.desk.failure is not None:
                yield f'<p class="models failed">{escape(self.desk.failure)}</p>'
                return
            yield '<p class="models live">The models are loading…</p>'
            await asyncio.sleep(WATCH)
        yield ""

    def add_files(self, past: list[Upload], event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Add what was dropped: (progress, headline, uploads, stop flag), again and again."""
        stop = threading.Event()
        if refusal := self.uploads.refusal():  # also where the folder was locked meanwhile
            uploads = [Upload(0, "failed", message=refusal), *past]
            yield render_uploads(uploads), gr.skip(), past, stop
            return
        sent, skipped = parse_sent(event._data, self.uploads.limits.files)
        for upload in self.uploads.add(sent, skipped, stop):
            uploads = [upload, *past][:REPORTS]
            new = self.headline() if upload.over else gr.skip()
            yield render_uploads(uploads), new, uploads, stop

    def _shown(
        self, past: list[Turn], turn: Turn, stop: threading.Event, box: gr.Textbox
    ) -> tuple[Any, ...]:
        turns = [*past, turn]
        cards = render_sources(turn.answer, len(past))
        return box, render_conversation(turns), cards, turns, stop


def idle_box(**changes: Any) -> gr.Textbox:
    """The question box when nothing is being answered; what is typed in it stays."""
    return gr.Textbox(submit_btn=ASK, stop_btn=False, **changes)


def busy_box() -> gr.Textbox:
    """The question box while an answer is being given; what is typed in it stays."""
    return gr.Textbox(submit_btn=False, stop_btn=STOP)


def parse_day(text: str) -> date | None:
    """An ISO date, None for an empty field; ValueError for anything else."""
    return date.fromisoformat(text.strip()) if text.strip() else None


def not_a_day(text: str) -> str:
    """What to say of a date that is none."""
    return (
        f"“{text.strip()[:40]}” is not a date this page can read. Write it as year-month-day,"
        " for example 2024-03-31, or leave the field empty."
    )


def parse_sent(data: object, most: int) -> tuple[list[Sent], list[Skipped]]:
    """The files a browser says it sent, which is not trusted, and what it left behind."""
    record = data if isinstance(data, dict) else {}
    rows = record.get("files")
    found = [_sent(row) for row in rows] if isinstance(rows, list) else []
    sent = [item for item in found if item is not None]
    left = []
    beyond = max(0, len(sent) - most) + _count(record.get("beyond"))
    if beyond:
        reason = f"not taken: {most:,} files are the limit at once. Drop them again, or as a ZIP"
        left.append(Skipped(plural(beyond, "more file"), reason))
    if others := _count(record.get("others")):
        reason = "in the folders, of a format that is not read"
        left.append(Skipped(plural(others, "file"), reason, fault=False))
    return sent[:most], left


def _sent(row: object) -> Sent | None:
    if not isinstance(row, dict) or not isinstance(name := row.get("name"), str) or not name:
        return None
    path = row.get("path")
    received = Path(path) if isinstance(path, str) and path else None
    return Sent(name[:LONGEST_NAME], _count(row.get("size")), received)


def _count(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
