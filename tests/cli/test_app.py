import subprocess
import sys
from pathlib import Path

import pytest

from amoanalysis import __version__

pytestmark = pytest.mark.unit

COMMANDS = (
    ("forecast",),
    ("compare",),
    ("backtest",),
    ("build",),
    ("export",),
    ("lab",),
    ("scenario", "show"),
    ("scenario", "check"),
    ("scenario", "new"),
    ("data", "list"),
    ("data", "check"),
    ("data", "show"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_explains_and_gives_an_example(amo, words) -> None:
    said = amo(*words, "--help")
    assert said.code == 0
    assert f"Example: amo {' '.join(words)}" in " ".join(said.out.replace("`", "").split())


def test_help_lists_every_command(amo) -> None:
    said = amo("--help")
    assert said.code == 0
    assert all(words[0] in said.out for words in COMMANDS)


def test_version(amo) -> None:
    assert __version__ in amo("--version").out


@pytest.mark.parametrize(
    "words", [("forecst",), ("forecast", "--draw", "3"), ("forecast", "--draws", "many")], ids=" ".join
)
def test_a_word_that_is_no_command_or_option_or_number_ends_with_2(amo, words) -> None:
    said = amo(*words)
    assert said.code == 2
    assert "Traceback" not in said.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    script = (
        "from amoanalysis.cli.app import main; import sys; sys.argv = ['amo', 'scenario', 'show', 'baseline']; main()"
    )
    run = subprocess.run(
        f"'{sys.executable}' -c \"{script}\" | head -n 1",
        shell=True,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr
