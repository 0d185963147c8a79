"""Gather the sentences of the interface into ui/languages/clippings.pot: `python tools/words.py`.

They are those that the functions of ui/words.py are called with. It reads the source's syntax, and
imports none of it: gettext's own tools do not look into f-strings, where most of them stand.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

ROOT = Path(__file__).parents[1]
FOLDERS = ("ui", "ui/talks")
TEMPLATE = ROOT / "ui" / "languages" / "clippings.pot"
ONE = {"say", "say_html", "marked"}  # called with a sentence
MANY = {"count", "count_html"}  # called with a number and its two sentences
LEFT_OUT = (  # of the header: what changes by the day, and what nobody filled in
    '"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Report-Msgid-Bugs-To',
)  # fmt: skip
HEADER = """\
# The sentences of Clippings' interface; docs/translating.md says how to translate them.
#"""


def main() -> int:
    """Write the template; the exit status."""
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
    return 0


def template() -> bytes:
    """The template with every sentence, in the order of the files and of the places in them.

    ValueError where two that gettext cannot keep apart are not the same.
    """
    catalog = Catalog(project="Clippings", header_comment=HEADER, fuzzy=False)
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).glob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            for sentence in sentences(file.read_text(encoding="utf-8"), name):
                known = catalog.get(sentence if isinstance(sentence, str) else sentence[0])
                if known is not None and known.id != sentence:
                    raise ValueError(f"{name}: {sentence!r} would be translated as {known.id!r}")
                catalog.add(sentence, locations=[(name, 1)])
    written = BytesIO()
    write_po(written, catalog, width=96, include_lineno=False)
    kept = (
        line
        for line in written.getvalue().decode("utf-8").splitlines(keepends=True)
        if not line.startswith(LEFT_OUT)
    )
    return "".join(kept).encode()


def sentences(source: str, name: str) -> Iterator[str | tuple[str, str]]:
    """The sentences of a module; ValueError where one is made of pieces, so that none is missed."""
    for call in _calls(ast.parse(source)):
        called = call.func.id if isinstance(call.func, ast.Name) else ""
        if called in ONE:
            said, _ = _literals(call.args[:1])
            if said is not None:
                yield said
            elif called == "marked" or not isinstance(
                call.args[0], (ast.Name, ast.Subscript, ast.IfExp)
            ):
                raise ValueError(f"{name}:{call.lineno}: {called} needs a sentence as it stands")
        elif called in MANY:
            one, many = _literals(call.args[1:3])
            if one is None or many is None:
                raise ValueError(f"{name}:{call.lineno}: {called} needs both sentences")
            yield one, many


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """In the order of the source; places in f-strings are not told the same by every Python."""
    if isinstance(node, ast.Call):
        yield node
    for inner in ast.iter_child_nodes(node):
        yield from _calls(inner)


def _literals(nodes: list[ast.expr]) -> list[str | None]:
    """The texts that two nodes are; None where a node is none or is not there."""
    texts = [getattr(node, "value", None) for node in nodes if isinstance(node, ast.Constant)]
    found = [text if isinstance(text, str) else None for text in texts]
    return [*found, None, None][:2]


if __name__ == "__main__":
    sys.exit(main())
