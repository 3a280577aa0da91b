"""The stock of leavers: where those who once left live now, at which ages, and how many of them came back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import OutMigrantAssumptions
from amoanalysis.models.statistics.draws import Array, Draws

# Those whose addresses the programme of 2008 asked for, both ages included.
TARGET_AGES = slice(25, 51)


@dataclass(frozen=True)
class OutMigrantBase:
    """What the stock of leavers is reckoned from; "where" is either a municipality of residence or the place left.

    Attributes:
        years: years of the moves.
        out_moves: (year, where), moves out.
        in_moves: (year, where), moves in.
        ages: (year, age), share of each age among those who leave; sums to 1.
        survival: (age,), share alive a year later, by the age reached.
        mobility: (age,), yearly share who move to another municipality.
        sizes: (where,), share of each municipality in the population of all; None where `where` is the place left, so
            that whoever moves on stays in the same row.
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
    """The stock and its history.

    Attributes:
        stock: (draw, where, age), persons at the end of the last year.
        aged_25_50: (year, draw, where), persons of 25-50 at the start of each year.
        returned: (year, draw, where), returners of 25-50 in each year.
    """

    stock: Array
    aged_25_50: Array
    returned: Array


def project_out_migrant_stock(
    base: OutMigrantBase, assumptions: OutMigrantAssumptions, draws: Draws
) -> OutMigrantStock:
    """Cumulates those who left, survives them, moves them on, and takes out those who came back.

    stock[t, a] = survival[a] stock[t-1, a-1] - moved on + moved here - returned + rooted x moves out x ages[t, a];
    moved on = onward x mobility[a] x stock, spread over municipalities partly by their size and partly as leavers go;
    returned = returner share x moves in, by age as stock x mobility, never more than are there.

    Args:
        base: moves, ages, survival, mobility.
        assumptions: shares, each with its interval.
        draws: block of draws.

    Returns:
        The stock, and those of 25-50 and their returns by year. Who left before the first year is not in it.
    """
    returners = draws.sample(assumptions.returner_share)[:, None]
    rooted = rooted_share(base, returners[:, 0], draws.sample(assumptions.newcomers_leave_again))[:, None, None]
    onward = draws.sample(assumptions.onward_mobility)[:, None, None] * base.mobility
    onward = np.minimum(onward, 0.9)
    spread = _onward_destinations(base, draws.sample(assumptions.onward_to_size))
    stock = np.zeros((draws.count, base.out_moves.shape[1], len(base.survival)))
    shape = (len(base.years), draws.count, base.out_moves.shape[1])
    wanted, returned = np.empty(shape), np.empty(shape)
    for index, _ in enumerate(base.years):
        stock = _age_one_year(stock, base.survival)
        if spread is not None:
            moving = stock * onward
            stock -= moving
            stock += moving.sum(axis=1, keepdims=True) * spread[..., None]
        wanted[index] = stock[..., TARGET_AGES].sum(axis=-1)
        back = _return_migrants_by_age(stock, base.mobility, returners * base.in_moves[index])
        stock -= back
        returned[index] = back[..., TARGET_AGES].sum(axis=-1)
        stock += rooted * base.out_moves[index][None, :, None] * base.ages[index]
    return OutMigrantStock(stock, wanted, returned)


def rooted_share(base: OutMigrantBase, returners: Array, leave_again: Array) -> Array:
    """Share of the moves out that people of the place make: all but those of newcomers who leave again.

    rooted = 1 - leave again x (1 - returners) x moves in / moves out, over all years.

    Args:
        base: the moves.
        returners: (draw,), share of the moves in that returners make; newcomers make the rest.
        leave_again: (draw,), share of the newcomers who leave again.

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
    """(draw, where), where those who move on go; None where the stock is not kept by municipality of residence."""
    if base.sizes is None:
        return None
    usual = base.out_moves.sum(axis=0)
    usual = usual / max(float(usual.sum()), 1e-9)
    return np.asarray(to_size[:, None] * base.sizes + (1 - to_size[:, None]) * usual)


def _return_migrants_by_age(stock: Array, mobility: Array, wanted: Array) -> Array:
    """Returners by age: as many as wanted, spread as stock x mobility, at most all of an age."""
    weights = stock * mobility
    scale = wanted / np.maximum(weights.sum(axis=-1), 1e-9)
    weights *= scale[..., None]
    return np.minimum(weights, stock, out=weights)


def return_rates(wanted: Array, returned: Array) -> Array:
    """Yearly returns per leaver of 25-50, over all years given.

    Args:
        wanted: (year, draw, where), leavers of 25-50.
        returned: (year, draw, where), those of them who came back.

    Returns:
        (draw, where), 1 a year; zero where there are no leavers.
    """
    exposure = wanted.sum(axis=0)
    return np.divide(returned.sum(axis=0), exposure, out=np.zeros_like(exposure), where=exposure > 1e-9)


def relative_rates(wanted: Array, returned: Array) -> Array:
    """Return rates of municipalities against the mean of all, shrunk to it where few leavers live.

    A gamma-Poisson model: rate = (returned + k m) / (exposure + k), m the mean rate, 1 / k the variance of rates over m
    beyond chance, by the method of moments.

    Args:
        wanted: (year, draw, where), leavers of 25-50.
        returned: (year, draw, where), returners.

    Returns:
        (draw, where), 1 = returns as often as the mean.

    Source: Marshall (1991), Applied Statistics 40(2).
    """
    exposure, back = wanted.sum(axis=0), returned.sum(axis=0)
    total = np.maximum(exposure.sum(axis=1, keepdims=True), 1e-9)
    mean = np.maximum(back.sum(axis=1, keepdims=True) / total, 1e-12)
    rate = np.divide(back, exposure, out=np.broadcast_to(mean, back.shape).copy(), where=exposure > 1e-9)
    spread = (exposure * (rate - mean) ** 2).sum(axis=1, keepdims=True) / total
    between = np.maximum(spread - mean * exposure.shape[1] / total, 1e-3 * mean**2)
    strength = mean / between
    return np.asarray((back + strength * mean) / (exposure + strength) / mean)


IN, OUT = "in", "out"


def migration_exchange(flows: pd.DataFrame, places: list[str], by: list[str]) -> pd.DataFrame:
    """Moves in and out of some places together, those among them left out.

    net = in - out; circulation = 2 min(in, out), moves that another one undoes; efficiency = net / (in + out).

    Args:
        flows: place, partner, direction, year, migrants.
        places: codes of the places that are looked at as one.
        by: what to keep apart: partner, year, period or nothing but these.

    Returns:
        Columns of `by`, in_moves, out_moves, net, circulation, efficiency; sorted by `by`.

    Source: Statistics Finland, muutl. Efficiency as in Shryock & Siegel (1976), chapter 21.
    """
    own = flows[flows["place"].isin(places) & ~flows["partner"].isin(places)]
    sums = own.groupby([*by, "direction"])["migrants"].sum().unstack("direction", fill_value=0)
    found = sums.reindex(columns=[IN, OUT], fill_value=0).set_axis(["in_moves", "out_moves"], axis=1).astype(float)
    gross = found["in_moves"] + found["out_moves"]
    found["net"] = found["in_moves"] - found["out_moves"]
    found["circulation"] = 2 * found[["in_moves", "out_moves"]].min(axis=1)
    found["efficiency"] = found["net"] / gross.where(gross > 0)
    return found.reset_index()


def compare_with_published(flows: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Sums of the flows beside the published totals of in- and out-migration, one row a place, year and direction.

    Args:
        flows: place, partner, direction, year, migrants.
        totals: place, year, in_migration, out_migration.

    Returns:
        place, year, direction, flows, published, difference; the years that both have.
    """
    sums = flows.groupby(["place", "year", "direction"])["migrants"].sum().rename("flows").reset_index()
    said = totals.rename(columns={"in_migration": IN, "out_migration": OUT})
    said = said.melt(["place", "year"], [IN, OUT], var_name="direction", value_name="published")
    both = said[said["place"].isin(set(flows["place"])) & said["year"].isin(set(flows["year"]))]
    both = both.merge(sums, on=["place", "year", "direction"], how="left").fillna({"flows": 0})
    both = both.assign(difference=both["flows"] - both["published"])
    return both[["place", "year", "direction", "flows", "published", "difference"]].reset_index(drop=True)


def label_periods(years: pd.Series, width: int, last: int) -> pd.Series:
    """The period of each year, counted back from the last one, as "2009–2018"; missing where it would be incomplete."""
    back = (last - years) // width
    first = last - width * (back + 1) + 1
    named = first.astype(str) + "–" + (first + width - 1).astype(str)
    return named.where((first >= int(years.min())) & (years <= last))
