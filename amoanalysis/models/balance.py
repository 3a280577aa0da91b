"""The balance of a year: who fills the labour need of each place, and what stays unfilled."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.assumptions import BalanceAssumptions, LabourForceAssumptions
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.residence import WorkersHomes


@dataclass(frozen=True)
class CommutingBase:
    """Commuting in the jump-off year.

    Attributes:
        in_share: (place,), in-commuters per job.
        out_share: (place,), out-commuters per employed resident.
    """

    in_share: Array
    out_share: Array


@dataclass(frozen=True)
class BalanceShares:
    """Drawn shares of the adjustment, each (draw, 1): see `BalanceAssumptions`."""

    in_commuters: Array
    returning_out_commuters: Array
    movers: Array
    outside_workers: Array
    out_commuting_of_surplus: Array
    hidden_reserve: Array
    unemployment_floor: Array


@dataclass(frozen=True)
class YearBalance:
    """Jobs and people of a year, each (draw, place), persons at the end of the year.

    The identities hold exactly:
    labour_force = employed_residents + unemployed;
    employed_residents = jobs - in_commuters - non_resident_workers + out_commuters;
    jobs = labour_need - unfilled_jobs.
    """

    labour_need: Array
    jobs: Array
    labour_force: Array
    employed_residents: Array
    unemployed: Array
    in_commuters: Array
    out_commuters: Array
    non_resident_workers: Array
    movers: Array
    unfilled_jobs: Array


def drawn_shares(assumptions: BalanceAssumptions, labour_force: LabourForceAssumptions, draws: Draws) -> BalanceShares:
    """Draws the shares of the adjustment, one value a draw."""
    return BalanceShares(
        in_commuters=draws.sample(assumptions.in_commuters)[:, None],
        returning_out_commuters=draws.sample(assumptions.returning_out_commuters)[:, None],
        movers=draws.sample(assumptions.movers)[:, None],
        outside_workers=draws.sample(assumptions.outside_workers)[:, None],
        out_commuting_of_surplus=draws.sample(assumptions.out_commuting_of_surplus)[:, None],
        hidden_reserve=draws.sample(labour_force.hidden_reserve)[:, None],
        unemployment_floor=draws.sample(labour_force.unemployment_floor)[:, None],
    )


def close_year(
    need: Array,
    projects: WorkersHomes,
    resident_labour_force: Array,
    outside_labour_force: Array,
    usual: Array,
    commuting: CommutingBase,
    shares: BalanceShares,
) -> YearBalance:
    """Closes jobs and people of one year.

    The need of residents - jobs of others than projects, less usual in-commuters, plus usual out-commuters, plus the
    project workers who live here - is held against the residents who work when unemployment is usual. A shortage is
    filled in this order: more in-commuters and out-commuters who come back, the unemployed down to the floor, the
    hidden reserve, movers, workers from outside who do not move; the rest stays unfilled. A surplus becomes
    out-commuting and unemployment.

    Args:
        need: (draw, place), jobs to be filled, those of projects included.
        projects: workers of projects by where they live, each (draw, place); negative where a project closes.
        resident_labour_force: (draw, place), persons.
        outside_labour_force: (draw, place), people of 15-74 outside the labour force.
        usual: (draw, place), usual share of unemployed.
        commuting: shares of the jump-off year.
        shares: drawn shares of the adjustment.

    Returns:
        The balance of the year.
    """
    working = resident_labour_force * (1 - usual)
    other_need = need - projects.here - projects.arriving - projects.flown_in
    usual_in = commuting.in_share[None] * np.maximum(other_need, 0.0)
    usual_out = commuting.out_share[None] * working
    lacking = other_need - usual_in + usual_out + projects.here + projects.leaving - working
    shortage, surplus = np.maximum(lacking, 0.0), np.maximum(-lacking, 0.0)

    more_in = shares.in_commuters * shortage
    back = np.minimum(shares.returning_out_commuters * shortage, usual_out)
    left = shortage - more_in - back
    unemployed_spare = np.maximum(usual - shares.unemployment_floor, 0.0) * resident_labour_force
    from_unemployed = np.minimum(left, unemployed_spare)
    left = left - from_unemployed
    joined = np.minimum(left, shares.hidden_reserve * outside_labour_force)
    left = left - joined
    movers = shares.movers * left
    outside = np.minimum(shares.outside_workers * left, left - movers)
    unfilled = left - movers - outside

    # Those without a job here may find one elsewhere: the same people work as out-commuters instead of being idle.
    more_out = shares.out_commuting_of_surplus * surplus
    labour_force = resident_labour_force + joined + movers
    employed = working - surplus + more_out + from_unemployed + joined + movers
    return YearBalance(
        labour_need=need,
        jobs=need - unfilled,
        labour_force=labour_force,
        employed_residents=employed,
        unemployed=labour_force - employed,
        in_commuters=usual_in + more_in + projects.arriving,
        out_commuters=usual_out - back + more_out + projects.leaving,
        non_resident_workers=projects.flown_in + outside,
        movers=movers,
        unfilled_jobs=unfilled,
    )
