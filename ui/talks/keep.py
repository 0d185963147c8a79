"""What the page does with conversations: keeps each turn, lists, opens, takes out, judges.

An answer is given also where it cannot be kept: the turn then says why. It knows no Gradio.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from platformdirs import user_data_dir

from index.article import Article
from index.errors import ClippingsError, InputError
from ui.talks import feedback
from ui.talks.exchange import from_json, to_json
from ui.talks.markdown import to_markdown
from ui.talks.page import to_html
from ui.talks.store import Page, Talk, TalkStore
from ui.turn import Turn, Verdict
from ui.words import say

FILE = "conversations.sqlite"
FEEDBACK = "feedback"
NAMES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}  # of exports
LONGEST_ID = 40  # characters


def data_root() -> Path:
    """The folder for what the user made (CLIPPINGS_DATA moves it)."""
    return Path(os.environ.get("CLIPPINGS_DATA") or user_data_dir("clippings")).expanduser()


class Keeper:
    """The conversations of one page; without a store nothing is kept."""

    def __init__(self, store: TalkStore | None, archive: Path) -> None:
        self.store = store
        self.archive = str(archive.resolve())
        self._verdicts: dict[str, Verdict] = {}  # given since the page was opened

    def begin(self, past: list[Turn], turn: Turn, owner: str) -> Turn:
        """Keep a question before it is answered; it goes on with the conversation of the past."""
        if self.store is None:
            return turn
        talk = next((before.talk for before in reversed(past) if before.talk), "")
        try:
            return self.store.begin(replace(turn, talk=talk), owner=owner, archive=self.archive)
        except ClippingsError as error:
            return replace(turn, unkept=str(error))

    def follow(self, turns: Iterator[Turn]) -> Iterator[Turn]:
        """Pass a growing turn on; its last form is kept, and so is how far it came."""
        turn = None
        try:
            for turn in turns:
                yield self._finished(turn) if turn.over else turn
        finally:
            if turn is not None and not turn.over:  # the page was closed
                self._finished(replace(turn, stage="interrupted"))

    def judged(self, turns: list[Turn]) -> list[Turn]:
        """The turns with what was said of them meanwhile."""
        return [replace(t, verdict=self._verdicts.get(t.id, t.verdict)) for t in turns]

    def judge(self, turn: Turn, verdict: str, owner: str) -> Turn:
        """Say of an answer what it is; the same again takes it back."""
        if self.store is None or not turn.id:
            raise InputError(
                say("What you say of answers is kept with the conversations, which are not.")
            )
        if verdict not in ("right", "wrong", "wrong source"):
            raise InputError(say("An answer is right, wrong, or has a wrong source."))
        new = cast(Verdict, "" if verdict == turn.verdict else verdict)
        talk = self.store.talk(turn.talk, owner=owner)
        place = next((n for n, kept in enumerate(talk.turns) if kept.id == turn.id), None)
        if place is None:
            raise InputError(say("This answer is not kept here any more."))
        judged = replace(turn, verdict=new)
        feedback.judge(self.feedback(talk.listed.archive), judged, talk.asked[place])
        self.store.judge(turn.id, new, owner=owner)
        self._verdicts[turn.id] = new
        return judged

    def feedback(self, archive: str = "") -> Path:
        """The folder of what is said of the answers from an archive: a data folder of bench."""
        archive = archive or self.archive
        folder = self._store().file.parent / FEEDBACK
        name = re.sub(r"[^\w.-]+", "-", Path(archive).name, flags=re.ASCII).strip(".-")[:60]
        key = hashlib.sha256(archive.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return folder / f"{name or 'archive'}-{key}"

    def listed(self, query: str, first: int, owner: str) -> Page:
        """A part of the list; empty where nothing is kept."""
        return (
            Page((), 0, 0) if self.store is None else self.store.listed(query, first, owner=owner)
        )

    def talk(self, talk_id: str, owner: str) -> Talk:
        """A whole conversation."""
        return self._store().talk(talk_id[:LONGEST_ID], owner=owner)

    def talk_with(self, turn_id: str, owner: str) -> Talk:
        """The conversation that an answer is part of."""
        return self.talk(self._store().talk_of(turn_id[:LONGEST_ID], owner=owner), owner)

    def rename(self, talk_id: str, title: str, owner: str) -> None:
        """Give a conversation another title."""
        self._store().rename(talk_id[:LONGEST_ID], title, owner=owner)

    def delete(self, talk_id: str, owner: str) -> None:
        """Delete a conversation; what was said of its answers stays in the questions' file."""
        self._store().delete(talk_id[:LONGEST_ID], owner=owner)

    def export(self, talk_id: str, kind: str, owner: str) -> tuple[str, str]:
        """A file's name and its text; the kind is md, html or json."""
        if kind not in NAMES:
            raise InputError(say("Conversations are exported as md, html or json."))
        talk = self.talk(talk_id, owner)
        name = re.sub(r"[^\w-]+", "-", talk.listed.title.lower()).strip("-")[:60]
        if kind == "json":
            text = to_json(talk, Path(talk.listed.archive).name)
        else:
            text = to_html(talk) if kind == "html" else to_markdown(talk)
        return f"{name or 'conversation'}.{kind}", text

    def take_in(self, text: str, owner: str) -> Talk:
        """Keep a conversation that was exported as JSON; InputError where it is none."""
        return self.talk(self._store().add(from_json(text), owner=owner), owner)

    def article(self, article_id: str, owner: str) -> Article | None:
        """An article that is cited in a conversation, as it was then."""
        return self.store.article(article_id, owner=owner) if self.store else None

    def _finished(self, turn: Turn) -> Turn:
        if self.store is None or not turn.id:
            return turn
        try:
            self.store.finish(turn)
        except ClippingsError as error:
            return replace(turn, unkept=str(error))
        return turn

    def _store(self) -> TalkStore:
        if self.store is None:
            raise InputError(
                say("Conversations are not kept: start the page with --conversations FILE.")
            )
        return self.store
