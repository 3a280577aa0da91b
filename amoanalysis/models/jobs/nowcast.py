"""Nowcast of total jobs by place: employment statistics extended with the jobseeker register, with standard errors."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.labour_force.participation import REGISTER_LAG, LabourAccount
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.partial_pooling import fit_variance_by_size

OBSERVED, REGISTER, REGISTER_HELD = "employment_statistics", "register", "register_held"


@dataclass(frozen=True)
class JobTotals:
    """Total jobs by place and year.

    Attributes:
        years: years without a gap.
        jobs: (place, year), jobs, 31 December.
        variance: (place, year), squared relative error; 0 where observed.
        source: (year,): employment_statistics, register, or register_held (labour force constant at its last value).
    """

    years: range
    jobs: Array
    variance: Array
    source: tuple[str, ...]


def job_totals(
    by_workplace: pd.DataFrame, account: LabourAccount, register: pd.DataFrame, places: list[str]
) -> JobTotals:
    """Observed jobs, extended with the register to its last year.

    After the last year of the employment statistics, jobs come from the labour account. The labour force of the
    register is published two years late; after its last year it is constant and only unemployment changes the jobs:

    jobs[t] = jobs[last] * (labour_force[last] - unemployed[t]) / employed_residents[last]

    If December of a year is not yet published, it is December of the previous year times the year-on-year change of
    the last published month.

    Args:
        by_workplace: table jobs_by_workplace.
        account: labour account of the same places.
        register: table labour_market_monthly.
        places: municipality codes.

    Returns:
        The totals. Their variance is estimated from the errors of the same extension in all earlier years.

    Raises:
        DataError: if a place has no jobs in some year.

    Source: Statistics Finland, tyokay 115p; tyonv 12r5 (Ministry of Economic Affairs and Employment).
    """
    observed = _observed_jobs(by_workplace, places)
    account_of = {name: _by_year(account.frame, name, places) for name in ("jobs", "employed_residents")}
    force, unemployed = _by_year(account.frame, "labour_force", places), _december_unemployed(register, places)
    last, known = max(observed), account.year
    carried = {year: jobs for year, jobs in account_of["jobs"].items() if last < year <= known}
    jobs_per_employed = account_of["jobs"][known] / account_of["employed_residents"][known]
    held = {
        year: (force[known] - december) * jobs_per_employed
        for year, december in unemployed.items()
        if year > max(known, last) and not np.isnan(december).any()
    }
    jobs = observed | carried | held
    years = range(min(jobs), max(jobs) + 1)
    _check_gaps(jobs, years, places)
    sources = tuple(OBSERVED if year <= last else REGISTER if year <= known else REGISTER_HELD for year in years)
    values = np.stack([jobs[year] for year in years], axis=1)
    hindcast = _RegisterHindcast(account, register, places, last)
    variance = np.zeros_like(values)
    for column, year in enumerate(years):
        if year > last:
            errors, size = hindcast.errors(year - last, max(0, year - known))
            variance[:, column] = fit_variance_by_size(errors, size).variance(values[:, column])
    return JobTotals(years, values, variance, sources)


def _observed_jobs(by_workplace: pd.DataFrame, places: list[str]) -> dict[int, Array]:
    whole = by_workplace[(by_workplace[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    jobs = _by_year(whole, "persons", places)
    if not jobs:
        raise DataError("jobs_by_workplace has no total jobs: add the rows with these totals.")
    return jobs


def _by_year(frame: pd.DataFrame, column: str, places: list[str]) -> dict[int, Array]:
    """A column by year: (place,) each; NaN where a place has no row."""
    wide = frame.pivot(index="place", columns="year", values=column).reindex(places)
    return {int(str(year)): wide[year].to_numpy(dtype=np.float64) for year in wide.columns}


def _december_unemployed(register: pd.DataFrame, places: list[str]) -> dict[int, Array]:
    """Unemployed jobseekers of December by year: (place,) each; the last year may be estimated from its last month."""
    rows = register[register["place"].isin(places)]
    wide = rows.pivot(index="place", columns="month", values="unemployed_jobseekers").reindex(places)
    month = {str(name): wide[name].to_numpy(dtype=np.float64) for name in wide.columns}
    december = {int(name[:4]): values for name, values in month.items() if name.endswith("-12")}
    newest = max(month)
    year, before = int(newest[:4]), f"{int(newest[:4]) - 1}{newest[4:]}"
    if year not in december and before in month and year - 1 in december:
        december[year] = december[year - 1] * month[newest] / month[before]
    return december


def _check_gaps(jobs: dict[int, Array], years: range, places: list[str]) -> None:
    for year in years:
        gaps = np.isnan(jobs.get(year, np.full(len(places), np.nan)))
        if gaps.any():
            names = ", ".join(np.array(places)[gaps])
            raise DataError(
                f"Jobs of {year} are missing for {names}: add rows to jobs_by_workplace, or to labour_market_monthly."
            )


class _RegisterHindcast:
    """The extension by the register, repeated for the years that the employment statistics cover."""

    def __init__(self, account: LabourAccount, register: pd.DataFrame, places: list[str], last: int) -> None:
        observed = account.frame[account.frame["year"] <= last]
        self.jobs = _by_year(observed, "jobs", places)
        self.employed = _by_year(observed, "employed_residents", places)
        self.unemployed = _by_year(observed, "unemployed", places)
        lagged = register.assign(year=register["month"].str[:4].astype(int) - REGISTER_LAG)
        medians = lagged.groupby(["place", "year"])["labour_force"].median()
        self.labour_force = _by_year(medians.reset_index(), "labour_force", places)

    def errors(self, steps: int, held: int) -> tuple[Array, Array]:
        """Log errors from every origin, and the jobs in that year: (origin, place) each.

        Args:
            steps: years from the origin to the estimated year.
            held: number of these years for which the labour force is constant.
        """
        errors, size = [], []
        for origin, jobs in self.jobs.items():
            target = origin + steps
            if target in self.jobs and target - held in self.labour_force:
                employed = self.labour_force[target - held] - self.unemployed[target]
                errors.append(np.log(employed * jobs / self.employed[origin] / self.jobs[target]))
                size.append(jobs)
        return np.array(errors), np.array(size)
