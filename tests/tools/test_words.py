"""The template of the interface's sentences, and that no script has sentences of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.words import ROOT, TEMPLATE, sentences, template

SCRIPTS = sorted(ROOT.glob("ui/**/*.js"))
TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
PROSE = re.compile(r"\b[A-Za-z]{2,}[,:;]? [a-z]{2,} [a-z]{2,}|[a-z][.!?…]$|^[A-Z][a-z]+[ .…]")


def test_the_template_holds_what_the_code_says() -> None:
    assert TEMPLATE.read_bytes() == template(), "run `make words`"


def test_sentences_are_found_in_f_strings_and_calls_within_calls() -> None:
    source = (
        """x = f'<p>{say_html("One", b=count(n, "a %(n)s", "b %(n)s"))}</p>'; marked('T' 'wo')"""
    )
    assert list(sentences(source, "x")) == ["One", ("a %(n)s", "b %(n)s"), "Two"]


@pytest.mark.parametrize(
    "source",
    ['say(f"Hello {name}")', 'say("Hello " + name)', 'count(n, f"{n} file", "files")',
     "marked(name)", "count(n, *both)"],
)  # fmt: skip
def test_a_sentence_of_pieces_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="x:1"):
        list(sentences(source, "x"))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_has_no_sentence_of_its_own(file: Path) -> None:
    lines = (line.partition("//")[0] for line in file.read_text(encoding="utf-8").splitlines())
    literals = [found.group()[1:-1] for found in TEXT.finditer("\n".join(lines))]
    assert not [text for text in literals if PROSE.search(text)]


def test_prose_in_a_script_would_be_found() -> None:
    assert PROSE.search("The files could not be read.")
    assert PROSE.search("Citation ${at} of ${all}")
    assert not PROSE.search("aria-current")
