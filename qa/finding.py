"""What the doctor finds: a record, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    part: str
    state: State
    what: str
    remedy: str = ""  # empty where all is well, or where `what` says it
