"""Stock of out-migrants by age and municipality of residence, their return rates, and migration exchange."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import OutMigrantAssumptions
from amoanalysis.models.statistics.draws import Array, Draws

# Target ages of the return-migration programme of 2008: 25 to 50, both included.
TARGET_AGES = slice(25, 51)
# Upper limit of the yearly share of out-migrants who move on.
MAX_ONWARD_MOBILITY = 0.9
IN, OUT = "in", "out"


@dataclass(frozen=True)
class OutMigrantBase:
    """Data for the stock of out-migrants; the axis "where" is the municipality of residence or the place of origin.

    Attributes:
        years: years of the moves.
        out_moves: (year, where), moves out of the region.
        in_moves: (year, where), moves into the region.
        ages: (year, age), share of each age in the out-migrants; sums to 1.
        survival: (age,), share alive a year later, by the age reached.
        mobility: (age,), yearly share who move to another municipality.
        sizes: (where,), share of each municipality in the total population; None if "where" is the place of origin,
            which onward moves do not change.
    """

    years: range
    out_moves: Array
    in_moves: Array
    ages: Array
    survival: Array
    mobility: Array
    sizes: Array | None


@dataclass(frozen=True)
class OutMigrantStock:
    """The stock of out-migrants and its history.

    Attributes:
        stock: (draw, where, age), persons at the end of the last year.
        aged_25_50: (year, draw, where), persons of 25-50 at the start of each year.
        returned: (year, draw, where), return migrants of 25-50 in each year.
    """

    stock: Array
    aged_25_50: Array
    returned: Array


def project_out_migrant_stock(
    base: OutMigrantBase, assumptions: OutMigrantAssumptions, draws: Draws
) -> OutMigrantStock:
    """Projects the stock of out-migrants with survival, onward moves and return migration.

    stock[t, a] = survival[a] stock[t-1, a-1] - onward moves out + onward moves in - returned
                  + rooted x moves out x ages[t, a];
    onward moves = onward x mobility[a] x stock, to municipalities by their size and by their share of out-migrants;
    returned = returner share x moves in, by age proportional to stock x mobility, at most the stock.

    Args:
        base: moves, ages, survival, mobility.
        assumptions: shares, each with its interval.
        draws: block of draws.

    Returns:
        The stock, and the persons of 25-50 and their returns by year. Moves before the first year are not included.
    """
    returners = draws.sample(assumptions.returner_share)[:, None]
    rooted = rooted_share(base, returners[:, 0], draws.sample(assumptions.newcomers_leave_again))[:, None, None]
    onward = draws.sample(assumptions.onward_mobility)[:, None, None] * base.mobility
    onward = np.minimum(onward, MAX_ONWARD_MOBILITY)
    destinations = _onward_destinations(base, draws.sample(assumptions.onward_to_size))
    stock = np.zeros((draws.count, base.out_moves.shape[1], len(base.survival)))
    shape = (len(base.years), draws.count, base.out_moves.shape[1])
    aged_25_50, returned = np.empty(shape), np.empty(shape)
    for index in range(len(base.years)):
        stock = _age_one_year(stock, base.survival)
        if destinations is not None:
            moving = stock * onward
            stock -= moving
            stock += moving.sum(axis=1, keepdims=True) * destinations[..., None]
        aged_25_50[index] = stock[..., TARGET_AGES].sum(axis=-1)
        returning = _return_migrants_by_age(stock, base.mobility, returners * base.in_moves[index])
        stock -= returning
        returned[index] = returning[..., TARGET_AGES].sum(axis=-1)
        stock += rooted * base.out_moves[index][None, :, None] * base.ages[index]
    return OutMigrantStock(stock, aged_25_50, returned)


def rooted_share(base: OutMigrantBase, returners: Array, leave_again: Array) -> Array:
    """Share of out-moves made by natives of the place, i.e. not by in-migrants who leave again.

    rooted = 1 - leave again x (1 - returners) x moves in / moves out, over all years.

    Args:
        base: the moves.
        returners: (draw,), share of return migrants in the moves in; the others are new in-migrants.
        leave_again: (draw,), share of new in-migrants who leave again.

    Returns:
        (draw,), 0 to 1.
    """
    ratio = float(base.in_moves.sum()) / max(float(base.out_moves.sum()), 1e-9)
    return np.clip(1 - leave_again * (1 - returners) * ratio, 0.0, 1.0)


def _age_one_year(stock: Array, survival: Array) -> Array:
    older = np.empty_like(stock)
    older[..., 0] = 0.0
    np.multiply(stock[..., :-1], survival[1:], out=older[..., 1:])
    older[..., -1] += stock[..., -1] * survival[-1]
    return older


def _onward_destinations(base: OutMigrantBase, to_size: Array) -> Array | None:
    """(draw, where), destinations of onward moves; None if the stock is not by municipality of residence."""
    if base.sizes is None:
        return None
    shares = base.out_moves.sum(axis=0)
    shares = shares / max(float(shares.sum()), 1e-9)
    return np.asarray(to_size[:, None] * base.sizes + (1 - to_size[:, None]) * shares)


def _return_migrants_by_age(stock: Array, mobility: Array, total: Array) -> Array:
    """Return migrants by age: the total divided by stock x mobility, at most the stock of an age."""
    weights = stock * mobility
    scale = total / np.maximum(weights.sum(axis=-1), 1e-9)
    weights *= scale[..., None]
    return np.minimum(weights, stock, out=weights)


def return_rates(aged_25_50: Array, returned: Array) -> Array:
    """Yearly return rate of out-migrants of 25-50 over all years.

    Args:
        aged_25_50: (year, draw, where), out-migrants of 25-50.
        returned: (year, draw, where), return migrants of 25-50.

    Returns:
        (draw, where), per year; zero where there are no out-migrants.
    """
    exposure = aged_25_50.sum(axis=0)
    return np.divide(returned.sum(axis=0), exposure, out=np.zeros_like(exposure), where=exposure > 1e-9)


def relative_rates(aged_25_50: Array, returned: Array) -> Array:
    """Return rates relative to the mean of all municipalities, shrunk to it where few out-migrants live.

    Gamma-Poisson model: rate = (returned + k m) / (exposure + k), with m the mean rate and 1 / k the variance of the
    true rates relative to m, by the method of moments.

    Args:
        aged_25_50: (year, draw, where), out-migrants of 25-50.
        returned: (year, draw, where), return migrants.

    Returns:
        (draw, where), 1 for the mean rate.

    Source: Marshall (1991), Applied Statistics 40(2).
    """
    exposure, returns = aged_25_50.sum(axis=0), returned.sum(axis=0)
    total = np.maximum(exposure.sum(axis=1, keepdims=True), 1e-9)
    mean = np.maximum(returns.sum(axis=1, keepdims=True) / total, 1e-12)
    rate = np.divide(returns, exposure, out=np.broadcast_to(mean, returns.shape).copy(), where=exposure > 1e-9)
    spread = (exposure * (rate - mean) ** 2).sum(axis=1, keepdims=True) / total
    between = np.maximum(spread - mean * exposure.shape[1] / total, 1e-3 * mean**2)
    strength = mean / between
    return np.asarray((returns + strength * mean) / (exposure + strength) / mean)


def migration_exchange(flows: pd.DataFrame, places: list[str], by: list[str]) -> pd.DataFrame:
    """Moves into and out of a group of places, without moves between them.

    net = in - out; circulation = 2 min(in, out), moves that cancel; efficiency = net / (in + out).

    Args:
        flows: place, partner, direction, year, migrants.
        places: codes of the places of the group.
        by: grouping columns: partner, year, period, or none.

    Returns:
        Columns of `by`, in_moves, out_moves, net, circulation, efficiency; sorted by `by`.

    Source: Statistics Finland, muutl. Efficiency as in Shryock & Siegel (1976), chapter 21.
    """
    own = flows[flows["place"].isin(places) & ~flows["partner"].isin(places)]
    sums = own.groupby([*by, "direction"])["migrants"].sum().unstack("direction", fill_value=0)
    table = sums.reindex(columns=[IN, OUT], fill_value=0).set_axis(["in_moves", "out_moves"], axis=1).astype(float)
    gross = table["in_moves"] + table["out_moves"]
    table["net"] = table["in_moves"] - table["out_moves"]
    table["circulation"] = 2 * table[["in_moves", "out_moves"]].min(axis=1)
    table["efficiency"] = table["net"] / gross.where(gross > 0)
    return table.reset_index()


def compare_with_published(flows: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Compares sums of the flows with published totals of in- and out-migration, by place, year and direction.

    Args:
        flows: place, partner, direction, year, migrants.
        totals: place, year, in_migration, out_migration.

    Returns:
        place, year, direction, flows, published, difference; years in both tables.
    """
    sums = flows.groupby(["place", "year", "direction"])["migrants"].sum().rename("flows").reset_index()
    published = totals.rename(columns={"in_migration": IN, "out_migration": OUT})
    published = published.melt(["place", "year"], [IN, OUT], var_name="direction", value_name="published")
    both = published[published["place"].isin(set(flows["place"])) & published["year"].isin(set(flows["year"]))]
    both = both.merge(sums, on=["place", "year", "direction"], how="left").fillna({"flows": 0})
    both = both.assign(difference=both["flows"] - both["published"])
    return both[["place", "year", "direction", "flows", "published", "difference"]].reset_index(drop=True)


def label_periods(years: pd.Series, width: int, last: int) -> pd.Series:
    """Label of the period of each year, counted back from the last one ("2009–2018"); NaN for an incomplete period."""
    back = (last - years) // width
    first = last - width * (back + 1) + 1
    labels = first.astype(str) + "–" + (first + width - 1).astype(str)
    return labels.where((first >= int(years.min())) & (years <= last))
