"""Labour-market balance of a year: labour demand, labour supply, commuting and unfilled jobs of each place."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import BalanceAssumptions, LabourForceAssumptions
from amoanalysis.models.labour_force.commuting import CommutingBase, pooled_unfilled_jobs
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws

# Upper limits that no draw exceeds: in-commuters as a share of the jobs of a place, and yearly withdrawals from the
# labour force as a share of it.
MAX_IN_COMMUTER_SHARE = 0.9
MAX_WITHDRAWAL_SHARE = 0.2


@dataclass(frozen=True)
class BalanceShares:
    """Drawn adjustment shares, each (draw, 1), except the floor (draw, place): see `BalanceAssumptions`."""

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
    jobs = labour_demand - unfilled_jobs;
    summed over places in_commuters_from_region = out_commuters_to_region.
    """

    labour_demand: Array
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
    """Draws the adjustment shares; the shares of a shortage are scaled to 1 where their sum exceeds it.

    Args:
        assumptions: assumptions of the balance.
        labour_force: assumptions with the hidden reserve.
        floor: (draw, place), lowest share of unemployed in the labour force.
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


def resident_worker_demand(demand: Array, projects: WorkerResidence, in_commuters: Array) -> Array:
    """Demand for resident workers: the demand that in-commuters do not fill, and resident project workers.

    Args:
        demand: (draw, place), change of the jobs outside projects.
        projects: workers of projects by place of residence, each (draw, place).
        in_commuters: (draw, 1), in-commuters per new job.

    Returns:
        (draw, place), persons; negative for a decrease.
    """
    return (1 - in_commuters) * demand + projects.living_locally + projects.commuting_out


def balance_year(
    demand: Array,
    projects: WorkerResidence,
    resident_labour_force: Array,
    outside_labour_force: Array,
    usual_unemployment: Array,
    commuting: CommutingBase,
    shares: BalanceShares,
    joined_before: Array | float = 0.0,
) -> YearBalance:
    """Balances jobs and residents of one year.

    Demand for residents is compared with the residents who work at usual unemployment. It consists of jobs outside
    projects, less usual in-commuters, plus usual out-commuters and resident project workers. A shortage is first
    filled by additional in-commuters, part of them from jobs in other places of the region. The rest is filled, by
    shares, by out-commuters who take local jobs, by the unemployed down to the floor and by residents from outside the
    labour force; then by non-resident workers; what remains is unfilled. A surplus reverses these flows, and what
    remains of it is unemployed.

    Args:
        demand: (draw, place), labour demand, projects included.
        projects: workers of projects by place of residence, each (draw, place); negative for a closure.
        resident_labour_force: (draw, place), persons, movers of the year included.
        outside_labour_force: (draw, place), persons of 15-74 outside the labour force.
        usual_unemployment: (draw, place), usual share of unemployed in the labour force.
        commuting: commuting of the jump-off year.
        shares: drawn adjustment shares.
        joined_before: (draw, place), residents who had joined the labour force by the year before. They stay in it
            while the shortage lasts; further residents join up to the hidden reserve.

    Returns:
        The balance of the year.
    """
    working = resident_labour_force * (1 - usual_unemployment)
    other_jobs = demand - projects.living_locally - projects.commuting_in - projects.flown_in
    in_commuters = _usual_in_commuters(other_jobs, commuting, shares)
    out_of_region = commuting.outside_share * working
    to_region = in_commuters @ commuting.between.T
    resident_demand = other_jobs - in_commuters + out_of_region + to_region
    shortage = resident_demand + projects.living_locally + projects.commuting_out - working
    # An additional in-commuter from the region is an additional out-commuter of the place of residence.
    additional_in = np.clip(shares.in_commuters_at_first * shortage, -in_commuters, None)
    additional_out = additional_in @ commuting.between.T
    shortage = shortage - additional_in + additional_out
    reserve = np.maximum(joined_before, 0.0) + shares.hidden_reserve * outside_labour_force
    adjusted = _adjust(shortage, resident_labour_force, reserve, usual_unemployment, out_of_region, shares)
    labour_force = resident_labour_force + adjusted.joined
    employed = working + adjusted.unemployed + adjusted.joined
    in_commuters = in_commuters + additional_in
    from_region = projects.between_places.sum(axis=-2) + in_commuters * commuting.between.sum(axis=0)
    unfilled = adjusted.unfilled
    return YearBalance(
        labour_demand=demand,
        jobs=demand - unfilled,
        labour_force=labour_force,
        joined_labour_force=adjusted.joined,
        employed_residents=employed,
        unemployed=labour_force - employed,
        in_commuters=in_commuters + projects.commuting_in,
        in_commuters_from_region=from_region,
        out_commuters=out_of_region - adjusted.out_commuters + to_region + additional_out + projects.commuting_out,
        out_commuters_to_region=to_region + additional_out + projects.between_places.sum(axis=-1),
        non_resident_workers=projects.flown_in + adjusted.non_resident,
        unfilled_jobs=unfilled,
        unfilled_jobs_pooled=pooled_unfilled_jobs(
            unfilled, adjusted.slack, commuting.kilometres, shares.unemployed, shares.reach
        ),
    )


@dataclass(frozen=True)
class _Adjustment:
    """How a shortage is filled, each (draw, place); negative for a surplus, which reverses the flows.

    Attributes:
        out_commuters: former out-commuters who work locally.
        unemployed: unemployed who are hired.
        joined: residents who join the labour force.
        non_resident: workers resident elsewhere.
        unfilled: jobs that remain unfilled.
        slack: unemployed above the floor who are not hired.
    """

    out_commuters: Array
    unemployed: Array
    joined: Array
    non_resident: Array
    unfilled: Array
    slack: Array


def _usual_in_commuters(jobs: Array, commuting: CommutingBase, shares: BalanceShares) -> Array:
    """In-commuters of the jump-off year plus their usual share of the change in jobs since then."""
    in_commuters = commuting.in_commuters + shares.in_commuters * (jobs - commuting.jobs)
    return np.clip(in_commuters, 0.0, MAX_IN_COMMUTER_SHARE * np.maximum(jobs, 0.0))


def _adjust(
    gap: Array,
    labour_force: Array,
    reserve: Array,
    usual_unemployment: Array,
    out_commuters: Array,
    shares: BalanceShares,
) -> _Adjustment:
    """Divides a shortage (or, negative, a surplus) over the ways to fill it; the parts sum to it in every draw."""
    shortage, surplus = np.maximum(gap, 0.0), np.maximum(-gap, 0.0)
    slack = np.maximum(usual_unemployment - shares.unemployment_floor, 0.0) * labour_force
    returning = np.minimum(shares.out_commuters * shortage, out_commuters) - shares.out_commuters * surplus
    hired = np.minimum(shares.unemployed * shortage, slack)
    joining = np.minimum(shares.participation * shortage, reserve)
    withdrawing = np.minimum(shares.participation * surplus, MAX_WITHDRAWAL_SHARE * labour_force)
    remaining = np.maximum(shortage - np.maximum(returning, 0.0) - hired - joining, 0.0)
    dismissed = surplus - shares.out_commuters * surplus - withdrawing
    non_resident = shares.outside_workers * remaining
    return _Adjustment(
        out_commuters=returning,
        unemployed=hired - dismissed,
        joined=joining - withdrawing,
        non_resident=non_resident,
        unfilled=remaining - non_resident,
        slack=slack - hired,
    )
