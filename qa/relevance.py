"""How likely the hits hold the answer at all, from scores alone. No model is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answer import Hit
from qa.text import content_stems

RELEVANCE_NEEDED = 0.15  # below it the language model is not asked

# A logistic curve; see docs/decisions.md for how the three numbers were found.
INTERCEPT = -6.0
COSINE = 8.0
COVERAGE = 4.0


def relevance(question: str, hits: Sequence[Hit]) -> float:
    """Give the probability, 0 to 1, that the hits are about what is asked."""
    if not hits:
        return 0.0
    cosine = max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
    wanted = set(content_stems(question))
    found = [wanted & set(content_stems(f"{hit.article.title} {hit.text}")) for hit in hits]
    covered = max(map(len, found)) / len(wanted) if wanted else 0.0
    return 1.0 / (1.0 + math.exp(-(INTERCEPT + COSINE * cosine + COVERAGE * covered)))
