"""A context and what stands in it: reads of a prompt only what was not read before.

It knows batches, and which of them are worth keeping; it does not know who asks, nor what an
answer is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.llama.batches import shared, size
from qa.llama.records import Batch, Context, Logits
from qa.llama.states import State, States

WORTH = 32  # tokens; to read fewer again is cheaper than to keep them


class Reader:
    """Reads prompts and writes behind them. For one thread."""

    def __init__(self, open_context: Callable[[], Context], states: States) -> None:
        self._open = open_context
        self._states = states
        self._context: Context | None = open_context()
        self._held: list[Batch] = []  # whole batches in the context; behind them may be more
        self._reading: Sequence[Batch] = ()  # the prompt read last, or now
        self._asked = False  # whether a question was asked of what is held
        self._logits: Logits | None = None  # behind the last batch held
        self._at = 0  # where the next token written goes

    def read(
        self,
        batches: Sequence[Batch],
        *,
        stable: int,
        asked: bool,
        on_read: Callable[[int, int], None],
        keep: bool = False,
    ) -> Logits:
        """Read a prompt; `on_read` is told how many of its tokens are read, again and again.

        The first `stable` batches are the instructions. What stands there is kept if a question was
        asked of it or is asked now, and with `keep`. Raises what Context.read raises.
        """
        self._reading = ()
        context = self._reuse(batches, stable, asked or keep)
        self._asked = asked
        self._reading = batches
        total = size(batches)
        on_read(size(self._held), total)
        for batch in batches[len(self._held) :]:
            self._logits = context.read(batch, size(self._held))
            self._held.append(batch)
            on_read(size(self._held), total)
            if len(self._held) == stable and self._states.needs(self._held):
                self._states.write(State(tuple(self._held), context.save()))
        self._at = total
        if self._logits is None:
            raise ValueError("a prompt without a token cannot be read")
        return self._logits

    def on_the_way(self, batches: Sequence[Batch]) -> bool:
        """Whether the batch that is being read is one of these too. From any thread: a guess."""
        reading, done = self._reading, len(self._held)
        return done < min(len(reading), len(batches)) and shared(reading, batches) > done

    def write(self, token: int) -> Logits:
        """Put a token behind what was read and written; give the logits of the next."""
        logits = self._there().read((token,), self._at)
        self._at += 1
        return logits

    def stop(self, now: bool) -> None:
        """Stop reading and writing, or allow it again. From any thread."""
        context = self._context  # the worker may give it back meanwhile
        if context is not None:
            context.stop(now)

    def close(self) -> None:
        """Give the context back; the next read opens one anew. What is kept stays."""
        context, self._context = self._context, None
        self._held, self._logits = [], None
        if context is not None:
            context.close()

    def _there(self) -> Context:
        if self._context is None:
            self._context = self._open()
        return self._context

    def _reuse(self, batches: Sequence[Batch], stable: int, keep: bool) -> Context:
        """Make the context hold the batches that it or a kept state begins with, and no more."""
        context = self._there()
        common = shared(self._held, batches)
        state = self._states.find(batches, common, min(stable, len(batches)))
        if (self._asked or keep) and size(self._held[common:]) >= WORTH:
            self._keep(context, len(self._held))
            self._states.add(State(tuple(self._held), context.save()))
        if state is not None:
            self._held, self._logits = [], None
            if context.restore(state.data):
                self._held = list(state.batches)
                common = shared(self._held, batches)
            else:
                self._states.drop(state)
                common = 0
        if common == len(batches) and not (common == len(self._held) and self._logits is not None):
            common -= 1  # the last one is read again, for what comes behind it
        self._keep(context, common)
        return context

    def _keep(self, context: Context, count: int) -> None:
        if count < len(self._held):
            del self._held[count:]
            self._logits = None
        wanted = size(self._held)
        if context.keep(wanted) != wanted:
            self._held, self._logits = [], None
