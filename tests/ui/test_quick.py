"""Importing without what takes time and is of no use."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ui import quick
from ui.quick import quick_import


@contextmanager
def unfrozen() -> Iterator[None]:
    try:
        yield
    finally:
        gc.unfreeze()


def test_what_was_imported_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    with unfrozen():
        with quick_import():
            assert not gc.isenabled()
            made: list[object] = [[]]
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
        assert not any(item is made for item in gc.get_objects())


@pytest.mark.parametrize(
    ("source", "left"),
    [("def create_or_modify_pyi(kind): return kind", None), ("def other(kind): return kind", 1)],
)
def test_nothing_but_the_writing_of_stubs_is_left_out_and_only_if_it_is_there(
    source: str, left: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_up_meta.py").write_text(f"{source}\nKEPT = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(quick, "MODULE", "made_up_meta")
    sys.modules.pop("made_up_meta", None)
    finders = list(sys.meta_path)
    with unfrozen(), quick_import():
        module = importlib.import_module("made_up_meta")
    del sys.modules["made_up_meta"]
    assert module.KEPT == 1
    function = getattr(module, "create_or_modify_pyi", None) or module.other
    assert function(1) == left
    assert sys.meta_path == finders


STUBS = """
import ui.quick, sys
with ui.quick.quick_import():
    import gradio.component_meta as meta
import gradio
class Own(gradio.Textbox):
    pass
assert meta.create_or_modify_pyi(Own, "Own", []) is None
with gradio.Blocks(analytics_enabled=False):
    gradio.Textbox().submit(lambda text: text)
print("made")
"""


@pytest.mark.slow
def test_gradio_works_without_writing_stubs() -> None:
    command = [sys.executable, "-c", STUBS]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.stdout == "made\n", done.stderr
