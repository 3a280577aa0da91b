"""The balance of a year: who fills the labour need of each place, and what stays unfilled."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import BalanceAssumptions, LabourForceAssumptions
from amoanalysis.models.labour_force.commuting import CommutingBase, pooled_gap
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws

# Of the jobs of a place no more than this share is filled by in-commuters, whatever the draw.
MAX_IN_COMMUTER_SHARE = 0.9
# No more than this share of the labour force withdraws from it where there is no work.
MAX_WITHDRAWAL_SHARE = 0.2


@dataclass(frozen=True)
class BalanceShares:
    """Drawn shares of the adjustment, each (draw, 1), the floor (draw, place): see `BalanceAssumptions`."""

    in_commuters: Array
    in_commuters_at_first: Array
    out_commuters: Array
    unemployed: Array
    participation: Array
    movers: Array
    outside_workers: Array
    reach: Array
    hidden_reserve: Array
    unemployment_floor: Array


@dataclass(frozen=True)
class YearBalance:
    """Jobs and people of a year, each (draw, place), persons at the end of the year.

    The identities hold exactly:
    labour_force = employed_residents + unemployed;
    employed_residents = jobs - in_commuters - non_resident_workers + out_commuters;
    jobs = labour_need - unfilled_jobs;
    summed over places in_commuters_from_region = out_commuters_to_region.
    """

    labour_need: Array
    jobs: Array
    labour_force: Array
    joined_labour_force: Array
    employed_residents: Array
    unemployed: Array
    in_commuters: Array
    in_commuters_from_region: Array
    out_commuters: Array
    out_commuters_to_region: Array
    non_resident_workers: Array
    unfilled_jobs: Array
    unfilled_jobs_pooled: Array


def draw_balance_shares(
    assumptions: BalanceAssumptions, labour_force: LabourForceAssumptions, floor: Array, draws: Draws
) -> BalanceShares:
    """Draws the shares of the adjustment, one value a draw; those of a shortage are scaled to 1 where they pass it.

    Args:
        assumptions: of the balance.
        labour_force: with the hidden reserve.
        floor: (draw, place), share of the labour force below which unemployment does not fall.
        draws: block of draws.

    Returns:
        The shares.
    """
    out, unemployed, joining = (
        draws.sample(share)[:, None]
        for share in (assumptions.out_commuters, assumptions.unemployed, assumptions.participation)
    )
    scale = 1 / np.maximum(out + unemployed + joining, 1.0)
    return BalanceShares(
        in_commuters=draws.sample(assumptions.in_commuters)[:, None],
        in_commuters_at_first=draws.sample(assumptions.in_commuters_at_first)[:, None],
        out_commuters=out * scale,
        unemployed=unemployed * scale,
        participation=joining * scale,
        movers=draws.sample(assumptions.movers)[:, None],
        outside_workers=draws.sample(assumptions.outside_workers)[:, None],
        reach=draws.sample(assumptions.reach)[:, None],
        hidden_reserve=draws.sample(labour_force.hidden_reserve)[:, None],
        unemployment_floor=floor,
    )


def resident_worker_demand(need: Array, projects: WorkerResidence, in_commuters: Array) -> Array:
    """Residents at work whom a change of the need asks for: what in-commuters leave, and those whom projects house.

    Args:
        need: (draw, place), change of the jobs of others than projects.
        projects: workers of projects by where they live, each (draw, place).
        in_commuters: (draw, 1), in-commuters per new job.

    Returns:
        (draw, place), persons; negative where less is needed.
    """
    return (1 - in_commuters) * need + projects.living_locally + projects.commuting_out


def balance_year(
    need: Array,
    projects: WorkerResidence,
    resident_labour_force: Array,
    outside_labour_force: Array,
    usual: Array,
    commuting: CommutingBase,
    shares: BalanceShares,
    joined_before: Array | float = 0.0,
) -> YearBalance:
    """Closes jobs and people of one year.

    The need of residents - jobs of others than projects, less in-commuters as usual, plus out-commuters as usual, plus
    the project workers who live here - is held against the residents who work when unemployment is usual. Of a
    shortage more in-commuters take a part, which other places of the region lose; of what is left out-commuters who
    come back, the unemployed down to the floor and residents outside the labour force; then workers from outside who
    do not move; the rest stays unfilled. A surplus goes the same ways backwards, and what is left is unemployed.

    Args:
        need: (draw, place), jobs to be filled, those of projects included.
        projects: workers of projects by where they live, each (draw, place); negative where a project closes.
        resident_labour_force: (draw, place), persons, movers of the year included.
        outside_labour_force: (draw, place), people of 15-74 outside the labour force.
        usual: (draw, place), usual share of unemployed.
        commuting: the jump-off year.
        shares: drawn shares of the adjustment.
        joined_before: (draw, place), residents who had joined the labour force the year before; in one year no more
            join than the hidden reserve holds, and who has joined stays as long as the shortage lasts.

    Returns:
        The balance of the year.
    """
    working = resident_labour_force * (1 - usual)
    other = need - projects.living_locally - projects.commuting_in - projects.flown_in
    as_usual = _in_commuters_at_usual_share(other, commuting, shares)
    outside = commuting.outside_share * working
    sent = as_usual @ commuting.between.T
    lacking = other - as_usual + outside + sent + projects.living_locally + projects.commuting_out - working
    # Those who take the neighbours' jobs are missing at home: every in-commuter from the region is counted twice.
    more_in = np.clip(shares.in_commuters_at_first * lacking, -as_usual, None)
    sent_more = more_in @ commuting.between.T
    lacking = lacking - more_in + sent_more
    reserve = np.maximum(joined_before, 0.0) + shares.hidden_reserve * outside_labour_force
    taken = _adjust(lacking, resident_labour_force, reserve, usual, outside, shares)
    labour_force = resident_labour_force + taken.joined
    non_resident = projects.flown_in + taken.outside
    unfilled = taken.unfilled
    from_region = projects.between_places.sum(axis=-2) + (as_usual + more_in) * commuting.between.sum(axis=0)
    employed = working + taken.unemployed + taken.joined
    return YearBalance(
        labour_need=need,
        jobs=need - unfilled,
        labour_force=labour_force,
        joined_labour_force=taken.joined,
        employed_residents=employed,
        unemployed=labour_force - employed,
        in_commuters=as_usual + more_in + projects.commuting_in,
        in_commuters_from_region=from_region,
        out_commuters=outside - taken.back + sent + sent_more + projects.commuting_out,
        out_commuters_to_region=sent + sent_more + projects.between_places.sum(axis=-1),
        non_resident_workers=non_resident,
        unfilled_jobs=unfilled,
        unfilled_jobs_pooled=pooled_gap(unfilled, taken.spare, commuting.kilometres, shares.unemployed, shares.reach),
    )


@dataclass(frozen=True)
class _Adjustment:
    """Who takes what is lacking, each (draw, place); negative in a surplus."""

    back: Array
    unemployed: Array
    joined: Array
    outside: Array
    unfilled: Array
    spare: Array


def _in_commuters_at_usual_share(other: Array, commuting: CommutingBase, shares: BalanceShares) -> Array:
    """In-commuters of the jump-off year, and their share of the jobs that came or went since."""
    usual = commuting.in_commuters + shares.in_commuters * (other - commuting.jobs)
    return np.clip(usual, 0.0, MAX_IN_COMMUTER_SHARE * np.maximum(other, 0.0))


def _adjust(
    lacking: Array, force: Array, reserve: Array, usual: Array, outside: Array, shares: BalanceShares
) -> _Adjustment:
    """Divides what is lacking: the parts sum to it in every draw."""
    shortage, surplus = np.maximum(lacking, 0.0), np.maximum(-lacking, 0.0)
    spare = np.maximum(usual - shares.unemployment_floor, 0.0) * force
    back = np.minimum(shares.out_commuters * shortage, outside) - shares.out_commuters * surplus
    hired = np.minimum(shares.unemployed * shortage, spare)
    joining = np.minimum(shares.participation * shortage, reserve)
    withdrawing = np.minimum(shares.participation * surplus, MAX_WITHDRAWAL_SHARE * force)
    joined = joining - withdrawing
    left = np.maximum(shortage - np.maximum(back, 0.0) - hired - joining, 0.0)
    idle = surplus - shares.out_commuters * surplus - withdrawing
    from_outside = shares.outside_workers * left
    return _Adjustment(back, hired - idle, joined, from_outside, left - from_outside, spare - hired)
