"""What an index says of itself: how it was built and which generation is published."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from index.errors import IndexFormatError, OtherFormatError

FORMAT = 3
UPGRADED = 2  # the oldest format that a repair makes into this one
FILE = "clippings.json"
PARTIAL = FILE + ".partial"
DRAFT = "draft"
LOCK = "write.lock"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The published state of an index. `generation` 0 means that nothing is published yet."""

    embedder: str  # as it is named by the user: "default", "hf:..." or a folder
    dimension: int
    max_tokens: int  # what the embedder reads of one text
    target_tokens: int  # of a chunk's own text
    generation: int = 0
    articles: int = 0
    chunks: int = 0
    format: int = FORMAT
    nearest: str = "exact"  # how vectors are searched, or "ivf": in lists, then exactly

    @property
    def recipe(self) -> str:
        """How chunks and vectors are made; those of another recipe do not fit beside them."""
        return f"{self.embedder} {self.dimension} {self.max_tokens} {self.target_tokens}"

    def published(self, articles: int, chunks: int, *, nearest: str = "exact") -> Manifest:
        """The manifest of the next generation."""
        return replace(
            self,
            generation=self.generation + 1,
            articles=articles,
            chunks=chunks,
            format=FORMAT,
            nearest=nearest,
        )

    def write(self, directory: Path) -> None:
        """Replace the manifest of an index in one step that survives a power cut."""
        replace_json(directory / FILE, asdict(self))


def read_manifest(directory: Path, *, oldest: int = FORMAT) -> Manifest:
    """Read the manifest of an index; IndexFormatError if the folder is none that can be opened.

    One of an earlier format than `oldest` is refused; who passes that can upgrade.
    """
    file = directory / FILE
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        found = int(data["format"])
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexFormatError(_no_index(directory)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(
            f"{file}: the index description cannot be read ({error}). {_mended(directory)}"
        ) from error
    if found > FORMAT:
        raise OtherFormatError(
            f"{directory}: this index has format {found}, this version of Clippings reads "
            f"{FORMAT}. Open it with a newer version, or build it again in another folder."
        )
    if UPGRADED <= found < oldest:
        raise IndexFormatError(
            f"{directory}: this index has format {found}, this version of Clippings reads "
            f"{FORMAT}. Upgrade it, with nothing to be read or embedded again, by: "
            f"python -m index check --repair --index {directory}"
        )
    if found < UPGRADED:
        raise OtherFormatError(
            f"{directory}: this index has format {found}, which this version of Clippings no "
            f"longer reads; it makes format {FORMAT}. Add the articles again in another folder."
        )
    if found < FORMAT:
        data["nearest"] = "exact"
    names = [field.name for field in fields(Manifest)]
    for name in names:
        if not isinstance(data.get(name), str if name in {"embedder", "nearest"} else int):
            raise IndexFormatError(
                f"{file}: the field {name!r} is missing or damaged. {_mended(directory)}"
            )
    return Manifest(**{name: data[name] for name in names})


def generation_folder(directory: Path, generation: int) -> Path:
    """Where a generation is published."""
    return directory / f"generation-{generation:06d}"


def indexes_in(folder: Path) -> list[Path]:
    """The folder itself, or where it is no index the indexes in it in the order of their names."""
    if (folder / FILE).exists() or not folder.is_dir():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{FILE}")) or [folder]


def is_unpublished(directory: Path) -> bool:
    """Whether a folder is not there, empty, or what an interrupted first add leaves behind."""
    if not directory.exists():
        return True
    left = {DRAFT, LOCK, PARTIAL, generation_folder(directory, 1).name}
    return directory.is_dir() and all(entry.name in left for entry in directory.iterdir())


def manifest_stamp(directory: Path) -> tuple[int, ...] | None:
    """What changes whenever the manifest is replaced; None where there is none."""
    try:
        stat = (directory / FILE).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def replace_json(file: Path, data: object) -> None:
    """Replace a file in one step that survives a power cut."""
    partial = file.with_name(file.name + ".partial")
    with partial.open("w", encoding="utf-8") as stream:
        json.dump(data, stream, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mended(directory: Path) -> str:
    return (
        f"Try: python -m index check --repair --index {directory} "
        "Or: Build the index again from the articles in another folder."
    )


def _no_index(directory: Path) -> str:
    make = f"Make one with: python -m index add PATH --index {directory}"
    if not directory.exists():
        return f"{directory}: there is no such folder. {make}"
    if not directory.is_dir():
        return f"{directory}: this is a file, an index is a folder. {make}"
    if is_unpublished(directory) and any(entry.is_dir() for entry in directory.iterdir()):
        return (
            f"{directory}: the first add has not ended. Wait for it, or run it again if it stopped."
        )
    return f"{directory}: this folder is no index (there is no {FILE} in it). {make}"
