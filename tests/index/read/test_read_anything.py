"""Whatever stands in a file, reading it yields articles or named skips and raises nothing."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from index.clean import clean
from index.read import read, supported

MARKUP = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            "<p> </p> <div class='share'> <h1> <time datetime='2024-05-04'> <!-- --> <table> <td> "
            "<script type='application/ld+json'> </script> <title> &#0; &#xd800; &nbsp; <svg> "
            "<?xml?> <![CDATA[ ]]> <br> <body hidden> --- --- # > | ``` [a](b) {} [] null".split()
        ),
        st.sampled_from(
            ["\n", "\n\n", "---\n", "title: ", "Posted 4 May 2024\n", '{"text": "', '"}\n']
        ),
    ),
    max_size=30,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("ending", supported())
@given(data=st.one_of(st.binary(max_size=300), MARKUP), packed=st.booleans())
@settings(max_examples=30, deadline=None)
def test_any_bytes_are_read_or_skipped(ending: str, data: bytes, packed: bool) -> None:
    if packed and ending.endswith(".gz"):
        data = gzip.compress(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{ending}"
        path.write_bytes(data or b"\n")
        for found in read([path]):
            if isinstance(found, Article):
                assert found.title
                assert found.text == clean(found.text)
                found.text.encode()
            else:
                assert found.reason
