"""Which assumption would be worth a survey: how much of the spread of each outcome it explains alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Assumption
from amoanalysis.forecast.result import Forecast
from amoanalysis.models.draws import Draws
from amoanalysis.models.first_order import first_order

# What holds today and somebody knows: businesses, households or commuters could be asked. The rest lies ahead - moves,
# growth, the plans of a company - or is the size of swings.
ASKED = (
    "labour_force.hidden_reserve",
    "labour_force.summer_work",
    "jobs.visitor_share_of_trade",
    "tourism.nights.",
    "tourism.jobs_per_1000_nights.",
    "tourism.split.",
    "tourism.unregistered_nights_per_registered",
    "tourism.permanent_share",
    "tourism.season_length",
    "tourism.outside_share_of_seasonal",
    "tourism.nights_per_bed",
    "projects.contractors_per_own_employee",
    "projects.contractor_split.",
    "projects.headcount_per_person_year",
    "projects.local_share",
    "projects.neighbour_share",
    "projects.elsewhere_share",
    "multipliers.",
    "balance.out_commuters",
    "balance.participation",
    "balance.partners_per_mover",
    "balance.children_per_mover",
    "balance.outside_workers",
    "balance.reach",
    "balance.border_commuters",
)


def can_be_asked(path: str) -> bool:
    """Whether a survey made today could tell the value of an assumption."""
    return path.startswith(ASKED)


def spread_shares(
    run: Forecast, assumptions: Sequence[Assumption], measures: Sequence[str], place: str, year: int
) -> pd.DataFrame:
    """Share of the spread of each outcome that each assumption explains alone, from the draws of a forecast.

    The scores of an assumption are those that the forecast drew it with: they are keyed by its name, so nothing is run
    again.

    Args:
        run: the forecast.
        assumptions: those that it drew.
        measures: outcomes, not divided by groups.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        Index path, a column for each measure; 0 to 1, but for chance of about 1 / draws.
    """
    draws, index = Draws(run.seed, 0, run.draws), run.years.index(year)
    outcomes = np.stack([run.values(measure, place)[index] for measure in measures], axis=1)
    scores = np.stack([draws.score(assumption) for assumption in assumptions])
    return pd.DataFrame(
        first_order(scores, outcomes), index=pd.Index([a.path for a in assumptions], name="path"), columns=[*measures]
    )
