import numpy as np
import pytest
from made import BLOCK, assumed

from amoanalysis.config.assumptions import JobsAssumptions
from amoanalysis.models.jobs import labour_demand as jobs_need
from amoanalysis.models.jobs import labour_demand as model
from amoanalysis.models.jobs.labour_demand import SECTIONS, JobsBase

pytestmark = pytest.mark.law

CERTAIN = JobsAssumptions(
    trend_carried=assumed(0.5), trend_damping=assumed(0.9),
    population_elasticity=assumed(0.8), construction_elasticity=assumed(1.0), visitor_share_of_trade=assumed(0.25),
    shock=assumed(0.0), persistence=assumed(0.9),
)  # fmt: skip
WEIGHTS = model.driver_age_weights(np.ones(101))
NONE = np.zeros((2, len(SECTIONS)))
BASE = JobsBase(jobs=NONE + 50.0, trend=NONE, trend_error=NONE, care_weights=np.ones(101))


def need(population: np.ndarray, nights: float = 1.0, base: JobsBase = BASE, index: int = 4) -> np.ndarray:
    paths = jobs_need.draw_demand_paths(base, CERTAIN, BLOCK, 2022, range(2023, 2031))
    served = model.population_served(population, np.ones((2, 2, 101)), WEIGHTS)
    year = jobs_need.year_demand(base, paths, index, np.full((BLOCK.count, 2), nights))
    sections = jobs_need.demand_by_section(year, served)
    np.testing.assert_allclose(jobs_need.total_demand_function(year)(served), sections.sum(axis=2), rtol=1e-12)
    return sections


def people(scale: float = 1.0) -> np.ndarray:
    return np.full((BLOCK.count, 2, 2, 101), scale)


def test_the_same_people_and_stays_need_the_same_jobs():
    np.testing.assert_allclose(need(people()), 50.0)


def test_services_shrink_less_than_the_people_and_the_export_base_not_at_all():
    fewer = need(people(0.8))[0, 0]
    assert fewer[SECTIONS.index("O")] == pytest.approx(50 * 0.8**0.8)
    assert fewer[SECTIONS.index("C")] == pytest.approx(50)
    assert fewer[SECTIONS.index("I")] == pytest.approx(50)


def test_schools_follow_school_ages_alone():
    older = people()
    older[..., 60:] *= 2
    younger = people()
    younger[..., 6:19] *= 0.5
    school = SECTIONS.index("P")
    assert need(older)[0, 0, school] == pytest.approx(50)
    assert need(younger)[0, 0, school] == pytest.approx(50 * 0.5**0.8)


def test_visitors_keep_up_their_share_of_trade():
    assert need(people(), nights=1.4)[0, 0, SECTIONS.index("G")] == pytest.approx(50 * (0.75 + 0.25 * 1.4))


def test_a_trend_fades():
    base = JobsBase(BASE.jobs, NONE + 0.02, NONE, BASE.care_weights)
    growth = [np.log(need(people(), base=base, index=i)[0, 0, SECTIONS.index("M")] / 50) for i in range(3)]
    steps = np.diff([0, *growth])
    assert steps[0] == pytest.approx(0.01)
    np.testing.assert_allclose(steps[1:] / steps[:-1], 0.9)


def test_shares_of_industries_sum_to_one_in_every_place(data):
    shares = model.industry_shares(data.table("jobs_by_industry"), ["261", "273"])
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert shares[0, SECTIONS.index("B")] == pytest.approx(566 / 3437)


def test_the_old_need_more_care_than_the_young(data):
    weights = model.care_weights(data.table("jobs_by_industry"), data.table("population_by_age_sex"))
    assert weights.shape == (101,)
    assert weights[80] > 3 * weights[40] > 0


def test_mining_carries_no_national_trend(data):
    finland = data.table("population").query("place == 'SSS'").set_index("year")["population"].astype(float)
    trend = model.national_trend(data.table("employed_by_industry_and_age"), finland)
    assert trend[SECTIONS.index("B")] == 0.0
    assert trend[SECTIONS.index("A")] < 0
    assert np.isfinite(trend).all()
