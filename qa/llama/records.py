"""What the modules of the engine hand each other. It knows no llama.cpp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Batch: TypeAlias = tuple[int, ...]  # tokens that the model reads at one go
Logits: TypeAlias = NDArray[np.float32]  # (vocabulary,), of the token that comes next


@dataclass(frozen=True, slots=True)
class Settings:
    """How a context is opened. Two that differ may give different floats."""

    context_tokens: int = 4096
    threads: int = 2  # that write
    batch_threads: int = 2  # that read
    batch_tokens: int = 128  # read at one go, at most
    flash: bool = False  # flash attention
    kv: Literal["f16", "q8_0"] = "f16"  # q8_0 needs flash attention

    def to_dict(self) -> dict[str, int | bool | str]:
        """Give the fields as JSON takes them."""
        return asdict(self)


class Stopped(Exception):
    """The model was told to stop."""


class Context(Protocol):
    """A model's memory of one text, as the engine drives it. One thread at a time, but for stop."""

    @property
    def tokens(self) -> int:
        """How many tokens it holds at most."""

    def read(self, batch: Sequence[int], at: int) -> Logits:
        """Read tokens that stand at `at`; Stopped if told to, ModelError if it cannot."""

    def keep(self, count: int) -> int:
        """Forget what stands behind the first `count` tokens; give how many are left (or 0)."""

    def save(self) -> bytes:
        """What it holds."""

    def restore(self, state: bytes) -> bool:
        """Hold what was saved instead; False, holding nothing, if that cannot be."""

    def stop(self, now: bool) -> None:
        """Make the read that runs, and each later one, raise Stopped; or allow reading again."""

    def close(self) -> None:
        """Give the memory back."""
