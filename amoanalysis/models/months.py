"""From a figure of 31 December to the months of its year, by what the monthly register shows of each place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.season import MONTHS

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
