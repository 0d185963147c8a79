"""What happens on the page's events: each method takes what the browser sent, returns updates.

It knows the desk and Gradio's update values; the layout and the wiring are page.py's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from index.article import Article, Skipped
from index.errors import ClippingsError
from index.filters import Filter
from ui.archive import REPORTS, Upload, render_uploads
from ui.ask import Bot, Desk
from ui.conversation import render_conversation, render_unfinished
from ui.known import recognise
from ui.reader import render_article, render_missing, render_no_article
from ui.rooms import ARCHIVE, Room, room_of
from ui.settings import Chosen, Usual, render_settings
from ui.shelf import Pasted, Sent
from ui.sought import ALL
from ui.sources import render_no_sources, render_sources
from ui.talks.handlers import who
from ui.talks.keep import Keeper
from ui.text import OpenRequest
from ui.turn import Turn
from ui.uploads import Uploads
from ui.words import count, figure, marked, say, say_html

ASK, STOP = marked("Ask"), marked("Stop")
LONGEST_NAME = 1_000  # characters of a file's name with its folders
WATCH = 0.25  # seconds between looks at whether the models are loaded


class Handlers:
    """The events of the page; conversations live in the browser sessions' own state."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self._rooms = tuple(rooms)

    @property
    def here(self) -> Room:
        """The archive that the page is of which the event came from: its address says which."""
        request = LocalContext.request.get(None)
        return room_of(self._rooms, request.query_params.get(ARCHIVE) if request else None)

    @property
    def desk(self) -> Desk:
        """Where the archive of the page is asked."""
        return self.here.desk

    @property
    def uploads(self) -> Uploads:
        """What changes the archive of the page."""
        return self.here.uploads

    @property
    def keeper(self) -> Keeper:
        """What keeps the conversations about the archive of the page."""
        return self.here.keeper

    def headline(self) -> str:
        """The page's headline, with what the archive holds now."""
        return self.here.headline()

    def welcome(self) -> str:
        """The conversation before the first question."""
        return render_conversation((), self.here.examples)

    def wake(self) -> None:
        """Load the models of the archive that is looked at, where none was asked to."""
        self.desk.warm_up()

    def greet(self) -> tuple[str, bool]:
        """A tab is loaded: (what it keeps of that, what is kept of it here)."""
        return render_unfinished(known=True), True

    def take(self, question: str, mark: str = "", known: bool = False) -> tuple[str, Turn]:
        """Empty the box: (box, asked). An event of its own, for the browser may skip updates."""
        recognise(mark, known)
        return "", Turn(question)

    def typed(
        self,
        text: str,
        day: str,
        past: list[Turn],
        chosen: Chosen,
        only: Filter | None,
        request: gr.Request,
    ) -> None:
        """Read ahead what is being typed; a date that is none is complained of when it is asked."""
        try:
            turn = wanted(Turn(text), day, chosen, only)
        except ValueError:
            return
        self.desk.typed(turn, past, request.session_hash or "")

    def take_example(self, event: gr.EventData, mark: str = "", known: bool = False) -> Turn:
        """The question of the button that was pressed."""
        recognise(mark, known)
        question = event._data.get("question")
        plain = event._data.get("plain") is True
        return Turn(question if isinstance(question, str) else "", read_time=not plain)

    def respond(
        self,
        asked: Turn,
        day: str,
        past: list[Turn],
        chosen: Chosen,
        only: Filter | None,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Answer: (box, conversation, sources, turns, stop flag), again and again.

        `only` is what the question is narrowed to. A date that is none gives the question back to
        be asked again.
        """
        stop = threading.Event()
        try:
            asked = wanted(asked, day, chosen, only)
        except ValueError:
            turn = replace(asked, stage="failed", message=not_a_day(day))
            yield self._shown(past, turn, stop, idle_box(value=asked.question))
            return
        session = request.session_hash or ""  # a browser tab shows one conversation at a time
        begun = self.keeper.begin(past, asked, who(request))
        for turn in self.keeper.follow(self.desk.ask(begun, stop, past=past, session=session)):
            yield self._shown(past, turn, stop, idle_box() if turn.over else busy_box())

    def stop(self, flag: threading.Event | None) -> None:
        """End the answer that is being given; what was said of it stays."""
        if flag is not None:
            flag.set()

    def start_anew(self, flag: threading.Event | None) -> tuple[Any, ...]:
        """Forget the conversation: (box, conversation, sources, turns, stop flag, reader)."""
        self.stop(flag)
        return idle_box(), self.welcome(), render_no_sources(), [], None, render_no_article()

    def open_article(self, event: gr.EventData, request: gr.Request) -> str:
        """The article a chip or a card points to, with its spans marked."""
        wanted = OpenRequest.parse(event._data)
        if wanted is None:
            return render_missing(say("This link to an article is broken."))
        try:
            article = self._article(wanted.article_id, who(request))
        except ClippingsError as error:
            return render_missing(str(error))
        return render_article(article, wanted, str(event._data.get("serial", "")))

    def show_sources(self, turns: list[Turn], event: gr.EventData) -> str:
        """The sources of an earlier answer."""
        place = event._data.get("turn")
        if not isinstance(place, int) or not 0 <= place < len(turns):
            return render_no_sources()
        return render_sources(turns[place].answer, place)

    def choose(self, event: gr.EventData) -> Chosen:
        """What was set, for the questions that come."""
        return Chosen.parse(event._data)

    def settings(self) -> str:
        """The settings as they stand when the page is loaded."""
        return render_settings(usual(self.desk.bot))

    async def watch_models(self) -> AsyncIterator[str]:
        """Say that the models are loading, until they are or cannot be."""
        while not self.desk.ready.is_set():
            if self.desk.failure is not None:
                yield f'<p class="models failed">{escape(self.desk.failure)}</p>'
                return
            yield f'<p class="models live">{say_html("The models are loading…")}</p>'
            await asyncio.sleep(WATCH)
        yield ""

    def add_files(self, past: list[Upload], event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Add what was dropped: (progress, headline, uploads, stop flag), again and again."""
        stop = threading.Event()
        if refusal := self.uploads.refusal():  # also where the folder was locked meanwhile
            uploads = [Upload(0, "failed", message=refusal), *past]
            yield render_uploads(uploads), gr.skip(), past, stop
            return
        for upload in self._adding(event._data, stop):
            uploads = [upload, *past][:REPORTS]
            new = self.headline() if upload.over else gr.skip()
            yield render_uploads(uploads), new, uploads, stop

    def _adding(self, data: object, stop: threading.Event) -> Iterator[Upload]:
        record = data if isinstance(data, dict) else {}
        if isinstance(address := record.get("address"), str):
            return self.uploads.fetch(address, stop)
        if isinstance(text := record.get("text"), str):
            about = (_line(record.get(name)) for name in ("title", "source", "published"))
            return self.uploads.paste(Pasted(text, *about), stop)
        sent, skipped = parse_sent(data, self.uploads.limits.files)
        return self.uploads.add(sent, skipped, stop)

    def _article(self, article_id: str, owner: str) -> Article:
        """From the archive, or as it was kept with an answer."""
        try:
            return self.desk.bot.index.article(article_id)
        except ClippingsError:
            if (kept := self.keeper.article(article_id, owner)) is None:
                raise
            return kept

    def _shown(
        self, past: list[Turn], turn: Turn, stop: threading.Event, box: gr.Textbox
    ) -> tuple[Any, ...]:
        turns = self.keeper.judged([*past, turn])
        cards = render_sources(turn.answer, len(past))
        return box, render_conversation(turns), cards, turns, stop


def idle_box(**changes: Any) -> gr.Textbox:
    """The question box when nothing is being answered; what is typed in it stays."""
    return gr.Textbox(submit_btn=say(ASK), stop_btn=False, **changes)


def busy_box() -> gr.Textbox:
    """The question box while an answer is being given; what is typed in it stays."""
    return gr.Textbox(submit_btn=False, stop_btn=say(STOP))


def wanted(turn: Turn, day: str, chosen: Chosen, only: Filter | None) -> Turn:
    """A question with all that was set beside it; ValueError if the day is none."""
    return replace(
        turn,
        as_of=parse_day(day),
        strictness=chosen.strictness,
        seconds=chosen.seconds,
        only=only or ALL,
    )


def usual(bot: Bot) -> Usual:
    """What holds where a reader sets nothing."""
    return Usual(bot.needed, bot.llm, bot.seconds)


def parse_day(text: str) -> date | None:
    """An ISO date, None for an empty field; ValueError for anything else."""
    return date.fromisoformat(text.strip()) if text.strip() else None


def not_a_day(text: str) -> str:
    """What to say of a date that is none."""
    return say(
        "“%(text)s” is not a date this page can read. Write it as year-month-day, for example"
        " 2024-03-31, or leave the field empty.",
        text=text.strip()[:40],
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
        reason = say(
            "not taken: %(most)s files are the limit at once. Drop them again, or as a ZIP",
            most=figure(most),
        )
        left.append(Skipped(count(beyond, "%(n)s more file", "%(n)s more files"), reason))
    if others := _count(record.get("others")):
        reason = say("in the folders, of a format that is not read")
        left.append(Skipped(count(others, "%(n)s file", "%(n)s files"), reason, fault=False))
    return sent[:most], left


def _sent(row: object) -> Sent | None:
    if not isinstance(row, dict) or not isinstance(name := row.get("name"), str) or not name:
        return None
    path = row.get("path")
    received = Path(path) if isinstance(path, str) and path else None
    return Sent(name[:LONGEST_NAME], _count(row.get("size")), received)


def _line(value: object) -> str:
    return value.strip()[:LONGEST_NAME] if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
