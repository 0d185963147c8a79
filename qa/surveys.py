"""What an archive says of a topic as a whole: timeline, coverage, comparison. No model is asked.

It is the part of the chatbot that reads many articles at once; how a topic is read is handed over.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.protocol import Store
from qa.compare import Comparison, compare
from qa.coverage import Coverage, Unit, coverage
from qa.question import Question
from qa.search import Day, Narrowing
from qa.timeline import LIMIT, Timeline, timeline


class Surveys:
    """Questions whose answer is a view of many articles.

    A topic is read as a question is, with its filters and words of time. InputError if it cannot
    be taken.
    """

    index: Store

    def _read(self, topic: str, as_of: Day, narrowing: Narrowing) -> Question:
        raise NotImplementedError

    def outlets(self) -> list[str]:
        """The names of the archive's outlets, that of most articles first."""
        self.index.reload()
        return [name for name, _ in self.index.info().sources]

    def timeline(
        self,
        topic: str,
        since: Day = None,
        until: Day = None,
        *,
        as_of: Day = None,
        limit: int = LIMIT,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> Timeline:
        """Give the dated, cited events of a topic, at most `limit`; days are those of the events.

        No article later than `as_of` is read.
        """
        narrowing = Narrowing(
            since=since, until=until, sources=sources, sections=sections, read_time=read_time
        )
        asked = self._read(topic, as_of, narrowing)
        return timeline(self.index.view(), asked, limit=limit)

    def coverage(
        self,
        topic: str,
        since: Day = None,
        until: Day = None,
        *,
        as_of: Day = None,
        by: Unit | None = None,
        sources: Sequence[str] = (),
        sections: Sequence[str] = (),
        read_time: bool = True,
    ) -> Coverage:
        """Count the articles on a topic by day, week, month or year of publication.

        Without `by` the unit fits the span of days.
        """
        narrowing = Narrowing(
            since=since, until=until, sources=sources, sections=sections, read_time=read_time
        )
        return coverage(self.index.view(), self._read(topic, as_of, narrowing), by=by)

    def compare(
        self,
        topic: str,
        a: str,
        b: str,
        since: Day = None,
        until: Day = None,
        *,
        as_of: Day = None,
        read_time: bool = True,
    ) -> Comparison:
        """Set the accounts of two outlets side by side; InputError if the archive has not both."""
        narrowing = Narrowing(since=since, until=until, read_time=read_time)
        return compare(self.index.view(), self._read(topic, as_of, narrowing), a, b)
