import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.inputs.migration import campaign_arrivals
from amoanalysis.pipeline.run import forecast

pytestmark = pytest.mark.law
DRAWS = 60


@pytest.fixture(scope="module")
def runs(data, inputs):
    names = ("baseline", "return_campaign")
    return {name: forecast(inputs, load_scenario(name, data.folder), data.places, draws=DRAWS) for name in names}


def test_a_campaign_adds_people_and_labour_force_in_every_draw_and_nothing_before_it(runs):
    for measure in ("population", "labour_force"):
        more = runs["return_campaign"].values(measure, "region") - runs["baseline"].values(measure, "region")
        years = list(runs["baseline"].years)
        assert not more[: years.index(2026)].any()
        assert (more[years.index(2030)] >= -1e-6).all()
        assert np.quantile(more[years.index(2030)], 0.1) > 0
        assert more[years.index(2035)].mean() > more[years.index(2030)].mean()


def test_a_campaign_widens_no_gap(runs):
    more = runs["return_campaign"].values("unfilled_jobs", "region") - runs["baseline"].values(
        "unfilled_jobs", "region"
    )
    assert more[-1].mean() <= 0


def test_arrivals_are_the_same_however_the_draws_are_split(data, inputs):
    assumed = load_scenario("return_campaign", data.folder).assumptions
    years = range(2023, 2036)
    whole = campaign_arrivals(inputs.out_migrants, assumed, Draws(1, 0, 200), years)
    parts = [campaign_arrivals(inputs.out_migrants, assumed, Draws(1, first, 100), years) for first in (0, 100)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=0, atol=1e-9)


def test_without_a_campaign_or_without_flows_nobody_arrives(data, inputs):
    baseline, lever = (load_scenario(n, data.folder).assumptions for n in ("baseline", "return_campaign"))
    years = range(2023, 2036)
    assert not campaign_arrivals(inputs.out_migrants, baseline, Draws(1, 0, 10), years).any()
    assert not campaign_arrivals(None, lever, Draws(1, 0, 10), years).any()
