"""Tokens as a language model counts them, from its vocabulary alone: no weights are loaded."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from index.errors import ModelError
from index.weights import resolve_llm

if TYPE_CHECKING:
    from llama_cpp import Llama


def count_tokens(text: str) -> int:
    """Tokens of a text for the default model; ModelError if its file cannot be read."""
    tokens = _vocabulary().tokenize(text.encode("utf-8", "replace"), add_bos=False, special=False)
    return len(tokens)


@lru_cache(maxsize=1)
def _vocabulary() -> Llama:
    from llama_cpp import Llama

    file = resolve_llm("default")
    try:
        return Llama(str(file), vocab_only=True, verbose=False)
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{file}: llama.cpp cannot read its vocabulary ({error}). Fetch the file again."
        ) from error
