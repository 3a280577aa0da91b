from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from amoanalysis.config.origins import load_sources
from amoanalysis.data.load import Data, MissingTable
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.errors import DataError, UserError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", [name for name, schema in SCHEMAS.items() if not schema.by_user])
def test_a_table_of_the_snapshot_fits_its_schema(name: str, snapshot: Data) -> None:
    if name in load_sources(snapshot.folder).awaited:
        pytest.skip("no refresh has brought it yet")
    table = snapshot.table(name)
    assert list(table.columns) == SCHEMAS[name].names
    assert not table.duplicated(list(SCHEMAS[name].key)).any()


def test_a_table_is_read_once(snapshot: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    first = snapshot.table("population")
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read again"))
    pd.testing.assert_frame_equal(snapshot.table("population"), first)


def test_changing_a_table_changes_nobody_elses(snapshot: Data) -> None:
    mine = snapshot.table("total_fertility_rate")
    mine.loc[0, "total_fertility_rate"] = 99.0
    mine["extra"] = 1
    theirs = snapshot.table("total_fertility_rate")
    assert theirs.loc[0, "total_fertility_rate"] == 1.872
    assert "extra" not in theirs.columns


def test_codes_are_text_and_numbers_are_numbers(snapshot: Data) -> None:
    table = snapshot.table("population")
    assert table["place"].iloc[0] == "047"
    assert table["population"].dtype == "int64"
    assert table["population_15_64"].dtype == "float64"
    assert table["population_15_64"].isna().sum() == 84


def test_an_unknown_table_names_the_nearest(snapshot: Data) -> None:
    with pytest.raises(UserError, match="There is no table 'popultion': did you mean 'population'"):
        snapshot.table("popultion")


def test_an_absent_table_says_which_file_to_add(copied: Callable[..., Path]) -> None:
    data = Data(copied("population"))
    assert not data.has("mortality")
    with pytest.raises(MissingTable, match=r"add tables/mortality\.csv"):
        data.table("mortality")


def test_a_concordance_is_text(snapshot: Data) -> None:
    table = snapshot.concordance("io_industries")
    assert table["code"].iloc[0] == "01"
    assert all(pd.api.types.is_string_dtype(table[column]) for column in table)


def test_an_unknown_concordance_names_the_nearest(snapshot: Data) -> None:
    with pytest.raises(UserError, match="did you mean 'industries'"):
        snapshot.concordance("industry")


def test_shapes_lie_in_finland_on_its_grid(snapshot: Data) -> None:
    shapes = snapshot.geometry("municipalities")
    assert shapes.crs.to_epsg() == 3067
    west, south, east, north = shapes.total_bounds
    assert 0 < west < east < 800_000
    assert 7_000_000 < south < north < 7_800_000


def test_shapes_cover_every_municipality_and_neighbour(snapshot: Data) -> None:
    shapes = set(snapshot.geometry("municipalities")["place"])
    kinds = ("municipality", "neighbour")
    assert shapes == {place.code for place in snapshot.places.all.values() if place.kind in kinds}


def test_an_unknown_shape_is_said(snapshot: Data) -> None:
    with pytest.raises(UserError, match="There is no geometry 'sweden'"):
        snapshot.geometry("sweden")


def test_a_broken_shape_is_said(copied: Callable[..., Path]) -> None:
    folder = copied("geo/finland_outline")
    (folder / "geo/finland_outline.geojson").write_text('{"type": "Feature', encoding="utf-8")
    with pytest.raises(DataError, match=r"geo/finland_outline\.geojson cannot be read as GeoJSON"):
        Data(folder).geometry("finland_outline")


def test_a_row_cut_off_among_quoted_ones_is_said(copied: Callable[..., Path], edit: Callable[..., None]) -> None:
    folder = copied("airport_passengers")
    edit(folder / "tables/airport_passengers.csv", "KTT,1998,115651,12247,127898", "KTT,1998,115651,12247")
    with pytest.raises(DataError, match=r"airport_passengers\.csv row \d+ has 6 cells where 7 are expected"):
        Data(folder).table("airport_passengers")
