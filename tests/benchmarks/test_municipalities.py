"""The folder of made municipalities: it passes its own check, and is forecast."""

import numpy as np
import pandas as pd
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.checks.folder import check_folder
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.pipeline.inputs.prepare import prepare
from amoanalysis.pipeline.run import forecast
from benchmarks.municipalities import LARGEST, SMALLEST, make_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_folder(12, tmp_path_factory.mktemp("made") / "twelve")


@pytest.mark.slow
def test_the_folder_passes_its_check_and_is_forecast(folder):
    data = Data(folder)
    assert [finding for finding in check_folder(data) if finding.level == "error"] == []
    inputs = prepare(data)
    run = forecast(inputs, load_scenario("baseline", folder), data.places, until=2026, draws=8)
    sizes = inputs.population.population.sum(axis=(1, 2))
    assert len(sizes) == 12
    assert (sizes > SMALLEST / 1.3).all()
    assert (sizes < LARGEST * 1.3).all()
    assert run.values("population", "region")[-1] == pytest.approx(sizes.sum(), rel=0.1)
    assert np.isfinite(run.values("labour_demand", "region")).all()


@pytest.mark.slow
def test_the_same_seed_makes_the_same_files(folder, tmp_path):
    again = make_folder(12, tmp_path / "again")
    for path in sorted(folder.rglob("*.*")):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


@pytest.mark.unit
def test_made_tables_are_marked_as_nobodys_figures(folder):
    data = Data(folder)
    for name in ("population", "population_by_age_sex", "jobs_by_workplace", "labour_market_monthly"):
        origin = data.origins[name]
        assert (origin.status, origin.producer) == ("assumption", "made for benchmarks")
        assert isinstance(data.table(name), pd.DataFrame)


@pytest.mark.unit
def test_a_folder_that_is_there_is_left_alone(folder):
    with pytest.raises(UserError, match="already"):
        make_folder(2, folder)
