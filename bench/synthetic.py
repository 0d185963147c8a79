"""Passages by the million, made of a real index. It knows no store and no clock.

The text of a passage is as many sentences as its origin, a real chunk, has, drawn from the origin
and two other chunks of the same article or of one or two others. Its vector is
`c * origin + sqrt(1 - c²) * u`: c is drawn from the cosines that real chunks have to the nearest
other chunk that is no copy, u is a Gaussian direction at right angles to the origin with the
covariance of the real vectors. So it lies as far from its origin as real neighbours lie from each
other, and in the same directions. Everything follows from the seed; a larger archive begins as the
smaller one does.

Not as in a real archive of that size: no new words turn up as it grows, and nothing is said twice
in the same vector.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

import numpy as np

from index.article import Article, Chunk, content_id
from index.embed import Vectors
from index.errors import InputError
from index.protocol import Store
from index.sentences import split_sentences

Batch: TypeAlias = tuple[list[tuple[Article, list[Chunk]]], Vectors]

ARTICLE_PASSAGES = 14  # of the news articles that the bench knows, the mean
BATCH_ARTICLES = 146  # some 2,000 passages, as many as `index add` commits together
REAL_CHUNKS = 100_000  # read of the real index, at most
READ_CHUNKS = 1_000  # at once
SOURCES = 3  # real articles in a synthetic one, at most
DONORS = 3  # chunks that lend their sentences to a passage
COMPARED = 1_000  # chunks whose nearest neighbour is looked for
COPY = 0.999  # cosine from which on a chunk says the same as another, or is the same


@dataclass(frozen=True, slots=True)
class Real:
    """What the passages are made of. The articles are without text; rows count the chunks."""

    articles: tuple[tuple[Article, range], ...]  # each with the rows of its chunks
    sentences: tuple[tuple[str, ...], ...]  # of each chunk
    vectors: Vectors  # of each chunk
    neighbours: Vectors  # cosines of some chunks to the nearest other one


def read_real(index: Store) -> Real:
    """Read the chunks of an index with their vectors; InputError where no two differ."""
    count = min(index.info().chunks, REAL_CHUNKS)
    owners: list[Article] = []
    sentences = []
    for first in range(0, count, READ_CHUNKS):
        for chunk, article in index.chunks(range(first, min(first + READ_CHUNKS, count))):
            text = article.text[chunk.start : chunk.end]
            sentences.append(tuple(text[start:end] for start, end in split_sentences(text)))
            owners.append(article)
    articles = []
    for _, rows in groupby(range(count), key=lambda row: owners[row].id):
        own = list(rows)
        articles.append((_without_text(owners[own[0]]), range(own[0], own[-1] + 1)))
    vectors = index.vectors(range(count))
    neighbours = nearest_cosines(vectors)
    if not neighbours.size:
        raise InputError(
            f"{index.directory}: no two of its {count} chunks differ. Name a larger --index."
        )
    return Real(tuple(articles), tuple(sentences), vectors, neighbours)


def nearest_cosines(vectors: Vectors) -> Vectors:
    """Give the cosine to the nearest vector that is no copy, of at most COMPARED, evenly spread."""
    nearest = []
    for row in range(0, len(vectors), max(1, math.ceil(len(vectors) / COMPARED))):
        cosines = vectors @ vectors[row]
        others = cosines[cosines < COPY]
        if others.size:
            nearest.append(others.max())
    return np.array(nearest, dtype=np.float32)


def passages(real: Real, size: int, seed: int) -> Iterator[Batch]:
    """Give `size` passages in articles, some two thousand at a time, with their vectors."""
    chance, rng = random.Random(seed), np.random.default_rng(seed)  # noqa: S311
    shape = _covariance_factor(real.vectors)
    left, number = size, 0
    while left > 0:
        entries: list[tuple[Article, list[Chunk]]] = []
        origins: list[int] = []
        while left > 0 and len(entries) < BATCH_ARTICLES:
            rows = _origins(real, chance)[:left]
            entries.append(_article(real, rows, number, chance))
            origins += rows
            left -= len(rows)
            number += 1
        cosines = rng.choice(real.neighbours, BATCH_ARTICLES * ARTICLE_PASSAGES)
        noise = rng.standard_normal((len(cosines), len(shape)), dtype=np.float32) @ shape
        count = len(origins)  # less in the last batch alone: what was drawn stays the same
        yield entries, place(real.vectors[origins], noise[:count], cosines[:count])


def place(origins: Vectors, noise: Vectors, cosines: Vectors) -> Vectors:
    """Give unit vectors at these cosines from unit origins, each off to the side of its noise."""
    along = np.sum(noise * origins, axis=1, keepdims=True)
    aside = noise - along * origins
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-12)
    far = np.sqrt(np.maximum(1.0 - cosines**2, 0.0))
    vectors = cosines[:, None] * origins + far[:, None] * aside
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)


def _covariance_factor(vectors: Vectors) -> Vectors:
    """A matrix that turns rows of independent Gaussians into rows with the vectors' covariance."""
    centred = vectors - vectors.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred / len(vectors))
    factor = np.sqrt(np.maximum(values, 0.0))[:, None] * directions.T
    return np.ascontiguousarray(factor, dtype=np.float32)


def _origins(real: Real, chance: random.Random) -> list[int]:
    """Real chunks of a few real articles, one for each passage of an article."""
    sources = [chance.choice(real.articles)[1] for _ in range(chance.randint(2, SOURCES))]
    return [chance.choice(chance.choice(sources)) for _ in range(ARTICLE_PASSAGES)]


def _article(
    real: Real, origins: Sequence[int], number: int, chance: random.Random
) -> tuple[Article, list[Chunk]]:
    model = chance.choice(real.articles)[0]
    texts = [_recombine(real, origin, origins, chance) for origin in origins]
    article = Article.of(
        title=model.title,
        text="\n\n".join(texts),
        published=model.published,
        source=model.source,
        url=f"synthetic:{number}",  # makes the id its own, even where all else is the same
        path="synthetic",
        external_id=str(number),
    )
    chunks, start = [], 0
    for text in texts:
        end = start + len(text)
        chunks.append(Chunk(content_id(article.id, str(start), str(end)), article.id, start, end))
        start = end + 2
    return article, chunks


def _recombine(real: Real, origin: int, others: Sequence[int], chance: random.Random) -> str:
    donors = [origin, *(chance.choice(others) for _ in range(DONORS - 1))]
    lent = [sentence for donor in donors for sentence in real.sentences[donor]]
    return " ".join(chance.sample(lent, len(real.sentences[origin])))


def _without_text(article: Article) -> Article:
    return replace(article, text="")
