"""Where a prompt is cut into the batches that are read at one go. Pure.

The floats that llama.cpp computes for a token depend on how many tokens are read with it, so a
text read in other batches may be answered in other words. Cutting obeys two rules, and with them
the answer is the same whatever was read before:

- a cut is decided by the tokens before it alone: texts that begin alike are cut alike;
- only whole batches, read as they stand here, are used again. What was written stays unused.

Cuts at the ends of lines put one between the evidence and the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qa.llama.records import Batch

SHORTEST = 24  # a line's end before that is no cut: small batches cost more a token


def cut(
    tokens: Sequence[int],
    longest: int,
    ends_line: Callable[[int], bool],
    *,
    unfinished: bool = False,
) -> list[Batch]:
    """Cut at the ends of lines, and where a batch would be longer than `longest`.

    Of a text that is `unfinished` the last batch is left out if it may still grow.
    """
    batches: list[Batch] = []
    start = 0
    for end, token in enumerate(tokens, 1):
        length = end - start
        if length == longest or (length >= SHORTEST and ends_line(token)):
            batches.append(tuple(tokens[start:end]))
            start = end
    if start < len(tokens) and not unfinished:
        batches.append(tuple(tokens[start:]))
    return batches


def shared(one: Sequence[Batch], other: Sequence[Batch]) -> int:
    """How many batches both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def size(batches: Iterable[Batch]) -> int:
    """How many tokens the batches have."""
    return sum(map(len, batches))
