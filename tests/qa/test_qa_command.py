from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.index import Index
from qa import REFUSAL, Chatbot
from qa.__main__ import main
from tests.fakes import FakeGenerator
from tests.qa.made import FERRY, KELP, LEVY, Bots

ASKED = "Who sailed the ferry Petrel to Gannet Island?"
ANSWER = "Captain Ilva Brandt sailed the ferry Petrel."


@pytest.fixture
def ask(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> FakeGenerator:
    """The command opens a chatbot over three articles, with this generator."""
    bot, generator = bots.bot(ANSWER, LEVY, FERRY, KELP, source="Courier", date="2024-05-31")
    monkeypatch.setattr(Chatbot, "open", lambda index_dir, *, llm, **_: bot)
    return generator


def test_an_answer_is_printed_with_its_numbered_sources(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == f"{ANSWER} [1]"
    assert lines[1] == "  [1] Captain Ilva Brandt (Courier, 2024-05-31)"
    assert lines[2] == f"      “{FERRY}”"
    assert lines[-1].endswith("· fake")
    assert err == ""


def test_the_answer_is_written_as_it_grows(
    ask: FakeGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    class Screen(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    monkeypatch.setattr(sys, "stdout", Screen())
    assert main([ASKED, "--index", "any"]) == 0
    growing = "".join(written).partition("\n")[0]
    assert growing == f"{ANSWER} [1]"
    assert len([piece for piece in written if piece and piece in ANSWER]) > 4


def test_the_last_line_is_the_json_if_it_is_wanted(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any", "--json", "--as-of", "1 June 2024"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["text"] == ANSWER
    assert told["citations"][0]["quote"] == FERRY
    assert told["timings"]["total_s"] > 0


def test_a_refusal_names_the_nearest_articles_and_is_no_failure(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["Which striker won Mexico's championship?", "--index", "any"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{REFUSAL}\n  The nearest articles:\n")
    assert "no model was asked" in out
    assert ask.prompts == []


def test_a_sentence_without_support_is_pointed_out(
    bots: Bots, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bot, _ = bots.bot(f"{ANSWER} It carried 9,999 cows.")
    monkeypatch.setattr(Chatbot, "open", lambda index_dir, *, llm, **_: bot)
    assert main([ASKED, "--index", "any"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{ANSWER} [1] It carried 9,999 cows.\n  ! not supported (")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["", "--index", "any"], "qa: The question is empty."),
        (["x" * 100_000, "--index", "any"], "qa: The question has 100,000 characters"),
        ([ASKED, "--index", "any", "--as-of", "someday"], "qa: 'someday' is no date."),
    ],
)
def test_what_cannot_be_taken_is_said_on_stderr_with_status_1(
    ask: FakeGenerator,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert err.startswith(message)
    assert err.count("\n") == 1
    assert out.strip() == ""


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "other"])
def test_a_folder_that_is_no_index_is_named_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    place = tmp_path / kind
    if kind == "file":
        place.write_text("no index")
    elif kind != "missing":
        place.mkdir()
    if kind == "other":
        (place / "letter.txt").write_text("no index")
    assert main([ASKED, "--index", str(place)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("qa: ")
    assert str(place) in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        (b"", "is no GGUF file"),
        (b"a letter", "is no GGUF file"),
        (b"GGUF", "llama.cpp cannot load"),
        (b"GGUF" + bytes(100), "llama.cpp cannot load"),
    ],
)
def test_a_language_model_that_cannot_be_read_is_named_with_status_1(
    bots: Bots,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    message: str,
) -> None:
    file = bots.folder / "model.gguf"
    if content is not None:
        file.write_bytes(content)
    index: Index = bots.index(LEVY, FERRY)
    monkeypatch.setattr(Chatbot, "open", lambda index_dir, *, llm, **_: Chatbot(index, llm=llm))
    assert main([ASKED, "--index", "any", "--llm", str(file)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("qa: ")
    assert str(file) in err
    assert message in err
    assert "Traceback" not in err


def test_stopping_by_hand_is_no_traceback(
    bots: Bots, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: object) -> str:
        raise KeyboardInterrupt

    bot, _ = bots.bot(stop)
    monkeypatch.setattr(Chatbot, "open", lambda index_dir, *, llm, **_: bot)
    assert main([ASKED, "--index", "any"]) == 130
    assert capsys.readouterr().err.endswith("stopped.\n")


def test_a_screen_that_lacks_a_letter_is_no_failure(
    ask: FakeGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main([ASKED, "--index", "any", "--json"]) == 0
    sys.stdout.flush()
    assert FERRY.encode() in raw.getvalue()


def test_a_search_tells_why_each_hit_is_there_and_asks_no_model(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any", "--search", "--source", "courier"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "only courier" in lines[0]
    assert lines[1] == "  1 Captain Ilva Brandt (Courier, 2024-05-31)"
    assert lines[2].startswith("      meaning #1 · words #1 · time ×")
    assert lines[2].endswith("· matched: sail, ferri, petrel, gannet, island")
    assert ask.prompts == []


def test_a_window_without_articles_is_told_with_the_nearest_day(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any", "--since", "2024-06-01"]) == 0
    out = capsys.readouterr().out
    assert "The nearest with articles: 31 May 2024." in out
    assert ask.prompts == []


def test_a_search_gives_json_as_its_last_line_if_it_is_wanted(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any", "--search", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(told) == ["reading", "note", "hits"]
    assert told["hits"][0]["bm25_rank"] == 1


def test_a_timeline_is_narrowed_as_an_answer_is(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow = ["--as-of", "2019-05-01", "--source", "no such outlet", "--json"]
    assert main([ASKED, "--index", "any", "--timeline", *narrow]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["events"] == []
    assert "no such outlet" in told["note"]
    assert ask.prompts == []


def test_a_comparison_of_unknown_outlets_is_an_error_that_says_so(
    ask: FakeGenerator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", "any", "--compare", "A", "B"]) == 1
    assert "no outlet of this archive" in capsys.readouterr().err
    assert main([ASKED, "--index", "any", "--compare", "A", "B", "--source", "C"]) == 1
    assert "names its two outlets itself" in capsys.readouterr().err


def test_a_reader_who_has_seen_enough_is_no_traceback(bots: Bots) -> None:
    bots.bot(ANSWER, LEVY, FERRY, KELP)
    code = (
        "import sys; from qa import Chatbot; from qa.__main__ import main;"
        "from index.index import Index; from tests.fakes import FakeEmbedder, FakeGenerator;"
        "Chatbot.open = classmethod(lambda c, d, **_: Chatbot("
        "Index.open(d, model=FakeEmbedder(dimension=2048)), model=FakeGenerator('x')));"
        "sys.stdin.readline();"  # until nobody reads any more
        "sys.exit(main([sys.argv[1], '--search', '--index', sys.argv[2]]))"
    )
    folder = next(bots.folder.rglob("clippings.json")).parent
    command = [sys.executable, "-c", code, ASKED, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as asked:
        assert asked.stdout is not None
        asked.stdout.close()
        assert asked.stdin is not None
        assert asked.stderr is not None
        asked.stdin.write("go on\n")
        asked.stdin.flush()
        assert asked.stderr.read() == ""
    assert asked.returncode == 141


def test_a_strictness_that_is_no_share_is_said_with_status_1(
    bots: Bots, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index: Index = bots.index(LEVY)
    monkeypatch.setattr(
        Chatbot, "open", lambda index_dir, *, strictness, **_: Chatbot(index, strictness=strictness)
    )
    for share in ("-0.1", "1.1", "nan"):
        assert main([ASKED, "--index", "any", f"--strictness={share}"]) == 1
        assert "between 0 and 1" in capsys.readouterr().err
