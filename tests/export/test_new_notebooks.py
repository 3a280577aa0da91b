from pathlib import Path

import nbformat
import pytest

from amoanalysis.config.places import Places
from amoanalysis.errors import UserError
from amoanalysis.exhibits.catalogue import list_exhibit_ids
from amoanalysis.exhibits.view import open_place
from amoanalysis.export.notebooks import TEMPLATES, build_notebook, fill_template, new_notebooks

pytestmark = pytest.mark.unit
NAMES = ["1_labour", "2_training", "3_attractiveness", "4_foresight"]


def test_a_seventh_municipality_gets_four_notebooks(data, tmp_path: Path) -> None:
    written = new_notebooks(data.places.find("Inari"), tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [f"inari/{name}.ipynb" for name in NAMES]
    for path in written:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert 'PLACE = "Inari"' in text
        assert "inari = amo.open_place(PLACE" in text
        assert "$" not in text and "story:" not in text
        assert notebook.cells[1].metadata.tags == ["parameters"]
    with pytest.raises(UserError, match="holds notebooks already"):
        new_notebooks(data.places.find("Inari"), tmp_path)


def test_every_chart_of_the_templates_exists(data) -> None:
    view = open_place("Muonio", data=data, draws=3)
    for path in TEMPLATES.glob("*.md"):
        notebook = build_notebook(fill_template(path.read_text("utf-8"), view.place), path.stem)
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        asked = [part.split('"')[0] for part in code.split('.show("')[1:]]
        assert asked and set(asked) <= set(list_exhibit_ids())


def test_a_story_replaces_its_marker_in_the_template(data) -> None:
    place = Places.load(data.folder).find("Pello")
    template = "# $PLACE\n\n<!-- story: lead -->\n\n## Next\n\n<!-- story: more -->\n"
    assert fill_template(template, place, {"lead": "The border."}) == "# Pello\n\nThe border.\n\n## Next\n\n"
    assert fill_template(template, place) == "# Pello\n\n## Next\n\n"


def test_fenced_python_becomes_cells_of_code() -> None:
    notebook = build_notebook("# Head\n\n```python parameters\nX = 1\n```\n\nWords.\n\n```python\nX\n```\n", "9_test")
    assert [(cell.cell_type, cell.source, cell.id) for cell in notebook.cells] == [
        ("markdown", "# Head", "9-00"),
        ("code", "X = 1", "9-01"),
        ("markdown", "Words.", "9-02"),
        ("code", "X", "9-03"),
    ]
