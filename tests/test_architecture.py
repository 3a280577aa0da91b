"""The page on the architecture is in step with the code, and the API reference with the public names."""

import re
import runpy
from pathlib import Path

import pytest

import amoanalysis

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[1] / "docs"


def test_the_table_of_folders_is_that_of_the_code() -> None:
    script = runpy.run_path(str(DOCS / "architecture.py"))
    table = script["make_table"](script["count_imports"](), script["count_modules"]())
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert table in page, "run: python docs/architecture.py"


def test_each_public_name_is_in_the_api_reference() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"autofunction:: amoanalysis\.(\w+)", page)}
    assert set(amoanalysis.__all__) - {"__version__", "plot"} == named
    plots = re.search(r"amoanalysis\.plot\n +:members: (.*)", page)
    assert plots is not None and set(plots[1].split(", ")) == set(amoanalysis.plot.__all__)
