"""To import Gradio in less time. It knows Python's imports, and nothing of the page."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

MODULE = "gradio.component_meta"  # writes, at each import,
STUBS = "create_or_modify_pyi"  # type stubs beside Gradio's own files, for editors


@contextmanager
def quick_import() -> Iterator[None]:
    """Look for no garbage while modules are imported, nor ever again in what they left.

    A fifth of the time of importing Gradio goes into it, and half of that of building the page.
    A third of what is left goes into type stubs, which nobody here reads: they are left alone.
    """
    finder = _Finder()
    gc.disable()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        gc.freeze()
        gc.enable()


class _Finder(MetaPathFinder):
    """Finds the one module that writes stubs; leaves all others to Python."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Runs the module, and puts nothing in the place of what writes; if it is gone, so be it."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(module, STUBS):
            setattr(module, STUBS, lambda *_, **__: None)
