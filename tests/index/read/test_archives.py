"""Archives, and what is hidden in them."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.read import limits, read
from tests.index.read import samples
from tests.index.read.samples import TEXT


def both(folder: Path, name: str, data: bytes) -> tuple[list[Article], list[Skipped]]:
    path = folder / name
    path.write_bytes(data)
    found = list(read([path]))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Skipped)]


MEMBERS = {
    "a/lock.html": samples.html(),
    "a/lock_files/frame.html": samples.html(),
    "a/.hidden.txt": TEXT.encode(),
    "__MACOSX/a/lock.html": b"x",
    "b.jsonl.gz": gzip.compress(samples.jsonl()),
    "picture.png": b"\x89PNG\r\n",
}


def test_the_members_of_a_zip_are_read_and_their_file_is_kept(tmp_path: Path) -> None:
    articles, (picture,) = both(tmp_path, "a.zip", samples.zipped(MEMBERS))
    assert [a.external_id for a in articles] == ["a.zip/a/lock.html", "tb-1"]
    assert {a.path for a in articles} == {f"{tmp_path}/a.zip"}
    assert picture.path == f"{tmp_path}/a.zip/picture.png"
    assert not picture.fault


@pytest.mark.parametrize("name", ["a.tar", "a.tgz", "a.tar.gz"])
def test_the_members_of_a_tar_are_read(tmp_path: Path, name: str) -> None:
    members = {key: data for key, data in MEMBERS.items() if "_files" not in key}
    articles, _ = both(tmp_path, name, samples.tarred(members, packed=name != "a.tar"))
    assert [a.external_id for a in articles] == ["a.tar/a/lock.html", "tb-1"]


def test_archives_in_archives_are_read_to_a_small_depth(tmp_path: Path) -> None:
    data = samples.zipped({"a.txt": TEXT.encode()})
    for _ in range(3):
        data = samples.zipped({"inner.zip": data})
    assert len(both(tmp_path, "a.zip", data)[0]) == 1
    articles, (deep,) = both(tmp_path, "a.zip", samples.zipped({"inner.zip": data}))
    assert not articles
    assert "more than 4 archives" in deep.reason


def test_names_that_lead_out_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    out = {"../out.txt": TEXT.encode(), "/etc/out.txt": TEXT.encode(), "C:\\out.txt": b"x"}
    stream = io.BytesIO(samples.tarred(out))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            link = tarfile.TarInfo("link.txt")
            link.type, link.linkname = kind, str(tmp_path / "secret.txt")
            archive.addfile(link)
    articles, skipped = both(tmp_path, "a.tar", stream.getvalue())
    assert not articles
    assert [one.fault for one in skipped] == [True, True, True, False, False]
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = 0o120777 << 16
    stream = io.BytesIO(samples.zipped(out))
    with zipfile.ZipFile(stream, "a") as packed:
        packed.writestr(info, str(tmp_path / "secret.txt"))
    articles, skipped = both(tmp_path, "a.zip", stream.getvalue())
    assert not articles
    assert [one.fault for one in skipped] == [True, True, True, False]


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.zip", "bomb.tar.gz"])
def test_a_bomb_is_stopped_by_its_ratio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(limits, "RATIO_FREE_BYTES", 100_000)
    monkeypatch.setattr(limits, "HELD_BYTES", 100_000)
    zeros = bytes(4_000_000)
    data = {
        "bomb.jsonl.gz": gzip.compress(zeros),
        "bomb.zip": samples.zipped({"a.txt": zeros}),
        "bomb.tar.gz": samples.tarred({"a.txt": zeros}, packed=True),
    }[name]
    articles, (bomb,) = both(tmp_path, name, data)
    assert not articles
    assert "times its size, as a bomb does" in bomb.reason


def test_a_budget_is_shared_by_all_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 1_000)
    members = {f"{n}.txt": f"{TEXT} {n}".encode() for n in range(9)}
    articles, skipped = both(tmp_path, "a.zip", samples.zipped(members))
    assert len(articles) < 3
    assert len(skipped) == 2
    assert "the rest of it was not read" in skipped[-1].reason


def test_a_header_beyond_reason_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 100_000)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("x" * 500_000))
    _, (bad,) = both(tmp_path, "a.tar", stream.getvalue())
    assert "header beyond reason" in bad.reason


def test_a_list_of_members_beyond_reason_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_DIRECTORY_BYTES", 1_000)
    many = {f"{n}.txt": b"x" for n in range(100)}
    assert "too many members" in both(tmp_path, "a.zip", samples.zipped(many))[1][0].reason


def test_an_encrypted_member_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    data = bytearray(samples.zipped({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(mark) + place, 1)
    (found,), (locked,) = both(tmp_path, "a.zip", bytes(data))
    assert found.external_id == "a.zip/b.txt"
    assert locked.reason == "is encrypted: unpack it with its password"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.jsonl.gz"])
def test_a_broken_archive_is_named(tmp_path: Path, name: str) -> None:
    data = {
        "a.zip": samples.zipped({"a.txt": TEXT.encode()})[:-30],
        "a.tar": samples.tarred({"a.txt": TEXT.encode()})[:600],
        "a.jsonl.gz": gzip.compress(samples.jsonl())[:100],
    }[name]
    _, (bad,) = both(tmp_path, name, data)
    assert "fetch" in bad.reason
    assert bad.fault
