"""Install llama-cpp-python built for this processor, and prove that it runs.

A native build switches AMX on where the processor's flags advertise it, and on many virtual
machines the first decode then dies. So the instruction sets are named one by one, AMX is left
off, and a child process decodes a token; if that fails, a baseline build takes its place. pip's
cache knows nothing of CMAKE_ARGS, so the wheels are kept in a cache of our own.

Without --model the package is installed; with it, also proven. Only the standard library is
used: this runs in an environment that is still empty, with that environment's Python.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.metadata
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

PACKAGE = "llama-cpp-python"
VERSION = "0.3.36"
AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
BASELINE = {  # CMake switch: the processor flags that it needs
    "GGML_SSE42": {"sse4_2"},
    "GGML_AVX": {"avx"},
    "GGML_AVX2": {"avx2"},
    "GGML_BMI2": {"avx2", "bmi2"},
    "GGML_FMA": {"avx2", "fma"},
    "GGML_F16C": {"avx2", "f16c"},
}
BEYOND = {
    "GGML_AVX_VNNI": {"avx2", "avx_vnni"},
    "GGML_AVX512": AVX512,
    "GGML_AVX512_VBMI": AVX512 | {"avx512vbmi"},
    "GGML_AVX512_VNNI": AVX512 | {"avx512_vnni"},
    "GGML_AVX512_BF16": AVX512 | {"avx512_bf16"},
}
NEVER = ("GGML_AMX_TILE", "GGML_AMX_INT8", "GGML_AMX_BF16")
NO_COMMON = Path(__file__).with_name("no_common.cmake").resolve()
PROOF = """
import sys
from llama_cpp import Llama
llm = Llama(model_path=sys.argv[1], n_ctx=128, verbose=False)
llm.eval(llm.tokenize(b"The harbour reopened on Monday. " * 10))  # a batch, as prompts are
llm.eval([llm.sample(temp=0.0)])  # one token, as answers are
"""


class BuildError(Exception):
    """The package could not be built, installed or proven; the message holds the remedy."""


def flags_of(cpuinfo: str) -> set[str]:
    """The flags that all processors of a /proc/cpuinfo share."""
    lines = [line for line in cpuinfo.splitlines() if line.startswith("flags")]
    flags = [set(line.partition(":")[2].split()) for line in lines]
    return set.intersection(*flags) if flags else set()


def variants(system: str, machine: str, cpuinfo: str) -> list[str]:
    """CMAKE_ARGS to be tried, the fastest first; each is safer than the one before."""
    if system != "Linux" or machine not in ("x86_64", "AMD64"):
        return ["-DLLAVA_BUILD=OFF", "-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF"]
    flags = flags_of(cpuinfo)
    basic = {switch for switch, needs in BASELINE.items() if needs <= flags}
    beyond = {switch for switch, needs in BEYOND.items() if needs <= flags}
    if "GGML_AVX512_VNNI" in beyond:
        beyond.discard("GGML_AVX_VNNI")  # the same instructions, narrower
    tried = [_arguments(basic | beyond), _arguments(basic)]
    return tried if beyond else tried[:1]


def _arguments(on: set[str]) -> str:
    switches = [*BASELINE, *BEYOND, *NEVER]
    named = [f"-D{switch}={'ON' if switch in on else 'OFF'}" for switch in switches]
    return " ".join(["-DGGML_NATIVE=OFF", "-DLLAVA_BUILD=OFF", *named])


def cache_folder() -> Path:
    """Where wheels are kept: beside the weights, by the same rule as index.weights.cache_root."""
    if given := os.environ.get("CLIPPINGS_CACHE"):
        return Path(given).expanduser() / "llama"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "clippings" / "llama"
    base = os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache"
    return Path(base) / "clippings" / "llama"


def key(arguments: str) -> str:
    """The name under which a build is kept: version, Python, platform and CMAKE_ARGS."""
    tag = f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}"
    libc = "".join(platform.libc_ver())
    digest = hashlib.sha256(f"{libc} {arguments}".encode()).hexdigest()[:12]
    return f"{VERSION}-{tag}-{digest}"


def settle(model: Path | None) -> None:
    """Leave the environment with the package installed and, given a model, proven."""
    choices = variants(platform.system(), platform.machine(), _cpuinfo())
    machine = choices[0]
    memory = cache_folder() / f"{key(machine)}.json"
    works = _read(memory).get("works")
    if works in choices:  # anything faster has failed on this machine before
        choices = choices[choices.index(works) :]
    stamp = Path(sys.prefix) / "llama.json"
    known, installed = _read(stamp), _installed()
    ours = known.get("arguments") if known.get("record") == installed else None
    if installed and (model is None or known == _state(ours, machine)):
        return
    attempts: list[str | None] = [*choices]
    if installed:  # by us, or by somebody to their own taste: kept if it runs
        attempts = [ours, *(choice for choice in choices if choice != ours)]
    for attempt in attempts:
        try:
            if attempt and not (installed and attempt == ours):
                _install(_wheel(attempt))
            if model:
                _prove(model)
        except BuildError as error:
            if attempt == attempts[-1]:
                raise
            print(f"{error}\nTrying the next safer build.", file=sys.stderr)
            continue
        _write(stamp, _state(attempt, machine if model else None))
        if model and attempt:
            _write(memory, {"works": attempt})
        return


def _state(arguments: str | None, proven_on: str | None) -> dict[str, Any]:
    return {"arguments": arguments, "record": _installed(), "proven_on": proven_on}


def _cpuinfo() -> str:
    file = Path("/proc/cpuinfo")
    return file.read_text("utf-8", "replace") if file.exists() else ""


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _write(file: Path, record: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(record), "utf-8")
    fresh.replace(file)


def _installed() -> str | None:
    """What tells one build of the right version from another; None without any."""
    importlib.invalidate_caches()
    try:
        found = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
    record = found.read_text("RECORD") or ""
    return hashlib.sha256(record.encode()).hexdigest() if found.version == VERSION else None


def _wheel(arguments: str) -> Path:
    """The wheel built with these CMAKE_ARGS, from the cache or built now."""
    home = cache_folder() / key(arguments)
    for wheel in home.glob("*.whl"):
        print(f"{PACKAGE} {VERSION}: using the build in {home}", file=sys.stderr)
        return wheel
    home.mkdir(parents=True, exist_ok=True)
    log = home / "build.log"
    print(f"Building {PACKAGE} {VERSION} (some minutes) with {arguments}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        command = ["wheel", "--no-deps", "--no-cache-dir", "--no-binary", PACKAGE, "-w", scratch]
        status = _run_with_clock([*command, f"{PACKAGE}=={VERSION}"], log, arguments)
        built = list(Path(scratch).glob("*.whl"))
        if status or len(built) != 1:
            lines = log.read_text("utf-8", "replace").splitlines()[-30:]
            raise BuildError(
                "\n".join(lines) + f"\n{PACKAGE} could not be built (full log: {log}). It needs a "
                "C++ compiler and cmake; on Debian or Ubuntu: apt-get install build-essential cmake"
            )
        return built[0].rename(home / built[0].name)  # on one disk: there whole or not at all


def _run_with_clock(command: list[str], log: Path, arguments: str) -> int:
    """Run pip with its output in `log`; show on standard error that time passes."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--verbose", *command]
    include = f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={shlex.quote(str(NO_COMMON))}"
    environment = {**os.environ, "CMAKE_ARGS": f"{arguments} {include}"}
    live = sys.stderr.isatty()
    started = time.monotonic()
    with (
        log.open("wb") as sink,
        subprocess.Popen(  # noqa: S603
            pip, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=environment
        ) as process,
    ):
        while True:
            try:
                status = process.wait(timeout=1 if live else 30)
            except subprocess.TimeoutExpired:
                seconds = time.monotonic() - started
                before, after = ("\r", "") if live else ("", "\n")
                print(
                    f"{before}  building, {seconds:.0f} s", end=after, file=sys.stderr, flush=True
                )
                continue
            print(f"{chr(13) if live else ''}  {time.monotonic() - started:.0f} s", file=sys.stderr)
            return status


def _install(wheel: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command = [*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise BuildError(f"{wheel} could not be installed: {run.stderr.strip()}")


def _prove(model: Path) -> None:
    """Decode a token in a child process, which may die of it."""
    command = [sys.executable, "-c", PROOF, str(model)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode == 0:
        return
    if run.returncode < 0:
        how = f"died of {signal.Signals(-run.returncode).name}"
    else:
        how = "failed: " + " ".join(run.stderr.strip().splitlines()[-3:])
    raise BuildError(f"The installed {PACKAGE} does not run: decoding with {model.name} {how}")


def main() -> int:
    """Read the arguments, do the work, say what failed."""
    parser = argparse.ArgumentParser(description="Install llama-cpp-python so that it runs here.")
    parser.add_argument("--model", type=Path, help="a .gguf file; proves that a token is decoded")
    model: Path | None = parser.parse_args().model
    if model and not model.is_file():
        parser.error(f"there is no file {model}")
    try:
        settle(model)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
