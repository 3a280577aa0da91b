import subprocess
import sys
from pathlib import Path

import pytest

from amoanalysis.cli import notebooks as notebooks_cli
from amoanalysis.cli.options import split_words
from amoanalysis.config.files import data_folder
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export import build as building
from amoanalysis.export import notebooks as notebooks_module
from amoanalysis.export.build import Step
from amoanalysis.export.run_notebooks import NotebookError

FEW = ("--draws", 6, "--until", 2026)


@pytest.fixture(autouse=True)
def _few_exhibits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        PlaceView,
        "exhibits",
        lambda self, theme=None: {"labour": ["jobs_by_industry"]}.get(theme, ["programme_funding"]),
    )


@pytest.mark.slow
def test_export_takes_lists_with_commas_and_writes_each_format(amo, tmp_path: Path, list_files) -> None:
    words = (
        "--place",
        "Kolari,Muonio",
        "--theme",
        "labour",
        "--lang",
        "fi",
        "--lang",
        "en",
        "--format",
        "xlsx,pptx,png",
    )
    result = amo("export", *words, *FEW, "--out", tmp_path)
    assert result.code == 0, result.err
    expected = [
        f"{place}_{name}"
        for place in ("kolari", "muonio")
        for lang in ("fi", "en")
        for name in (f"jobs_by_industry_{lang}.png", f"labour_{lang}.xlsx", f"labour_{lang}.pptx")
    ]
    assert list_files(tmp_path) == sorted(expected)
    assert sorted(result.out.split()) == sorted(str(tmp_path / name) for name in expected)


@pytest.mark.slow
def test_export_of_other_sizes_and_the_default_place(amo, tmp_path: Path, list_files) -> None:
    result = amo("export", "--theme", "foresight", "--format", "svg", "--size", "half,page", *FEW, "--out", tmp_path)
    assert result.code == 0, result.err
    assert list_files(tmp_path) == ["region_programme_funding_fi_half.svg", "region_programme_funding_fi_page.svg"]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("--format", "ppt"), "pptx"),
        (("--format", "png,svgg"), "svg"),
        (("--theme", "labor"), "labour"),
        (("--lang", "fin"), "fi"),
        (("--size", "slides"), "slide"),
        (("--scenario", "hanukainen"), "hannukainen"),
        (("--place", "Kolarri"), "Kolari"),
    ],
)
def test_an_unknown_word_of_export_names_the_nearest(amo, tmp_path: Path, words, near: str, list_files) -> None:
    result = amo("export", *words, *FEW, "--out", tmp_path)
    assert result.code == 2
    assert f"did you mean '{near}'?" in result.sentence
    assert list_files(tmp_path) == []


@pytest.mark.unit
def test_export_of_a_place_that_is_not_forecast_says_which_are(amo, tmp_path: Path) -> None:
    result = amo("export", "--place", "Rovaniemi", *FEW, "--out", tmp_path)
    assert result.code == 2
    assert "Kolari" in result.sentence


@pytest.mark.unit
def test_build_refuses_unknown_steps_scenarios_and_numbers_before_it_runs(amo, tmp_path: Path, list_files) -> None:
    for words, says in (
        (("--only", "chart"), "did you mean 'charts'?"),
        (("--scenario", "hanukainen"), "did you mean 'hannukainen'?"),
        (("--draws", 0), "--draws 0"),
        (("--until", 3000), "--until 3000"),
        (("--data", "nowhere"), "nowhere"),
        (("--jobs", 0), "jobs"),
    ):
        result = amo("build", *words, "--out", tmp_path / "out")
        assert result.code == 2, words
        assert says in result.sentence
    assert list_files(tmp_path) == []


@pytest.mark.unit
def test_build_passes_on_its_options_and_prints_the_time_of_each_step(amo, tmp_path: Path, monkeypatch) -> None:
    seen = []

    def look(request, run, done) -> None:
        seen.append(request)
        done("part", 0.5)

    steps = tuple(Step(name, f"the {name}", lambda request: 1, look) for name in ("one", "two"))
    monkeypatch.setattr(building, "STEPS", steps)
    result = amo(
        "build",
        "--only",
        "one,two",
        "--draws",
        9,
        "--seed",
        4,
        "--scenario",
        "hannukainen",
        "--jobs",
        1,
        "--out",
        tmp_path,
    )
    assert result.code == 0, result.err
    assert (seen[0].draws, seen[0].seed, seen[0].until, seen[0].scenarios) == (9, 4, 2040, ("hannukainen",))
    assert seen[0].out == tmp_path
    lines = result.err.splitlines()
    assert [line.split()[0] for line in lines if " s  the " in line] == ["one", "two"]
    assert "one ..." in lines
    assert {"[1/2] one: part, 0.5 s", "[2/2] two: part, 0.5 s"} <= set(lines)
    assert [line.split()[-2:] for line in lines[-2:]] == [["one:", "part"], ["two:", "part"]]


@pytest.mark.unit
def test_build_runs_every_scenario_of_the_folder_by_default_the_baseline_first(
    amo, tmp_path: Path, monkeypatch
) -> None:
    seen = []
    look = Step("look", "nothing", lambda request: 1, lambda request, run, done: seen.append(request.scenarios))
    monkeypatch.setattr(building, "STEPS", (look,))
    assert amo("build", "--jobs", 1, "--out", tmp_path).code == 0
    assert seen[0][0] == "baseline"
    assert set(seen[0]) == {path.stem for path in (data_folder() / "scenarios").glob("*.toml")}


@pytest.mark.unit
def test_a_failing_step_is_one_sentence_and_exit_code_1(amo, tmp_path: Path, monkeypatch) -> None:
    def fails(request, run, done) -> None:
        raise NotebookError("The notebook x.ipynb failed in code cell 2 (1 / 0): ZeroDivisionError: by zero")

    monkeypatch.setattr(building, "STEPS", (Step("notebooks", "pages", lambda request: 1, fails),))
    result = amo("build", "--jobs", 1, "--out", tmp_path)
    assert result.code == 1
    assert result.err.splitlines()[-1].startswith("amo: The notebook x.ipynb failed in code cell 2")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    calls: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(notebooks_cli, "replace_process", lambda *words: calls.append(words))
    return calls


@pytest.mark.unit
def test_lab_opens_the_notebooks_of_the_checkout_with_this_python(amo, started) -> None:
    result = amo("lab", "--port", 8899, "--no-browser", "--", "--allow-root")
    assert result.code == 0, result.err
    ((arguments, environment),) = started
    assert arguments[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={notebooks_module.notebooks_folder().resolve()}" in arguments
    assert arguments[-3:] == ["--port=8899", "--no-browser", "--allow-root"]
    assert environment["PYTHONPATH"].split(":")[0] == str(notebooks_module.PACKAGE.parent)
    assert "AMO_DATA" not in environment


@pytest.mark.unit
def test_lab_passes_the_data_folder_on_to_the_kernels(amo, started) -> None:
    assert amo("lab", "--data", data_folder()).code == 0
    assert started[0][1]["AMO_DATA"] == str(data_folder().resolve())


@pytest.mark.unit
def test_lab_of_an_installed_package_copies_the_notebooks_once(amo, started, tmp_path: Path, monkeypatch) -> None:
    packaged = tmp_path / "site-packages" / "_notebooks"
    packaged.mkdir(parents=True)
    (packaged / "00_start_here.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(notebooks_module, "_FOLDERS", (tmp_path / "no checkout", packaged))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    result = amo("lab")
    assert "copied" in result.err
    copy = tmp_path / "home" / "notebooks" / "00_start_here.ipynb"
    copy.write_text("mine", encoding="utf-8")
    result = amo("lab")
    assert "is left unchanged" in result.err
    assert copy.read_text(encoding="utf-8") == "mine"
    assert all(f"--ServerApp.root_dir={copy.parent.resolve()}" in arguments for arguments, _ in started)


@pytest.mark.unit
def test_lab_without_any_notebooks_says_where_to_get_them(amo, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(notebooks_module, "_FOLDERS", (tmp_path / "nowhere",))
    result = amo("lab")
    assert result.code == 1
    assert "source archive" in result.sentence


@pytest.mark.unit
def test_a_failing_program_is_an_error_where_processes_cannot_be_replaced(monkeypatch) -> None:
    monkeypatch.setattr(notebooks_cli.os, "name", "nt")
    monkeypatch.setattr(subprocess, "run", lambda *words, **more: subprocess.CompletedProcess(words, 3))
    with pytest.raises(AmoError, match="code 3"):
        notebooks_cli.replace_process([sys.executable, "-m", "jupyterlab"], {})


@pytest.mark.unit
def test_words_of_an_option_may_be_repeated_or_joined_by_commas() -> None:
    assert split_words(["png, svg", "png", ""]) == ["png", "svg"]
    assert split_words(None) == []
