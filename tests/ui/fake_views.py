"""What the scripted chatbot tells of a topic as a whole: views of the five invented articles."""

from __future__ import annotations

from datetime import date, timedelta

from index.article import Article
from index.errors import InputError
from qa.answer import Citation, Sentence
from qa.compare import Comparison, Pair
from qa.coverage import Bin, Coverage
from qa.differ import Difference
from qa.summary import Part, Summary
from qa.timeline import Event, Timeline
from tests.ui.news import ARTICLES, FERRY_COST, HULL_COST, LAST_LOAF, PAYLOADS

Day = date | str | None


def cite(n: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    day = article.published.isoformat() if article.published else None
    head = (n, article.id, article.title, article.source, day, article.url)
    return Citation(*head, start, start + len(quote), quote)


class FakeViews:
    """A topic with "yeti" in it is unknown; days the wrong way round are refused."""

    def outlets(self) -> list[str]:
        return ["The Hest Lantern", "Aldern Courier", PAYLOADS[1]]

    def timeline(self, topic: str, since: Day = None, until: Day = None) -> Timeline:
        if since and until and str(since) > str(until):
            raise InputError(f"The timeline would end on {until}, before it begins on {since}.")
        if "yeti" in topic:
            return Timeline(topic, note=f"No article speaks of “{topic}”.")
        ferry, hull, crank, bakery = ARTICLES[0], ARTICLES[2], ARTICLES[3], ARTICLES[1]
        events = (
            Event(date(2031, 3, 1), date(2031, 3, 1), "published", cite(1, crank, PAYLOADS[1])),
            Event(
                date(2031, 4, 17),
                date(2031, 4, 19),
                "stated",
                cite(2, ferry, FERRY_COST),
                (cite(3, hull, HULL_COST),),
            ),
            Event(date(2031, 5, 2), date(2031, 5, 2), "stated", cite(4, bakery, LAST_LOAF)),
        )
        return Timeline(topic, events, 4, 1, "as of 2 May 2031")

    def coverage(self, topic: str, since: Day = None, until: Day = None) -> Coverage:
        if "yeti" in topic:
            return Coverage(topic, note="No article.")
        monday = date(2031, 2, 24)
        counts = (1, 0, 0, 2, 5, 3, 0, 9, 2, 1)
        bins = tuple(
            Bin(monday + timedelta(7 * n), monday + timedelta(7 * n + 6), count)
            for n, count in enumerate(counts)
        )
        return Coverage(topic, "week", bins, sum(counts) + 1, 1)

    def summary(self, what: str, since: Day = None, until: Day = None) -> Summary:
        if "yeti" in what:
            return Summary()
        cited = (cite(1, ARTICLES[0], FERRY_COST), cite(2, ARTICLES[1], LAST_LOAF))
        parts = tuple(
            Part(date.fromisoformat(c.published or ""), (Sentence(c.quote, (c.n,), True),))
            for c in cited
        )
        return Summary(parts, cited)

    def compare(
        self, topic: str, a: str, b: str, since: Day = None, until: Day = None
    ) -> Comparison:
        if a == b:
            raise InputError(f"{a} cannot be compared with itself. Name two outlets.")
        ferry, hull, bakery, crank = ARTICLES[0], ARTICLES[2], ARTICLES[1], ARTICLES[3]
        sides = cite(1, ferry, FERRY_COST), cite(2, hull, hull.text.split(". ")[0] + ".")
        parted = Pair(
            cite(3, ferry, FERRY_COST),
            cite(4, hull, HULL_COST),
            Difference("number", "2.3 million", "1.9 million"),
        )
        alone = (cite(5, crank, PAYLOADS[2]),), (cite(6, bakery, LAST_LOAF),)
        return Comparison(topic, a, b, (Pair(*sides),), (parted,), *alone, 2, 2)
