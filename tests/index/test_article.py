from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ID_LENGTH, Article, content_id

FIELDS = st.lists(st.none() | st.text(st.characters(), max_size=4), min_size=1, max_size=4)


def test_the_same_words_of_the_same_day_and_outlet_are_the_same_article() -> None:
    first = Article.of(title="Bells", text="They rang.", path="a.txt", external_id="1")
    second = Article.of(title="Bells", text="They rang.", path="b.txt", external_id="2")
    assert first.id == second.id


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Bell"},
        {"text": "They rang"},
        {"published": date(2024, 3, 5)},
        {"published": None},
        {"source": "Averil Courier"},
        {"url": "https://courier.example/bells"},
    ],
)
def test_what_is_said_by_whom_and_when_makes_another_article(change: dict[str, object]) -> None:
    fields: dict[str, object] = {"title": "Bells", "text": "They rang.", "source": "Packet"}
    fields["published"] = date(2024, 3, 4)
    assert Article.of(**fields).id != Article.of(**fields | change).id  # type: ignore[arg-type]


def test_an_id_stays_the_same_from_version_to_version() -> None:
    assert content_id("Bells", "They rang.", None) == "219d4f0ddc9242b3"
    assert len(content_id()) == ID_LENGTH


@given(FIELDS, FIELDS)
def test_fields_that_differ_have_ids_that_differ(
    left: list[str | None], right: list[str | None]
) -> None:
    assert (content_id(*left) == content_id(*right)) == (left == right)
