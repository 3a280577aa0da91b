import numpy as np
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.balance.local_projections import (
    HORIZONS,
    OUTCOMES,
    TABLES,
    adjustment_panel,
    changes_between_years,
    estimate_response,
    estimate_responses,
)

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def panel(data):
    return adjustment_panel({name: data.table(name) for name in TABLES}, list(data.places["MK19"].members))


@pytest.fixture(scope="module")
def found(panel):
    return estimate_responses(panel).set_index(["outcome", "horizon"])


def made(places: int = 12, years: int = 20, slope: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    cause = rng.normal(size=(places, years)) + rng.normal(size=(places, 1)) + rng.normal(size=(1, years))
    noise = 0.05 * rng.normal(size=cause.shape)
    return slope * cause + 3 * rng.normal(size=(places, 1)) + 2 * rng.normal(size=(1, years)) + noise, cause


def test_a_known_response_is_found_whatever_places_and_years_have_of_their_own():
    outcome, cause = made()
    outcome[2, 3:9] = np.nan
    answer = estimate_response(outcome, cause, cause)
    assert answer.value == pytest.approx(0.4, abs=4 * answer.error)
    assert answer.error < 0.02
    assert answer.observations == 12 * 20 - 6


def test_a_panel_of_few_places_is_refused():
    outcome, cause = made(places=3)
    with pytest.raises(DataError, match="too small"):
        estimate_response(outcome, cause, cause)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_residents_at_work_are_jobs_less_in_commuters_plus_out_commuters(found, horizon):
    value = found["value"]
    residents = 1 - value["in_commuters", horizon] + value["out_commuters", horizon]
    assert value["employed_residents", horizon] == pytest.approx(residents, abs=1e-9)


def test_what_a_new_job_did_in_lapland(found):
    value, error = found["value"], found["error"]
    assert value["in_commuters", 1] == pytest.approx(0.37, abs=0.01)
    assert value["in_commuters", 10] == pytest.approx(0.27, abs=0.01)
    assert value["unemployed", 1] == pytest.approx(-0.23, abs=0.01)
    movers = [value["net_movers", horizon] for horizon in HORIZONS]
    assert movers == sorted(movers)
    assert abs(value["open_vacancies", 1]) < 2 * error["open_vacancies", 1]
    assert set(found["places"]) <= {20, 21}
    assert {name for name, _ in found.index} == set(OUTCOMES)


def test_without_effects_and_instrument_the_response_is_that_of_plain_changes(panel):
    plain = estimate_responses(panel, effects=False, instrumented=False).set_index(["outcome", "horizon"])["value"]
    assert plain["in_commuters", 1] == pytest.approx(0.28, abs=0.01)
    assert plain["out_commuters", 5] == pytest.approx(0.19, abs=0.01)


def test_the_assumptions_hold_what_the_panel_says(inputs, found):
    shares = inputs.baseline.balance
    value = found["value"]
    lasting, first = shares.in_commuters, shares.in_commuters_at_first.value
    assert lasting.low < value["in_commuters", 10] < lasting.high
    came = 1 - (1 - lasting.value) * shares.movers.value
    lacking = came - lasting.value
    assert lasting.value + first * lacking == pytest.approx(value["in_commuters", 1], abs=0.03)
    left = lacking * (1 - first)
    assert shares.unemployed.low < -value["unemployed", 1] / left < shares.unemployed.high
    assert shares.out_commuters.low < -value["out_commuters", 1] / left < shares.out_commuters.high


def test_the_boom_of_kittila(panel):
    change = changes_between_years(panel, "261", 2005, 2017)
    known = {"jobs": 995, "in_commuters": 473, "employed_residents": 617, "out_commuters": 95}
    assert {name: change[name] for name in known} == known
