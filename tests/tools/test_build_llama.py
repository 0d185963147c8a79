from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tools.build_llama import BASELINE, BEYOND, VERSION, flags_of, key, variants

ROOT = Path(__file__).parents[2]
BEFORE_AVX2 = "fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt aes avx f16c"  # Ivy Bridge
AVX2_ONLY = "fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt fma avx f16c bmi1 avx2 bmi2"  # Haswell
AVX512 = f"{AVX2_ONLY} avx512f avx512dq avx512cd avx512bw avx512vl"  # Skylake-SP
ZEN4 = f"{AVX512} avx512ifma avx512_bf16 avx512vbmi avx512_vbmi2 avx512_vnni avx512_bitalg"
SAPPHIRE_RAPIDS = f"{ZEN4} avx_vnni avx512_fp16 amx_bf16 amx_tile amx_int8"
ALDER_LAKE = f"{AVX2_ONLY} avx_vnni"


def cpuinfo(*flags: str) -> str:
    return "".join(
        f"processor\t: {n}\nmodel name\t: Some CPU\nflags\t\t: {line}\nbugs\t\t: spectre_v1\n\n"
        for n, line in enumerate(flags)
    )


def switched_on(arguments: str) -> set[str]:
    return set(re.findall(r"-DGGML_(\w+)=ON", arguments))


BASE = {"SSE42", "AVX", "AVX2", "BMI2", "FMA", "F16C"}
ALL_512 = {"AVX512", "AVX512_VBMI", "AVX512_VNNI", "AVX512_BF16"}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (SAPPHIRE_RAPIDS, [BASE | ALL_512, BASE]),
        (ZEN4, [BASE | ALL_512, BASE]),
        (AVX512, [BASE | {"AVX512"}, BASE]),
        (ALDER_LAKE, [BASE | {"AVX_VNNI"}, BASE]),
        (AVX2_ONLY, [BASE]),
        (BEFORE_AVX2, [{"SSE42", "AVX"}]),
        ("fpu sse sse2", [set()]),
    ],
    ids=["amx", "zen4", "avx512", "alder-lake", "avx2", "before-avx2", "sse2"],
)
def test_a_build_uses_what_the_processor_has(flags: str, expected: list[set[str]]) -> None:
    found = variants("Linux", "x86_64", cpuinfo(flags, flags))
    assert [switched_on(arguments) for arguments in found] == expected


@pytest.mark.parametrize("flags", [SAPPHIRE_RAPIDS, AVX2_ONLY, BEFORE_AVX2])
def test_every_switch_is_named_and_amx_and_native_are_off(flags: str) -> None:
    for arguments in variants("Linux", "x86_64", cpuinfo(flags)):
        for switch in (*BASELINE, *BEYOND):
            assert len(re.findall(rf"-D{switch}=", arguments)) == 1
        for switch in ("GGML_NATIVE", "GGML_AMX_TILE", "GGML_AMX_INT8", "GGML_AMX_BF16"):
            assert f"-D{switch}=OFF" in arguments


def test_only_what_all_cores_have_counts() -> None:
    assert flags_of(cpuinfo("fpu avx avx2", "fpu avx")) == {"fpu", "avx"}
    assert flags_of("processor : 0\nFeatures : fp asimd\n") == set()


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_other_machines_take_the_defaults_first(system: str, machine: str) -> None:
    first, second = variants(system, machine, "")
    assert first == "-DLLAVA_BUILD=OFF"
    assert "-DGGML_NATIVE=OFF" in second


def test_builds_with_other_arguments_are_kept_apart() -> None:
    assert key("-DA=ON").startswith(f"{VERSION}-cpython-3")
    assert key("-DA=ON") != key("-DA=OFF")


def test_the_version_is_the_one_that_the_project_needs() -> None:
    for file in ("pyproject.toml", "constraints.txt"):
        text = (ROOT / file).read_text("utf-8")
        assert re.findall(r"llama-cpp-python==([\d.]+)", text) == [VERSION]


WORKS = """
class Llama:
    def __init__(self, **settings): assert settings["model_path"]
    def tokenize(self, text): return list(text)
    def eval(self, tokens): assert tokens
    def sample(self, temp): return 1
"""
CRASHES = "import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n"


def keep_wheel(cache: Path, arguments: str, code: str) -> None:
    """Put a package that only pretends where a real build would lie."""
    home = cache / "llama" / key(arguments)
    home.mkdir(parents=True)
    info = f"llama_cpp_python-{VERSION}.dist-info"
    with zipfile.ZipFile(home / f"llama_cpp_python-{VERSION}-py3-none-any.whl", "w") as archive:
        archive.writestr("llama_cpp/__init__.py", code)
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: {VERSION}\n",
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


class Environment:
    """An empty environment in which the program is run as `make setup` runs it."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.model = folder / "model.gguf"
        self.model.write_bytes(b"GGUF")
        self.renew(folder / "venv")

    def renew(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, with_pip=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = [str(self.folder / "bin" / "python"), str(ROOT / "tools" / "build_llama.py")]
        environment = {**os.environ, "CLIPPINGS_CACHE": str(self.cache), "PIP_NO_INDEX": "1"}
        return subprocess.run(
            [*program, *arguments], env=environment, capture_output=True, text=True, check=False
        )

    def prove(self) -> subprocess.CompletedProcess[str]:
        return self.run("--model", str(self.model))

    def module(self) -> Path:
        return next(self.folder.glob("lib/*/site-packages/llama_cpp/__init__.py"))

    def installed(self) -> str:
        return self.module().read_text()


@pytest.fixture
def here() -> list[str]:
    """The builds for this machine."""
    file = Path("/proc/cpuinfo")
    text = file.read_text() if file.exists() else ""
    return variants(platform.system(), platform.machine(), text)


@pytest.mark.slow
def test_a_build_that_crashes_gives_way_to_the_baseline_and_is_not_tried_again(
    tmp_path: Path, here: list[str]
) -> None:
    if len(here) < 2:
        pytest.skip("this processor has one build only")
    environment = Environment(tmp_path)
    keep_wheel(environment.cache, here[0], CRASHES)
    keep_wheel(environment.cache, here[1], WORKS)

    assert environment.run().returncode == 0
    assert environment.installed() == CRASHES
    proof = environment.prove()
    assert proof.returncode == 0, proof.stderr
    assert "died of SIGILL" in proof.stderr
    assert environment.installed() == WORKS
    memory = environment.cache / "llama" / f"{key(here[0])}.json"
    assert json.loads(memory.read_text()) == {"works": here[1]}

    environment.module().write_text(CRASHES)  # so it would show if it were tried again
    again = environment.prove()
    assert (again.returncode, again.stderr) == (0, "")

    environment.renew(tmp_path / "second")
    assert environment.run().returncode == 0
    assert environment.installed() == WORKS


@pytest.mark.slow
def test_a_build_of_the_users_own_is_kept_while_it_runs(tmp_path: Path, here: list[str]) -> None:
    environment = Environment(tmp_path)
    own = "# built by hand\n" + WORKS
    keep_wheel(environment.cache, "own", own)
    wheel = next((environment.cache / "llama" / key("own")).glob("*.whl"))
    pip = [str(environment.folder / "bin" / "python"), "-m", "pip", "install", "-q", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)
    assert environment.prove().returncode == 0
    assert environment.installed() == own


@pytest.mark.slow
def test_without_a_build_that_runs_the_reason_is_the_last_line(
    tmp_path: Path, here: list[str]
) -> None:
    environment = Environment(tmp_path)
    for arguments in here:
        keep_wheel(environment.cache, arguments, "raise OSError('libgomp.so.1: not found')")
    proof = environment.prove()
    assert proof.returncode == 1
    assert proof.stderr.splitlines()[-1].startswith("error: The installed llama-cpp-python")
    assert "libgomp.so.1: not found" in proof.stderr


@pytest.mark.slow
def test_a_build_that_fails_shows_the_log_and_what_is_needed(tmp_path: Path) -> None:
    environment = Environment(tmp_path)  # whose pip knows no index: nothing can be built
    failed = environment.run()
    assert failed.returncode == 1
    assert "No matching distribution found for llama-cpp-python" in failed.stderr
    assert "C++ compiler and cmake" in failed.stderr.splitlines()[-1]


def test_a_model_that_is_not_there_is_no_reason_to_rebuild(tmp_path: Path) -> None:
    program = [sys.executable, str(ROOT / "tools" / "build_llama.py")]
    command = [*program, "--model", str(tmp_path / "none.gguf")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "there is no file" in run.stderr
