"""Fake systems, each in a real worker process that keeps the real protocol."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.data import Case, load
from bench.peers import run as peers
from bench.peers.process import PeerFailed, Process
from bench.peers.race import Limits, Models, Race
from bench.peers.report import summarise, table
from bench.peers.systems import SYSTEMS, System
from bench.peers.trial import Trial
from bench.peers.words import Words, count_words
from bench.records import RecordFile, read_records
from bench.tasks import Task
from index.weights import fetch
from tests.bench.made import article, question, write_lines

FAKE = "tests.bench.fake_peers"
ARTICLES = (
    article("a1", "Oona Strand mended the bells in May."),
    article("a2", "Rain fell on Little Hask."),
)
TASKS = (
    Task(Case("q1", "Who mended the bells?", ("Oona Strand",), frozenset({"a1"}), True), True),
    Task(Case("q2", "Where did it rain?", ("Little Hask",), frozenset({"a2"}), True), True),
    Task(Case("q3", "Who was late?", ("Hob",), day=date(2024, 5, 31)), False),
)
PATIENT = Limits(within_s=300.0, open_s=60.0, index_s=60.0, ask_s=60.0)


def by_blanks(embedder: Path, texts: Sequence[str], limit: int) -> Words:
    return Words(sum(len(text.split()) for text in texts), 0)


Compare = Callable[..., tuple[Race, int, RecordFile]]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Ask fakes of these kinds the tasks; give the race, how many were asked, and the records."""

    def run(
        *kinds: str, limits: Limits = PATIENT, use_time: bool = False, file: Path | None = None
    ) -> tuple[Race, int, RecordFile]:
        records = RecordFile(file, {})
        models = Models(tmp_path, tmp_path)
        race = Race(
            Trial(TASKS, ARTICLES),
            models,
            records,
            tmp_path,
            use_time=use_time,
            limits=limits,
            count=by_blanks,
        )
        systems = [System(kind, FAKE, None, {"kind": kind}) for kind in kinds]
        try:
            race.start(systems, dict.fromkeys(kinds, sys.executable))
            return race, race.ask_all(), records
        finally:
            race.close()

    return run


def figures(race: Race, records: RecordFile, system: str) -> dict[str, float | None]:
    metrics = summarise(list(records), race.costs)
    return {
        metric.name.removeprefix(f"{system}."): metric.value
        for metric in metrics
        if metric.name.startswith(f"{system}.")
    }


def test_a_system_that_is_right_once_of_two_and_never_refuses(compare: Compare) -> None:
    race, asked, records = compare("right")
    found = figures(race, records, "right")
    assert (asked, len(records), race.failed) == (3, 3, {})
    assert found["accuracy"] == 0.5
    assert found["refused_answerable"] == found["refused_unanswerable"] == 0.0
    assert found["citation_rate"] == 1.0
    assert (found["gold@1"], found["gold@5"]) == (0.5, 1.0)
    assert (found["ans@1"], found["ans@5"]) == (0.5, 1.0)
    assert found["index_bytes"] == 100.0
    assert found["words_cut"] == 0.0
    assert race.costs["right"].words_read == 12
    assert race.costs["right"].peak_bytes > 1_000_000
    assert race.versions == {"right": "1.0"}
    assert 0.0 < (found["first_token_s"] or 0.0) <= (found["total_s"] or 0.0)


def test_what_a_system_prints_is_no_message(compare: Compare) -> None:
    race, _, records = compare("noisy")
    assert not race.failed
    assert figures(race, records, "noisy")["accuracy"] == 0.5


@pytest.mark.parametrize(
    ("kind", "limits", "reason"),
    [
        ("crashes", PATIENT, "killed by signal 6"),
        ("hangs", Limits(300.0, 60.0, 60.0, ask_s=5.0), "said nothing for 5 s"),
        ("does not open", PATIENT, "ValueError: no such weights"),
    ],
)
def test_a_system_that_fails_says_why_and_the_others_go_on(
    compare: Compare, kind: str, limits: Limits, reason: str
) -> None:
    race, asked, records = compare(kind, "right", limits=limits)
    assert asked == 3
    assert reason in race.failed[kind]
    assert list(race.costs) == ["right"]
    assert figures(race, records, "right")["accuracy"] == 0.5
    shown = table(summarise(list(records), race.costs), race.failed)
    assert f"{kind}  failed: {race.failed[kind]}" in shown.splitlines()


def test_a_system_that_fails_at_a_question_is_asked_the_next(compare: Compare) -> None:
    race, _, records = compare("stumbles")
    assert not race.failed
    found = figures(race, records, "stumbles")
    assert found["errors"] == 1.0
    assert found["accuracy"] == 0.0  # q1 failed, and q2 is not answered by Oona Strand


@pytest.mark.parametrize("kind", ["refuses", "silent"])
def test_a_system_that_refuses_everything_is_never_right(compare: Compare, kind: str) -> None:
    race, _, records = compare(kind)
    found = figures(race, records, kind)
    assert found["accuracy"] == 0.0
    assert found["refused_answerable"] == found["refused_unanswerable"] == 1.0
    assert found["citation_rate"] is None
    assert found["first_token_s"] is None


@pytest.mark.parametrize("kind", ["misquotes", "cites nothing", "cites elsewhere"])
def test_dishonest_citations_do_not_count(compare: Compare, kind: str) -> None:
    race, _, records = compare(kind)
    assert figures(race, records, kind)["citation_rate"] == 0.0


@pytest.mark.parametrize(("use_time", "told"), [(False, False), (True, True)])
def test_the_day_is_told_only_when_it_may_be(compare: Compare, use_time: bool, told: bool) -> None:
    _, _, records = compare("right", use_time=use_time)
    texts = {record.id: record.said["text"] for record in records}
    assert ("2024-05-31" in texts["q3"]) == told


def test_systems_take_turns_at_going_first(compare: Compare) -> None:
    _, _, records = compare("right", "silent")
    order = [(record.id, record.system) for record in records]
    assert order == [
        ("q1", "right"),
        ("q1", "silent"),
        ("q2", "silent"),
        ("q2", "right"),
        ("q3", "right"),
        ("q3", "silent"),
    ]


def test_nothing_is_asked_when_the_time_is_up(compare: Compare) -> None:
    _, asked, records = compare("right", limits=Limits(within_s=0.0))
    assert (asked, len(records)) == (0, 0)


def test_records_are_kept_and_not_asked_again(compare: Compare, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text('{"settings": {}}\n' + json.dumps(
        {"id": "q1", "system": "right", "variant": "answerable", "type": "",
         "scores": {"accuracy": 0.0}, "said": {"text": "kept"}}
    ) + "\n")  # fmt: skip
    compare("right", file=file)
    kept = {record.id: record.said["text"] for record in read_records(file)[1]}
    assert kept["q1"] == "kept"
    assert kept.keys() == {"q1", "q2", "q3"}


def test_a_worker_that_says_something_else_has_failed(tmp_path: Path) -> None:
    process = Process(sys.executable, FAKE, tmp_path / "log")
    try:
        with pytest.raises(PeerFailed, match="the first command must be `open`"):
            process.do({"command": "ask", "question": "Who?", "day": None}, 60.0)
    finally:
        process.close()
    with pytest.raises(PeerFailed, match="it ended with status 0"):
        process.do({"command": "ask", "question": "Who?", "day": None}, 60.0)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_worker_ends_in_the_middle_of_an_answer_when_the_run_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, signal, sys
from pathlib import Path
from bench.peers.process import Process
process = Process(sys.executable, {FAKE!r}, Path({str(tmp_path / "log")!r}))
print(process._process.pid, flush=True)
setup = {{"embedder": "", "llm": "", "threads": 1, "options": {{"kind": "sleeps"}}}}
process.do({{"command": "open", "setup": setup}}, 60.0)
process._send({{"command": "ask", "question": "Who?", "day": None}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(peers.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    worker = Path("/proc") / done.stdout.strip()
    until = time.monotonic() + 30.0
    while worker.exists() and "Z" not in (worker / "stat").read_text().split()[2]:
        assert time.monotonic() < until, "the worker outlives the run"
        time.sleep(0.2)


def test_an_adapter_that_cannot_be_imported_has_failed(tmp_path: Path) -> None:
    process = Process(sys.executable, "bench.peers.adapters.nobody", tmp_path / "log")
    setup = {"embedder": "", "llm": "", "threads": 1}
    try:
        with pytest.raises(PeerFailed, match="No module named"):
            process.do({"command": "open", "setup": setup}, 60.0)
    finally:
        process.close()


def test_every_peer_has_an_adapter_and_pinned_requirements() -> None:
    root = Path(peers.__file__).parents[2]
    for system in SYSTEMS:
        assert (root / Path(*system.adapter.split("."))).with_suffix(".py").is_file()
        if system.environment:
            file = Path(peers.__file__).with_name("requirements") / f"{system.environment}.txt"
            lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
            assert lines
            assert all("==" in line and "@" not in line for line in lines)
            assert not any(line.lower().startswith("llama_cpp") for line in lines)


@pytest.mark.slow
def test_words_beyond_what_the_embedder_reads_are_counted() -> None:
    words = count_words(fetch("embedder"), ["rain " * 300, "rain fell"], 256)
    assert words == Words(254 + 2, 46)  # two of the 256 tokens are special


@pytest.mark.slow
def test_clippings_runs_as_a_peer(tmp_path: Path) -> None:
    texts = {f"a{n}": f"Bell number {n} hangs in tower {n}. It rang all day." for n in range(6)}
    texts["a9"] = "Oona Strand mended the bells of Port Averil in May. The council thanked her."
    records: list[dict[str, Any]] = [
        {"id": name, "title": f"Bells of {name}", "text": text, "date": "2024-05-01"}
        for name, text in texts.items()
    ]
    write_lines(tmp_path / "articles.jsonl", *records)
    write_lines(tmp_path / "questions.jsonl", question(evidence_ids=["a9"]))
    plan = peers.Plan(questions=1, articles=5, unanswerable=0.0, llm="tiny", limits=PATIENT)
    result = peers.run(load(tmp_path), plan, SYSTEMS[:1])
    values = {metric.name: metric.value for metric in result.metrics}
    assert values["clippings.gold@1"] == 1.0
    assert values["clippings.ans@5"] == 1.0
    assert values["clippings.words_cut"] == 0.0
    assert (values["clippings.words_per_s"] or 0) > 0
    assert values["clippings.errors"] == 0.0
    assert result.settings["asked"] == 1
    assert "clippings" in (result.table or "")
