"""The one module that knows the order: question, hits, evidence, prompt, text, verified answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.article import Article
from qa.answer import Answer, Found
from qa.budget import Budget, budget, estimate
from qa.clock import Clock
from qa.compose import compose, refused
from qa.extract import instant
from qa.generate import Generator, OnProgress
from qa.prompt import build_check
from qa.question import Question
from qa.relevance import RELEVANCE_NEEDED, relevance
from qa.retrieve import rank_articles, wanted_of
from qa.search import Search
from qa.shown import Standing, show


class Answering:
    """Answers one question that stands alone. A part of the chatbot."""

    def __init__(
        self,
        search: Search,
        standing: Standing,
        generator: Callable[[], Generator],
    ) -> None:
        self._search = search
        self._standing = standing
        self._generator = generator

    def room(self, seconds: float | None) -> Budget:
        """Give how much the model may read and write in the time; it is opened for that."""
        return budget(seconds, self._generator().speed)

    def stream(
        self,
        asked: Question,
        *,
        needed: float,
        seconds: float | None = None,
        articles: Sequence[Article] | None = None,
        session: str = "",
        follows: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Iterator[Answer]:
        """Answer from the articles, else from what is found; what is less likely right is refused.

        `needed`, from 0 to 1, is how likely it must be; `seconds` is how long the answer may take;
        `follows` says that it is a follow-up.
        """
        clock = Clock()
        wanted = None
        if articles is None:
            found = self._search.found(asked)
            wanted = wanted_of(self._search.index, asked.search)
        else:
            found = Found(tuple(rank_articles(self._search.index.embedder, asked, articles)))
        likely = relevance(asked.search, found.hits)
        answer = Answer(
            asked.text,
            confidence=likely,
            hits=found.hits,
            reading=found.reading,
            timed=bool(asked.asked or asked.prefer),
            note=found.note,
        )
        yield clock.found(answer)
        if likely < RELEVANCE_NEEDED:
            yield clock.done(refused(answer))
            return
        generator = self._generator()
        room = self.room(seconds)
        shown = show(
            asked,
            found.hits,
            wanted,
            generator.count_tokens,
            budget=room.evidence,
            standing=()
            if articles is not None
            else self._standing.get(session, asked, self._search.index, follows=follows),
        )
        if articles is None:  # those that were given are no part of a conversation
            answer = replace(answer, ahead=self._standing.ahead(session, shown))
            self._standing.put(session, asked, shown, asked=True)
        answer = replace(
            answer,
            model=generator.name,
            instant=instant(asked.search, shown.evidence),
            estimate_s=estimate(room.evidence, generator.speed),
        )
        yield clock.found(answer)
        pieces = generator.generate(
            shown.prompt, max_tokens=room.answer, session=session, on_progress=on_progress
        )

        def judge(text: str) -> float:
            check = build_check(shown.prompt, text)
            yes, no = generator.first_logprobs(check, ("Yes", "No"), session=session)
            return yes - no

        for grown in compose(
            answer, asked.search, shown.evidence, pieces, needed=needed, judge=judge
        ):
            yield clock.done(grown) if grown.done else clock.growing(grown)
