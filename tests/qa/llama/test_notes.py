from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError
from qa.llama.notes import Speed, SpeedNote, tuned, write_tuned
from qa.llama.records import Settings

DEFAULT = Settings(context_tokens=1000, threads=1)


def test_speed_is_smoothed_and_remembered_for_each_model(tmp_path: Path) -> None:
    note = SpeedNote(tmp_path, "one")
    assert note.speed == Speed(0.0, 0.0)
    note.measure("read", 100, 1.0)
    note.measure("read", 200, 1.0)
    note.measure("write", 20, 2.0)
    assert note.speed == Speed(130.0, 10.0)
    assert SpeedNote(tmp_path, "one").speed == note.speed
    assert SpeedNote(tmp_path, "two").speed == Speed()
    SpeedNote(tmp_path, "two").measure("write", 20, 1.0)
    assert SpeedNote(tmp_path, "one").speed == note.speed


def test_a_few_tokens_say_nothing_about_speed(tmp_path: Path) -> None:
    note = SpeedNote(tmp_path, "one")
    note.measure("read", 3, 1.0)
    note.measure("write", 0, 0.0)
    assert note.speed == Speed()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"one": 3}', '{"one": {"read": "fast", "write": -1}}', "\udcff"]
)
def test_a_note_of_speed_that_cannot_be_read_is_begun_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "speed.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    note = SpeedNote(tmp_path, "one")
    assert note.speed == Speed()
    note.measure("write", 20, 2.0)
    assert SpeedNote(tmp_path, "one").speed == Speed(0.0, 10.0)


def test_a_folder_that_cannot_be_written_keeps_no_speed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    note = SpeedNote(tmp_path / "file", "one")
    note.measure("write", 20, 2.0)
    assert note.speed.write == 10.0


def test_without_a_note_the_settings_stay_as_they_are(tmp_path: Path) -> None:
    assert tuned(None, "one", DEFAULT) == DEFAULT
    assert tuned(tmp_path, "one", DEFAULT) == DEFAULT


def test_the_best_settings_are_kept_for_each_model(tmp_path: Path) -> None:
    best = Settings(threads=3, batch_threads=4, batch_tokens=64, flash=True, kv="q8_0")
    write_tuned(tmp_path, "one", best)
    file = write_tuned(tmp_path, "two", Settings(threads=9))
    found = tuned(tmp_path, "one", DEFAULT)
    assert found == Settings(1000, 3, 4, 64, True, "q8_0")
    assert tuned(tmp_path, "two", DEFAULT).threads == 9
    assert tuned(tmp_path, "three", DEFAULT) == DEFAULT
    assert json.loads(file.read_text())["one"]["threads"] == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threads", 0),
        ("threads", True),
        ("batch_threads", "two"),
        ("batch_tokens", 7),
        ("flash", 1),
        ("kv", "q4_0"),
        ("kv", []),
        ("kv", "q8_0"),  # without flash attention
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, field: str, value: Any) -> None:
    (tmp_path / "tuned.json").write_text(json.dumps({"one": {field: value}}))
    with pytest.raises(ModelError, match=rf"tuned\.json: one: {field} .*bench tune"):
        tuned(tmp_path, "one", DEFAULT)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"one": 3}', "\udcff"])
def test_a_note_of_settings_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "tuned.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=r"tuned\.json: this is no note of settings .*delete"):
        tuned(tmp_path, "one", DEFAULT)


def test_settings_that_cannot_be_kept_are_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="cannot be written"):
        write_tuned(tmp_path / "file", "one", DEFAULT)
