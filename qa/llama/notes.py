"""What is remembered of a model on this machine: how fast it is, and how it is best opened.

Two small files of JSON in the cache folder. `speed.json` is the program's own and is begun anew
if it cannot be read; `tuned.json` is written by `python -m bench tune` and may be edited, so what
is wrong in it is named.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from index.errors import ModelError
from qa.llama.records import Settings

FEWEST = 8  # tokens; fewer say little about speed
WEIGHT = 0.3  # of the newest measurement


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second; 0 where nothing was measured yet."""

    read: float = 0.0
    write: float = 0.0


class SpeedNote:
    """The speed of one model, smoothed over what it did, kept in FOLDER/speed.json."""

    def __init__(self, folder: Path | None, model: str) -> None:
        self._file = folder / "speed.json" if folder else None
        self._model = model
        self.speed = self._remembered()

    def measure(self, what: str, tokens: int, seconds: float) -> None:
        """Take into account that to "read" or "write" so many tokens took so long."""
        if tokens < FEWEST or seconds <= 0:
            return
        old: float = getattr(self.speed, what)
        new = tokens / seconds
        smooth = new if not old else (1 - WEIGHT) * old + WEIGHT * new
        self.speed = replace(self.speed, **{what: round(smooth, 2)})
        if what == "write":  # the end of an answer, when nobody waits
            self._remember()

    def _remembered(self) -> Speed:
        known = _read(self._file).get(self._model)
        if not isinstance(known, dict):
            return Speed()
        values = {name: known.get(name) for name in ("read", "write")}
        return Speed(
            **{
                name: float(value)
                for name, value in values.items()
                if isinstance(value, int | float) and 0 < value < math.inf
            }
        )

    def _remember(self) -> None:
        if self._file is None:
            return
        known = _read(self._file) | {self._model: asdict(self.speed)}
        try:
            _write(self._file, known)
        except OSError:  # it is measured again next time
            return


def tuned(folder: Path | None, model: str, settings: Settings) -> Settings:
    """Give the settings as FOLDER/tuned.json wants them for a model; ModelError if it is wrong."""
    file = folder / "tuned.json" if folder else None
    if file is None or not file.is_file():
        return settings
    remedy = "Put it right, delete the file, or run python -m bench tune."
    try:
        known = json.loads(file.read_text("utf-8"))
        wanted = dict(known.get(model, {}))
        changes = {name: wanted[name] for name in _TUNABLE if name in wanted}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"{file}: this is no note of settings ({error}). {remedy}") from error
    for name, value in changes.items():
        if not _TUNABLE[name](value):
            raise ModelError(f"{file}: {model}: {name} cannot be {value!r}. {remedy}")
    if changes.get("kv", settings.kv) != "f16" and not changes.get("flash", settings.flash):
        raise ModelError(f"{file}: {model}: kv q8_0 needs flash to be true. {remedy}")
    return replace(settings, **changes)


def write_tuned(folder: Path, model: str, settings: Settings) -> Path:
    """Keep the settings that are best for a model, but the context's length; give the file."""
    file = folder / "tuned.json"
    wanted = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name in _TUNABLE}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(file, _read(file) | {model: wanted})
    except OSError as error:
        raise ModelError(f"{file}: it cannot be written ({error.strerror}).") from error
    return file


def _count(most: int) -> Any:
    return lambda value: type(value) is int and 1 <= value <= most


_TUNABLE = {
    "threads": _count(512),
    "batch_threads": _count(512),
    "batch_tokens": lambda value: type(value) is int and 32 <= value <= 2048,
    "flash": lambda value: type(value) is bool,
    "kv": lambda value: value in ("f16", "q8_0"),
}


def _read(file: Path | None) -> dict[str, Any]:
    try:
        known = json.loads(file.read_text("utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(file: Path, content: dict[str, Any]) -> None:
    fresh = file.with_name(f".{file.name}.fresh")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    fresh.replace(file)
