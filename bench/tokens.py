"""Tokens as a language model counts them, from its vocabulary alone: no weights are loaded."""

from __future__ import annotations

from collections.abc import Callable

from index.errors import ModelError
from index.weights import resolve_llm


def token_counter(llm: str = "default") -> Callable[[str], int]:
    """Give what counts the tokens of a text; ModelError if the model's file cannot be read."""
    from llama_cpp import Llama

    file = resolve_llm(llm)
    try:
        model = Llama(str(file), vocab_only=True, verbose=False)
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{file}: llama.cpp cannot read its vocabulary ({error}). Fetch the file again."
        ) from error
    return lambda text: len(
        model.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=False)
    )
