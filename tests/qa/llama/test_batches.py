from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.llama.batches import SHORTEST, cut, shared, size

TEXTS = st.lists(st.integers(0, 5), max_size=300)


def ends_line(token: int) -> bool:
    return token == 0


@given(TEXTS, st.integers(SHORTEST, 90))
def test_the_batches_are_the_text_and_none_is_too_long(text: list[int], longest: int) -> None:
    batches = cut(text, longest, ends_line)
    assert [token for batch in batches for token in batch] == text
    assert all(1 <= len(batch) <= longest for batch in batches)
    assert size(batches) == len(text)


@given(TEXTS, TEXTS, TEXTS)
def test_texts_that_begin_alike_are_cut_alike(
    start: list[int], one: list[int], other: list[int]
) -> None:
    ways = [cut(start + end, 40, ends_line) for end in (one, other)]
    whole = cut(start, 40, ends_line, unfinished=True)
    assert all(way[: len(whole)] == whole for way in ways)
    assert shared(*ways) >= len(whole)


def test_a_long_line_is_cut_by_length_and_a_short_one_goes_with_the_next() -> None:
    text = [1] * 5 + [0] + [1] * 20 + [0] + [1] * 70
    lengths = [len(batch) for batch in cut(text, 40, ends_line)]
    assert lengths == [27, 40, 30]


def test_of_an_unfinished_text_what_may_still_grow_is_left_out() -> None:
    assert cut([1] * 50, 40, ends_line, unfinished=True) == [(1,) * 40]
    assert cut([1] * 40, 40, ends_line, unfinished=True) == [(1,) * 40]
    assert cut([1] * 29 + [0], 40, ends_line, unfinished=True) == [(*(1,) * 29, 0)]
    assert cut([], 40, ends_line) == []


def test_batches_are_shared_up_to_the_first_that_differs() -> None:
    assert shared([(1, 2), (3,)], [(1, 2), (3, 4)]) == 1
    assert shared([(1, 2)], [(1, 2), (3,)]) == 1
    assert shared([], [(1,)]) == 0
