from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.llama.batches import size
from qa.llama.states import FILES, State, States
from tests.qa.llama.made import STABLE, Made, cold

A, B, C = (tuple([n] * 10) for n in (1, 2, 3))
LINE = [*range(2, 30), 1]


def kept(states: States) -> list[tuple[tuple[int, ...], ...]]:
    return [state.batches for state in states._kept]


def test_the_state_that_spares_most_is_found() -> None:
    states = States(100, None, "k")
    short, long = State((A, B), b"short"), State((A, B, C, A), b"long")
    states.add(State((C,), b"other"))
    states.add(long)
    states.add(short)
    assert states.find([A, B, C], 0, 0) is long
    assert states.find([A, B, C], 2, 0) is long
    assert states.find([A, B, C], 3, 0) is None
    assert states.find([B], 0, 0) is None


def test_a_state_takes_the_place_of_what_it_goes_on_from() -> None:
    states = States(100, None, "k")
    for batches in ((A,), (B,), (A, B), (A, B)):
        states.add(State(batches, b""))
    assert kept(states) == [(B,), (A, B)]


def test_the_states_used_last_stay_within_the_budget() -> None:
    states = States(25, None, "k")
    states.add(State((A,), b""))
    states.add(State((B,), b""))
    assert states.find([A], 0, 0)
    states.add(State((C,), b""))
    assert kept(states) == [(A,), (C,)]
    states.add(State((B, A, C), b""))
    assert kept(states) == []
    assert size(batch for batches in kept(states) for batch in batches) <= 25


def test_instructions_are_read_once_for_all_runs(tmp_path: Path) -> None:
    first = Made(folder=tmp_path)
    first.answer(*LINE, 7)
    first.engine.close()
    assert len(list(tmp_path.iterdir())) == 1
    second = Made(folder=tmp_path)
    assert second.answer(*LINE, 7) == cold(*LINE, 7)
    assert STABLE not in second.context.reads
    second.engine.close()


def test_another_model_or_other_settings_read_the_instructions_themselves(tmp_path: Path) -> None:
    for key in ("model 1", "model 2"):
        made = Made(folder=tmp_path, key=key)
        made.answer(*LINE, 7)
        assert made.context.reads[0] == STABLE
        made.engine.close()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "long", "folder"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, harm: str) -> None:
    made = Made(folder=tmp_path)
    made.answer(*LINE, 7)
    made.engine.close()
    (file,) = tmp_path.iterdir()
    right = file.read_bytes()
    wrong = {
        "flip": right[:40] + bytes([right[40] ^ 1]) + right[41:],
        "cut": right[:-1],
        "empty": b"",
        "long": right + b"x",
    }
    if harm == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(wrong[harm])
    again = Made(folder=tmp_path)
    assert again.answer(*LINE, 7) == cold(*LINE, 7)
    assert again.context.reads[0] == STABLE
    again.engine.close()
    assert harm in {"folder", "empty"} or file.read_bytes() == right


def test_a_state_that_the_model_refuses_is_forgotten(tmp_path: Path) -> None:
    states = States(100, tmp_path, "k")
    states.write(State((STABLE,), b"not what the context saved"))
    made = Made(folder=tmp_path)
    assert made.answer(*LINE, 7) == cold(*LINE, 7)
    made.engine.close()
    (file,) = tmp_path.iterdir()
    assert b"not what" not in file.read_bytes()


def test_a_folder_that_cannot_be_used_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Made(folder=tmp_path / "file" / "read")
    assert made.answer(*LINE, 7) == cold(*LINE, 7)
    made.engine.close()


def test_the_oldest_files_make_room(tmp_path: Path) -> None:
    states = States(100, tmp_path, "k")
    for n in range(FILES):
        states.write(State(((n,),), b""))
    for n, file in enumerate(sorted(tmp_path.iterdir())):
        os.utime(file, (n, n))
    oldest, *others = sorted(tmp_path.iterdir())
    states.write(State((A,), b""))
    assert len(list(tmp_path.iterdir())) == FILES
    assert not oldest.exists()
    assert all(file.exists() for file in others)
