"""What happens on the events of the conversations. It knows Gradio, and no layout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

import gradio as gr

from index.errors import ClippingsError, InputError
from ui.conversation import render_conversation
from ui.reader import render_no_article
from ui.sources import render_no_sources, render_sources
from ui.talks.exchange import LONGEST
from ui.talks.keep import NAMES, Keeper
from ui.talks.listing import render_list, render_off
from ui.talks.store import Talk
from ui.turn import Turn
from ui.words import figure, say

LONGEST_QUERY = 500  # characters
SIGNED = "x-clippings-user"  # the header that says who is signed in


@dataclass(frozen=True, slots=True)
class Look:
    """Which part of the list a tab looks at."""

    query: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown: a conversation, or the one with an answer; or why there is none."""

    kind: Literal["talk", "answer", "", "failed"] = ""
    id: str = ""  # of a failure what is said


class TalkHandlers:
    """The events; conversations on the page live in the browser sessions' own state."""

    def __init__(self, keeper: Callable[[], Keeper], examples: Callable[[], Sequence[str]]) -> None:
        """Both are those of the archive that the event's page shows."""
        self._keeper = keeper
        self._examples = examples

    @property
    def keeper(self) -> Keeper:
        """What keeps the conversations."""
        return self._keeper()

    @property
    def examples(self) -> Sequence[str]:
        """Questions that may be asked."""
        return self._examples()

    def listing(self, look: Look, turns: list[Turn], request: gr.Request) -> str:
        """The part of the list that is looked at, as it is now."""
        return self._listed(look, turns, request)

    def find(
        self, look: Look, turns: list[Turn], event: gr.EventData, request: gr.Request
    ) -> tuple[str, Look]:
        """Another part of the list: (list, look)."""
        query, first = event._data.get("query"), event._data.get("first")
        look = Look(
            query[:LONGEST_QUERY] if isinstance(query, str) else look.query,
            first if type(first) is int and 0 <= first < 2**31 else 0,
        )
        return self._listed(look, turns, request), look

    def pick(self, flag: threading.Event | None, event: gr.EventData) -> Wanted:
        """The conversation or answer that was chosen; the running answer is given up."""
        if flag is not None:
            flag.set()
        data = event._data
        if isinstance(data.get("answer"), str):
            return Wanted("answer", data["answer"])
        return Wanted("talk", str(data.get("talk") or ""))

    def take(self, event: gr.EventData, request: gr.Request) -> Wanted:
        """Take a file in that was exported; it is shown then."""
        text = event._data.get("text")
        try:
            if not isinstance(text, str):
                raise InputError(say("%(n)s MB are the limit.", n=figure(LONGEST // 1_000_000)))
            talk = self.keeper.take_in(text, who(request))
        except ClippingsError as error:
            said = say("The conversation was not taken in. %(why)s", why=error)
            return Wanted("failed", said)
        return Wanted("talk", talk.listed.id)

    def load(self, request: gr.Request) -> Wanted:
        """The answer that the page's address names."""
        answer = dict(request.query_params or {}).get("answer")
        return Wanted("answer", str(answer)) if answer else Wanted()

    def show(self, wanted: Wanted, look: Look, turns: list[Turn], request: gr.Request) -> Any:
        """Show what is wanted: (conversation, sources, turns, reader, as-of date, list)."""
        if not wanted.kind:
            return (*[gr.skip()] * 5, self._listed(look, turns, request))
        owner = who(request)
        try:
            if wanted.kind == "failed":
                return (*[gr.skip()] * 5, self._listed(look, turns, request, wanted.id))
            if wanted.kind == "talk":
                talk = self.keeper.talk(wanted.id, owner)
            else:
                talk = self.keeper.talk_with(wanted.id, owner)
        except ClippingsError as error:
            said = f'<p class="notice" role="alert">{escape(str(error))}</p>'
            talking = f"{said}{render_conversation((), self.examples)}"
            listed = self._listed(look, [], request)
            return talking, render_no_sources(), [], render_no_article(), gr.skip(), listed
        return self._shown(talk, wanted, look, request)

    def judge(
        self, turns: list[Turn], event: gr.EventData, request: gr.Request
    ) -> tuple[str, list[Turn]]:
        """Keep what is said of an answer: (conversation, turns)."""
        place, verdict = event._data.get("place"), event._data.get("verdict")
        if type(place) is not int or not 0 <= place < len(turns):
            return gr.skip(), gr.skip()
        try:
            judged = self.keeper.judge(turns[place], str(verdict), who(request))
        except ClippingsError as error:
            judged = replace(turns[place], unkept=str(error))
        turns = [*turns[:place], judged, *turns[place + 1 :]]
        return render_conversation(turns), turns

    def alter(
        self, look: Look, turns: list[Turn], event: gr.EventData, request: gr.Request
    ) -> tuple[Any, ...]:
        """Rename or delete: (list, conversation, sources, turns, reader)."""
        talk_id = str(event._data.get("talk") or "")
        title = event._data.get("title")
        said = ""
        try:
            if isinstance(title, str):
                self.keeper.rename(talk_id, title, who(request))
            else:
                self.keeper.delete(talk_id, who(request))
        except ClippingsError as error:
            said = str(error)
        if said or isinstance(title, str) or talk_id != _talk_of(turns):
            return (self._listed(look, turns, request, said), *[gr.skip()] * 4)
        welcome = render_conversation((), self.examples)  # what was shown is gone
        return (
            self._listed(look, [], request),
            welcome,
            render_no_sources(),
            [],
            render_no_article(),
        )

    def export(self, event: gr.EventData, request: gr.Request) -> str:
        """A file for the browser to save, as HTML that is not seen."""
        talk_id, kind = str(event._data.get("talk") or ""), str(event._data.get("kind") or "")
        try:
            name, text = self.keeper.export(talk_id, kind, who(request))
        except ClippingsError as error:
            return f'<p class="notice" role="alert">{escape(str(error))}</p>'
        return (
            f'<pre class="shipment" data-name="{escape(name)}" data-type="{NAMES[kind]}"'
            f' data-serial="{time.monotonic_ns()}" hidden>{_shipped(text)}</pre>'
        )

    def _shown(self, talk: Talk, wanted: Wanted, look: Look, request: gr.Request) -> Any:
        turns = list(talk.turns)
        places = [n for n, turn in enumerate(turns) if turn.id == wanted.id]
        place = places[0] if places else len(turns) - 1
        as_of = turns[-1].as_of
        return (
            render_conversation(turns, here=place),
            render_sources(turns[place].answer, place),
            turns,
            render_no_article(),
            as_of.isoformat() if as_of else "",
            self._listed(look, turns, request),
        )

    def _listed(self, look: Look, turns: list[Turn], request: gr.Request, said: str = "") -> str:
        if self.keeper.store is None:
            return render_off()
        try:
            page = self.keeper.listed(look.query, look.first, who(request))
        except ClippingsError as error:
            return f'<p class="notice" role="alert">{escape(str(error))}</p>'
        shown, archive = _talk_of(turns), self.keeper.archive
        return render_list(page, archive=archive, query=look.query, shown=shown, said=said)


def who(request: gr.Request) -> str:
    """The owner of conversations: who is signed in, or nobody; the server's guard says who."""
    headers = getattr(request, "headers", None) or {}
    return str(headers.get(SIGNED, ""))


def _talk_of(turns: list[Turn]) -> str:
    return next((turn.talk for turn in reversed(turns) if turn.talk), "")


def _shipped(text: str) -> str:
    # A line that begins an element `pre` is not part of its text: one more is put before it.
    return f"\n{escape(text)}"
