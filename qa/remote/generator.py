"""The Generator over a server: prompt to pieces, probabilities where the server tells them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.errors import ModelError
from qa.generate import OnProgress, Piece, Prompt, Speed
from qa.remote.about import About, about, lost_error
from qa.remote.events import Delta, Nonsense, parsed, top_logprobs
from qa.remote.server import Server
from qa.remote.talk import NoLogprobs, Wait, deltas, whole

UNTOLD = (
    -0.7
)  # log-probability of a token where the server tells none: as that of the median answer
_TOPS = 20  # likeliest tokens that are asked for; what the API allows
_LETTERS = 64  # of one token; more is no answer of the length that was asked for
_FRAME = 32  # tokens of a chat template
_WORDS = re.compile(r"[A-Za-z]+|[^\sA-Za-z]|\n")
_MARKUP = re.compile(r"(?<=<)(?=[|/A-Za-z｜])|(?<=\[)(?=/?[A-Z_]{2,}\])")
_THOUGHT = "<think>"


class RemoteGenerator:
    """A model on a server. Requests run side by side; the server makes them wait."""

    def __init__(self, server: Server, told: About) -> None:
        self.name = told.model
        self._server = server
        self._told = told
        self._logprobs = True  # until the server refuses them

    @classmethod
    def open(cls, server: Server) -> RemoteGenerator:
        """Ask the server for its model; ModelError where it is not there or does not have it."""
        return cls(server, about(server))

    @property
    def speed(self) -> Speed:
        """Nothing is known of a server's speed."""
        return Speed()

    def count_tokens(self, text: str) -> int:
        """Tokens of a text by its letters, rather more than there are in news (docs/decisions.md).

        One for up to six letters of a word, one for any other sign, three for one beyond ASCII.
        """
        return sum(_cost(word) for word in _WORDS.findall(text))

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",  # noqa: ARG002  the server has a queue of its own
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Piece]:
        """Write the most likely answer, piece by piece; to close the iterator ends the request.

        How far the server has read is not known: all of it when the first word comes.
        """
        tokens, room = self._room(prompt)
        if max_tokens < 1:
            return
        most = min(max_tokens, room)
        report = on_progress or (lambda *_: None)
        report(0, tokens)
        wait = Wait.of(self._server, timeout_s)
        left, written = most, ""
        for delta in self._deltas(prompt, most, wait, lambda: report(0, tokens)):
            if delta.text and not written:
                report(tokens, tokens)
            if piece := self._piece(delta):
                written += piece
                self._check(written, most, delta)
                yield piece
                left -= piece.tokens
            if left <= 0:
                return
            if delta.finish is not None:
                self._check(written, most, delta)
                return

    def first_logprobs(
        self,
        prompt: Prompt,
        texts: Sequence[str],
        *,
        session: str = "",  # noqa: ARG002
    ) -> list[float]:
        """Give the log-probability that the answer begins with each text's first token.

        Of a token that is not among the likeliest ones only a bound is known, and given; where the
        server tells no probabilities, all are alike.
        """
        self._room(prompt)
        body = {**self._body(prompt, 1), "logprobs": True, "top_logprobs": _TOPS, "stream": False}
        try:
            told = parsed(whole(self._server, body, Wait.of(self._server, None)))
        except Nonsense as error:
            raise lost_error(self._server, error) from error
        except NoLogprobs:
            told = {}
        choices = told.get("choices")
        tops = top_logprobs(choices[0]) if isinstance(choices, list) and choices else {}
        if not tops:  # nothing is known of any
            return [UNTOLD for _ in texts]
        return [_likelihood(text, tops) for text in texts]

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        """Nothing: what a server reads ahead would cost, and keep others waiting."""

    def _deltas(self, prompt: Prompt, most: int, wait: Wait, ask: Any) -> Iterator[Delta]:
        body = {**self._body(prompt, most), "stream": True}
        if self._logprobs:
            try:
                yield from deltas(self._server, {**body, "logprobs": True}, wait, ask)
                return
            except NoLogprobs:  # raised before the first word
                pass
        for delta in deltas(self._server, body, wait, ask):
            self._logprobs = False  # so it was them that were refused
            yield delta

    def _body(self, prompt: Prompt, most: int) -> dict[str, Any]:
        messages = [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": plain(prompt.user)},
        ]
        asked = {"model": self._server.model or self.name, "messages": messages}
        return {**asked, "max_tokens": most, "temperature": 0}

    def _piece(self, delta: Delta) -> Piece | None:
        if not delta.text:
            return None
        tokens = delta.tokens or 1  # where it is not told, servers send one at a time
        told = UNTOLD * tokens if delta.logprob is None else delta.logprob
        return Piece(delta.text, told, tokens)

    def _check(self, written: str, most: int, delta: Delta) -> None:
        """Refuse what is no answer to a question."""
        why = ""
        if delta.finish in ("content_filter", "tool_calls", "function_call"):
            why = f"ended its answer with {delta.finish}"
        elif written.lstrip().startswith(_THOUGHT):
            why = "thinks aloud before it answers: choose a model that does not, or switch it off"
        elif len(written) > _LETTERS * most:
            why = "wrote more than it was asked for"
        elif delta.finish == "length" and not written.strip():
            why = "wrote nothing that is an answer: choose a model that does not think first"
        if why:
            raise lost_error(self._server, Nonsense(why))

    def _room(self, prompt: Prompt) -> tuple[int, int]:
        """How many tokens a prompt has, and how many its answer may have."""
        tokens = self.count_tokens(prompt.system) + self.count_tokens(prompt.user) + _FRAME
        if self._told.context is None:
            return tokens, 2**31
        if (room := self._told.context - tokens) < 1:
            raise ModelError(
                f"The prompt has about {tokens} tokens, {self.name} reads {self._told.context} at "
                f"{self._server.address}. Ask a shorter question."
            )
        return tokens, room


def plain(text: str) -> str:
    """A text in which nothing can pass for the markup of a chat template: a space breaks it."""
    return _MARKUP.sub(" ", text)


def _cost(word: str) -> int:
    if word.isascii():
        return math.ceil(len(word) / 6)
    return min(3, len(word.encode("utf-8", "replace")))


def _likelihood(text: str, tops: dict[str, float]) -> float:
    found = [value for token, value in tops.items() if token and _begins(text, token)]
    return max(found) if found else min(tops.values())


def _begins(text: str, token: str) -> bool:
    return bool(token.strip()) and text.lstrip().startswith(token.strip())
