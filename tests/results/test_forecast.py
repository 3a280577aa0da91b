"""What an analyst asks of a forecast: labelled draws, intervals, probabilities, changes and their parts."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import UserError
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.comparison import Comparison
from amoanalysis.results.explain import DEMAND_PARTS
from amoanalysis.results.forecast import Forecast

DRAWS = 200


@pytest.fixture(scope="module")
def run(data, inputs) -> Forecast:
    return forecast(inputs, load_scenario("hannukainen", data.folder), data.places, until=2036, draws=DRAWS)


@pytest.fixture(scope="module")
def comparison(data, inputs, run) -> Comparison:
    return Comparison(
        run, forecast(inputs, load_scenario("baseline", data.folder), data.places, until=2036, draws=DRAWS)
    )


@pytest.mark.law
@pytest.mark.parametrize("measure", ["population", "jobs", "labour_force", "in_commuters"])
@pytest.mark.parametrize("place", ["Kolari", "region"])
def test_quantiles_of_the_draws_are_the_published_interval(run, measure, place) -> None:
    published = run.interval(measure, place, history=False).set_index("year")[["low", "median", "high"]]
    drawn = run.draws(measure, place).quantile([0.1, 0.5, 0.9], "draw").to_numpy().T
    np.testing.assert_allclose(drawn, published, rtol=2e-3)


@pytest.mark.law
def test_accounting_holds_in_uncalibrated_draws(run) -> None:
    parts = [run.draws(name, "Kolari", calibrated=False) for name in ("employed_residents", "unemployed")]
    force = run.draws("labour_force", "Kolari", calibrated=False)
    np.testing.assert_allclose(sum(parts), force, atol=1e-6)


@pytest.mark.law
def test_a_probability_counts_draws_and_says_whether_it_is_calibrated(run) -> None:
    median = float(run.interval("jobs", "Kolari", history=False).set_index("year").loc[2030, "median"])
    assert run.probability("jobs", "Kolari", 2030, above=median) == pytest.approx(0.5, abs=1 / DRAWS)
    above, below = (run.probability("in_commuters", "Kolari", 2030, **{side: 250}) for side in ("above", "below"))
    assert above + below == 1 and not above.calibrated and "not calibrated" in repr(above)
    assert run.probability("jobs", "Kolari", 2030, above=0).calibrated


@pytest.mark.law
@pytest.mark.parametrize("measure", ["population", "labour_demand"])
def test_parts_of_a_change_add_up(run, comparison, measure) -> None:
    for found in (run.explain(measure, "Kolari", 2035), comparison.explain(measure, "Kolari", 2035)):
        assert found["mean"].iloc[:-1].sum() == pytest.approx(found["mean"].iloc[-1])
    total = run.explain("population", "Kolari", 2030)["mean"].iloc[-1]
    start = run.history("population", "Kolari")["value"].iloc[-1]
    assert start + total == pytest.approx(run.values("population", "Kolari")[run.years.index(2030)].mean())


@pytest.mark.law
def test_the_workers_of_new_jobs_add_up_to_the_causes(comparison) -> None:
    cause, worker = (comparison.explain("labour_demand", "Kolari", 2035, by=by) for by in ("cause", "worker"))
    assert set(DEMAND_PARTS) < set(cause["part"])
    assert worker["mean"].iloc[:-1].sum() == pytest.approx(cause["mean"].iloc[-1])


@pytest.mark.unit
def test_places_are_named_or_coded_and_status_is_kept(run) -> None:
    named, coded = run.interval("labour_force", "Kolari"), run.interval("labour_force", "273")
    pd.testing.assert_frame_equal(named, coded)
    assert list(named["status"].unique()) == ["observed", "nowcast", "forecast"]
    assert named.loc[named["status"] != "forecast", ["low", "high"]].isna().all(axis=None)
    assert set(run.interval("population")["code"]) == set(run.area_codes())
    pd.testing.assert_frame_equal(run.history("population", "Kolari"), run.history("population", "273"))


@pytest.mark.unit
def test_a_change_goes_from_the_known_year(run) -> None:
    change = run.change("population", 2022, 2035)
    assert list(change["code"]) == list(run.codes) and change.geometry.notna().all()
    kolari = change.set_index("code").loc["273"]
    median = run.interval("population", "Kolari").set_index("year").loc[2035, "median"]
    assert kolari["start"] + kolari["median"] == pytest.approx(median, rel=1e-3)
    assert kolari["status"] == "observed" and kolari["low"] < kolari["median"] < kolari["high"]
    assert list(run.change("population", 2022, 2035, by="area")["code"]) == run.area_codes()[len(run.codes) :]


@pytest.mark.unit
def test_all_draws_are_written_and_read_back(run, tmp_path) -> None:
    with xr.open_dataset(run.to_netcdf(tmp_path / "draws.nc"), engine="scipy") as read:
        expected = run.values("jobs_by_industry", "Kolari", "I")
        np.testing.assert_array_equal(read["jobs_by_industry"].sel(place="Kolari", industry="I"), expected)
    frame = pd.read_parquet(run.to_parquet(tmp_path / "draws.parquet"))
    own = frame[(frame["code"] == "273") & (frame["year"] == 2030)].sort_values("draw")
    np.testing.assert_array_equal(own["jobs"], run.values("jobs", "Kolari")[run.years.index(2030)])
    with pytest.raises(UserError, match="make it first"):
        run.to_netcdf(tmp_path / "absent" / "draws.nc")


@pytest.mark.unit
def test_the_dataset_views_the_arrays(run) -> None:
    assert np.shares_memory(run.dataset["population"].data, run.arrays["population"])
    assert run.dataset["population_by_age"].dims == ("year", "draw", "place", "age")


@pytest.mark.unit
def test_the_tidy_frame_has_a_column_a_quantile(run) -> None:
    frame = run.to_frame("population", "Kolari").set_index("year")
    assert frame.loc[2030, "q10"] < frame.loc[2030, "q50"] < frame.loc[2030, "q90"]
    assert frame.loc[2022, "status"] == "observed" and frame.loc[2022, "q50"] == frame.loc[2022, "mean"]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda run: run.interval("populatio", "Kolari"), "did you mean 'population'"),
        (lambda run: run.interval("population", "Kolar"), "did you mean 'Kolari'"),
        (lambda run: run.history("population", "Inari"), "does not cover"),
        (lambda run: run.interval("population", "Kolari", level=80), "not between 0 and 1"),
        (lambda run: run.draws("jobs_by_industry", "Kolari", group="Z"), "There is no group"),
        (lambda run: run.probability("jobs", "Kolari", 2050, above=1), "not a forecast year"),
        (lambda run: run.probability("jobs", "Kolari", 2030), "above="),
        (lambda run: run.explain("jobs", "Kolari", 2035), "not divided"),
        (lambda run: run.explain("population", "Kolari", 2035, since=2000), "since=2000"),
        (lambda run: run.change("population", 1700, 2030), "not known in 1700"),
        (lambda run: run.change("population", 2022, 2030, by="village"), "There is no kind of place"),
    ],
)
def test_a_wrong_question_gets_one_sentence(run, call, sentence) -> None:
    with pytest.raises(UserError, match=sentence):
        call(run)
