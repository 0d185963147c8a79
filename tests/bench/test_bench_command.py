"""The command line: what it prints, what it appends, how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.machine import command
from tests.bench.made import question, write_lines


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize("task", ["retrieval", "answers", "latency", "indexing"])
def test_a_data_folder_that_is_not_there_is_one_line_and_status_1(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, task, "--data", tmp_path / "nowhere")
    assert message.startswith(f"bench: {tmp_path / 'nowhere'}: no such folder")


def test_a_folder_that_is_no_index_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(tmp_path / "questions.jsonl", question())
    refused(capsys, "retrieval", "--data", tmp_path, "--index", tmp_path)


def test_a_file_for_results_that_cannot_be_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "no" / "results.jsonl"
    message = refused(capsys, "retrieval", "--data", tmp_path, "--out", out)
    assert "name a file in a folder that is there" in message


def test_fewer_questions_than_one_are_no_question(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["retrieval", "--data", str(tmp_path), "--questions", "0"])
    assert caught.value.code == 2


def test_the_command_is_kept_without_the_way_to_its_folders(tmp_path: Path) -> None:
    typed = ["retrieval", "--data", str(tmp_path), "--seed", "3"]
    assert command(typed) == f"python -m bench retrieval --data {tmp_path.name} --seed 3"
    assert command(["milvus:/a/b/m.db"]) == "python -m bench milvus:m.db"
    assert command(["milvus:http://host:1"]) == "python -m bench milvus:http://host:1"


NEWS = {
    "a1": "Oona Strand mended the bells of Sallowmouth church in three weeks, the vicar said.",
    "a2": "The ferry to Little Hask ran late again because a crane had sunk in the harbour.",
    "a3": "Rain fell on the kelp market, and the cannery sent its workers home at noon.",
}


@pytest.mark.slow
def test_the_bench_measures_a_small_archive_from_end_to_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lines(
        tmp_path / "questions.jsonl",
        question(question="Who mended the bells of Sallowmouth church?"),
        question(id="q2", question="Why was the ferry to Little Hask late?", answers=["crane"]),
        question(id="q3", question="Who rules Mars?", answers=[], answerable=False),
    )
    articles = ({"id": name, "title": "Notes", "text": text} for name, text in NEWS.items())
    write_lines(tmp_path / "articles.jsonl", *articles)
    out = tmp_path / "results.jsonl"
    for task in (["retrieval"], ["answers", "--llm", "tiny", "--no-answerable-only"]):
        asked = ["--data", str(tmp_path), "--index", str(tmp_path / "index"), "--out", str(out)]
        assert main([*task, *asked]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["task"] == task[0]
    found, answered = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert found["gold@1"] == 0.5  # the second question names the first article as its gold
    assert found["ans@10"] == 1.0
    assert found["n"]["gold@5"] == 2
    assert answered["n"]["accuracy"] == 2
    assert answered["n"]["refused_unanswerable"] == 1
    assert found["machine"]["cores"] >= 1
    assert {"commit", "date", "command"} <= set(found)
