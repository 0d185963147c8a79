"""Reading ahead: what a question that is being typed will need is searched and read meanwhile.

A part of the chatbot. What comes of it spares time and decides no more than where evidence stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from index.errors import ClippingsError
from qa.ahead import Ahead, whole_words
from qa.followup import Turn, standalone
from qa.generate import Generator
from qa.relevance import RELEVANCE_NEEDED, relevance
from qa.retrieve import wanted_of
from qa.search import Day, Narrowing, Search
from qa.shown import Standing, show


@dataclass(frozen=True, slots=True)
class _Typed:
    question: str
    as_of: Day
    history: tuple[Turn, ...]
    seconds: float | None
    narrowing: Narrowing


class TypeAhead:
    """Has the model read evidence while its question is typed."""

    def __init__(
        self,
        search: Search,
        standing: Standing,
        generator: Callable[[], Generator],
        evidence_tokens: Callable[[float | None], int],
    ) -> None:
        self._search = search
        self._standing = standing
        self._generator = generator
        self._evidence_tokens = evidence_tokens
        self._ahead: Ahead[_Typed] = Ahead(self._read)

    def typed(
        self,
        question: str,
        as_of: Day,
        history: Sequence[Turn],
        session: str,
        seconds: float | None,
        narrowing: Narrowing,
    ) -> None:
        """Take what is typed so far, instead of what was before; return at once."""

        def made(text: str) -> _Typed:
            return _Typed(text, as_of, tuple(history), seconds, narrowing)

        words = whole_words(question)
        self._ahead.put(session, made(words) if words else None, made(question.strip()))

    def known(self, question: str) -> None:
        """Take a whole question that whoever may ask; it is read as if nothing had stood before."""
        typed = _Typed(question.strip(), None, (), None, {})
        self._ahead.put(f"known {question}", None, typed)

    def answering(self, session: str) -> AbstractContextManager[None]:
        """Begin nothing while a question of this session is answered."""
        return self._ahead.answering(session)

    def _read(self, session: str, typed: _Typed) -> None:
        try:
            self._search.index.reload()
            text = standalone(typed.question, typed.history).text
            asked = self._search.understood(text, typed.as_of, **typed.narrowing)
            hits = self._search.found(asked).hits
            if relevance(asked.search, hits) < RELEVANCE_NEEDED:
                return
            generator = self._generator()
            shown = show(
                asked,
                hits,
                wanted_of(self._search.index, asked.search),
                generator.count_tokens,
                budget=self._evidence_tokens(typed.seconds),
                standing=self._standing.get(
                    session, asked, self._search.index, follows=bool(typed.history)
                ),
            )
            if self._ahead.wanted(session, typed):
                self._standing.put(session, asked, shown, asked=False)
                generator.warm(shown.prompt, session=session)
        except ClippingsError:  # it will be said when the question is asked
            return
