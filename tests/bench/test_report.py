"""From result files and sources to pages, and whether the pages are in step with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import main
from bench.report import BEGIN, END, HEAD, ROOT, check, write
from bench.report.results import read_runs
from index.errors import InputError

FOOT = "AMD EPYC, 2 cores · 24 November 2026 · commit abc1234"


def line(task: str, figures: dict[str, tuple[float | None, int]], **fields: Any) -> dict[str, Any]:
    """What `--out` appends; the fields given replace its own."""
    return {
        "task": task,
        "data": "orrane",
        **{name: value for name, (value, _) in figures.items()},
        "n": {name: n for name, (_, n) in figures.items()},
        "settings": {},
        "machine": {"cpu": "AMD EPYC", "cores": 2, "python": "3.11.7"},
        "date": "2026-11-24T10:00:00+00:00",
        "commit": "abc1234",
        "command": f"python -m bench {task} --data orrane",
        **fields,
    }


class Project:
    """A folder with a README, sources and result files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.results = root / "docs" / "results"
        self.results.mkdir(parents=True)
        self.source("# Results")
        (self.results / "readme.md.in").write_text("See the results.\n", encoding="utf-8")
        (root / "README.md").write_text(f"# Bells\n\n{BEGIN}\n{END}\n\nThe end.\n", "utf-8")

    def source(self, text: str) -> None:
        (self.results / "results.md.in").write_text(f"{text}\n", encoding="utf-8")

    def keep(self, name: str, *lines: dict[str, Any]) -> Path:
        file = self.results / f"{name}.jsonl"
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(f"{json.dumps(made)}\n" for made in lines)
        return file

    def page(self, source: str) -> str:
        """The page that a source becomes, without its head."""
        self.source(source)
        write(self.root)
        text = (self.root / "docs" / "results.md").read_text(encoding="utf-8")
        assert text.startswith(f"{HEAD}\n\n")
        return text.removeprefix(f"{HEAD}\n\n")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_runs_stand_side_by_side_with_their_counts_and_where_they_came_from(
    project: Project,
) -> None:
    project.keep("one", line("answers", {"accuracy": (0.7242, 170), "auroc": (None, 0)}))
    times = {"total_s": (4.724, 38), "total_s_p95": (12.07, 38), "accuracy": (1.0, 1234)}
    project.keep("two", line("answers", times, commit=None, command="python -m bench answers"))
    page = project.page(
        "# Results\n\n<!-- table\none = the first\ntwo\nthree = the third\n\n"
        "accuracy\nauroc = AUROC | a\ntotal_s total_s_p95 = whole answer\n-->\n\nThe end."
    )
    assert page == (
        "# Results\n\n"
        "|  | the first | two |\n"
        "| --- | --- | --- |\n"
        "| accuracy | .724 (170) | 1.000 (1,234) |\n"
        "| AUROC \\| a | – | – |\n"
        "| whole answer | – | 4.7 s, 12.1 s (38) |\n\n"
        "Not measured yet: the third.\n\n"
        f"`python -m bench answers --data orrane` · {FOOT}; "
        "`python -m bench answers` · AMD EPYC, 2 cores · 24 November 2026 · no commit\n\n"
        "The end.\n"
    )


def test_a_suffix_gives_a_column_of_other_figures_of_the_same_run(project: Project) -> None:
    figures = {"sources_s": (0.0331, 40), "sources_s_p95": (0.047, 40), "load_s": (0.2, 3)}
    project.keep("latency", line("latency", figures))
    page = project.page(
        "<!-- table\nlatency = median\nlatency _p95 = 95th\n\nsources_s\nload_s = loading\n-->"
    )
    assert page == (
        "|  | median | 95th |\n"
        "| --- | --- | --- |\n"
        "| sources_s | 33 ms (40) | 47 ms (40) |\n"
        "| loading | 0.20 s (3) | – |\n\n"
        f"`python -m bench latency --data orrane` · {FOOT}\n"
    )


def test_a_star_is_a_row_for_each_figure_that_begins_so(project: Project) -> None:
    types = {"accuracy": (0.5, 4), "accuracy:who": (1.0, 1), "accuracy:when": (0.0, 3)}
    project.keep("answers", line("answers", types))
    rows = project.page("<!-- table\nanswers\n\naccuracy:*\n-->").splitlines()
    assert rows[2:4] == ["| who | 1.000 (1) |", "| when | .000 (3) |"]


def test_each_system_has_a_row_and_one_that_failed_says_why(project: Project) -> None:
    figures = {
        "clippings.total_s": (4.0, 40),
        "clippings.accuracy": (0.75, 40),
        "llama.index.total_s": (6.0, 40),
        "llama.index.total_s_ratio": (1.5, 40),
        "llama.index.accuracy": (0.5, 38),
    }
    settings = {"haystack.failed": "no wheel |\nfor this", "txtai failed": "it fell"}
    project.keep("peers", line("peers", figures, settings=settings))
    page = project.page(
        "<!-- peers peers\naccuracy = right\ntotal_s = whole answer\n"
        "total_s_ratio = to ours\nindex_mb\n-->"
    )
    assert page == (
        "|  | right | whole answer (40) | to ours (40) | index_mb |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| clippings | .750 (40) | 4.0 s | – | – |\n"
        "| llama.index | .500 (38) | 6.0 s | 1.50 | – |\n"
        "| haystack (failed: no wheel \\| for this) | – | – | – | – |\n"
        "| txtai (failed: it fell) | – | – | – | – |\n\n"
        f"`python -m bench peers --data orrane` · {FOOT}\n"
    )


def test_a_series_becomes_a_table(project: Project) -> None:
    points = [{"passages": 10_000, "disk_mb": 34.2, "recall@10": None}]
    project.keep("scale", line("scale", {}, series={"scale": points}))
    page = project.page("<!-- points scale scale\npassages\ndisk_mb = disk\nrecall@10\n-->")
    assert page.splitlines()[2] == "| 10,000 | 34 MB | – |"


def test_prose_quotes_figures_settings_and_the_machine(project: Project) -> None:
    settings = {"chunks": 53_336, "model": "Q4"}
    project.keep("a", line("answers", {"accuracy": (0.724, 170)}, settings=settings))
    page = project.page(
        "{a.accuracy}, {a.accuracy %} of {a.accuracy n}; {a.chunks} chunks, {a.model}, on {a.day} "
        "with {a.cores} cores; {braces} stay."
    )
    assert page == (
        ".724, 72% of 170; 53,336 chunks, Q4, on 24 November 2026 with 2 cores; {braces} stay.\n"
    )


def test_without_result_files_the_sections_say_so_and_lines_that_quote_are_left_out(
    project: Project,
) -> None:
    page = project.page(
        "# A\n\n<!-- table\na\n\naccuracy\n-->\n\nIt is {a.accuracy}.\n\n# B\n\n"
        "<!-- plot b = b\nrun a curve\nx t\ny p\n-->\n\n<!-- peers a\naccuracy\n-->\n\n"
        "<!-- points a curve\nt\n-->"
    )
    nothing = "Not measured yet."
    assert page == f"# A\n\n{nothing}\n\n# B\n\n{nothing}\n\n{nothing}\n\n{nothing}\n"
    check(project.root)


def test_the_newest_line_of_a_command_counts_wherever_its_outcome_was_kept(
    project: Project,
) -> None:
    old = line("answers", {"accuracy": (0.25, 4)}, date="2026-11-23T10:00:00+00:00")
    command = f"{old['command']} --out docs/x.jsonl --records=r.jsonl"
    new = line("answers", {"accuracy": (0.75, 4)}, command=command)
    other = line("answers", {"accuracy": (0.5, 4)}, data="elsewhere")
    runs = read_runs(project.keep("a", new, old, other))
    assert [run.figures["accuracy"] for run in runs] == [0.75, 0.5]
    assert runs[0].command == "python -m bench answers --data orrane"


def test_lines_of_other_settings_are_columns_of_their_own_and_can_be_chosen(
    project: Project,
) -> None:
    for noise, right in ((0.0, 0.9), (0.4, 0.6)):
        command = f"python -m bench answers --noise {noise}"
        figures = {"accuracy": (right, 10)}
        made = line("answers", figures, settings={"noise": noise}, command=command)
        project.keep("noise", made)
    table = "<!-- table\nnoise = noise {noise}\n\naccuracy\n-->"
    page = project.page(f"{{noise[noise=0.4].accuracy}}\n\n{table}")
    assert page.splitlines()[0] == ".600"
    assert page.splitlines()[2] == "|  | noise 0.0 | noise 0.4 |"
    assert page.splitlines()[4] == "| accuracy | .900 (10) | .600 (10) |"
    with pytest.raises(InputError, match=r"results.md.in:1: noise has 2 runs where one is meant"):
        project.page("{noise.accuracy}")
    with pytest.raises(InputError, match=r"results.md.in:1: noise has 2 runs where one is meant"):
        project.page("<!-- table\nnoise = the same\n\naccuracy\n-->")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\n{a.acuracy}", r"results.md.in:2: .*a.jsonl has no acuracy"),
        ("{a.model n}", r"results.md.in:1: .*has no model"),
        ("\n\n<!-- tabel\n-->", r"results.md.in:3: 'tabel' is no block"),
        ("<!-- table\na\n", r"results.md.in:1: the block has no end"),
        ("<!-- table\na\naccuracy\n-->", r"results.md.in:1: a table has runs, an empty line"),
        (
            "<!-- peers\naccuracy\n-->",
            r"results.md.in:1: the block is to begin with <!-- peers RUN",
        ),
        ("<!-- plot p\nrun a\nx t\ny p\n-->", r"results.md.in:1: a line of run reads"),
        ("<!-- plot p\nrun a s\ny p\n-->", r"results.md.in:1: a plot has one line of x"),
    ],
)
def test_a_slip_in_the_source_is_named_with_file_and_line(
    project: Project, source: str, said: str
) -> None:
    project.keep("a", line("answers", {"accuracy": (0.5, 2)}, settings={"model": "Q4"}))
    with pytest.raises(InputError, match=said):
        project.page(source)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accuracy 0.7", "it is no JSON"),
        ("[1]", "without task"),
        ('{"task": "answers"}', "without data, n, settings"),
        (json.dumps(line("a", {}, date="yesterday")), "ValueError"),
        (json.dumps(line("a", {}, machine="mine")), "TypeError"),
    ],
)
def test_a_line_that_is_no_result_is_named_with_file_and_line(
    project: Project, text: str, said: str
) -> None:
    file = project.keep("a", line("answers", {}))
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"a\.jsonl:3: this is no result .*{said}"):
        project.page("{a.accuracy}")


@pytest.mark.parametrize("changed", ["docs/results.md", "docs/results/a.jsonl", "README.md"])
def test_the_check_fails_when_a_figure_is_changed_in_either_place(
    project: Project, changed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.keep("a", line("answers", {"accuracy": (0.724, 170)}))
    (project.results / "readme.md.in").write_text("{a.accuracy} are right.\n", encoding="utf-8")
    project.page("<!-- table\na\n\naccuracy\n-->")
    command = ["report", "--check", "--root", str(project.root)]
    assert main(command) == 0
    assert ".724 are right." in (project.root / "README.md").read_text(encoding="utf-8")
    file = project.root / changed
    file.write_text(file.read_text(encoding="utf-8").replace(".724", ".742"), encoding="utf-8")
    assert main(command) == 1
    said = capsys.readouterr().err
    assert "Run `python -m bench report`" in said
    assert "README.md: -" in said or "docs/results.md: -| accuracy | .7" in said
    assert main(command[:1] + command[2:]) == 0
    assert main(command) == 0


def test_the_rest_of_the_readme_stays_and_without_its_marks_it_is_refused(
    project: Project,
) -> None:
    write(project.root)
    readme = project.root / "README.md"
    assert readme.read_text(encoding="utf-8") == (
        f"# Bells\n\n{BEGIN}\n\nSee the results.\n\n{END}\n\nThe end.\n"
    )
    readme.write_text("# Bells\n", encoding="utf-8")
    with pytest.raises(InputError, match="are missing"):
        check(project.root)


def test_what_is_missing_and_what_nobody_shows_is_said(project: Project) -> None:
    project.keep("stray", line("answers", {}))
    project.source("{gone.accuracy}")
    said = write(project.root)
    assert said[-2:] == ["Not measured yet: gone.", "Not in the report: stray."]


def test_the_projects_own_report_is_in_step_with_its_files() -> None:
    check(ROOT)
