"""A shock: so many more jobs in one place, and where the workers come from, year by year."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.decomposition import STEPS, banded, filled_by

HORIZONS = (1, 3, 5, 10)
# The services that newcomers need are jobs too: they are taken off, so that the rest sums to the jobs of the shock.
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

    jobs = unemployed + participation + new residents + out-commuters who stay + in-commuters + workers who live
    elsewhere + unfilled - jobs that newcomers need

    Args:
        inputs: what is known.
        scenario: what is assumed beside the shock.
        places: the places.
        place: municipality code.
        jobs: how many; negative where they go.
        draws: how many futures, the same with and without the shock.
        seed: of the draws.
        horizons: years after; 1 is the first forecast year.

    Returns:
        horizon, step (`filling.STEPS`, follow_on, jobs), mean, value (median), low, high (80 %): persons or jobs. In
        every draw, and so in the means, the steps sum to `jobs`.
    """
    until = inputs.population.year + max(horizons)
    without, shocked = (
        forecast(inputs, each, places, until=until, draws=draws, seed=seed)
        for each in (scenario, with_jobs(scenario, place, jobs))
    )
    parts = filled_by(shocked, without, place)
    total = np.sum(list(parts.values()), axis=0)
    frames = []
    for horizon in horizons:
        steps = {name: parts[name][horizon - 1] for name in STEPS}
        follow_on = jobs - total[horizon - 1]
        whole = {**steps, FOLLOW_ON: follow_on, JOBS: np.sum([*steps.values(), follow_on], axis=0)}
        frames.append(banded(whole).assign(horizon=horizon))
    return pd.concat(frames, ignore_index=True)[["horizon", "step", "mean", "value", "low", "high"]]


def with_jobs(scenario: Scenario, place: str, jobs: float) -> Scenario:
    """The scenario with so many more jobs of no named employer in a place from the first year on."""
    sure = Assumption(
        value=jobs,
        low=jobs,
        high=jobs,
        unit="jobs",
        source="judgement",
        why="A shock: what follows from so many jobs more.",
        path=f"jobs.extra.{place}",
    )
    tree = scenario.assumptions
    extra = tree.jobs.model_copy(update={"extra": {**tree.jobs.extra, place: sure}})
    return replace(scenario, assumptions=tree.model_copy(update={"jobs": extra}))
