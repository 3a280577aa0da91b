import errno
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from samples import exhibit, few

from amoanalysis.errors import AmoError, UserError
from amoanalysis.export.pictures import picture, save_figure
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook

ROOT = Path(__file__).parents[2]
PATHS = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "helpers")])
SVG = "{http://www.w3.org/2000/svg}"
WRITE_ALL = """
import sys
from pathlib import Path
from amoanalysis.export.pictures import save_figure
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook
from samples import exhibit
out = Path(sys.argv[1])
shown = [exhibit("fan"), exhibit("map"), exhibit("stacked")]
save_figure(shown[0], out, ("png", "svg", "pdf"), ("page",))
save_figure(shown[1], out, ("png", "svg"), ("page",))
save_workbook(shown, out / "all.xlsx")
save_deck(shown[1:], out / "all.pptx", "Kolari")
"""


@pytest.mark.unit
def test_files_are_named_by_place_chart_language_and_size(tmp_path):
    written = save_figure(few("bars"), tmp_path, ("png", "svg"), ("slide", "page"))
    assert [path.name for path in written] == [
        "kolari_test_bars_fi.png",
        "kolari_test_bars_fi.svg",
        "kolari_test_bars_fi_page.png",
        "kolari_test_bars_fi_page.svg",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(written)


@pytest.mark.unit
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_is_the_same_bytes_each_time(suffix):
    assert picture(exhibit("fan"), suffix, "page") == picture(exhibit("fan"), suffix, "page")


@pytest.mark.slow
def test_two_fresh_processes_write_the_same_bytes(tmp_path):
    folders = [tmp_path / "1", tmp_path / "2"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_ALL, str(folder)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONHASHSEED": folder.name,
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "helpers")]),
                "TZ": f"UTC{folder.name}",
            },
        )
        for folder in folders
    ]
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert len(one) == 7
    assert [name for name in one if one[name] != other[name]] == []


@pytest.mark.unit
def test_no_date_is_written_into_a_picture():
    assert b"Software" not in picture(few("bars"), "png", "page")
    assert b"<dc:date>" not in picture(few("bars"), "svg", "page")
    assert b"CreationDate" not in picture(few("bars"), "pdf", "page")


@pytest.mark.unit
def test_text_in_svg_is_text_with_a_title_and_a_description():
    tree = ElementTree.fromstring(picture(exhibit("fan"), "svg"))
    assert tree.findtext(f"{SVG}title") == exhibit("fan").title
    texts = [element.text for element in tree.iter(f"{SVG}text")]
    assert "ennuste" in texts
    assert any(text and text.startswith("Kittilä") for text in texts)
    assert exhibit("fan").alt in ElementTree.tostring(tree, encoding="unicode")


@pytest.mark.unit
@pytest.mark.parametrize(("formats", "sizes"), [(("png", "gif"), ("page",)), (("png",), ("page", "wall"))])
def test_an_unknown_format_or_size_writes_nothing(tmp_path, formats, sizes):
    with pytest.raises(UserError, match="There is no"):
        save_figure(few("bars"), tmp_path, formats, sizes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.unit
@pytest.mark.parametrize("writer", ["figure", "workbook", "deck"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch, writer):
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AmoError, match="No space left on device"):
        if writer == "figure":
            save_figure(few("bars"), tmp_path, ("png",), ("page",))
        elif writer == "workbook":
            save_workbook(few("bars"), tmp_path / "a.xlsx")
        else:
            save_deck([few("bars")], tmp_path / "a.pptx", "Kolari")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.unit
def test_a_file_with_the_name_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(AmoError, match="nothing was changed"):
        save_figure(few("bars"), tmp_path / "out", ("png",), ("page",))
