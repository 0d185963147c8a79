from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from index.errors import IndexFormatError
from index.manifest import FILE, FORMAT, Manifest, is_unpublished, read_manifest

MANIFEST = Manifest("default", 384, 256, 160)


def write(directory: Path, **changes: object) -> None:
    (directory / FILE).write_text(json.dumps(asdict(MANIFEST) | changes), encoding="utf-8")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    published = MANIFEST.published(articles=3, chunks=7)
    published.write(tmp_path)
    assert read_manifest(tmp_path) == published
    assert (published.generation, published.articles, published.chunks) == (1, 3, 7)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_manifest_is_replaced_over_what_an_interruption_left(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.partial").write_text('{"form')
    MANIFEST.write(tmp_path)
    assert read_manifest(tmp_path) == MANIFEST


def test_publishing_does_not_change_the_recipe() -> None:
    assert MANIFEST.published(3, 7).recipe == MANIFEST.recipe
    assert Manifest("default", 384, 256, 128).recipe != MANIFEST.recipe


def test_a_newer_format_asks_for_a_newer_version(tmp_path: Path) -> None:
    write(tmp_path, format=FORMAT + 1, unknown="field", dimension=None)
    with pytest.raises(IndexFormatError, match=rf"has format {FORMAT + 1}.*newer version"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": null}', "\ufffd"])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(IndexFormatError, match=rf"{FILE}: .* cannot be read .*another folder"):
        read_manifest(tmp_path)


def test_a_manifest_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\x00\xfe")
    with pytest.raises(IndexFormatError, match=f"{FILE}: .* cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("field", asdict(MANIFEST).keys() - {"format"})
@pytest.mark.parametrize("value", [None, 1.5, ["default"]])
def test_a_field_of_the_wrong_kind_is_named(tmp_path: Path, field: str, value: object) -> None:
    write(tmp_path, **{field: value})
    with pytest.raises(IndexFormatError, match=rf"'{field}' is missing or damaged.*another folder"):
        read_manifest(tmp_path)


def test_a_folder_that_is_not_there_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match=r"no such folder.*python -m index add PATH --index"):
        read_manifest(tmp_path / "missing")


def test_a_folder_of_something_else_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(IndexFormatError, match=r"is no index \(there is no clippings.json"):
        read_manifest(tmp_path)


def test_a_file_is_no_index(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(IndexFormatError, match="this is a file, an index is a folder"):
        read_manifest(file)
    assert not is_unpublished(file)


@pytest.mark.parametrize("left", ["draft", "generation-000001"])
def test_a_first_add_that_stopped_says_so_and_can_be_run_again(tmp_path: Path, left: str) -> None:
    (tmp_path / left).mkdir()
    (tmp_path / "write.lock").touch()
    assert is_unpublished(tmp_path)
    with pytest.raises(IndexFormatError, match=r"the first add has not ended.*run it again"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("other", ["holiday.jpg", "generation-000002", FILE])
def test_a_folder_that_holds_more_is_not_taken_for_a_new_index(tmp_path: Path, other: str) -> None:
    (tmp_path / "draft").mkdir()
    (tmp_path / other).touch()
    assert not is_unpublished(tmp_path)
