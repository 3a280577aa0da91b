import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from amoanalysis.errors import AmoError
from amoanalysis.export.pictures import save_sheets

pytestmark = pytest.mark.unit


def test_each_exhibit_is_on_the_sheet_once_and_grey_stays_grey_on_every_sheet(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    for name, colour in (("a", (200, 30, 30)), ("b", (128, 128, 128))):
        Image.new("RGB", (960, 540), colour).save(tmp_path / "charts" / f"{name}.png")
    charts = [{"id": name, "missing": False, "files": {"png": f"{name}.png"}} for name in ("a", "b", "b")]
    (tmp_path / "charts" / "charts.json").write_text(json.dumps(charts), encoding="utf-8")
    sheets = {path.stem: np.asarray(Image.open(path)).astype(int) for path in save_sheets(tmp_path)}
    assert set(sheets) == {
        "sheet",
        *(f"sheet_{eye}" for eye in ("greyscale", "deuteranopia", "protanopia", "tritanopia")),
    }
    red, grey = (100, 100), (100, 600)
    assert tuple(sheets["sheet"][red]) == (200, 30, 30)
    assert len(set(sheets["sheet_greyscale"][red])) == 1
    for sheet in sheets.values():
        assert np.abs(sheet[grey] - 128).max() <= 1


def test_a_folder_without_charts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AmoError, match="amo build --only charts"):
        save_sheets(tmp_path)
