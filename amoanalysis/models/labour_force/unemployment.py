"""From a figure of 31 December to the months of its year, by what the monthly register shows of each place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import LabourForceAssumptions
from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array, Draws, persistent
from amoanalysis.models.tourism import MONTHS

# Profiles are those of so many of the latest years; the months of the pandemic tell nothing of a usual year.
PROFILE_YEARS = 10
PANDEMIC = (2020, 2021)
# A place with fewer known months than three years of them has the profile of all places.
LEAST_MONTHS = 36
# Rounds in which month and year effects are told apart where months are missing; they settle within ten.
ROUNDS = 30
# How much of the summer work of the young there is in a month: all of it while schools are closed; in August three
# fifths, as the labour force survey has it.
SUMMER = np.array([0, 0, 0, 0, 0, 1, 1, 0.6, 0, 0, 0, 0])


@dataclass(frozen=True)
class Season:
    """How the months of a year stand to its mean in each place.

    Attributes:
        profile: (place, month), ratios whose mean over the twelve months is 1.
        spread: (place,), standard deviation of the log of a month's ratio from year to year.
    """

    profile: Array
    spread: Array


def season_of(register: pd.DataFrame, column: str, places: list[str]) -> Season:
    """Usual profile of a monthly figure in each place, and how much years stray from it.

    log figure[y, m] = year[y] + month[m] + rest, fitted by turns to the months that are known: a suppressed month is
    missing and never nought.

    Args:
        register: table labour_market_monthly.
        column: unemployed_jobseekers or open_vacancies.
        places: municipality codes.

    Returns:
        The profiles; a place with hardly any known month has that of all places.

    Raises:
        DataError: if no place has enough known months.

    Source: Statistics Finland, tyonv 12r5.
    """
    known = _by_year(register, column, places)
    month, year = np.zeros((len(places), 1, MONTHS)), np.zeros((*known.shape[:2], 1))
    for _ in range(ROUNDS):
        year = _mean(known - month, axis=2)
        month = _mean(known - year, axis=1)
    rest = known - year - month
    count = np.isfinite(known).sum(axis=(1, 2))
    enough = count >= LEAST_MONTHS
    if not enough.any():
        raise DataError(f"labour_market_monthly: '{column}' has no place with {LEAST_MONTHS} known months: add rows.")
    ratios = np.where(enough[:, None], month[:, 0], month[enough, 0].mean(axis=0))
    profile = np.exp(ratios)
    squares = np.nansum(rest**2, axis=(1, 2)) / np.maximum(count - known.shape[1] - MONTHS, 1)
    spread = np.sqrt(np.where(enough, squares, squares[enough].mean()))
    return Season(profile / profile.mean(axis=1, keepdims=True), spread)


def drawn_profile(season: Season, draws: Draws, stream: str) -> Array:
    """A profile for each draw, strayed from the usual as years do: (draw, place, month), mean 1 in every draw."""
    score = draws.normal(stream, season.profile.shape)
    profile = season.profile[None] * np.exp(season.spread[None, :, None] * score)
    return np.asarray(profile / profile.mean(axis=2, keepdims=True))


def by_month(december: Array, profile: Array) -> Array:
    """The months of a year whose last one is known.

    month[m] = december profile[m] / profile[12]; with a profile whose mean is 1 the mean of the year is
    december / profile[12].

    Args:
        december: (draw, place), at the end of the year.
        profile: (draw, place, month), mean 1.

    Returns:
        (draw, place, month).
    """
    return np.asarray((december / profile[..., -1])[..., None] * profile)


def with_summer_work(labour_force: Array, young: Array, summer_work: Array) -> Array:
    """Labour force by month: that of December, and in summer the young who work while schools are closed.

    Args:
        labour_force: (draw, place), persons at the end of the year.
        young: (draw, place), people of 15-24.
        summer_work: (draw, 1), share of them who join for the summer.

    Returns:
        (draw, place, month), persons.
    """
    return np.asarray(labour_force[..., None] + (summer_work * young)[..., None] * SUMMER)


def _by_year(register: pd.DataFrame, column: str, places: list[str]) -> Array:
    """Logs of the latest undisturbed years: (place, year, month), missing as NaN."""
    rows = register[register["place"].isin(places)]
    rows = rows.assign(year=rows["month"].str[:4].astype(int), number=rows["month"].str[5:].astype(int))
    years = sorted(set(rows["year"]) - set(PANDEMIC))[-PROFILE_YEARS:]
    wide = rows.pivot_table(index=["place", "year"], columns="number", values=column, aggfunc="sum", min_count=1)
    index = pd.MultiIndex.from_product([places, years])
    values = wide.reindex(index=index, columns=range(1, MONTHS + 1)).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.log(np.where(values > 0, values, np.nan)).reshape(len(places), len(years), MONTHS))


def _mean(values: Array, axis: int) -> Array:
    """Mean of what is known along an axis, nought where nothing is; the axis stays."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=axis, keepdims=True)
    return np.asarray(total / np.maximum(known.sum(axis=axis, keepdims=True), 1))


# The newest level is the mean of so many months, freed from the season.
NEWEST_MONTHS = 3


@dataclass(frozen=True)
class UnemploymentBase:
    """What the monthly register tells of each place; shares are of the labour force, in December.

    Attributes:
        start: (place,), newest share, freed from the season.
        ahead: years from the jump-off to the month that `start` is of.
        usual: (place,), mean share of the years before.
        response: (place,), per cent that a place's unemployment moves when that of all places moves by one.
        lowest: (place,), lowest yearly mean so far, as a December share.
        season: profile over months.
    """

    start: Array
    ahead: float
    usual: Array
    response: Array
    lowest: Array
    season: Season


def unemployment_base(
    register: pd.DataFrame, places: list[str], usual: Array, season: Season, jump_off: int
) -> UnemploymentBase:
    """Reads level, floor and cycle of each place off the register.

    Args:
        register: table labour_market_monthly.
        places: municipality codes.
        usual: (place,), usual December share.
        season: profile of unemployed jobseekers.
        jump_off: last year before the forecast.

    Returns:
        The base.

    Raises:
        DataError: if a place has no month of unemployed jobseekers.

    Source: Statistics Finland, tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    shares = monthly_shares(register)
    absent = [place for place in places if place not in shares.columns or shares[place].notna().sum() == 0]
    if absent:
        raise DataError(f"labour_market_monthly: no unemployed jobseekers of {', '.join(absent)}: add its rows.")
    yearly = yearly_means(shares)
    december = season.profile[:, -1]
    newest = shares[places].dropna(how="all").tail(NEWEST_MONTHS)
    numbers = newest.index.str[5:].astype(int).to_numpy()
    level = np.nanmean(newest.to_numpy(dtype=np.float64).T / season.profile[:, numbers - 1], axis=1)
    year, month = (int(part) for part in str(newest.index[-1]).split("-"))
    return UnemploymentBase(
        start=np.where(np.isfinite(level), level * december, usual),
        ahead=max(year - jump_off - 1 + month / MONTHS, 0.0),
        usual=usual,
        response=responses(yearly).reindex(places).fillna(1.0).to_numpy(dtype=np.float64),
        lowest=np.fmin(yearly[places].min().to_numpy(dtype=np.float64) * december, usual),
        season=season,
    )


def monthly_shares(register: pd.DataFrame) -> pd.DataFrame:
    """Unemployed jobseekers per labour force: index month, columns municipality; suppressed months missing."""
    rows = register[register["place"].str.fullmatch(r"\d+")]
    share = rows["unemployed_jobseekers"].astype(float) / rows["labour_force"].astype(float)
    return rows.assign(share=share).pivot(index="month", columns="place", values="share").sort_index()


def yearly_means(shares: pd.DataFrame) -> pd.DataFrame:
    """Means of the years of which every month is known: index year, columns municipality."""
    groups = shares.groupby(shares.index.str[:4].astype(int))
    return groups.mean().where(groups.count() == MONTHS).dropna(how="all")


def responses(yearly: pd.DataFrame) -> pd.Series:
    """How much more than all places together each one moves with the times, drawn towards 1 where that is unsure.

    log share[place] = a + b log share[all]; response = 1 + w (b - 1), w = tau^2 / (tau^2 + error^2), tau the spread
    of b between places less what chance alone gives. The years of the pandemic, which hit tourism, are left out.

    Args:
        yearly: index year, columns municipality, mean share of the year.

    Returns:
        By municipality, per cent per per cent.
    """
    usual = yearly[~yearly.index.isin(PANDEMIC)].transform("log")
    common = usual.mean(axis=1)
    pull = common - common.mean()
    known = usual.notna()
    squares = known.mul(pull**2, axis=0).sum()
    slope = usual.sub(usual.mean()).mul(pull, axis=0).sum() / squares.where(squares > 0)
    rest = usual.sub(usual.mean()) - np.outer(pull, slope)
    error = (rest**2).sum() / (known.sum() - 2).clip(lower=1) / squares.where(squares > 0)
    between = max(float(slope.var(ddof=1)) - float(error.mean()), 0.0) if len(slope) > 1 else 0.0
    weight = between / (between + error)
    return (1 + weight * (slope - 1)).where(known.sum() > 2)


def usual_unemployment(
    base: UnemploymentBase, assumptions: LabourForceAssumptions, draws: Draws, years: range
) -> Array:
    """Share of the labour force that is unemployed in December when need and people are in balance.

    share[t] = (usual + (start - usual) (1 - return)^(t - newest)) exp(response common[t] + own[t]), at least the floor.

    Args:
        base: level, response and floor of each place.
        assumptions: speed of return, shocks, floor.
        draws: block of draws.
        years: forecast years.

    Returns:
        (year, draw, place), shares.
    """
    kept = (1 - draws.sample(assumptions.unemployment_return))[:, None]
    persistence = draws.sample(assumptions.unemployment_persistence)
    common = persistent(draws, "unemployment", years, 1, persistence, draws.sample(assumptions.unemployment_shock))
    spread = draws.sample(assumptions.unemployment_local_shock)
    own = persistent(draws, "unemployment_local", years, len(base.usual), persistence, spread)
    steps = np.maximum(np.arange(1, len(years) + 1, dtype=np.float64) - base.ahead, 0.0)
    path = base.usual[None, None] + (base.start - base.usual)[None, None] * (kept ** steps[None]).T[:, :, None]
    return np.maximum(path * np.exp(base.response * common + own), unemployment_floor(base, assumptions, draws)[None])


def unemployment_floor(base: UnemploymentBase, assumptions: LabourForceAssumptions, draws: Draws) -> Array:
    """December share below which unemployment does not fall however much work there is: (draw, place).

    floor = lowest year so far, as a December share, times what later years have undercut such a low by.
    """
    return draws.sample(assumptions.unemployment_floor)[:, None] * base.lowest[None]
