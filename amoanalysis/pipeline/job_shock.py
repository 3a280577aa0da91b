"""A shock of additional jobs in one place, and where the workers come from, year by year."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.comparison import FILLED_BY, filled_by
from amoanalysis.results.explain import summarise_parts

HORIZONS = (1, 3, 5, 10)
# In-migrants need services, which are jobs too: subtracted, so that the rest sums to the jobs of the shock.
FOLLOW_ON, JOBS = "follow_on", "jobs"


def job_shock(
    inputs: Inputs,
    scenario: Scenario,
    places: Places,
    place: str,
    jobs: float = 100.0,
    *,
    draws: int = 1000,
    seed: int = 2008,
    horizons: Sequence[int] = HORIZONS,
) -> pd.DataFrame:
    """Who fills jobs that come to a place in the first forecast year and stay.

    jobs = unemployed + participation + new residents + fewer out-commuters + in-commuters + non-resident workers
    + unfilled jobs - jobs in services that in-migrants need

    Args:
        inputs: prepared inputs.
        scenario: assumptions besides the shock.
        places: the places.
        place: municipality, by name or code.
        jobs: number of jobs; negative where they are lost.
        draws: number of draws, the same with and without the shock.
        seed: of the draws.
        horizons: years after; 1 is the first forecast year.

    Returns:
        horizon, step (`results.comparison.FILLED_BY`, follow_on, jobs), mean, value (median), low, high (80 %):
        persons or jobs. The steps sum to `jobs` in every draw and so in the means.
    """
    code = places.find(place).code
    until = inputs.population.year + max(horizons)
    shock = scenario.set(
        f"jobs.extra.{code}",
        jobs,
        low=jobs,
        high=jobs,
        unit="jobs",
        why="A shock of additional jobs without an employer.",
    )
    without, shocked = (
        forecast(inputs, each, places, until=until, draws=draws, seed=seed) for each in (scenario, shock)
    )
    parts = filled_by(shocked, without, code)
    total = np.sum(list(parts.values()), axis=0)
    frames = []
    for horizon in horizons:
        steps = {name: parts[name][horizon - 1] for name in FILLED_BY}
        follow_on = jobs - total[horizon - 1]
        whole = {**steps, FOLLOW_ON: follow_on, JOBS: np.sum([*steps.values(), follow_on], axis=0)}
        frames.append(summarise_parts(whole, "").assign(horizon=horizon))
    found = pd.concat(frames, ignore_index=True).rename(columns={"part": "step", "median": "value"})
    return found[["horizon", "step", "mean", "value", "low", "high"]]
