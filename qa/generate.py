"""Prompt to text: the Generator protocol and llama.cpp in this process. It knows no articles."""

from __future__ import annotations

import codecs
import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import ModelError
from index.weights import cache_root
from qa.llama.notes import Speed as Speed

if TYPE_CHECKING:
    from qa.llama.native import Model
    from qa.llama.records import Batch, Settings

CONTEXT_TOKENS = 4096
QUESTION_TOKENS = 16  # read at one go
KEPT_TOKENS = 4096  # of earlier prompts, beyond the one that stands in the context


OnProgress = Callable[[int, int], None]  # tokens of the prompt that are read, and all of them


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given. `system` is ours; `user` holds untrusted text."""

    system: str
    user: str


class Piece(str):
    """Some letters of an answer, with the log-probability of the tokens that they are made of."""

    __slots__ = ("logprob", "tokens")
    logprob: float  # natural, summed over the tokens
    tokens: int

    def __new__(cls, text: str, logprob: float = 0.0, tokens: int = 1) -> Piece:
        """Make a text that knows how sure the model was of it."""
        piece = super().__new__(cls, text)
        piece.logprob = logprob
        piece.tokens = tokens
        return piece


class Generator(Protocol):
    """What writes answers. Safe to use from several threads; they wait for each other.

    Requests of different sessions take turns, and those of one session keep their order.
    """

    @property
    def name(self) -> str:
        """The model's name, as it is shown."""

    @property
    def speed(self) -> Speed:
        """How fast the model reads and writes here, as far as it is known."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text."""

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Piece]:
        """Write the most likely answer, piece by piece; the same prompt gives the same answer.

        `on_progress` is told how many of the prompt's tokens are read, of how many, in the
        caller's thread. To close the iterator stops the model. ModelError if the model fails, the
        prompt is too long, or `timeout_s` seconds are over, waiting included.
        """

    def first_logprobs(
        self, prompt: Prompt, texts: Sequence[str], *, session: str = ""
    ) -> list[float]:
        """Give the log-probability that the answer begins with each text's first token.

        No text may be empty. When `generate` follows with the same prompt, it is not read again.
        """

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        """Read a prompt, whose end may be missing, while nobody waits; return at once.

        A question, or another prompt to warm of the same session, comes first. What is read is
        whole lines: give the excerpts with the beginning of what comes behind them.
        """


class LlamaGenerator:
    """A GGUF model in this process; what prompts have in common is read once."""

    def __init__(self, model: Model, settings: Settings, cache_dir: Path | None) -> None:
        """Open a context of a model; `cache_dir` None: nothing is remembered on the disk."""
        from qa.llama.engine import Engine
        from qa.llama.native import LlamaContext, identity
        from qa.llama.notes import SpeedNote
        from qa.llama.reader import Reader
        from qa.llama.states import States
        from qa.llama.template import ChatTemplate

        self.name = model.name
        self._model = model
        self._template = ChatTemplate(model)
        self._note = SpeedNote(cache_dir, model.label)
        self._longest = settings.batch_tokens
        states = States(
            KEPT_TOKENS, cache_dir and cache_dir / "read", f"{model.key} {identity(settings)}"
        )
        reader = Reader(lambda: LlamaContext(model, settings), states)
        self._context_tokens = min(settings.context_tokens, model.trained_tokens)
        self._engine = Engine(reader, model.ends, self.name, self._note.measure, model.close)
        self._ends_line = lru_cache(maxsize=1 << 16)(lambda token: model.piece(token)[-1:] == b"\n")
        self._close = weakref.finalize(self, self._engine.close)  # at the latest at exit

    @classmethod
    def open(
        cls,
        file: Path,
        *,
        context_tokens: int = CONTEXT_TOKENS,
        cache_dir: Path | None = None,
        settings: Settings | None = None,
    ) -> LlamaGenerator:
        """Load a GGUF file; ModelError if llama.cpp cannot.

        `settings` None: those of `python -m bench tune`, if it was run for this model.
        """
        from qa.llama.native import Model
        from qa.llama.notes import tuned

        folder = cache_dir or cache_root() / "llm"
        model = Model(file)
        try:
            if settings is None:
                default = replace(default_settings(), context_tokens=context_tokens)
                settings = tuned(folder, model.label, default)
            return cls(model, settings, folder)
        except ModelError:
            model.close()
            raise

    @property
    def speed(self) -> Speed:
        """How fast the model reads and writes here, as far as it is known."""
        return self._note.speed

    @property
    def busy(self) -> bool:
        """Whether a request runs or waits."""
        return not self._engine.idle()

    def close(self) -> None:
        """Stop the model and give its memory back."""
        self._close()

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, which is never read as the model's own markup."""
        return len(self._model.tokenize(text))

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Piece]:
        """Write the most likely answer, piece by piece; the same prompt gives the same answer."""
        from qa.llama.turns import Reading, Request, Token

        batches, stable = self._batches(prompt)
        room = self._room(batches)
        if max_tokens < 1:
            return
        request = Request(batches, stable, session, min(max_tokens, room))
        pieces = _Pieces(self._model)
        for event in self._engine.events(request, timeout_s):
            if isinstance(event, Reading) and on_progress:
                on_progress(event.read, event.total)
            elif isinstance(event, Token) and (piece := pieces.add(event.id, event.logprob)):
                yield piece
        if rest := pieces.rest():
            yield rest

    def first_logprobs(
        self, prompt: Prompt, texts: Sequence[str], *, session: str = ""
    ) -> list[float]:
        """Give the log-probability that the answer begins with each text's first token."""
        import numpy as np

        from qa.llama.engine import logprobs
        from qa.llama.turns import Request

        batches, stable = self._batches(prompt)
        self._room(batches)
        first = [self._model.tokenize(text)[0] for text in texts]
        for event in self._engine.events(Request(batches, stable, session)):
            if isinstance(event, np.ndarray):
                return logprobs(event, first)
        raise ModelError(f"{self.name}: the model gave no answer. Ask again.")

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        """Read a prompt, whose end may be missing, while nobody waits; return at once."""
        from qa.llama.turns import Request

        batches, stable = self._batches(prompt, unfinished=True)
        if sum(map(len, batches)) < self._context_tokens:
            self._engine.submit(Request(batches, stable, session, ahead=True))

    def _room(self, batches: Sequence[Batch]) -> int:
        """How many tokens an answer may have behind a prompt."""
        tokens = sum(map(len, batches))
        if (room := self._context_tokens - tokens) < 1:
            raise ModelError(
                f"The prompt has {tokens} tokens, the model {self.name} was opened with a "
                f"context of {self._context_tokens}. Ask a shorter question."
            )
        return room

    def _batches(self, prompt: Prompt, *, unfinished: bool = False) -> tuple[list[Batch], int]:
        """Cut a prompt; give the batches, and how many of them are the instructions.

        What stands behind the user's last line that was worth a cut, the question, is cut every few
        tokens, so that it can be read while it is typed; the template's end goes with its end.
        """
        from qa.llama.batches import cut, size

        head, user, tail = self._tokens(prompt)
        stable = cut(head, self._longest, self._ends_line)
        lines = cut(user, self._longest, self._ends_line, unfinished=True)
        question = user[size(lines) :] + ([] if unfinished else tail)
        rest = cut(question, QUESTION_TOKENS, lambda _: False, unfinished=unfinished)
        return stable + lines + rest, len(stable)

    def _tokens(self, prompt: Prompt) -> tuple[list[int], list[int], list[int]]:
        head, tail = self._template.around_user(prompt.system)
        tokenize = self._model.tokenize
        return (
            tokenize(head, special=True, add_bos=not self._template.has_bos(head)),
            tokenize(prompt.user),
            tokenize(tail, special=True),
        )


class _Pieces:
    """Tokens to text; a letter of several tokens comes out whole."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._logprob, self._tokens = 0.0, 0  # of what did not come out yet

    def add(self, token: int, logprob: float) -> Piece | None:
        self._logprob += logprob
        self._tokens += 1
        return self._piece(self._decoder.decode(self._model.piece(token)))

    def rest(self) -> Piece | None:
        return self._piece(self._decoder.decode(b"", final=True))

    def _piece(self, text: str) -> Piece | None:
        if not text:
            return None
        piece = Piece(text, self._logprob, self._tokens)
        self._logprob, self._tokens = 0.0, 0
        return piece


def default_settings() -> Settings:
    """How a model is opened where nothing was measured: a thread a core, to write half of them."""
    from qa.llama.records import Settings

    logical = os.cpu_count() or 1
    threads = min(logical, max(2, logical // 2))  # the physical cores, as far as they can be told
    return Settings(CONTEXT_TOKENS, threads=threads, batch_threads=logical)
