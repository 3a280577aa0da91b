from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.data.dictionary import make_dictionary
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS

pytestmark = pytest.mark.unit


def test_the_dictionary_is_in_step_with_schemas_and_origins(snapshot: Data) -> None:
    kept = (snapshot.folder / "README.md").read_text(encoding="utf-8")
    assert kept == make_dictionary(snapshot), "run: python -m amoanalysis.data.dictionary"


def test_the_dictionary_tells_every_column_of_every_table(snapshot: Data) -> None:
    told = make_dictionary(snapshot)
    for schema in SCHEMAS.values():
        section = told.split(f"\n### {schema.name}\n")[1].split("\n### ")[0]
        assert all(f"| `{name}` |" in section for name in schema.names)
        if schema.name in snapshot.origins:
            assert snapshot.origins[schema.name].citation["en"] in section
        else:
            assert "Awaited" in section or schema.by_user


def test_a_folder_of_few_tables_has_a_short_dictionary(copied: Callable[..., Path]) -> None:
    told = make_dictionary(Data(copied("population")))
    assert "### population\n" in told
    assert "### mortality\n" not in told
