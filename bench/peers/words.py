"""How many words of the embedded texts the embedder has read, counted alike for every system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Words(NamedTuple):
    """Words that were read, and words beyond what the embedder reads of one text."""

    read: int
    cut: int


def count_words(embedder: Path, texts: Sequence[str], limit: int) -> Words:
    """Count words between white space; one that is cut in the middle counts as read."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(embedder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)  # the special tokens are part of it
    read = cut = 0
    for text, encoding in zip(texts, tokenizer.encode_batch(list(texts)), strict=True):
        end = max((stop for _, stop in encoding.offsets), default=0)
        known = len(text[:end].split())
        read += known
        cut += len(text.split()) - known
    return Words(read, cut)
