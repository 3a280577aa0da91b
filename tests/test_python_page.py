"""The Python of the docs and of the README runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "python.md"


def blocks(path: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("path", [PAGE, ROOT / "README.md"], ids=lambda path: path.name)
def test_the_code_of_a_page_runs(path: Path, tmp_path: Path) -> None:
    code = "\n".join(blocks(path))
    assert "import amoanalysis as amo" in code
    environment = {**os.environ, "AMO_DRAWS": "20", "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.unit
def test_the_lines_of_each_task_are_counted() -> None:
    text = PAGE.read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| (\d+)\. .*? \| (\d+) \|$", text, re.MULTILINE))
    sections = re.findall(r"^## (\d+)\. .*?```python\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    counted = {
        number: str(sum(bool(line) and not line.startswith(("import ", "from ")) for line in code.splitlines()))
        for number, code in sections
    }
    assert counted == stated and len(counted) == 10
