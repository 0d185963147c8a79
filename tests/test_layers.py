"""The import law of docs/architecture.md, read from the source: app → qa → index, never back.

A stage imports the records, helpers that know nothing but text, and what is written out here; a
module that is not named here gets no more than that.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {  # no module imports one of a higher level
    "index": 0, "qa": 1, "ui": 2, "serve": 3, "app": 4,
}  # fmt: skip

RECORDS = {"index.article", "index.errors", "index.filters", "qa.answer"}
TEXT = {"index.clean", "index.dates", "index.days", "index.sentences", "index.times", "qa.grammar",
        "qa.mentions", "qa.text", "qa.verbs"}  # fmt: skip

MORE = {  # what a module may import beyond records and text
    # composers: they alone know an order
    "index.build": {"index.chunk", "index.draft", "index.fill", "index.index", "index.intake",
                    "index.manifest", "index.messenger", "index.read", "index.spread",
                    "index.store", "index.writing"},
    "index.catalog": {"index.facts", "index.store"},
    "index.check": {"index.build", "index.chunk", "index.draft", "index.embed", "index.facts",
                    "index.index", "index.lexical", "index.manifest", "index.store", "index.sums",
                    "index.vectors"},
    "index.draft": {"index.facts", "index.lexical", "index.manifest", "index.store", "index.sums",
                    "index.vectors"},
    "index.facts": {"index.arrays"},
    "index.vectors": {"index.arrays"},
    "index.fill": {"index.chunk", "index.draft", "index.embed", "index.index", "index.manifest",
                   "index.spread", "index.store"},
    "index.index": {"index.build", "index.embed", "index.info", "index.intake", "index.manifest",
                    "index.messenger", "index.protocol", "index.published", "index.reader",
                    "index.store", "index.weights"},
    "index.info": {"index.manifest", "index.published"},
    "index.intake": {"index.checksum", "index.fill", "index.read", "index.spread",
                     "index.store"},
    "index.lexical": {"index.facts"},
    "index.milvus.change": {"index.lexical", "index.published"},
    "index.milvus.publish": {"index.info", "index.published"},
    "index.milvus.reader": {"index.lexical", "index.store"},
    "index.milvus.rows": {"index.facts", "index.store"},
    "index.milvus.state": {"index.info", "index.manifest"},
    "index.milvus.store": {"index.embed", "index.index", "index.info", "index.intake",
                           "index.lexical", "index.manifest", "index.messenger", "index.protocol",
                           "index.store", "index.writing"},
    "index.milvus.writer": {"index.manifest"},
    "index.opening": {"index.embed", "index.index", "index.manifest", "index.milvus",
                      "index.protocol"},
    "index.protocol": {"index.catalog", "index.embed", "index.index", "index.info", "index.intake",
                       "index.manifest", "index.messenger", "index.store"},
    "index.reader": {"index.catalog", "index.manifest", "index.published", "index.store"},
    "index.published": {"index.catalog", "index.facts", "index.lexical", "index.manifest",
                        "index.store", "index.vectors"},
    "index.watch": {"index.protocol"},
    # work on other cores and machines
    "index.spread": {"index.embed", "index.read", "index.worker"},
    "index.worker": {"index.embed", "index.export", "index.read", "index.weights"},
    "index.cluster": {"index.worker"},
    "index.weights": {"index.checksum", "index.hub", "index.wheels"},
    "qa.answering": {"qa.budget", "qa.clock", "qa.compose", "qa.extract", "qa.generate",
                     "qa.prompt", "qa.question", "qa.relevance", "qa.retrieve", "qa.search",
                     "qa.shown"},
    "qa.chatbot": {"index.opening", "index.protocol", "qa.answering", "qa.budget",
                   "qa.confidence", "qa.followup", "qa.generate", "qa.models", "qa.prompt",
                   "qa.question", "qa.remote", "qa.rerank", "qa.search", "qa.shown", "qa.summary",
                   "qa.surveys", "qa.typeahead"},
    "qa.search": {"index.info", "index.manifest", "index.protocol", "index.weights", "qa.nothing",
                  "qa.question", "qa.rerank", "qa.retrieve"},
    "qa.shown": {"index.protocol", "qa.blocks", "qa.evidence", "qa.generate", "qa.prompt",
                 "qa.question", "qa.wanted"},
    "qa.typeahead": {"qa.ahead", "qa.followup", "qa.generate", "qa.relevance", "qa.retrieve",
                     "qa.search", "qa.shown"},
    "qa.compose": {"qa.cite", "qa.confidence", "qa.conflict", "qa.generate", "qa.premise"},
    "index.sums": {"index.checksum", "index.manifest"},
    "index.writing": {"index.manifest"},
    "index.store.clusters": {"index.duplicates"},
    # stages that need a protocol or a record of another, or one pure function
    "qa.cite": {"qa.verify"},
    "qa.confidence": {"qa.wanted"},
    "qa.evidence": {"qa.guard", "qa.wanted"},
    "qa.nothing": {"index.protocol", "qa.question", "qa.reading", "qa.retrieve"},
    "qa.verify": {"index.times", "qa.basis", "qa.counted", "qa.facts"},
    "qa.basis": {"qa.facts"},
    "qa.counted": {"qa.basis", "qa.facts"},
    "qa.conflict": {"qa.facts"},
    "qa.differ": {"qa.facts"},
    "qa.premise": {"qa.facts"},
    "qa.generate": {"index.weights", "qa.llama"},
    "qa.prompt": {"qa.blocks", "qa.generate", "qa.guard"},
    "qa.budget": {"qa.generate", "qa.prompt"},
    "qa.models": {"index.weights", "qa.generate", "qa.remote"},
    "qa.remote.generator": {"qa.generate"},
    "qa.question": {"qa.asked_time", "qa.reading", "qa.typed"},
    "qa.reading": {"qa.asked_time"},
    "qa.rank": {"qa.wanted"},
    "qa.retrieve": {"index.chunk", "index.embed", "index.protocol", "qa.question", "qa.rank",
                    "qa.wanted"},
    "qa.followup": {"qa.question"},
    "qa.followup.rewrite": {"qa.generate"},
    # what is told over many articles
    "qa.topic": {"index.protocol", "qa.facts", "qa.question", "qa.retrieve"},
    "qa.timeline": {"index.protocol", "qa.cite", "qa.nothing", "qa.question", "qa.reading",
                    "qa.topic"},
    "qa.coverage": {"index.protocol", "qa.nothing", "qa.question", "qa.topic"},
    "qa.compare": {"index.protocol", "qa.cite", "qa.differ", "qa.nothing", "qa.question",
                   "qa.topic"},
    "qa.surveys": {"index.protocol", "qa.compare", "qa.coverage", "qa.question", "qa.search",
                   "qa.timeline"},
    "qa.summary": {"qa.cite", "qa.generate", "qa.guard"},
    "qa.views": {"qa.compare", "qa.summary", "qa.timeline"},
    # doors
    "index": {"index.index", "index.info"},
    "index.__main__": {"index.commands", "index.pipe"},
    "index.commands": {"index.check", "index.export", "index.messenger", "index.opening",
                       "index.says", "index.watch"},
    "index.says": {"index.info", "index.intake"},
    "qa": {"qa.chatbot"},
    "qa.__main__": {"index.opening", "index.pipe", "qa.budget", "qa.chatbot", "qa.doctor",
                    "qa.remote", "qa.views"},
    "qa.doctor": {"index.check", "index.checksum", "index.opening", "index.weights", "qa.finding",
                  "qa.remote", "qa.trial"},
    "qa.trial": {"index.embed", "qa.budget", "qa.finding", "qa.generate"},
    "app": {"index.opening", "qa", "qa.budget", "qa.remote", "serve", "ui"},
    "serve.chat": {"qa.followup", "qa.search"},
    "serve.endpoints": {"qa.search", "ui.shelf", "ui.uploads"},
    "serve.server": {"qa", "ui.archive", "ui.page", "ui.rooms"},
    "serve.watched": {"qa"},
    "ui.plot": {"qa.coverage"},
    "ui.reader": {"qa.guard"},
    "ui.shelf": {"index.read"},
    "ui.surveyor": {"qa.compare", "qa.coverage", "qa.summary", "qa.timeline"},
    "ui.turn": {"qa.followup"},
    "ui.uploads": {"index.intake", "index.read"},
    "ui.ask": {"index.catalog", "index.info", "qa.followup", "qa.search"},
    "ui.browse": {"index.catalog", "index.info", "index.store"},
    "ui.days": {"qa.reading"},
    "ui.sought": {"index.catalog", "qa.search"},
    "ui.viewed": {"qa.compare", "qa.summary", "qa.timeline"},
}  # fmt: skip
FAMILIES = {
    "index.milvus",
    "index.read",
    "index.store",
    "index.times",
    "qa.facts",
    "qa.followup",
    "qa.llama",
    "serve",
    "qa.remote",
    "ui",
}  # each is one stage; fmt: skip

GIANTS = {  # a library and the only modules that may know it
    "faiss": {"index.vectors"},
    "rensa": {"index.duplicates"},
    "tantivy": {"index.lexical"},
    "watchfiles": {"index.watch"},
    "pymilvus": {"index.milvus.schema", "index.milvus.server"},
    "milvus_lite": {"index.milvus.server"},
    "grpc": {"index.milvus.server"},
    "ray": {"index.cluster"},
    "sentence_transformers": {"index.embed", "qa.rerank"},
    "torch": {"index.embed"},
    "transformers": {"index.embed"},
    "tokenizers": {"index.embed"},
    "huggingface_hub": {"index.hub"},
    "trafilatura": {"index.read.html"},
    "pyarrow": {"index.read.parquet"},
    "urllib3": {"index.read.web", "qa.remote.http"},
    "protego": {"index.read.robots"},
    "llama_cpp": {"qa.llama.native", "qa.llama.template"},
    "gradio": {
        "serve.endpoints",
        "ui.browse_panel",
        "ui.handlers",
        "ui.known",
        "ui.page",
        "ui.parts",
        "ui.talks.handlers",
        "ui.talks.panel",
        "ui.views",
    },
    "starlette": {"serve.guard", "serve.leaving", "serve.policy", "serve.routes", "serve.server"},
    "prometheus_client": {"serve.figures"},
    "babel": {"ui.catalogs", "ui.days", "ui.words"},
}
BENCH = {
    "bench.tokens": {"llama_cpp"},  # counts with a vocabulary, without the model
    "bench.indexing": {"sentence_transformers", "torch"},  # measures them against the embedder
    "bench.peers.words": {"tokenizers"},  # counts what any system embedded
    "bench.peers.adapters.llamaindex": {"llama_cpp"},  # the chat template that peer needs
}
HEAVY = set(GIANTS) - {"faiss", "rensa", "tantivy"}  # imported in a tenth of a second


def modules(*packages: str) -> dict[str, Path]:
    files = [ROOT / "app.py", *(file for name in packages for file in (ROOT / name).rglob("*.py"))]
    return {name_of(file): file for file in files}


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> set[str]:
    """Every module a file imports, inside functions and for type checking too."""
    found: set[str] = set()
    known = modules("index", "qa", "ui", "serve", "bench")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & known.keys()) or {str(node.module)}
    return found


def family(module: str) -> str | None:
    return next((name for name in FAMILIES if f"{module}.".startswith(f"{name}.")), None)


def breaches(module: str, imported: set[str]) -> set[str]:
    """The imports of a module that the law does not allow."""
    own = {name for name in imported if name.split(".")[0] in PACKAGES and name != module}
    up = {name for name in own if PACKAGES[name.split(".")[0]] > PACKAGES[module.split(".")[0]]}
    allowed = RECORDS | TEXT | MORE.get(module, set())
    inside = {name for name in own if family(module) and family(name) == family(module)}
    from_families = {name for name in own if family(name) in allowed and family(module) is None}
    return up | (own - allowed - inside - from_families)


@pytest.mark.parametrize("module", modules("index", "qa", "ui", "serve"))
def test_a_module_imports_what_the_law_allows(module: str) -> None:
    assert not breaches(module, imports(modules("index", "qa", "ui", "serve")[module]))


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("index.store", "qa.answer"),
        ("index.article", "qa"),
        ("qa.chatbot", "ui.text"),
        ("ui.text", "app"),
        ("index.chunk", "index.embed"),
        ("index.store", "index.vectors"),
        ("index.read.html", "index.chunk"),
        ("qa.verify", "qa.retrieve"),
        ("qa.a_new_stage", "qa.chatbot"),
        ("ui.sources", "qa.chatbot"),
        ("ui.sources", "index.index"),
        ("qa.verify", "index.read.urls"),
    ],
)
def test_the_law_forbids(module: str, imported: str) -> None:
    assert breaches(module, {imported, "json", "index.errors"}) == {imported}


def test_the_law_names_modules_that_exist() -> None:
    named = set(MORE).union(*MORE.values(), *GIANTS.values(), RECORDS, TEXT, FAMILIES)
    assert named <= modules("index", "qa", "ui", "serve").keys()


@pytest.mark.parametrize("module", modules("index", "qa", "ui", "serve", "bench"))
def test_a_giant_lives_in_one_file(module: str) -> None:
    file = modules("index", "qa", "ui", "serve", "bench")[module]
    known = {name.split(".")[0] for name in imports(file)} & GIANTS.keys()
    strangers = {giant for giant in known if module not in GIANTS[giant]}
    assert strangers <= BENCH.get(module, set())


@pytest.mark.parametrize("package", ["index", "qa", "app", "index.__main__", "qa.__main__"])
def test_importing_a_package_loads_no_giant(package: str) -> None:
    code = f"import sys, {package}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(done.stdout.split())
    assert package in loaded
    assert not loaded & HEAVY
