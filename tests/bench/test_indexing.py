"""The race of two embedders and the parts of a corpus."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.data import load
from bench.indexing import agree, race, run, take
from index.embed import Vectors
from index.errors import InputError
from tests.bench.made import question, write_lines


class Numbers:
    """An embedder of texts that are numbers: near are those that are close, or far with -1."""

    def __init__(self, sign: int, log: list[tuple[int, int]]) -> None:
        self.sign = sign
        self.log = log

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.log.append((self.sign, len(texts)))
        angles = np.array([float(text) for text in texts], dtype=np.float32) * self.sign
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_the_rounds_alternate_after_a_warm_up() -> None:
    log: list[tuple[int, int]] = []
    texts = ["0"] * 40
    times = race(Numbers(1, log), Numbers(-1, log), texts, 3)
    assert log == [(1, 32), (-1, 32), *[(1, 40), (-1, 40)], *[(-1, 40), (1, 40)], (1, 40), (-1, 40)]
    assert [len(taken) for taken in times] == [3, 3]


def test_rankings_that_are_the_same_agree_wholly() -> None:
    texts = [str(n / 10) for n in range(30)]
    ours, mirrored = Numbers(1, []), Numbers(-1, [])
    assert agree(ours, mirrored, ["0", "1.2"], texts) == 1.0


def test_rankings_agree_by_what_their_first_ten_share() -> None:
    texts = [str(n / 10) for n in range(30)]

    def backwards(given: Sequence[str]) -> Vectors:
        return -Numbers(1, [])(given) if len(given) == 30 else Numbers(1, [])(given)

    assert agree(Numbers(1, []), backwards, ["0"], texts) == 0.0


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_the_first_lines_of_a_file_are_taken(tmp_path: Path, ending: str) -> None:
    lines = b"one\ntwo\nthree\n"
    corpus = tmp_path / f"articles.{ending}"
    corpus.write_bytes(gzip.compress(lines) if ending.endswith("gz") else lines)
    into = tmp_path / "part"
    into.mkdir()
    (part,) = take(corpus, 2, into)
    assert part.read_bytes() == b"one\ntwo\n"


def test_the_first_files_of_a_folder_are_taken(tmp_path: Path) -> None:
    for name in ("c.txt", "b/a.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert take(tmp_path, 2, tmp_path) == [tmp_path / "a.txt", tmp_path / "b" / "a.txt"]


def test_questions_without_articles_cannot_be_indexed(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    with pytest.raises(InputError, match="it holds no articles to index"):
        run(load(tmp_path), articles=1, passages=1, rounds=1, questions=None, seed=0)
