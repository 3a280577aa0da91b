"""Overnight stays, the jobs that depend on them, and their seasonality."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption, TourismAssumptions
from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks

# A change in the length of the season is phased in linearly over this many years.
SEASON_YEARS = 5
# Year of the overnight stays in the assumptions, relative to which the level of the jump-off year is given.
ANCHOR_YEAR = 2019
MONTHS = 12


def overnight_stays(
    assumptions: TourismAssumptions, draws: Draws, places: list[str], jump_off: int, years: range
) -> Array:
    """Registered overnight stays of each place.

    nights[t] = nights in the anchor year x level in the jump-off year x exp(sum of damped growth + shock[t])

    Args:
        assumptions: anchors by place, growth, shocks.
        draws: block of draws.
        places: municipality codes; a place without an anchor has no stays.
        jump_off: year before the first forecast year.
        years: from the jump-off year on.

    Returns:
        (year, draw, place), nights a year, the jump-off year first.
    """
    anchor = np.stack([_anchor_nights(draws, assumptions, place) for place in places], axis=1)
    level = draws.sample(assumptions.level_in_jump_off_year)[:, None]
    steps = np.array([year - jump_off for year in years], dtype=np.float64)
    growth = draws.sample(assumptions.growth)[:, None]
    damping = draws.sample(assumptions.growth_damping)[:, None]
    common = growth * _damped_years(damping, steps)
    shock = _shocks(assumptions, draws, len(places), jump_off, years)
    extra = _extra_growth(assumptions, draws, places, steps)
    stays = anchor[None] * level[None] * np.exp(common.T[:, :, None] + extra + shock)
    return stays * _season_factor(assumptions, draws, steps)[:, :, None]


def use_measured_nights(assumptions: TourismAssumptions, measured: Mapping[str, float]) -> TourismAssumptions:
    """Replaces the estimated stays of the anchor year in the assumptions by measured ones.

    Args:
        assumptions: anchors by place.
        measured: nights of the anchor year by place, for places with data for every month.
    """
    nights = {
        place: Assumption(
            value=total,
            low=total,
            high=total,
            unit="nights a year",
            source="accommodation_monthly",
            why=f"The twelve months of {ANCHOR_YEAR}, as registered.",
            path=f"tourism.nights.{place}",
        )
        for place, total in measured.items()
    }
    return assumptions.model_copy(update={"nights": {**assumptions.nights, **nights}})


def jobs_per_night(assumptions: TourismAssumptions, draws: Draws, places: list[str]) -> Array:
    """Person-years of tourism work per registered night.

    Returns:
        (draw, place), person-years a night; zero where none is assumed.
    """
    rates = [
        draws.sample(assumptions.jobs_per_1000_nights[place]) / 1000
        if place in assumptions.jobs_per_1000_nights
        else np.zeros(draws.count)
        for place in places
    ]
    return np.stack(rates, axis=1)


def outside_share(assumptions: TourismAssumptions, draws: Draws) -> Array:
    """Share of seasonal workers from outside in new tourism jobs: (draw,), (1 - permanent) x their share."""
    return (1 - draws.sample(assumptions.permanent_share)) * draws.sample(assumptions.outside_share_of_seasonal)


def sector_split(assumptions: TourismAssumptions, draws: Draws, sections: tuple[str, ...]) -> Array:
    """Shares of the sections in tourism jobs: (draw, section), each draw sums to 1."""
    none = np.zeros(draws.count)
    shares = [draws.sample(assumptions.split[code]) if code in assumptions.split else none for code in sections]
    split = np.stack(shares, axis=1)
    return split / np.maximum(split.sum(axis=1, keepdims=True), 1e-9)


def _anchor_nights(draws: Draws, assumptions: TourismAssumptions, place: str) -> Array:
    anchor = assumptions.nights.get(place)
    return np.zeros(draws.count) if anchor is None else draws.sample(anchor)


def _damped_years(damping: Array, steps: Array) -> Array:
    """Equivalent years of undamped growth, 1 + d + d^2 + ...: (draw, year)."""
    powers = damping ** np.maximum(steps, 0)[None, :]
    return np.asarray((1 - powers) / np.maximum(1 - damping, 1e-9), dtype=np.float64)


def _season_factor(assumptions: TourismAssumptions, draws: Draws, steps: Array) -> Array:
    """Factor on stays for a changed length of the season, phased in over `SEASON_YEARS`: (year, draw)."""
    permanent, length = draws.sample(assumptions.permanent_share), draws.sample(assumptions.season_length)
    phase = np.clip(steps / SEASON_YEARS, 0.0, 1.0)[:, None]
    return 1 + phase * (season_length_factor(permanent, length)[None] - 1)


def _shocks(assumptions: TourismAssumptions, draws: Draws, places: int, jump_off: int, years: range) -> Array:
    """Log shocks, half of the variance common to all places; zero in the jump-off year: (year, draw, place)."""
    spread = draws.sample(assumptions.shock) * np.sqrt(0.5)
    persistence = draws.sample(assumptions.persistence)
    ahead = range(jump_off + 1, years.stop)
    shared = draw_ar1_shocks(draws, "tourism:shared", ahead, 1, persistence, spread)
    local = draw_ar1_shocks(draws, "tourism:local", ahead, places, persistence, spread)
    return np.concatenate([np.zeros((1, draws.count, places)), shared + local])


def _extra_growth(assumptions: TourismAssumptions, draws: Draws, places: list[str], steps: Array) -> Array:
    """Additional undamped growth of a place in a scenario: (year, draw, place), log points."""
    rates = [
        draws.sample(assumptions.extra_growth[place]) if place in assumptions.extra_growth else np.zeros(draws.count)
        for place in places
    ]
    return steps[:, None, None] * np.stack(rates, axis=1)[None]


def published_profile(figures: pd.DataFrame, year: int) -> Array:
    """Monthly profile of overnight stays in a year published by month or as sums over several months.

    A sum over months is divided by the mean of the same months in other years if these are published by month; else by
    interpolation between the neighbouring months.

    Args:
        figures: rows of the table tourism for one area and one measure: period, value.
        year: year.

    Returns:
        (month,), ratios whose mean is 1.

    Raises:
        DataError: if a month of the year is missing.

    Source: Statistics Finland, accommodation statistics (matk), Lapland 2019.
    """
    runs = _month_runs(figures, year)
    covered = sorted(month for run in runs for month in run)
    if covered != list(range(1, MONTHS + 1)):
        raise DataError(f"tourism: the months of {year} must each occur once, but there are {covered}.")
    single = {run[0]: value for run, value in runs.items() if len(run) == 1}
    means = _monthly_means_of_other_years(figures, year)
    values = np.zeros(MONTHS)
    for run, total in runs.items():
        known = all(month in means for month in run)
        weights = np.array([means[month] if known else _neighbour_weight(month, run, single) for month in run])
        values[np.array(run) - 1] = total * weights / weights.sum()
    return values / values.mean()


def measured_nights(stays: pd.DataFrame, year: int) -> dict[str, float]:
    """Registered nights of a year in each place with data for all twelve months.

    Args:
        stays: table accommodation_monthly.
        year: the year.

    Returns:
        Nights a year by code of the place.

    Source: Statistics Finland and Visit Finland, accommodation statistics (Rudolf).
    """
    known = stays[(stays["month"].str[:4] == str(year)) & stays["nights"].notna()]
    years = known.groupby("place")["nights"].agg(["sum", "size"])
    whole = years[(years["size"] == MONTHS) & (years["sum"] > 0)]
    return {str(place): float(total) for place, total in whole["sum"].items()}


def measured_profile(stays: pd.DataFrame, places: list[str]) -> tuple[int, Array] | None:
    """Monthly profile of the stays of several places together, in the newest year complete for all of them.

    Args:
        stays: table accommodation_monthly.
        places: codes.

    Returns:
        The year and (month,), ratios whose mean is 1; None if there is no such year.
    """
    known = stays[stays["place"].isin(places) & stays["nights"].notna()]
    counted = known.groupby(known["month"].str[:4])["nights"].agg(["size", "sum"])
    whole = counted[(counted["size"] == MONTHS * len(places)) & (counted["sum"] > 0)]
    if whole.empty:
        return None
    year = str(whole.index.max())
    months = known[known["month"].str[:4] == year].groupby("month")["nights"].sum().to_numpy(dtype=np.float64)
    return int(year), months / months.mean()


def seasonal_jobs(yearly: Array, permanent: Array, profile: Array) -> Array:
    """Jobs by month: a constant permanent part, and the rest proportional to overnight stays.

    jobs[m] = yearly (permanent + (1 - permanent) profile[m])

    Args:
        yearly: (...,), mean jobs of a year.
        permanent: broadcasts to yearly, share of permanent jobs in the yearly mean.
        profile: (..., month), broadcasts to (yearly, month), mean 1.

    Returns:
        (..., month), jobs; their mean over months is the yearly mean.
    """
    share = np.asarray(permanent)[..., None]
    return yearly[..., None] * (share + (1 - share) * profile)


def season_length_factor(permanent: Array, length: Array) -> Array:
    """Factor on yearly jobs and stays for a changed length of the season: permanent + (1 - permanent) length.

    The peak keeps its height and lasts longer; permanent jobs do not change.

    Args:
        permanent: (draw,), share of permanent jobs in the yearly mean at today's length.
        length: (draw,), length of the season relative to today's.

    Returns:
        (draw,), yearly mean relative to today's.
    """
    return np.asarray(permanent + (1 - permanent) * length, dtype=np.float64)


def _month_runs(figures: pd.DataFrame, year: int) -> dict[tuple[int, ...], float]:
    """Sums over consecutive months of a year: the shortest that cover it, each month once."""
    sums: dict[tuple[int, ...], float] = {}
    for period, value in zip(figures["period"], figures["value"], strict=True):
        first, _, last = str(period).partition("/")
        last = last or first
        if first[:4] == last[:4] == str(year) and len(first) == len(last) == len("2019-01") and not np.isnan(value):
            sums[tuple(range(int(first[5:]), int(last[5:]) + 1))] = float(value)
    shortest: dict[tuple[int, ...], float] = {}
    for run in sorted(sums, key=len):
        if not any(set(run) & set(other) for other in shortest):
            shortest[run] = sums[run]
    return shortest


def _monthly_means_of_other_years(figures: pd.DataFrame, year: int) -> dict[int, float]:
    """Mean of each month over the other years that are published by month."""
    period = figures["period"].astype(str)
    rows = figures[period.str.fullmatch(r"\d{4}-\d{2}") & (period.str[:4] != str(year)) & figures["value"].notna()]
    return {
        int(str(month)): float(value) for month, value in rows.groupby(rows["period"].str[5:])["value"].mean().items()
    }


def _neighbour_weight(month: int, run: tuple[int, ...], single: dict[int, float]) -> float:
    """Weight of a month within a sum: geometric interpolation between the neighbouring months."""
    before, after = single.get((run[0] - 2) % MONTHS + 1), single.get(run[-1] % MONTHS + 1)
    if len(run) == 1 or before is None or after is None:
        return 1.0
    position = (month - run[0] + 1) / (len(run) + 1)
    return float(before ** (1 - position) * after**position)
