"""What the views of a topic ask of a chatbot. It knows records alone, no Gradio."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from qa.compare import Comparison
from qa.coverage import Coverage
from qa.summary import Summary
from qa.timeline import Timeline


class Surveyor(Protocol):
    """What the panel asks of a chatbot; all of it raises ClippingsError where it cannot be had."""

    def outlets(self) -> list[str]: ...  # noqa: D102

    def timeline(  # noqa: D102
        self, topic: str, since: date | str | None = None, until: date | str | None = None
    ) -> Timeline: ...

    def coverage(  # noqa: D102
        self, topic: str, since: date | str | None = None, until: date | str | None = None
    ) -> Coverage: ...

    def compare(  # noqa: D102
        self,
        topic: str,
        a: str,
        b: str,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> Comparison: ...

    def summary(  # noqa: D102
        self, what: str, since: date | str | None = None, until: date | str | None = None
    ) -> Summary: ...
