"""Catalogs that cannot be used are refused, and the refusal says where and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import InputError
from ui.catalogs import LARGEST, open_language

HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def catalog(folder: Path, text: str) -> str:
    file = folder / "made.po"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_catalog_is_read_as_its_translator_wrote_it(tmp_path: Path) -> None:
    text = HEADER + 'msgid "%(n)s file"\nmsgid_plural "%(n)s files"\n' + (
        'msgstr[0] "%(n)s fichier"\nmsgstr[1] "%(n)s fichiers"\n'
    )  # fmt: skip
    language = open_language(catalog(tmp_path, text))
    assert (language.code, language.direction) == ("fr", "ltr")
    forms = [language.catalog.ngettext("%(n)s file", "%(n)s files", n) for n in (0, 1, 2)]
    assert forms == ["%(n)s fichier", "%(n)s fichier", "%(n)s fichiers"]
    assert language.lacking > 100  # the others are said in English


def test_what_a_translator_is_unsure_of_is_not_said(tmp_path: Path) -> None:
    text = HEADER + '#, fuzzy\nmsgid "Search"\nmsgstr "Cherche"\n'
    text += '\n#, fuzzy\nmsgid "Model %(name)s"\nmsgstr "Modèle %(nom)s"\n'
    assert open_language(catalog(tmp_path, text)).catalog.gettext("Search") == "Search"


def test_a_language_is_written_from_right_to_left_where_it_is(tmp_path: Path) -> None:
    text = HEADER.replace("fr", "ar")
    assert open_language(catalog(tmp_path, text)).direction == "rtl"


def test_a_language_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"'xx'.*come along: en.*--language"):
        open_language("xx")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.replace("fr", "xx"), "names no language"),
        (HEADER.replace('"Language: fr\\n"\n', ""), "names no language"),
        (HEADER + 'msgid "Model %(name)s"\nmsgstr "Modèle %(nom)s"\n', "line 7.*%(name)s"),
        (HEADER + 'msgid "Model %(name)s"\nmsgstr "100 % %(name)s"\n', "line 7.*percent"),
        (HEADER + 'msgid "Model %(name)s"\nmsgstr "%(name)s %s"\n', "line 7"),
        (HEADER + "Model = x\n", "no catalog of gettext"),
        (HEADER.replace("(n > 1)", "__import__"), "Plural-Forms"),
        (HEADER.replace("utf-8", "klingon"), "no catalog of gettext"),
        ("x" * (LARGEST + 1), "4 MB are the limit"),
    ],
)
def test_a_damaged_catalog_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("(", r"\(").replace(")", r"\)")) as raised:
        open_language(catalog(tmp_path, text))
    assert "made.po" in str(raised.value)


def test_a_catalog_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.po.*--language"):
        open_language(str(tmp_path / "gone.po"))
