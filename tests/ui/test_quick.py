"""Importing without what takes time and is of no use."""

from __future__ import annotations

import gc

from ui.quick import quick_import


def test_what_was_imported_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    try:
        with quick_import():
            assert not gc.isenabled()
            made: list[object] = [[]]
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
        assert not any(item is made for item in gc.get_objects())
    finally:
        gc.unfreeze()
