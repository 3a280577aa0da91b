"""The labour force from people, and the register tied to the employment statistics."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from amoanalysis.errors import DataError
from amoanalysis.models.population.cohort_component import summed_ages
from amoanalysis.models.statistics.draws import Array

WORKING_AGES = slice(15, 75)
# The register's labour force of a year is the employed plus the unemployed of two years before: over Lapland's 21
# municipalities 2006-2017 the two agree to a standard deviation of 0.5 % at this lag, against 2 % at one or three.
REGISTER_LAG = 2
# Age groups of the survey, and participation in them in round figures.
_TEN_YEARS = {"15-24": 0.5, "25-34": 0.85, "35-44": 0.9, "45-54": 0.9, "55-64": 0.65, "65-74": 0.1}
# Ages by which the labour force is told apart; those who take part are none of them younger or older.
AGE_GROUPS = {
    "15-24": (15, 25),
    "25-34": (25, 35),
    "35-44": (35, 45),
    "45-54": (45, 55),
    "55-64": (55, 65),
    "65-74": (65, 75),
}
# Each of them holds so many years of birth.
YEARS_OF_GROUP = 10
# Ages from which people leave working life for a pension, so that a later pension moves the curve from here on.
PENSION_AGE_FROM = 55


@dataclass(frozen=True)
class LabourAccount:
    """Labour force, employment, jobs and commuting of each place at the end of each year.

    Attributes:
        frame: place, year, labour_force, unemployed, employed_residents, jobs, in_commuters, out_commuters, status
            ("observed": employment statistics; "nowcast": from the register), persons, 31 December.
        year: last year that every place has.
    """

    frame: pd.DataFrame
    year: int

    def at(self, year: int, column: str, places: list[str]) -> Array:
        """One column of one year, (place,)."""
        rows = self.frame[self.frame["year"] == year].set_index("place")
        return rows.loc[places, column].to_numpy(dtype=np.float64)


def labour_account(
    employed: pd.DataFrame, jobs: pd.DataFrame, register: pd.DataFrame, places: list[str]
) -> LabourAccount:
    """Employment statistics, carried forward on the register of the labour administration.

    Where the employment statistics end, employed = labour force of the register two years later less the unemployed
    of December, and commuting keeps the shares of the last observed year:
    jobs = employed (1 - out share) / (1 - in share).

    Args:
        employed: table employed_residents.
        jobs: table jobs_by_workplace.
        register: table labour_market_monthly.
        places: municipality codes.

    Returns:
        The account from the first year of the register on.

    Raises:
        DataError: if a place is missing from a table.

    Source: Statistics Finland, tyokay 115n and 115p; tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    observed = _employment(employed, jobs, places)
    unemployed = _december(register, places)
    known = observed.join(unemployed, how="inner")
    known["labour_force"] = known["employed_residents"] + known["unemployed"]
    known["status"] = "observed"
    carried = _carried_forward(known, _register_labour_force(register, places), unemployed)
    frame = pd.concat([known, carried]).reset_index().sort_values(["place", "year"], ignore_index=True)
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


def _carried_forward(known: pd.DataFrame, labour_force: pd.Series, unemployed: pd.DataFrame) -> pd.DataFrame:
    """Years after the last of the employment statistics, with the commuting shares of that year."""
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
    """Single-year participation rates whose means over the age groups of the survey are the published ones.

    The cumulated rate is interpolated by a monotone cubic, so no age is negative and each group's mean is met.

    Args:
        rates: table labour_force_by_age, rows of participation_rate by sex and ten-year age group (per cent).

    Returns:
        (sex, age), shares, ages 0-100, female first; zero below 15 and from 75 on.

    Raises:
        DataError: if a sex has no rates.

    Source: Statistics Finland, Labour Force Survey (tyti), appendix table 26, newest year held.
    """
    rows = rates[rates["indicator"] == "participation_rate"]
    rows = rows[rows["year"] == rows["year"].max()]
    known = {}
    for sex in ("f", "m"):
        values = rows[rows["sex"] == sex].set_index("age_group")["value"]
        if not set(_TEN_YEARS) <= set(values.index):
            raise DataError(
                f"labour_force_by_age: participation rates of sex '{sex}' lack an age group of {[*_TEN_YEARS]}."
            )
        known[sex] = values[[*_TEN_YEARS]].to_numpy(dtype=float) / 100
    return _single_years(known)


def usual_participation() -> Array:
    """Participation rates in round figures, for a time at which no survey by age was known: (sex, age).

    The level of every place is met by its own factor, so only the shape over ages counts.
    """
    return _single_years(dict.fromkeys(("f", "m"), np.array(list(_TEN_YEARS.values()))))


def _single_years(known: dict[str, Array]) -> Array:
    """(sex, age), from rates of the ten-year groups of each sex."""
    result = np.zeros((2, 101))
    for index, groups in enumerate(known.values()):
        curve = PchipInterpolator(np.arange(15, 76, 10), np.concatenate([[0.0], np.cumsum(10 * groups)]))
        result[index, WORKING_AGES] = np.diff(curve(np.arange(15, 76)))
    return np.clip(result, 0.0, 1.0)


def later_retirement(participation: Array, years_later: Array) -> Array:
    """Participation when people of pension age stay on as those did who were younger by some years.

    Args:
        participation: (sex, age), shares.
        years_later: (draw,), years by which retirement has moved, positive or negative.

    Returns:
        (draw, sex, age), shares; ages below the pension ages as they were.
    """
    pension = slice(PENSION_AGE_FROM, WORKING_AGES.stop)
    ages = np.arange(pension.start, pension.stop, dtype=np.float64)
    moving = np.clip((ages - PENSION_AGE_FROM) / 5, 0.0, 1.0)
    source = ages[None, :] - years_later[:, None] * moving[None, :]
    lower = np.clip(np.floor(source).astype(int), 0, participation.shape[1] - 2)
    weight = (source - lower)[:, None, :]
    below, above = participation[:, lower], participation[:, lower + 1]
    shifted = np.swapaxes(below, 0, 1) * (1 - weight) + np.swapaxes(above, 0, 1) * weight
    # The curve still rises in the late fifties: nobody takes part less because pensions come later.
    later, usual = years_later[:, None, None] >= 0, participation[:, pension]
    curve = np.repeat(participation[None], len(years_later), axis=0)
    curve[:, :, pension] = np.where(later, np.maximum(shifted, usual), np.minimum(shifted, usual))
    curve[:, :, WORKING_AGES.stop :] = 0.0
    return curve


def labour_force(population: Array, participation: Array, place_factor: Array) -> Array:
    """Labour force at the end of a year: people times participation times the factor of the place.

    Args:
        population: (draw, place, sex, age), persons.
        participation: (draw, sex, age), shares.
        place_factor: (draw, place), 1 where the place takes part as Finland does.

    Returns:
        (draw, place), persons.
    """
    draws, places = population.shape[:2]
    people, rates = population.reshape(draws, places, -1), participation.reshape(draws, -1)
    return np.asarray(np.matvec(people, rates), dtype=np.float64) * place_factor


def working_age(population: Array) -> Array:
    """People of the ages of the labour force survey, 15-74: (draw, place, sex, age) -> (draw, place)."""
    inside = np.zeros(population.shape[2:])
    inside[:, WORKING_AGES] = 1.0
    return np.asarray(np.matvec(population.reshape(*population.shape[:2], -1), inside.ravel()), dtype=np.float64)


def labour_force_by_age(population: Array, participation: Array, total: Array) -> Array:
    """How a labour force divides over sexes and ages: as people times participation do.

    Args:
        population: (draw, place, sex, age), persons.
        participation: (draw, sex, age), shares.
        total: (draw, place), persons.

    Returns:
        (draw, place, sex, age group), persons; they sum to the total.
    """
    rates = participation[:, None, :, WORKING_AGES]
    parts = summed_ages(population[..., WORKING_AGES] * rates, YEARS_OF_GROUP)
    whole = parts.sum(axis=(2, 3), keepdims=True)
    shares = np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)
    return np.asarray(total[:, :, None, None] * shares)
