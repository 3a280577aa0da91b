import shutil
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data
from amoanalysis.exhibits.view import PlaceView, open_place

DRAWS = 30


@pytest.fixture(scope="session")
def tables() -> Data:
    return Data(data_folder())


@pytest.fixture(scope="session")
def kolari(tables: Data) -> PlaceView:
    view = open_place("Kolari", data=tables, draws=DRAWS, seed=1)
    assert view.others  # runs every scenario once, for all tests
    return view


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> PlaceView:
    """A place of another region, without forms for its name and with hardly any of the tables that are only shown."""
    snapshot, folder = data_folder(), tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(snapshot, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("geo", "programme.toml"))
    for name in ("tourism", "migration_flows", "official_projection", "sites", "published_results"):
        (folder / "tables" / f"{name}.csv").unlink()
    _make_region(folder / "places.toml", '["148", "758"]')
    return open_place("Inari", data=folder, draws=5, seed=1)


def _make_region(path: Path, members: str) -> None:
    text = path.read_text(encoding="utf-8")
    start = text.index("[place.region]")
    end = text.index("[place.047]")
    region = (
        '[place.region]\nkind = "region"\nname = { fi = "Pohjoinen", en = "North" }\nslug = "region"\n'
        f'colour = "#1a1a1a"\nmembers = {members}\n\n'
    )
    path.write_text(text[:start] + region + text[end:], encoding="utf-8")
