from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from qa.answer import Evidence
from qa.blocks import STALE, Block, arrange, left_over, settle

WORDS = " ".join(f"w{n}" for n in range(600))
ARTICLES = [Article.of(title=f"Article {n}", text=f"{n} {WORDS}") for n in range(5)]


def piece(article: int, start: int, words: int = 10) -> Evidence:
    """Some words of an article; two pieces that start at different tens do not overlap."""
    text = ARTICLES[article].text
    at = text.index(f"w{start}")
    return Evidence(ARTICLES[article], at, text.index(f" w{start + words}", at))


def tokens(block: Block) -> int:
    return 3 + sum(len(item.text.split()) for item in block)


def spans(blocks: Sequence[Block]) -> list[list[tuple[str, int]]]:
    return [[(item.article.title, item.start) for item in block] for block in blocks]


A, B, C, D, E = (piece(n, 10) for n in range(5))


def test_the_best_evidence_stands_last_and_an_article_is_quoted_in_its_order() -> None:
    late = piece(0, 50)
    assert arrange([late, B, A, C]) == [(C,), (B,), (A, late)]
    assert arrange([]) == []


def test_what_stands_and_is_still_good_stays_in_front() -> None:
    standing = arrange([A, B, C])
    assert settle([B, A, C], standing, tokens) == standing
    assert settle([A, B, C, D], standing, tokens) == [*standing, (D,)]
    assert settle([D, B, A, C], standing, tokens) == [*standing, (D,)]


def test_the_best_evidence_is_never_far_from_the_question() -> None:
    standing = arrange([A, B, C, D])  # D stands first
    assert settle([D, A, B, C], standing, tokens) == arrange([D, A, B, C])
    assert settle([C, A, B, D], standing, tokens) == standing


def test_a_new_sentence_of_an_article_that_stands_is_put_behind_it() -> None:
    standing = arrange([A, B])
    new = piece(0, 50)
    assert settle([new, A, B], standing, tokens) == [*standing, (new,)]


def test_what_does_not_help_is_not_kept() -> None:
    assert settle([A, B], arrange([C, D]), tokens) == arrange([A, B])
    assert settle([A, B], (), tokens) == arrange([A, B])
    assert settle([], arrange([C]), tokens) == []


def test_no_more_is_kept_of_what_is_stale_than_the_limit() -> None:
    long = piece(4, 10, words=STALE)
    assert settle([A, B], [(A,), (long,), (B,)], tokens) == [(A,), (B,)]
    short = piece(4, 10, words=STALE - 20)
    standing = [(short,), (A,), (B,)]
    assert settle([A, B], standing, tokens) == standing


def test_what_is_left_over_is_told() -> None:
    assert left_over([(A, piece(0, 50)), (B,)], [B, A]) == [piece(0, 50)]
    assert left_over([(piece(0, 10),)], [piece(0, 10, 30)]) == []


pieces = st.builds(piece, st.integers(0, 4), st.sampled_from([10, 30, 50, 70]))
chosen = st.lists(pieces, max_size=8, unique_by=lambda e: (e.article.id, e.start))


@given(chosen, chosen)
def test_all_evidence_is_shown_and_never_more_is_read_than_without_what_stands(
    evidence: list[Evidence], before: list[Evidence]
) -> None:
    standing = arrange(before)
    blocks = settle(evidence, standing, tokens)
    shown = [item for block in blocks for item in block]
    assert all(item in shown for item in evidence)
    assert len(shown) == len(set(map(id, shown)))
    kept = next((n for n, (a, b) in enumerate(zip(blocks, standing, strict=False)) if a != b),
                min(len(blocks), len(standing)))  # fmt: skip
    assert sum(map(tokens, blocks[kept:])) <= sum(map(tokens, arrange(evidence)))
    stale = left_over(blocks, evidence)
    assert sum(len(item.text.split()) for item in stale) <= STALE
