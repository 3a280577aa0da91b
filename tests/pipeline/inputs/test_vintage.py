"""A forecast as of the end of 2018: better than the official one of its time, and nothing of later years leaks in."""

import shutil
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data, MissingTable, read_text_table
from amoanalysis.errors import UserError
from amoanalysis.models.population.cohort_component import project_year
from amoanalysis.models.population.projection import draw_population_paths
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.inputs.prepare import prepare
from amoanalysis.pipeline.inputs.vintage import VintageData, parse_vintage, restrict_to_vintage
from amoanalysis.pipeline.run import forecast

pytestmark = pytest.mark.law

# Mean absolute error in 2022 of the projection of 2019, per cent: the six, and Lapland's 21 municipalities.
OFFICIAL = {6: 3.24, 21: 2.03}


@pytest.fixture(scope="module")
def then(data):
    return VintageData(data, 2018)


def projected(then: VintageData, codes: list[str]) -> np.ndarray:
    """(draw, place), population at the end of 2022."""
    base, _ = population_base(then, codes)
    assert base.year == 2018
    draws, years = Draws(2008, 0, 400), range(2019, 2023)
    assumed = load_scenario("baseline", then.folder).assumptions.population
    paths = draw_population_paths(base, assumed, draws, years)
    people = np.broadcast_to(base.population, (draws.count, *base.population.shape))
    for index in range(len(years)):
        people = project_year(people, base, paths, index, np.zeros((draws.count, len(codes)))).population
    return people.sum(axis=(2, 3))


@pytest.mark.parametrize("places", [6, 21])
def test_the_forecast_of_2018_beats_the_official_one_of_2019(data, then, places):
    six = [place.code for place in data.places.municipalities()]
    codes = six if places == len(six) else list(data.places["MK19"].members)
    known = data.table("population").query("year == 2022").set_index("place")["population"].astype(float)[codes]
    draws = projected(then, codes)
    errors = np.median(draws, axis=0) / known.to_numpy() - 1
    assert 100 * np.abs(errors).mean() < OFFICIAL[places]
    low, high = np.quantile(draws, [0.1, 0.9], axis=0)
    assert 0.6 <= ((known >= low) & (known <= high)).mean() <= 1.0


def test_nothing_of_later_years_leaks_in(data, then, tmp_path):
    """Every later row of every table is altered: the inputs and the draws are the same to the last bit."""
    folder = tmp_path / "data"
    shutil.copytree(data.folder, folder)
    altered = sum(spoil(path) for path in sorted((folder / "tables").glob("*.csv")))
    assert altered > 10
    one, other = prepare(then), prepare(VintageData(Data(folder), 2018))
    same(one.population, other.population)
    scenario = load_scenario("baseline", data.folder)
    runs = [forecast(inputs, scenario, data.places, until=2022, draws=20, seed=4).arrays for inputs in (one, other)]
    for name, array in runs[0].items():
        np.testing.assert_array_equal(array, runs[1][name], err_msg=name)


def spoil(path) -> int:
    """Doubles every measured number of a table's rows after 2018; returns 1 where there were any."""
    table = read_text_table(path)
    time = next((name for name in ("year", "month") if name in table), None)
    if time is None:
        return 0
    later = pd.to_numeric(table[time].str[:4], errors="coerce") > 2018
    for column in table.columns.difference([time, "age", "place", "partner", "vintage", "occupation_isco"]):
        numbers = pd.to_numeric(table.loc[later, column], errors="coerce")
        twice = (
            (2 * numbers).round(6).map(lambda number: f"{number:g}").where(numbers.notna(), table.loc[later, column])
        )
        table.loc[later, column] = twice
    table.to_csv(path, index=False, lineterminator="\n")
    return int(later.any())


def same(left: object, right: object) -> None:
    if is_dataclass(left):
        for field in fields(left):
            same(getattr(left, field.name), getattr(right, field.name))
    elif isinstance(left, np.ndarray):
        np.testing.assert_array_equal(left, right)
    elif isinstance(left, tuple):
        for one, other in zip(left, right, strict=True):
            same(one, other)
    else:
        assert left == right


def test_projections_made_later_and_tables_without_earlier_rows_are_not_known(then, data):
    assert not then.has("official_projection")
    with pytest.raises(MissingTable, match="no data of the years up to 2018"):
        then.table("official_projection")
    assert VintageData(data, 2019).table("official_projection")["vintage"].unique().tolist() == [2019]
    assert then.table("labour_market_monthly")["month"].max() == "2018-12"
    assert VintageData(data, 2013).table("municipalities")["population_2018"].isna().all()
    assert not VintageData(data, 2013).has("input_output_2014")


@pytest.mark.parametrize(
    ("word", "year"), [("2018", 2018), ("2018-12-31", 2018), ("2019-06-30", 2018), (" 2020 ", 2020)]
)
def test_a_date_within_a_year_knows_the_year_before(word, year):
    assert parse_vintage(word) == year


@pytest.mark.parametrize("word", ["", "soon", "2018-13-01", "2018-12", "18"])
def test_what_is_no_date_is_refused_in_one_sentence(word):
    with pytest.raises(UserError, match=r"is not a date: give a year or its end, as in 2018 or 2018-12-31\.$"):
        parse_vintage(word)


def test_a_date_before_the_first_data_is_refused(data):
    with pytest.raises(UserError, match="too early: the age structure of the places is known from 2018 on"):
        restrict_to_vintage(data, "1950")


def test_a_vintage_after_all_data_is_the_folder_itself(data, inputs):
    same(population_base(restrict_to_vintage(data, "2060"), list(inputs.codes))[0], inputs.population)
