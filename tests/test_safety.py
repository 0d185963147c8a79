"""No module runs what it reads: no pickle, no eval, no shell, no unsafe YAML or weights."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("index", "qa", "ui", "bench", "tools")
FILES = [ROOT / "app.py", *(f for name in FOLDERS for f in sorted((ROOT / name).rglob("*.py")))]
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}  # of the builtins
METHODS = {("yaml", "load"), ("yaml", "unsafe_load"), ("yaml", "full_load"), ("os", "system"),
           ("os", "popen"), ("pickle", "loads"), ("subprocess", "getoutput")}  # fmt: skip


def dangers(source: str) -> Iterator[str]:
    """What in a source could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
            yield from (f"import {name}" for name in names if name in MODULES)
        elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in MODULES:
            yield f"from {node.module}"
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[str]:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    told = {name: getattr(value, "value", value) for name, value in given.items()}
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield f"{node.func.id}()"
    if isinstance(node.func, ast.Attribute):
        owner = getattr(node.func.value, "id", "")
        call = f"{owner}.{node.func.attr}()"
        loader = getattr(given.get("Loader"), "attr", "")
        if (owner, node.func.attr) in METHODS and loader not in {"BaseLoader", "SafeLoader"}:
            yield call
        if (owner, node.func.attr) == ("torch", "load") and told.get("weights_only") is not True:
            yield f"{call} without weights_only=True"
    if told.get("shell", False) is not False:
        yield "shell=True"
    if told.get("trust_remote_code", False) is not False:
        yield "trust_remote_code"
    if told.get("allow_pickle", False) is not False:
        yield "allow_pickle"


def test_the_threat_model_names_tests_and_files_that_there_are() -> None:
    told = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    written = "".join(f.read_text(encoding="utf-8") for f in (ROOT / "tests").rglob("test_*.py"))
    names = set(re.findall(r"`(test_\w+)`", told))
    assert len(names) > 15
    assert {name for name in names if f"def {name}(" not in written} == set()
    files = set(re.findall(r"`((?:index|qa|ui|tests|tools)/[\w/.]+)`", told))
    assert {file for file in files if not (ROOT / file).exists()} == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_runs_nothing_that_it_reads(file: Path) -> None:
    assert list(dangers(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "exec(text)",
        "yaml.load(stream)",
        "torch.load(file)",
        "torch.load(file, weights_only=False)",
        "subprocess.run(words, shell=True)",
        "subprocess.run(words, shell=maybe)",
        "np.load(file, allow_pickle=True)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
        "os.system(line)",
    ],
)
def test_what_runs_what_it_reads_is_seen(source: str) -> None:
    assert len(list(dangers(source))) == 1


def test_what_does_not_is_let_be() -> None:
    fine = "np.load(f, allow_pickle=False)\nyaml.safe_load(s)\nre.compile(x)\nmodel.eval()"
    assert list(dangers(fine)) == []
