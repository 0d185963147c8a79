"""Markdown files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.read import read

BODY = """\
The harbour master opened the **new lock** on Friday, before a crowd of
four hundred, as [the Mirror](https://baymirror.example) had *foretold*.

> "I shall miss the noise," she said.

- two gates
- one bridge

| Boat | Toll |
|------|-----:|
| Tern | 3.50 |

![Ida Fenn](fenn.jpg)

<!-- IGNORE --><script>IGNORE</script>
"""
PLAIN = [
    "The harbour master opened the new lock on Friday, before a crowd of four hundred, "
    "as the Mirror had foretold.",
    '"I shall miss the noise," she said.',
    "two gates",
    "one bridge",
    "Boat | Toll",
    "Tern | 3.50",
]


def found_in(folder: Path, raw: str, name: str = "new_lock-opens.md") -> Article | Skipped:
    path = folder / name
    path.write_text(raw, encoding="utf-8")
    (found,) = read([path])
    return found


def only(folder: Path, raw: str) -> Article:
    found = found_in(folder, raw)
    assert isinstance(found, Article), found
    return found


def test_front_matter_is_read_and_markup_goes(tmp_path: Path) -> None:
    front = (
        "---\nTitle: 'Lock: open at last'\ndate: 2024-05-04\nlastmod: 5 May 2024\n"
        "source: Bay Mirror\nurl: https://baymirror.example/lock\ntags: [lock, bay]\n---\n"
    )
    found = only(tmp_path, f"{front}\n# Lock: open at last\n\n{BODY}")
    assert found.title == "Lock: open at last"
    assert found.text.split("\n\n") == PLAIN
    assert (found.published, found.updated) == (date(2024, 5, 4), date(2024, 5, 5))
    assert (found.source, found.url) == ("Bay Mirror", "https://baymirror.example/lock")


def test_the_first_heading_is_the_title_and_a_posted_line_the_date(tmp_path: Path) -> None:
    found = only(tmp_path, f"# A *new* lock\n\nPosted 4 May 2024\n\n{BODY}")
    assert (found.title, found.published) == ("A new lock", date(2024, 5, 4))
    assert found.text.split("\n\n") == PLAIN


def test_the_file_name_is_the_title_where_there_is_no_heading(tmp_path: Path) -> None:
    assert only(tmp_path, BODY).title == "New lock opens"


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    found = only(tmp_path, f"---\n\nA line of text that is not a field.\n\n---\n\n{BODY}")
    assert found.text.startswith("A line of text that is not a field.")


def test_unclosed_front_matter_is_text(tmp_path: Path) -> None:
    assert "source: Mirror" in only(tmp_path, f"---\ntitle: Lock\nsource: Mirror\n\n{BODY}").title


@pytest.mark.parametrize(
    ("front", "reason"),
    [("title: Lock: open", r"not YAML .* line 2.*quotes"), ("[" * 5_000, "not YAML")],
)
def test_bad_front_matter_is_named(tmp_path: Path, front: str, reason: str) -> None:
    found = found_in(tmp_path, f"---\n{front}\n---\n{BODY}")
    assert isinstance(found, Skipped)
    with pytest.raises(ValueError, match=reason):
        raise ValueError(found.reason)


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    raw = f"---\ntitle: Lock\ndate: 2024-05-04\n---\n{BODY}".replace("\n", "\r\n")
    path = tmp_path / "lock.markdown"
    path.write_bytes(raw.encode("utf-8-sig"))
    (found,) = read([path])
    assert isinstance(found, Article)
    assert (found.title, found.published) == ("Lock", date(2024, 5, 4))
