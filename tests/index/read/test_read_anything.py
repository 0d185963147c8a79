"""Whatever stands in a file, reading it yields articles or named skips and raises nothing."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from index.clean import clean
from index.read import read, supported
from tests.index.read import samples

MARKUP = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            "<p> </p> <div class='share'> <h1> <time datetime='2024-05-04'> <!-- --> <table> <td> "
            "<script type='application/ld+json'> </script> <title> &#0; &#xd800; &nbsp; <svg> "
            "<?xml?> <![CDATA[ ]]> <br> <body hidden> --- --- # > | ``` [a](b) {} [] null "
            "<rss> <item> <nitf> <newsItem> PK\x03\x04 %PDF- WARC/1.0 PAR1".split()
        ),
        st.sampled_from(
            ["\n", "\n\n", "---\n", "title: ", "Posted 4 May 2024\n", '{"text": "', '"}\n']
        ),
        st.sampled_from(["From a 08:00 2024\n", "Content-Type: multipart/mixed; boundary=a\n"]),
    ),
    max_size=30,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


def table() -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([samples.RECORD.keys(), samples.RECORD.values()])
    return stream.getvalue().encode()


SAMPLES = {
    "a.html": samples.html(),
    "a.jsonl": samples.jsonl(),
    "a.jsonl.gz": gzip.compress(samples.jsonl()),
    "a.json": samples.JSON_FEED,
    "n.json": samples.NINJS,
    "a.csv": table(),
    "a.pdf": samples.pdf((samples.TITLE, *samples.PARAGRAPHS), (), ("x",), about="/Title(x)"),
    "a.docx": samples.docx(),
    "a.eml": samples.mail(page=True),
    "a.mbox": samples.mbox(samples.mail(), samples.mail(page=True)),
    "a.mhtml": samples.mhtml(),
    "a.rss": samples.RSS,
    "a.atom": samples.ATOM,
    "a.xml": samples.NITF,
    "b.xml": samples.NEWSML,
    "a.warc": samples.warc((samples.URL, "200 OK", samples.html())),
    "a.zip": samples.zipped({"a.html": samples.html(), "b.jsonl": samples.jsonl()}),
    "a.tar": samples.tarred({"a.html": samples.html(), "b.jsonl": samples.jsonl()}),
    "a.tgz": samples.tarred({"a.html": samples.html()}, packed=True),
}


def check(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data or b"\n")
        for found in read([path]):
            if isinstance(found, Article):
                assert found.title
                assert found.text == clean(found.text)
                found.text.encode()
            else:
                assert found.reason


@pytest.mark.parametrize("ending", supported())
@given(data=st.one_of(st.binary(max_size=300), MARKUP), packed=st.booleans())
@settings(max_examples=20, deadline=None)
def test_any_bytes_are_read_or_skipped(ending: str, data: bytes, packed: bool) -> None:
    check(f"any{ending}", gzip.compress(data) if packed and ending.endswith("gz") else data)


@pytest.mark.parametrize("name", SAMPLES)
@given(
    cut=st.floats(0.2, 1.0),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_read_or_skipped(
    name: str, cut: float, changes: list[tuple[float, bytes]]
) -> None:
    data = bytearray(SAMPLES[name])
    for place, piece in changes:
        at = int(place * len(data))
        data[at : at + len(piece)] = piece
    check(name, bytes(data[: int(cut * len(data))]))
