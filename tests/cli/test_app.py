import subprocess
import sys
from pathlib import Path

import pytest

from amoanalysis import __version__
from amoanalysis.cli.app import COMMANDS

pytestmark = pytest.mark.unit
ROOT = Path(__file__).parents[2]

GROUPS = {
    "notebooks": ("new",),
    "scenario": ("show", "check", "new"),
    "data": ("list", "check", "show", "refresh", "restore", "import", "template", "validate"),
}
SINGLE = ("forecast", "compare", "backtest", "build", "site", "export", "lab", "app")
EVERY = [*((name,) for name in SINGLE), *((group, name) for group, names in GROUPS.items() for name in names)]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_explains_and_gives_an_example(amo, words) -> None:
    result = amo(*words, "--help")
    assert result.code == 0
    assert f"Example: amo {' '.join(words)}" in " ".join(result.out.replace("`", "").split())


def test_help_lists_every_command(amo) -> None:
    result = amo("--help")
    assert result.code == 0
    assert all(name in result.out for name in COMMANDS)
    assert set(COMMANDS) == {words[0] for words in EVERY}


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_lists_its_commands(amo, group: str) -> None:
    result = amo(group, "--help")
    assert result.code == 0
    assert all(name in result.out and name in COMMANDS[group][2] for name in GROUPS[group])


def test_help_of_amo_and_wrong_names_import_no_tables_and_no_models() -> None:
    script = """if True:
        import sys
        from amoanalysis.cli.app import main
        for words in (["--help"], ["--version"], ["forecst"], ["forecast", "--scenario", "hanukainen"]):
            sys.argv = ["amo", *words]
            try:
                main()
            except SystemExit:
                pass
        heavy = sorted({"numpy", "pandas", "matplotlib", "numba"} & set(sys.modules))
        print("heavy:", heavy)
    """
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "heavy: []"
    assert "did you mean 'hannukainen'" in run.stderr


def test_version(amo) -> None:
    assert __version__ in amo("--version").out


@pytest.mark.parametrize(
    "words", [("forecst",), ("forecast", "--draw", "3"), ("forecast", "--draws", "many")], ids=" ".join
)
def test_an_invalid_command_option_or_number_ends_with_2(amo, words) -> None:
    result = amo(*words)
    assert result.code == 2
    assert "Traceback" not in result.err


def test_a_closed_pipe_is_no_error() -> None:
    script = (
        "from amoanalysis.cli.app import main; import sys; sys.argv = ['amo', 'scenario', 'show', 'baseline']; main()"
    )
    run = subprocess.run(
        f"'{sys.executable}' -c \"{script}\" | head -n 1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr
