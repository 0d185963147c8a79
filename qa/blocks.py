"""Evidence to the blocks that a prompt is made of, one an article. Pure: it knows no prompt.

What the model has read already need not be read again if it stands at the same place. So blocks of
an earlier prompt may be kept in front, and only what is new is put behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from qa.answer import Evidence

STALE = 150  # tokens of kept blocks that the question would not have chosen, at most
BEHIND = 2  # blocks that may stand between the best evidence and the question

Block: TypeAlias = tuple[Evidence, ...]  # of one article, in the order of its text


def arrange(evidence: Sequence[Evidence]) -> list[Block]:
    """Put evidence, best first, into blocks; the best stands last, nearest to the question."""
    blocks: dict[str, list[Evidence]] = {}
    for item in evidence:
        blocks.setdefault(item.article.id, []).append(item)
    return [tuple(sorted(block, key=lambda e: e.start)) for block in reversed(blocks.values())]


def settle(
    evidence: Sequence[Evidence], standing: Sequence[Block], tokens: Callable[[Block], int]
) -> list[Block]:
    """Arrange evidence behind as much of what stands as makes the fewest tokens to be read.

    Blocks are kept from the front, up to STALE tokens of what is not evidence any more, and only if
    the best evidence still stands near the question. Nothing is kept where that spares nothing.
    """
    best = arrange(evidence)
    fewest = sum(map(tokens, best))
    for count in range(1, len(standing) + 1):
        kept = standing[:count]
        if sum(_stale(block, evidence, tokens) for block in kept) > STALE:
            break
        rest = arrange([item for item in evidence if not any(_holds(b, item) for b in kept)])
        blocks = [*kept, *rest]
        new = sum(map(tokens, rest))
        if new < fewest and any(_holds(block, evidence[0]) for block in blocks[-1 - BEHIND :]):
            best, fewest = blocks, new
    return best


def left_over(blocks: Sequence[Block], evidence: Sequence[Evidence]) -> list[Evidence]:
    """What stands in the blocks beside the evidence."""
    shown = (item for block in blocks for item in block)
    return [
        item
        for item in shown
        if not any(_covers(item, other) or _covers(other, item) for other in evidence)
    ]


def _stale(block: Block, evidence: Sequence[Evidence], tokens: Callable[[Block], int]) -> int:
    good = tuple(item for item in block if any(_covers(item, other) for other in evidence))
    return tokens(block) - (tokens(good) if good else 0)


def _holds(block: Block, wanted: Evidence) -> bool:
    return any(_covers(item, wanted) for item in block)


def _covers(outer: Evidence, inner: Evidence) -> bool:
    return (
        outer.article.id == inner.article.id
        and outer.start <= inner.start
        and inner.end <= outer.end
    )
