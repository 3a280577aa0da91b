"""Unemployment: seasonal profiles of the monthly register, and the reference path of each place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import LabourForceAssumptions
from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks
from amoanalysis.models.tourism import MONTHS

# Profiles are estimated from this many latest years; the pandemic years are not typical.
PROFILE_YEARS = 10
PANDEMIC = (2020, 2021)
# A place with fewer known months (three years) has the mean profile of all places.
MIN_MONTHS = 36
# Iterations that separate month and year effects when months are missing; ten are enough for convergence.
ITERATIONS = 30
# The starting level is the seasonally adjusted mean of this many latest months.
LATEST_MONTHS = 3
# Share of summer work done in each month: all of it in June and July, three fifths in August (Labour Force Survey).
SUMMER_WORK = np.array([0, 0, 0, 0, 0, 1, 1, 0.6, 0, 0, 0, 0])


@dataclass(frozen=True)
class SeasonalProfile:
    """Seasonal profile of each place.

    Attributes:
        profile: (place, month), ratios to the yearly mean; their mean is 1.
        spread: (place,), standard deviation of the log of a month's ratio between years.
    """

    profile: Array
    spread: Array


def fit_seasonal_profile(register: pd.DataFrame, column: str, places: list[str]) -> SeasonalProfile:
    """Estimates the seasonal profile of a monthly figure in each place, and its variation between years.

    log figure[y, m] = year[y] + month[m] + residual, fitted to the known months by alternating means; suppressed months
    are missing, not zero.

    Args:
        register: table labour_market_monthly.
        column: unemployed_jobseekers or open_vacancies.
        places: municipality codes.

    Returns:
        The profiles; a place with fewer than `MIN_MONTHS` known months has that of all places.

    Raises:
        DataError: if no place has enough known months.

    Source: Statistics Finland, tyonv 12r5.
    """
    known = _log_by_year(register, column, places)
    month, year = np.zeros((len(places), 1, MONTHS)), np.zeros((*known.shape[:2], 1))
    for _ in range(ITERATIONS):
        year = _known_mean(known - month, axis=2)
        month = _known_mean(known - year, axis=1)
    residual = known - year - month
    count = np.isfinite(known).sum(axis=(1, 2))
    enough = count >= MIN_MONTHS
    if not enough.any():
        raise DataError(f"labour_market_monthly: '{column}' has no place with {MIN_MONTHS} known months: add rows.")
    ratios = np.where(enough[:, None], month[:, 0], month[enough, 0].mean(axis=0))
    profile = np.exp(ratios)
    squares = np.nansum(residual**2, axis=(1, 2)) / np.maximum(count - known.shape[1] - MONTHS, 1)
    spread = np.sqrt(np.where(enough, squares, squares[enough].mean()))
    return SeasonalProfile(profile / profile.mean(axis=1, keepdims=True), spread)


def draw_profile(season: SeasonalProfile, draws: Draws, stream: str) -> Array:
    """Draws a profile with the variation between years: (draw, place, month), mean 1 in every draw."""
    score = draws.normal(stream, season.profile.shape)
    profile = season.profile[None] * np.exp(season.spread[None, :, None] * score)
    return np.asarray(profile / profile.mean(axis=2, keepdims=True))


def spread_over_months(december: Array, profile: Array) -> Array:
    """Monthly figures of a year from that of December.

    month[m] = december profile[m] / profile[12]; the mean of the year is december / profile[12].

    Args:
        december: (draw, place), at the end of the year.
        profile: (draw, place, month), mean 1.

    Returns:
        (draw, place, month).
    """
    return np.asarray((december / profile[..., -1])[..., None] * profile)


def add_summer_work(labour_force: Array, young: Array, summer_work: Array) -> Array:
    """Labour force by month: that of December, plus young people with summer jobs.

    Args:
        labour_force: (draw, place), persons at the end of the year.
        young: (draw, place), persons aged 15-24.
        summer_work: (draw, 1), share of them who enter the labour force for the summer.

    Returns:
        (draw, place, month), persons.
    """
    return np.asarray(labour_force[..., None] + (summer_work * young)[..., None] * SUMMER_WORK)


def _log_by_year(register: pd.DataFrame, column: str, places: list[str]) -> Array:
    """Logs of the latest years outside the pandemic: (place, year, month), NaN where missing."""
    rows = register[register["place"].isin(places)]
    rows = rows.assign(year=rows["month"].str[:4].astype(int), number=rows["month"].str[5:].astype(int))
    years = sorted(set(rows["year"]) - set(PANDEMIC))[-PROFILE_YEARS:]
    wide = rows.pivot_table(index=["place", "year"], columns="number", values=column, aggfunc="sum", min_count=1)
    index = pd.MultiIndex.from_product([places, years])
    values = wide.reindex(index=index, columns=range(1, MONTHS + 1)).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.log(np.where(values > 0, values, np.nan)).reshape(len(places), len(years), MONTHS))


def _known_mean(values: Array, axis: int) -> Array:
    """Mean of the known values along an axis, zero without any; the axis is kept."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=axis, keepdims=True)
    return np.asarray(total / np.maximum(known.sum(axis=axis, keepdims=True), 1))


@dataclass(frozen=True)
class UnemploymentBase:
    """Unemployment of each place in the monthly register; shares of the labour force in December.

    Attributes:
        start: (place,), latest share, seasonally adjusted.
        start_lead: years from the jump-off to the month of `start`.
        long_run: (place,), mean share of the years before.
        response: (place,), elasticity of a place's unemployment with respect to that of all places.
        lowest: (place,), lowest yearly mean, as a December share.
        season: seasonal profile.
    """

    start: Array
    start_lead: float
    long_run: Array
    response: Array
    lowest: Array
    season: SeasonalProfile


def unemployment_base(
    register: pd.DataFrame, places: list[str], long_run: Array, season: SeasonalProfile, jump_off: int
) -> UnemploymentBase:
    """Estimates level, floor and cyclical response of each place from the register.

    Args:
        register: table labour_market_monthly.
        places: municipality codes.
        long_run: (place,), long-run December share.
        season: profile of unemployed jobseekers.
        jump_off: last year before the forecast.

    Returns:
        The base.

    Raises:
        DataError: if a place has no known month.

    Source: Statistics Finland, tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    shares = monthly_shares(register)
    absent = [place for place in places if place not in shares.columns or shares[place].notna().sum() == 0]
    if absent:
        raise DataError(f"labour_market_monthly: no unemployed jobseekers of {', '.join(absent)}: add its rows.")
    yearly = yearly_means(shares)
    december = season.profile[:, -1]
    latest = shares[places].dropna(how="all").tail(LATEST_MONTHS)
    numbers = latest.index.str[5:].astype(int).to_numpy()
    level = np.nanmean(latest.to_numpy(dtype=np.float64).T / season.profile[:, numbers - 1], axis=1)
    year, month = (int(part) for part in str(latest.index[-1]).split("-"))
    return UnemploymentBase(
        start=np.where(np.isfinite(level), level * december, long_run),
        start_lead=max(year - jump_off - 1 + month / MONTHS, 0.0),
        long_run=long_run,
        response=cyclical_responses(yearly).reindex(places).fillna(1.0).to_numpy(dtype=np.float64),
        lowest=np.fmin(yearly[places].min().to_numpy(dtype=np.float64) * december, long_run),
        season=season,
    )


def monthly_shares(register: pd.DataFrame) -> pd.DataFrame:
    """Unemployed jobseekers per labour force: index month, columns municipality; NaN in suppressed months."""
    rows = register[register["place"].str.fullmatch(r"\d+")]
    share = rows["unemployed_jobseekers"].astype(float) / rows["labour_force"].astype(float)
    return rows.assign(share=share).pivot(index="month", columns="place", values="share").sort_index()


def yearly_means(shares: pd.DataFrame) -> pd.DataFrame:
    """Means of the years with every month known: index year, columns municipality."""
    groups = shares.groupby(shares.index.str[:4].astype(int))
    return groups.mean().where(groups.count() == MONTHS).dropna(how="all")


def cyclical_responses(yearly: pd.DataFrame) -> pd.Series:
    """Elasticity of each place's unemployment with respect to that of all places, shrunk to 1.

    log share[place] = a + b log share[all]; response = 1 + w (b - 1), w = tau^2 / (tau^2 + error^2), with tau^2 the
    variance of b between places beyond its sampling variance. The pandemic years, which hit tourism, are left out.

    Args:
        yearly: index year, columns municipality, mean share of the year.

    Returns:
        By municipality, per cent per per cent; NaN with fewer than three years.
    """
    logs = yearly[~yearly.index.isin(PANDEMIC)].transform("log")
    common = logs.mean(axis=1)
    deviation = common - common.mean()
    known = logs.notna()
    squares = known.mul(deviation**2, axis=0).sum()
    slope = logs.sub(logs.mean()).mul(deviation, axis=0).sum() / squares.where(squares > 0)
    residual = logs.sub(logs.mean()) - np.outer(deviation, slope)
    error = (residual**2).sum() / (known.sum() - 2).clip(lower=1) / squares.where(squares > 0)
    between = max(float(slope.var(ddof=1)) - float(error.mean()), 0.0) if len(slope) > 1 else 0.0
    weight = between / (between + error)
    return (1 + weight * (slope - 1)).where(known.sum() > 2)


def draw_reference_unemployment(
    base: UnemploymentBase, assumptions: LabourForceAssumptions, draws: Draws, years: range
) -> Array:
    """Draws the reference share of unemployed in December, before imbalances of labour demand and supply.

    share[t] = (long_run + (start - long_run) (1 - return)^(t - start)) exp(response common[t] + own[t]), at least the
    floor.

    Args:
        base: level, response and floor of each place.
        assumptions: speed of mean reversion, shocks, floor.
        draws: block of draws.
        years: forecast years.

    Returns:
        (year, draw, place), shares.
    """
    remaining = (1 - draws.sample(assumptions.unemployment_return))[:, None]
    persistence = draws.sample(assumptions.unemployment_persistence)
    common = draw_ar1_shocks(draws, "unemployment", years, 1, persistence, draws.sample(assumptions.unemployment_shock))
    spread = draws.sample(assumptions.unemployment_local_shock)
    own = draw_ar1_shocks(draws, "unemployment_local", years, len(base.long_run), persistence, spread)
    steps = np.maximum(np.arange(1, len(years) + 1, dtype=np.float64) - base.start_lead, 0.0)
    path = (
        base.long_run[None, None] + (base.start - base.long_run)[None, None] * (remaining ** steps[None]).T[:, :, None]
    )
    return np.maximum(path * np.exp(base.response * common + own), unemployment_floor(base, assumptions, draws)[None])


def unemployment_floor(base: UnemploymentBase, assumptions: LabourForceAssumptions, draws: Draws) -> Array:
    """Lower bound of the December share of unemployed, whatever the labour demand: (draw, place).

    floor = lowest yearly mean so far, as a December share, times the assumed ratio of future to past minima.
    """
    return draws.sample(assumptions.unemployment_floor)[:, None] * base.lowest[None]
