"""Article to chunks: whole sentences packed into a token budget. The token counter is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.article import Article, Chunk, content_id
from index.sentences import Span, split_sentences

CountTokens = Callable[[Sequence[str]], Sequence[int]]

SPECIAL_TOKENS = 2  # [CLS] and [SEP]
HEADER_TOKENS = 64  # the most that title and date may take of the budget
TARGET_TOKENS = 160  # of a chunk's own text, at most: some 120 words


def header(article: Article) -> str:
    """Title and date as they are put in front of each chunk, for the embedding only."""
    day = f" ({article.published:%d %B %Y})" if article.published else ""
    return f"{article.title}{day}\n"


def split_chunks(
    article: Article,
    count_tokens: CountTokens,
    *,
    max_tokens: int = 256,
    target_tokens: int = TARGET_TOKENS,
) -> list[Chunk]:
    """Cut an article into chunks of whole sentences.

    With its header no chunk exceeds `max_tokens` of the embedder; a sentence that is longer than
    that by itself is cut between words. Spans are in order, do not overlap and leave out nothing
    but white space.
    """
    room = max_tokens - SPECIAL_TOKENS - min(HEADER_TOKENS, count_tokens([header(article)])[0])
    budget = min(room, target_tokens)
    packed: list[Span] = []
    used = 0
    sentences = split_sentences(article.text)
    for (start, end), count in _pieces(article.text, sentences, count_tokens, budget):
        if packed and used + count <= budget:
            packed[-1] = (packed[-1][0], end)
            used += count
        else:
            packed.append((start, end))
            used = count
    return [
        Chunk(content_id(article.id, str(start), str(end)), article.id, start, end)
        for start, end in packed
    ]


def embedding_texts(
    article: Article, chunks: Sequence[Chunk], count_tokens: CountTokens
) -> list[str]:
    """Give what is embedded for each chunk: the header, cut to its share, and the chunk."""
    head = header(article)
    if count_tokens([head])[0] > HEADER_TOKENS:
        whole = [(0, len(article.title))]
        first, _ = next(_pieces(article.title, whole, count_tokens, HEADER_TOKENS))
        head = article.title[slice(*first)] + "\n"
    return [head + article.text[chunk.start : chunk.end] for chunk in chunks]


def _pieces(
    text: str, spans: Sequence[Span], count_tokens: CountTokens, budget: int
) -> Iterator[tuple[Span, int]]:
    """Pass spans that fit with their tokens, halve the others at the space next to the middle."""
    counts = count_tokens([text[start:end] for start, end in spans]) if spans else []
    for (start, end), count in zip(spans, counts, strict=True):
        if count <= budget or end - start < 2:
            yield (start, end), count
            continue
        middle = _middle(text, start, end)
        halves = [(start, middle), (middle, end)]
        yield from _pieces(text, [_strip(text, half) for half in halves], count_tokens, budget)


def _middle(text: str, start: int, end: int) -> int:
    half = (start + end) // 2
    spaces = [m.start() for m in re.finditer(r"\s", text[start:end])]
    nearest = min(spaces, key=lambda at: abs(start + at - half), default=half - start)
    return start + nearest


def _strip(text: str, span: Span) -> Span:
    start, end = span
    cut = text[start:end]
    return start + len(cut) - len(cut.lstrip()), end - len(cut) + len(cut.rstrip())
