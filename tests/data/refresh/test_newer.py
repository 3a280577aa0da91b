"""A refresh that brings more than the snapshot has: new tables, and figures in the place of estimates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_clock import MadeClock
from pxweb_maker import Maker, months
from pxweb_server import PxWebServer, Table

from amoanalysis.config.assumptions import TourismAssumptions
from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import load_sources
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.checks.folder import check_folder
from amoanalysis.data.load import Data
from amoanalysis.data.refresh.fetching import FetchOptions, fetch_tables
from amoanalysis.data.refresh.writing import write_tables
from amoanalysis.data.sources.jsonstat import Dimension, make_cube
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.models.tourism import overnight_stays, use_measured_nights
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare
from tests.data.refresh.conftest import content

pytestmark = pytest.mark.slow

SIX = ("047", "261", "273", "498", "854", "976")
SEASON = np.array([9, 10, 14, 9, 2, 3, 5, 5, 7, 4, 5, 12])


def rudolf(data: Data) -> Table:
    """Nights and capacity of the six in 2019, after the season of a resort."""
    make = Maker(data)
    words = {
        "nights": "Yöpymiset",
        "establishments": "Majoitusliikkeet",
        "beds": "Vuoteet",
        "room_occupancy_percent": "Huonekäyttöaste, %",
    }
    values = {"nights": 1000 * SEASON, "establishments": 7, "beds": 900, "room_occupancy_percent": 41.5}
    calendar = pd.DataFrame({"Kuukausi": months("2019-01", "2019-12")})
    frames = [
        calendar.assign(Alue=make.names[code], Tiedot=words[name], value=value)
        for code in SIX
        for name, value in values.items()
    ]
    dimensions = [make.areas(SIX), make.dimension("Kuukausi", months("2019-01", "2019-12"), time=True)]
    title = "Majoitusliikkeiden kuukausittainen kapasiteetti ja sen käyttö"
    return make.table("VisitFinland/Majoitustilastot", "116t", title, [*dimensions, make.contents(words)], frames)


def industries(data: Data) -> Table:
    """Sections of 2018 beside those of 2017: mining of Kolari has come."""
    make = Maker(data)
    old = data.table("jobs_by_industry").query("completeness == 'complete' and year == 2017")
    new = old.assign(year=2018)
    grown = (new["place"] == "273") & new["industry"].isin(["B", "TOTAL"])
    new["jobs"] += 300 * grown
    words = {code: f"{code} Toimiala" for code in sorted(set(old["industry"]) - {"TOTAL", "X"})}
    words |= {"TOTAL": "Yhteensä", "X": "Toimiala tuntematon"}
    frames = [
        make.name_in(part.assign(Toimiala=part["industry"].map(words), value=part["jobs"]), place="Alue", year="Vuosi")
        for part in (old, new)
    ]
    areas = make.areas(sorted(old["place"].unique()))
    dimensions = [areas, make.dimension("Toimiala", words), make.dimension("Vuosi", ["2017", "2018"], time=True)]
    title = "Alueella työssäkäyvät (työpaikat) alueen ja toimialan mukaan"
    return make.table("StatFin/tyokay", "115i", title, [*dimensions, make.contents({"tp": "Työpaikat"})], frames)


def neighbours() -> Table:
    """Statistics Sweden's table, in the second generation of the API."""
    dimensions = (
        Dimension("Region", "region", ("2518", "2521", "2580"), ("Övertorneå", "Pajala", "Luleå")),
        Dimension("Alder", "ålder", ("0", "100+", "tot"), ("0 år", "100+ år", "totalt ålder")),
        Dimension("Kon", "kön", ("1", "2"), ("män", "kvinnor")),
        Dimension("ContentsCode", "tabellinnehåll", ("BE0101N1",), ("Folkmängd",), metric=True),
        Dimension("Tid", "år", ("2023", "2024"), ("2023", "2024"), time=True),
    )
    cells = [str(number) for number in range(36)]
    return Table(
        "", ("TAB638",), "Folkmängden efter region, ålder och kön. År 2023-2024", make_cube(dimensions, cells, "made")
    )


def test_awaited_tables_become_tables_with_an_origin(folder: Path, clock: MadeClock) -> None:
    data = Data(folder)
    names = ("accommodation_monthly", "swedish_neighbours")
    with PxWebServer([rudolf(data), neighbours()], max_cells=20) as server:
        brought = fetch_tables(data, names, FetchOptions(base_url=server.url, clock=clock))
    write_tables(data, brought.tables, "refresh")
    refreshed, sources = Data(folder), load_sources(folder)
    assert set(names) <= set(sources.origins) and not set(names) & set(sources.awaited)
    assert sources.origins["accommodation_monthly"].period == "2019-01/2019-12"
    table = refreshed.table("swedish_neighbours")
    assert set(table["municipality"]) == {"Pajala", "Övertorneå"} and len(table) == 16
    assert not [finding for finding in check_folder(refreshed) if finding.level == "error"]
    assert "### accommodation_monthly" in content(folder)["README.md"].decode()


def test_the_producers_table_takes_the_place_of_an_imported_one(folder: Path, clock: MadeClock) -> None:
    data = Data(folder)
    with PxWebServer([rudolf(data)]) as server:
        brought = fetch_tables(data, ["accommodation_monthly"], FetchOptions(base_url=server.url, clock=clock))
        table = brought.tables["accommodation_monthly"]
        for nights in (1, 2):
            write_tables(data, {"accommodation_monthly": table.assign(nights=float(nights))}, "import", source="Ylläs")
            data = Data(folder)
            assert data.origins["accommodation_monthly"].producer == "Ylläs"
        again = fetch_tables(data, ["accommodation_monthly"], FetchOptions(base_url=server.url, clock=clock))
    write_tables(data, again.tables, "refresh")
    sources = load_sources(folder)
    assert sources.origins["accommodation_monthly"].producer == "Statistics Finland; Visit Finland"
    assert sources.origins["accommodation_monthly"].fetch and "accommodation_monthly" not in sources.awaited
    assert Data(folder).table("accommodation_monthly").equals(table)


def test_new_figures_take_the_place_of_estimates_in_the_models(folder: Path, clock: MadeClock, inputs: Inputs) -> None:
    data = Data(folder)
    with PxWebServer([rudolf(data), industries(data)]) as server:
        options = FetchOptions(base_url=server.url, clock=clock)
        write_tables(data, fetch_tables(data, ("accommodation_monthly", "jobs_by_industry"), options).tables, "refresh")
    table = Data(folder).table("jobs_by_industry")
    assert sorted(table.query("completeness == 'postal_sum'")["year"].unique()) == [2012, 2013, 2014, 2015, 2016]
    assert sorted(table.query("completeness == 'complete'")["year"].unique()) == [2017, 2018]
    newer = prepare(Data(folder))
    kolari, mining = inputs.codes.index("273"), 1
    assert newer.jobs.jobs[kolari, mining] > inputs.jobs.jobs[kolari, mining] + 100
    assert newer.measured_nights == dict.fromkeys(SIX, 1000.0 * SEASON.sum())
    assert not inputs.measured_nights


def test_measured_stays_have_no_band_and_others_keep_theirs() -> None:
    assumed: TourismAssumptions = load_scenario("baseline", data_folder()).assumptions.tourism
    draws = Draws(1, 0, 200)
    measured = overnight_stays(
        use_measured_nights(assumed, {"261": 530_000.0}), draws, ["261", "273"], 2022, range(2022, 2024)
    )
    estimated = overnight_stays(assumed, draws, ["261", "273"], 2022, range(2022, 2024))
    level = draws.sample(assumed.level_in_jump_off_year)
    np.testing.assert_allclose(measured[0, :, 0], 530_000 * level)
    np.testing.assert_array_equal(measured[:, :, 1], estimated[:, :, 1])
