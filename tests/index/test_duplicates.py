"""Copies and what only looks like one; the texts are made by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from index.duplicates import band_keys, fingerprint, is_copy
from index.index import Index
from tests.conftest import MakeIndex
from tests.fakes import write_articles

WORDS = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]
REPORT = " ".join(WORDS[:100])
PINNED = [7364121062040805922, -5774184212496604130]  # of REPORT
BRIEF = "Qtly div 10 cts vs 10 cts prior. Pay April 10. Record March 20."


def edited(text: str, *places: int) -> str:
    words = text.split()
    for place in places:
        words[place] = "edited"
    return " ".join(words)


def like(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return is_copy(fingerprint(*one), fingerprint(*other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (REPORT, REPORT, True),
        (REPORT, REPORT.upper(), True),
        # of 98 shingles a changed word takes 3: 95 / 101 and, with five words, 83 / 113 remain
        (REPORT, edited(REPORT, 50), True),
        (REPORT, edited(REPORT, 10, 30, 50, 70, 90), True),
        (REPORT, edited(REPORT, 5, 15, 25, 35, 45, 55, 65), False),  # 77 / 119
        (f"{REPORT} 40 homes", f"{REPORT} 45 homes", False),  # a corrected figure is news
        (f"{REPORT} 40 homes", REPORT, True),  # a figure left out is not
        (REPORT, " ".join(WORDS[100:]), False),
        ("", "", False),
    ],
)
def test_copies_share_most_of_their_words_and_dispute_no_number(
    one: str, other: str, expected: bool
) -> None:
    assert like(("One", one), ("Another title", other)) is expected


def test_a_brief_text_is_a_copy_only_with_its_title_and_day() -> None:
    title = "Kaydon Corp sets quarterly dividend"
    assert like((title, BRIEF), (title, BRIEF))
    assert not like((title, BRIEF), ("Veeco Instruments sets quarterly dividend", BRIEF))
    one, same, later = (
        fingerprint(title, BRIEF, day) for day in ("2024-03-04", "2024-03-04", "2024-03-11")
    )
    assert is_copy(one, same)
    assert not is_copy(one, later)


def test_copies_meet_in_a_band_and_strangers_do_not() -> None:
    dice = random.Random(1)
    texts = [" ".join(dice.choices(WORDS, k=120)) for _ in range(30)]
    keys = [set(band_keys(fingerprint("", text))) for text in texts]
    for n, text in enumerate(texts):
        assert keys[n] & set(band_keys(fingerprint("", edited(text, 10, 60))))
        assert not any(keys[n] & other for other in keys[:n])


def test_what_is_stored_of_a_text_does_not_change_between_versions() -> None:
    assert band_keys(fingerprint("", REPORT))[:2] == PINNED


def clusters(index: Index) -> dict[str, str]:
    """Each title to that of the article it is a copy of."""
    titles = {article.id: article.title for article in index.articles()}
    return {titles[one]: titles[other] for one, other in index.clusters(list(titles)).items()}


def copies(tmp_path: Path) -> list[Path]:
    """One report in three outlets, the last edited, and another report."""
    texts = {"a": REPORT, "b": REPORT, "c": edited(REPORT, 50), "d": " ".join(WORDS[100:])}
    return [
        write_articles(tmp_path / f"{name}.jsonl", f"{name} {text}", source=name)
        for name, text in texts.items()
    ]


def test_copies_are_kept_as_a_cluster_around_the_first(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    files = copies(tmp_path)
    index = make_index(*files, name="one")
    a, b, c, d = (article.title for article in index.articles())
    assert clusters(index) == {a: a, b: a, c: a, d: d}
    first = next(index.articles()).id
    assert [copy.source for copy in index.copies(first)] == ["a", "b", "c"]
    for file in files:
        make_index(file, name="four")
    assert clusters(Index.open(tmp_path / "four")) == clusters(index)


def test_when_the_first_is_removed_the_next_takes_its_place(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(*copies(tmp_path))
    index.remove(sources=["a"])
    b, c, d = (article.title for article in index.articles())
    assert clusters(index) == {b: b, c: b, d: d}
    index.add(write_articles(tmp_path / "e.jsonl", f"e {REPORT}"))
    assert clusters(index)[list(index.articles())[-1].title] == b
