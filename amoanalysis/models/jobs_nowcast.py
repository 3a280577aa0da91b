"""Total jobs of each place for as long as any source carries them, with the error of the carrying."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs_error import wander
from amoanalysis.models.labour_force import REGISTER_LAG, LabourAccount

OBSERVED, REGISTER, HELD = "employment_statistics", "register", "register_held"


@dataclass(frozen=True)
class JobTotals:
    """Total jobs by place and year.

    Attributes:
        years: years without a gap.
        jobs: (place, year), jobs, 31 December.
        variance: (place, year), squared relative error; 0 where observed.
        source: (year,): employment_statistics, register, or register_held (its labour force held at its last figure).
    """

    years: range
    jobs: Array
    variance: Array
    source: tuple[str, ...]


def job_totals(
    by_workplace: pd.DataFrame, account: LabourAccount, register: pd.DataFrame, places: list[str]
) -> JobTotals:
    """Observed jobs, carried forward on the register to its last year.

    After the employment statistics jobs are those of the account. Where the register's labour force, which lags by
    two years, ends, it is held and only unemployment moves the jobs:

    jobs[t] = jobs[last] * (labour_force[last] - unemployed[t]) / employed_residents[last]

    A year whose December is not out yet has that of the year before, moved by the change of its last month on the
    same month of the year before.

    Args:
        by_workplace: table jobs_by_workplace.
        account: labour account of the same places.
        register: table labour_market_monthly.
        places: municipality codes.

    Returns:
        The totals. Errors are those that the same carrying would have made from every earlier year.

    Raises:
        DataError: if a place has no jobs in some year.

    Source: Statistics Finland, tyokay 115p; tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    observed = _observed(by_workplace, places)
    accounts = {name: _wide(account.frame, name, places) for name in ("jobs", "employed_residents", "labour_force")}
    unemployed = _december(register, places)
    last, known = int(observed.columns.max()), account.year
    carried = accounts["jobs"].loc[:, [year for year in accounts["jobs"].columns if last < year <= known]]
    held = {
        year: accounts["jobs"][known]
        * (accounts["labour_force"][known] - unemployed[year])
        / accounts["employed_residents"][known]
        for year in unemployed.columns
        if year > max(known, last)
    }
    jobs = pd.concat([observed, carried, pd.DataFrame(held, index=places)], axis=1)
    if jobs.isna().to_numpy().any():
        place = jobs.index[jobs.isna().any(axis=1)][0]
        raise DataError(f"Jobs of {place} are missing in some year: add its rows to jobs_by_workplace and the register.")
    years = range(int(jobs.columns.min()), int(jobs.columns.max()) + 1)
    sources = tuple(OBSERVED if year <= last else REGISTER if year <= known else HELD for year in years)
    values = jobs[list(years)].to_numpy(dtype=np.float64)
    return JobTotals(years, values, _variance(values, years, last, known, account, register, places), sources)


def _observed(by_workplace: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    whole = by_workplace[(by_workplace[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    wide = whole.pivot(index="place", columns="year", values="persons").reindex(places)
    if wide.empty or wide.isna().to_numpy().any():
        missing = [place for place in places if place not in wide.dropna().index]
        raise DataError(f"jobs_by_workplace lacks total jobs of {', '.join(missing)} in some year: add the rows.")
    return wide.astype(float)


def _wide(frame: pd.DataFrame, column: str, places: list[str]) -> pd.DataFrame:
    return frame.pivot(index="place", columns="year", values=column).reindex(places).astype(float)


def _december(register: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Unemployed jobseekers of December, index place, columns years; the last year by its last month if need be."""
    rows = register[register["place"].isin(places)]
    wide = rows.pivot(index="place", columns="month", values="unemployed_jobseekers").reindex(places).astype(float)
    december = wide.loc[:, [month for month in wide.columns if month.endswith("-12")]]
    december.columns = pd.Index([int(month[:4]) for month in december.columns])
    newest = str(wide.columns.max())
    year, before = int(newest[:4]), f"{int(newest[:4]) - 1}{newest[4:]}"
    if year not in december and before in wide and year - 1 in december:
        december[year] = december[year - 1] * wide[newest] / wide[before]
    return december


def _variance(
    jobs: Array,
    years: range,
    last: int,
    known: int,
    account: LabourAccount,
    register: pd.DataFrame,
    places: list[str],
) -> Array:
    """Squared relative errors: (place, year); those of the past at the same distance, by size of the place."""
    past = _Past(account, register, places, last)
    variance = np.zeros_like(jobs)
    for column, year in enumerate(years):
        if year > last:
            errors, size = past.errors(year - last, max(0, year - known))
            variance[:, column] = wander(errors, size).variance(jobs[:, column])
    return variance


class _Past:
    """What carrying forward would have said in the years of the employment statistics."""

    def __init__(self, account: LabourAccount, register: pd.DataFrame, places: list[str], last: int) -> None:
        observed = account.frame[account.frame["year"] <= last]
        self.jobs = _wide(observed, "jobs", places)
        self.employed = _wide(observed, "employed_residents", places)
        self.unemployed = _wide(observed, "unemployed", places)
        rows = register[register["place"].isin(places)]
        year = rows["month"].str[:4].astype(int) - REGISTER_LAG
        lagged = rows.assign(year=year).groupby(["place", "year"])["labour_force"].median().unstack("year")
        self.labour_force = lagged.reindex(places)

    def errors(self, steps: int, held: int) -> tuple[Array, Array]:
        """Log errors from every origin, and the jobs there: (place, origin) each.

        Args:
            steps: years from the origin to the year that is carried to.
            held: for how many of them the labour force is held.
        """
        origins = [o for o in self.jobs.columns if o + steps in self.jobs and o + steps - held in self.labour_force]
        errors = np.full((len(self.jobs), len(origins)), np.nan)
        for column, origin in enumerate(origins):
            target = origin + steps
            employed = self.labour_force[target - held] - self.unemployed[target]
            said = employed * self.jobs[origin] / self.employed[origin]
            errors[:, column] = np.log(said / self.jobs[target])
        return errors, self.jobs[origins].to_numpy(dtype=np.float64)
