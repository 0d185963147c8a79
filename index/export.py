"""Articles as JSON Lines that `add` reads back to the same articles. It knows no index."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO

from index.article import Article


def write_records(articles: Iterable[Article], stream: IO[str]) -> int:
    """Write one JSON object a line for each article; gives how many there were."""
    count = 0
    for article in articles:
        stream.write(json.dumps(to_record(article), ensure_ascii=False) + "\n")
        count += 1
    return count


def to_record(article: Article) -> dict[str, object]:
    """An article as the fields of its record; what is not known is left out."""
    published = article.published.isoformat() if article.published else None
    record = {
        "clippings": article.id,  # the reader takes the record as it is and checks it by this
        "id": article.external_id,
        "title": article.title,
        "text": article.text,
        "date": published,
        "published_at": article.published_at,
        "updated": article.updated.isoformat() if article.updated else None,
        "source": article.source,
        "author": article.author,
        "section": article.section,
        "language": article.language,
        "url": article.url,
        "provenance": dict(article.provenance) or None,
    }
    return {name: value for name, value in record.items() if value is not None}
