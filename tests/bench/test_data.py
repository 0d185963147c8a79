"""Data folders: what is read, and how a bad one is refused."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.archive import default_folder, open_index
from bench.data import find, load, sample
from index.errors import InputError
from tests.bench.made import question, write_lines


def test_every_field_of_a_question_is_read(tmp_path: Path) -> None:
    record = question(
        date="2024/05/06",
        negative_ids=["n1"],
        answer_string_ids=["a1", "a2"],
        wrong_ids=["w1"],
        fake_answer="Maren Tolliver",
        evidence_fact_ids=["f1", "f2"],
    )
    write_lines(tmp_path / "questions.jsonl", record)
    (case,) = load(tmp_path).cases
    assert (case.id, case.question, case.type) == ("q1", "Who mended the bells?", "who")
    assert (case.answers, case.gold, case.answerable) == (("Oona Strand",), {"a1"}, True)
    assert (case.day, case.negatives) == (date(2024, 5, 6), ("n1",))
    assert case.stated_in == {"a1", "a2"}
    assert (case.falsified, case.fake_answer) == (("w1",), "Maren Tolliver")
    assert case.given == ("f1", "f2")


def test_without_a_label_it_is_unknown_where_an_answer_stands(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    assert load(tmp_path).cases[0].stated_in is None


def test_empty_answers_of_an_unanswerable_question_are_dropped(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "questions.jsonl", question(answers=[""], answerable=False, evidence_ids=[])
    )
    assert load(tmp_path).cases[0].answers == ()


def test_questions_may_be_gzipped_and_blank_lines_stand_between(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "questions.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(f"\n{json.dumps(question())}\n\n")
    assert [case.id for case in load(tmp_path).cases] == ["q1"]


@pytest.mark.parametrize(
    ("name", "given"),
    [("articles.jsonl", False), ("articles.jsonl.gz", False), ("passages.jsonl.gz", True)],
)
def test_the_file_of_the_corpus_says_whether_passages_are_given(
    tmp_path: Path, name: str, given: bool
) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    (tmp_path / name).touch()
    data = load(tmp_path)
    assert data.corpus == tmp_path / name
    assert data.passages == (tmp_path / name if given else None)


def test_facts_beside_the_articles_are_given(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question(evidence_fact_ids=["f1"]))
    (tmp_path / "articles.jsonl").touch()
    (tmp_path / "facts.jsonl.gz").touch()
    data = load(tmp_path)
    assert (data.corpus, data.passages) == (
        tmp_path / "articles.jsonl",
        tmp_path / "facts.jsonl.gz",
    )


def test_an_unanswerable_question_of_one_article_makes_articles_passages(tmp_path: Path) -> None:
    unanswerable = question(answers=[], answerable=False, evidence_ids=[], context_id="a1")
    write_lines(tmp_path / "questions.jsonl", unanswerable)
    (tmp_path / "articles.jsonl").touch()
    assert load(tmp_path).passages == tmp_path / "articles.jsonl"
    assert load(tmp_path).cases[0].given == ("a1",)


def test_an_archive_may_have_no_questions_where_none_are_needed(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").touch()
    data = load(tmp_path, need_questions=False)
    assert (data.cases, data.corpus) == ((), tmp_path / "articles.jsonl")


def test_an_evaluation_set_is_found_by_its_name_and_a_folder_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.data.EVALUATION_SETS", tmp_path)
    monkeypatch.chdir(tmp_path.parent)
    (tmp_path / "orrane-2024").mkdir()
    assert find("orrane-2024") == tmp_path / "orrane-2024"
    assert find(str(tmp_path)) == tmp_path
    assert find("nowhere") == Path("nowhere")
    assert find("some/orrane-2024") == Path("some/orrane-2024")


def test_a_set_of_ours_is_found_by_its_name() -> None:
    assert load(find("sample-time")).name == "sample-time"


def test_questions_may_borrow_the_corpus_of_another_data_folder_and_share_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.data.EVALUATION_SETS", tmp_path / "known")
    lenders = (tmp_path / "near", tmp_path / "known" / "far")
    for folder in (*lenders, tmp_path / "borrower"):
        folder.mkdir(parents=True)
    for lender in lenders:
        write_lines(lender / "questions.jsonl", question())
        write_lines(lender / "articles.jsonl", {})
    write_lines(tmp_path / "borrower" / "questions.jsonl", question())
    for name, lender in zip(("../near\n", "far"), lenders, strict=True):
        (tmp_path / "borrower" / "corpus.txt").write_text(name, encoding="utf-8")
        data = load(tmp_path / "borrower")
        assert data.corpus == lender / "articles.jsonl"
        assert default_folder(data) == default_folder(load(lender))


def test_a_corpus_that_is_not_here_is_missed_only_when_an_index_must_be_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.data.EVALUATION_SETS", tmp_path / "known")
    write_lines(tmp_path / "questions.jsonl", question())
    (tmp_path / "corpus.txt").write_text("far", encoding="utf-8")
    data = load(tmp_path)
    assert data.corpus is None
    with pytest.raises(InputError, match=r"corpus.txt: it names .*far, which holds no articles"):
        open_index(data, tmp_path / "index")


@pytest.mark.parametrize("text", [" \n", "one\ntwo\n"])
def test_the_name_of_a_borrowed_corpus_is_one_line(tmp_path: Path, text: str) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    (tmp_path / "corpus.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"corpus.txt: it must be one line"):
        load(tmp_path)


def test_a_folder_does_not_both_hold_and_borrow_a_corpus(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    write_lines(tmp_path / "articles.jsonl", {})
    (tmp_path / "corpus.txt").write_text("far", encoding="utf-8")
    with pytest.raises(InputError, match=r"articles.jsonl and corpus.txt. Keep the one"):
        load(tmp_path)


def test_a_folder_of_articles_is_a_corpus_too(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    (tmp_path / "articles").mkdir()
    assert load(tmp_path).corpus == tmp_path / "articles"


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (question(evidence_id=["a1"]), "'evidence_id' is not known. Is 'evidence_ids' meant?"),
        (question(zzz=1), "the field 'zzz' is not known. Known: "),
        ({"id": "q1", "question": "Who?"}, '"answers", "evidence_ids", "answerable" is missing'),
        (question(id=" "), '"id" must be a string that is not empty'),
        (question(question=7), '"question" must be a string'),
        (question(answers="Oona"), '"answers" must be a list of strings'),
        (question(evidence_ids=[1]), '"evidence_ids" must be a list of strings'),
        (question(answerable="yes"), '"answerable" must be true, false or null'),
        (question(answers=[""]), 'it is answerable and "answers" is empty'),
        (question(date="soon"), '"date" must be a day such as "2024-05-31", not \'soon\''),
    ],
)
def test_a_bad_field_is_named_with_file_and_line(
    tmp_path: Path, record: dict[str, Any], complaint: str
) -> None:
    file = write_lines(tmp_path / "questions.jsonl", question(id="q0"), record)
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file}:2: ")
    assert complaint in str(caught.value)


def test_a_second_question_of_the_same_id_is_refused_with_both_lines(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question(id="x"), question(), question(id="x"))
    with pytest.raises(InputError, match=r":3: the id 'x' is that of line 1 too"):
        load(tmp_path)


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[1]", b"[" * 100_000, b"1" * 5_000])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "questions.jsonl").write_bytes(line)
    with pytest.raises(InputError, match=r"questions\.jsonl:1: "):
        load(tmp_path)


def test_a_damaged_gzip_stream_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(question()).encode())
    (tmp_path / "questions.jsonl.gz").write_bytes(whole[:-12])
    with pytest.raises(InputError, match="the gzip stream is damaged"):
        load(tmp_path)


def test_a_folder_that_is_not_there_or_has_no_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"there is no questions\.jsonl"):
        load(tmp_path)
    (tmp_path / "questions.jsonl").touch()
    with pytest.raises(InputError, match="there are no questions in it"):
        load(tmp_path)


def test_two_corpora_in_one_folder_are_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    (tmp_path / "articles.jsonl").touch()
    (tmp_path / "passages.jsonl").touch()
    with pytest.raises(InputError, match=r"articles\.jsonl and passages\.jsonl"):
        load(tmp_path)


def test_a_sample_is_the_beginning_of_one_shuffle() -> None:
    every = sample(range(100), None, 7)
    assert sorted(every) == list(range(100))
    assert sample(range(100), 10, 7) == every[:10]
    assert sample(range(100), None, 8) != every
