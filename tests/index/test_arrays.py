"""Tables of numbers as they are mapped: what was saved, and nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from index import arrays


@pytest.mark.parametrize("kind", ["<f4", "<i4"])
@pytest.mark.parametrize("shape", [(0, 384), (1, 1), (3, 4), (7, 0)])
def test_what_numpy_saved_is_mapped(tmp_path: Path, kind: str, shape: tuple[int, int]) -> None:
    saved = np.arange(shape[0] * shape[1], dtype=kind).reshape(shape)
    np.save(tmp_path / "a.npy", saved)
    loaded = arrays.load(tmp_path / "a.npy")
    assert loaded.dtype == saved.dtype
    np.testing.assert_array_equal(loaded, saved)
    assert not loaded.size or not loaded.flags.writeable


def test_a_large_table_is_not_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((1_000, 384), dtype=np.float32))
    assert isinstance(arrays.load(tmp_path / "a.npy"), np.memmap)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(4, dtype=np.float32),
        np.zeros((2, 2), dtype=np.float64),
        np.asfortranarray(np.zeros((2, 3), dtype=np.float32)),
        np.array([[{}]], dtype=object),
    ],
)
def test_another_array_is_refused(tmp_path: Path, wrong: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", wrong, allow_pickle=True)
    with pytest.raises(ValueError, match=r"a\.npy is not an array as it was saved"):
        arrays.load(tmp_path / "a.npy")


@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_of_another_length_is_refused(tmp_path: Path, change: int) -> None:
    file = tmp_path / "a.npy"
    np.save(file, np.ones((2, 2), dtype=np.float32))
    file.write_bytes((file.read_bytes() + b"\0")[: file.stat().st_size + change])
    with pytest.raises(ValueError, match="not as long as it says"):
        arrays.load(file)


@pytest.mark.parametrize("size", [0, 10, 127])
def test_a_head_that_was_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    file = tmp_path / "a.npy"
    np.save(file, np.ones((2, 2), dtype=np.float32))
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(ValueError, match="not an array"):
        arrays.load(file)


def test_many_threads_map_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((2, 2), dtype=np.float32))
    loaded: list[float] = []

    def read() -> None:
        loaded.extend(float(arrays.load(tmp_path / "a.npy").sum()) for _ in range(500))

    threads = [threading.Thread(target=read, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [4.0] * 2_000
