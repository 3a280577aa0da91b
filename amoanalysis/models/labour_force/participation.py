"""Labour force participation by age, and the labour accounts of the past from register and employment statistics."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array

WORKING_AGES = slice(15, 75)
# The register's labour force of a year equals employed plus unemployed two years earlier: over Lapland's 21
# municipalities in 2006-2017 the standard deviation of their ratio is 0.5 % at this lag and 2 % at one or three years.
REGISTER_LAG = 2
# Age groups of the Labour Force Survey, with approximate participation rates.
_DEFAULT_RATES = {"15-24": 0.5, "25-34": 0.85, "35-44": 0.9, "45-54": 0.9, "55-64": 0.65, "65-74": 0.1}
# Age groups of the labour force: first age and end (exclusive).
AGE_GROUPS = {
    "15-24": (15, 25),
    "25-34": (25, 35),
    "35-44": (35, 45),
    "45-54": (45, 55),
    "55-64": (55, 65),
    "65-74": (65, 75),
}
# Width of an age group, years.
GROUP_WIDTH = 10
# Age from which later retirement shifts the participation curve.
PENSION_AGE_FROM = 55


@dataclass(frozen=True)
class LabourAccount:
    """Labour force, employment, jobs and commuting of each place at the end of each year.

    Attributes:
        frame: place, year, labour_force, unemployed, employed_residents, jobs, in_commuters, out_commuters, status
            ("observed": employment statistics; "nowcast": from the register), persons, 31 December.
        year: last year with data for every place.
    """

    frame: pd.DataFrame
    year: int

    def values(self, year: int, column: str, places: list[str]) -> Array:
        """One column of one year, (place,)."""
        rows = self.frame[self.frame["year"] == year].set_index("place")
        return rows.loc[places, column].to_numpy(dtype=np.float64)


def labour_account(
    employed: pd.DataFrame, jobs: pd.DataFrame, register: pd.DataFrame, places: list[str]
) -> LabourAccount:
    """Labour accounts from the employment statistics, extrapolated with the register of the labour administration.

    After the last year of the employment statistics, employed = labour force of the register two years later less the
    unemployed in December, with the commuting shares of the last observed year:
    jobs = employed (1 - out share) / (1 - in share).

    Args:
        employed: table employed_residents.
        jobs: table jobs_by_workplace.
        register: table labour_market_monthly.
        places: municipality codes.

    Returns:
        The accounts from the first year of the register.

    Raises:
        DataError: if a place is missing from a table.

    Source: Statistics Finland, tyokay 115n and 115p; tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    observed = _employment(employed, jobs, places)
    unemployed = _december(register, places)
    known = observed.join(unemployed, how="inner")
    known["labour_force"] = known["employed_residents"] + known["unemployed"]
    known["status"] = "observed"
    extrapolated = _extrapolate(known, _register_labour_force(register, places), unemployed)
    frame = pd.concat([known, extrapolated]).reset_index().sort_values(["place", "year"], ignore_index=True)
    complete = frame.groupby("year")["place"].nunique()
    years = complete[complete == len(places)].index
    if len(years) == 0:
        missing = sorted(set(places) - set(frame["place"]))
        raise DataError(f"No year has employment and unemployment for every place: {', '.join(missing)} lacks rows.")
    return LabourAccount(frame, int(years.max()))


def _employment(employed: pd.DataFrame, jobs: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    def totals(table: pd.DataFrame) -> pd.DataFrame:
        rows = table[table["place"].isin(places)]
        rows = rows[(rows["education"] == "total") & (rows["age_group"] == "total")]
        return rows.pivot(index=["place", "year"], columns="commuting", values="persons")

    residents, workplaces = totals(employed), totals(jobs)
    frame = pd.DataFrame(
        {
            "employed_residents": residents["total"],
            "out_commuters": residents["out_commuter"],
            "jobs": workplaces["total"],
            "in_commuters": workplaces["in_commuter"],
        }
    )
    return frame.dropna().astype(float)


def _december(register: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    rows = register[register["place"].isin(places)]
    rows = rows[rows["month"].str.endswith("-12")]
    year = rows["month"].str[:4].astype(int)
    return (
        rows.assign(year=year)
        .rename(columns={"unemployed_jobseekers": "unemployed"})
        .set_index(["place", "year"])[["unemployed"]]
        .dropna()
        .astype(float)
    )


def _register_labour_force(register: pd.DataFrame, places: list[str]) -> pd.Series:
    rows = register[register["place"].isin(places)]
    year = rows["month"].str[:4].astype(int) - REGISTER_LAG
    return rows.assign(year=year).groupby(["place", "year"])["labour_force"].median().dropna()


def _extrapolate(known: pd.DataFrame, labour_force: pd.Series, unemployed: pd.DataFrame) -> pd.DataFrame:
    """Years after the employment statistics, with the commuting shares of their last year."""
    last = known.reset_index().groupby("place").last()
    frame = unemployed.join(labour_force.rename("labour_force"), how="inner").reset_index()
    frame = frame.merge(last[["year"]].rename(columns={"year": "last"}), left_on="place", right_index=True)
    frame = frame[frame["year"] > frame["last"]].drop(columns="last")
    out_share = frame["place"].map(last["out_commuters"] / last["employed_residents"]).astype(float)
    in_share = frame["place"].map(last["in_commuters"] / last["jobs"]).astype(float)
    employed = frame["labour_force"] - frame["unemployed"]
    frame = frame.assign(
        employed_residents=employed,
        out_commuters=employed * out_share,
        jobs=employed * (1 - out_share) / (1 - in_share),
    )
    frame["in_commuters"] = frame["jobs"] * in_share
    return frame.assign(status="nowcast").set_index(["place", "year"])


def participation_by_age(rates: pd.DataFrame) -> Array:
    """Participation rates by single age whose means over the age groups of the survey equal the published rates.

    The cumulated rate is interpolated by a monotone cubic, so that no rate is negative.

    Args:
        rates: table labour_force_by_age, rows of participation_rate by sex and ten-year age group (per cent).

    Returns:
        (sex, age), shares, ages 0-100, female first; zero below 15 and from 75.

    Raises:
        DataError: if a sex has no rates.

    Source: Statistics Finland, Labour Force Survey (tyti), appendix table 26, latest year.
    """
    rows = rates[rates["indicator"] == "participation_rate"]
    rows = rows[rows["year"] == rows["year"].max()]
    known = {}
    for sex in ("f", "m"):
        values = rows[rows["sex"] == sex].set_index("age_group")["value"]
        if not set(_DEFAULT_RATES) <= set(values.index):
            raise DataError(
                f"labour_force_by_age: participation rates of sex '{sex}' lack an age group of {[*_DEFAULT_RATES]}."
            )
        known[sex] = values[[*_DEFAULT_RATES]].to_numpy(dtype=float) / 100
    return _interpolate_ages(known)


def default_participation() -> Array:
    """Approximate participation rates for vintages without survey data by age: (sex, age).

    Each place has its own factor on the level, so only the shape over ages matters.
    """
    return _interpolate_ages(dict.fromkeys(("f", "m"), np.array(list(_DEFAULT_RATES.values()))))


def _interpolate_ages(known: dict[str, Array]) -> Array:
    """(sex, age), from rates of the ten-year groups of each sex."""
    result = np.zeros((2, 101))
    for index, groups in enumerate(known.values()):
        curve = PchipInterpolator(np.arange(15, 76, 10), np.concatenate([[0.0], np.cumsum(10 * groups)]))
        result[index, WORKING_AGES] = np.diff(curve(np.arange(15, 76)))
    return np.clip(result, 0.0, 1.0)


def shift_retirement(participation: Array, years_later: Array) -> Array:
    """Participation after a shift of retirement: people have the rate of those some years younger.

    Args:
        participation: (sex, age), shares.
        years_later: (draw,), shift of the retirement age, years, positive or negative.

    Returns:
        (draw, sex, age), shares; unchanged below `PENSION_AGE_FROM`.
    """
    pension = slice(PENSION_AGE_FROM, WORKING_AGES.stop)
    ages = np.arange(pension.start, pension.stop, dtype=np.float64)
    phase_in = np.clip((ages - PENSION_AGE_FROM) / 5, 0.0, 1.0)
    source = ages[None, :] - years_later[:, None] * phase_in[None, :]
    lower = np.clip(np.floor(source).astype(int), 0, participation.shape[1] - 2)
    weight = (source - lower)[:, None, :]
    below, above = participation[:, lower], participation[:, lower + 1]
    shifted = np.swapaxes(below, 0, 1) * (1 - weight) + np.swapaxes(above, 0, 1) * weight
    # The curve still rises in the late fifties; a later retirement age must not reduce participation there.
    later, current = years_later[:, None, None] >= 0, participation[:, pension]
    curve = np.repeat(participation[None], len(years_later), axis=0)
    curve[:, :, pension] = np.where(later, np.maximum(shifted, current), np.minimum(shifted, current))
    curve[:, :, WORKING_AGES.stop :] = 0.0
    return curve


def labour_force(population: Array, participation: Array, place_factor: Array) -> Array:
    """Labour force at the end of a year: population times participation times the factor of the place.

    Args:
        population: (draw, place, sex, age), persons.
        participation: (draw, sex, age), shares.
        place_factor: (draw, place), participation relative to Finland.

    Returns:
        (draw, place), persons.
    """
    draws, places = population.shape[:2]
    people, rates = population.reshape(draws, places, -1), participation.reshape(draws, -1)
    return np.asarray(np.matvec(people, rates), dtype=np.float64) * place_factor


def working_age(population: Array) -> Array:
    """Population aged 15-74, as in the Labour Force Survey: (draw, place, sex, age) -> (draw, place)."""
    return np.asarray(population[..., WORKING_AGES].sum(axis=(2, 3)))


def labour_force_by_age(population: Array, participation: Array, total: Array) -> Array:
    """Labour force by sex and age group, in proportion to population times participation.

    Args:
        population: (draw, place, sex, age), persons.
        participation: (draw, sex, age), shares.
        total: (draw, place), persons.

    Returns:
        (draw, place, sex, age group), persons; sums to the total.
    """
    rates = participation[:, None, :, WORKING_AGES]
    active = population[..., WORKING_AGES] * rates
    parts = np.add.reduceat(active, range(0, active.shape[-1], GROUP_WIDTH), axis=-1)
    whole = parts.sum(axis=(2, 3), keepdims=True)
    shares = np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)
    return np.asarray(total[:, :, None, None] * shares)
