"""Text that was decoded wrongly once ("â€™" for "’"), put right by ftfy; nothing else changes."""

from __future__ import annotations

import re
from typing import Final

# Every mojibake of UTF-8 read as a Western, Eastern or Cyrillic code page holds one of these; most
# texts hold none, and ftfy's own look costs more than reading the text did.
_SUSPECT: Final = re.compile("[ÂÃÅÄÎÏÐÑØÙâãåäæçèéêëìíïð×ÆÇĂĹĎČŕŻГРСвВ\x80-\x9f€][^\x00-\x7f]")


def mended(text: str) -> tuple[str, bool]:
    """The text, line by line put right where it is clearly wrong, and whether it changed."""
    if text.isascii() or not _SUSPECT.search(text):
        return text, False
    import ftfy  # only where something may be wrong
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text, False
    lines = [ftfy.fix_encoding(line) if is_bad(line) else line for line in text.split("\n")]
    whole = "\n".join(lines)
    return whole, whole != text
