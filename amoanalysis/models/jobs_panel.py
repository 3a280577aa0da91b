"""Jobs by place, industry and year from tables of different completeness, made consistent with known totals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array
from amoanalysis.models.fitting import Margin, fit
from amoanalysis.models.hidden_jobs import (
    BROAD,
    GROUPS,
    LETTERS,
    ROUNDING,
    PlacedJobs,
    broad_sectors,
    place_hidden_jobs,
    within,
)
from amoanalysis.models.jobs import SECTIONS
from amoanalysis.models.jobs_error import Wander, log_changes, wander
from amoanalysis.models.jobs_nowcast import OBSERVED, JobTotals, job_totals
from amoanalysis.models.labour_force import LabourAccount

TABLES = ("jobs_by_workplace", "jobs_by_industry", "key_figures", "labour_market_monthly")
# What the industries of a year rest on.
COMPLETE, POSTAL, SECTORS, TOTALS = "complete", "postal_sums", "broad_sectors", "totals"
# Mining comes and goes by project: where the broad sector moved, it moved first.
MINING = LETTERS.index("B")
SECONDARY = next(members for members in GROUPS if MINING in members)


@dataclass(frozen=True)
class _Cells:
    """Jobs of some years: (place, year, section) each; `rests_on` is the figure that they were scaled from."""

    years: list[int]
    jobs: Array
    error: Array
    rests_on: Array
    status: str
    basis: tuple[str, ...]


def jobs_panel(
    tables: dict[str, pd.DataFrame], account: LabourAccount, places: list[str], section_growth: Array
) -> pd.DataFrame:
    """Jobs by place, section and year, the sections of a place summing to its total in every year.

    Complete years are taken as they are. Postal sums are filled up to the broad sectors of the key figures (see
    `place_hidden_jobs`). Before them the structure of their first year is carried back within the broad sectors, and
    before those the structure of their first year within the total. After the last complete year its table is fitted
    to the places' totals and to the sections of all places together, grown at `section_growth`.

    Args:
        tables: those named in `TABLES`.
        account: labour account of the same places.
        places: municipality codes; all of the area whose industries serve as margins and as pool (Lapland's 21).
        section_growth: (section,), yearly log growth after the last complete year; only differences between the
            sections matter, for the total is known.

    Returns:
        place, year, section (TOL 2008, with T, U and X together), jobs (31 December), status (observed, scaled or
        nowcast), basis (complete, postal_sums, broad_sectors, totals, register, register_held), scale (jobs per job
        of the figure that the cell rests on; missing where that is zero) and uncertainty (standard error relative to
        the jobs, or to one job where there are fewer).

    Raises:
        DataError: if a table lacks a place or a year.

    Source: Statistics Finland, tyokay 115p, Paavo, municipal key figures; tyonv 12r5.
    """
    totals = job_totals(tables["jobs_by_workplace"], account, tables["labour_market_monthly"], places)
    complete = _by_section(tables["jobs_by_industry"], "complete", places, totals)
    postal = _by_section(tables["jobs_by_industry"], "postal_sum", places, totals)
    placed, filled = _filled(postal, complete, tables["key_figures"], totals, places)
    together = np.concatenate([filled.jobs, complete.jobs], axis=1)
    inside = wander(_moves_within_sectors(together), together[:, :-1])
    sectors = _within_sectors(filled, tables["key_figures"], totals, places, inside)
    broad = np.concatenate([_sums(sectors.jobs), placed.broad], axis=1)
    across = wander(log_changes(broad) - log_changes(broad.sum(axis=2, keepdims=True)), broad[:, :-1])
    back = _within_totals(sectors, totals, across)
    ahead = _nowcast(complete, totals, section_growth, inside, across)
    return _tidy([back, sectors, filled, complete, ahead], places)


def section_jobs(panel: pd.DataFrame, year: int, places: list[str]) -> Array:
    """Jobs of one year by section, as `JobsBase` takes them.

    Args:
        panel: see `jobs_panel`.
        year: a year of the panel.
        places: municipality codes.

    Returns:
        (place, section), jobs.

    Raises:
        DataError: if the panel lacks a place in that year.
    """
    return _matrix(panel, "jobs", year, places)


def section_errors(panel: pd.DataFrame, year: int, places: list[str]) -> Array:
    """Relative standard errors of one year by section: (place, section); see `section_jobs`."""
    return _matrix(panel, "uncertainty", year, places)


def _matrix(panel: pd.DataFrame, column: str, year: int, places: list[str]) -> Array:
    wide = panel[panel["year"] == year].pivot(index="place", columns="section", values=column)
    missing = [place for place in places if place not in wide.index]
    if missing:
        raise DataError(f"The jobs panel lacks {', '.join(missing)} in {year}: ask for another year, or build it in.")
    return wide.reindex(index=places, columns=list(SECTIONS)).to_numpy(dtype=np.float64)


def _by_section(table: pd.DataFrame, state: str, places: list[str], totals: JobTotals) -> _Cells:
    """Years of one kind of the table as they stand, sections one by one."""
    rows = table[(table["completeness"] == state) & table["industry"].isin(LETTERS) & table["place"].isin(places)]
    years = [int(year) for year in sorted(rows["year"].unique()) if year in totals.years]
    cells = pd.MultiIndex.from_product([places, years, LETTERS], names=["place", "year", "industry"])
    jobs = rows.set_index(["place", "year", "industry"])["jobs"].reindex(cells)
    if not years or jobs.isna().any():
        place = cells[jobs.isna().to_numpy()][0][0] if years else "every place"
        raise DataError(f"jobs_by_industry lacks years that are '{state}' for {place}: add its rows.")
    values = jobs.to_numpy(dtype=np.float64).reshape(len(places), len(years), len(LETTERS))
    return _Cells(years, values, np.zeros_like(values), values, "observed", (COMPLETE,) * len(years))


def _filled(
    postal: _Cells, complete: _Cells, key_figures: pd.DataFrame, totals: JobTotals, places: list[str]
) -> tuple[PlacedJobs, _Cells]:
    broad = broad_sectors(key_figures, _total(totals, postal.years), places, postal.years)
    placed = place_hidden_jobs(postal.jobs, complete.jobs[:, 0], broad)
    basis = (POSTAL,) * len(postal.years)
    return placed, _Cells(postal.years, placed.jobs, placed.standard_error, postal.jobs, "scaled", basis)


def _within_sectors(
    later: _Cells, key_figures: pd.DataFrame, totals: JobTotals, places: list[str], inside: Wander
) -> _Cells:
    """The first structure of the years after, scaled to the broad sectors of earlier years."""
    held = key_figures[key_figures["indicator"].isin(BROAD)].dropna(subset=["value"])["year"]
    years = [year for year in range(int(held.min()), later.years[0]) if year in totals.years]
    known = _total(totals, years)
    broad = broad_sectors(key_figures, known, places, years)
    first = later.jobs[:, :1]
    seed = first * (known / first.sum(axis=(1, 2))[:, None])[..., None]
    seed[..., MINING] = _mining(seed, first[:, 0, MINING], broad)
    jobs = within(seed, broad)
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    moved = np.where(_alone(), 0.0, start**2 + steps * inside.variance(jobs))
    rounding = (ROUNDING / np.sqrt(3) * known[..., None] / np.maximum(_sums(jobs)[..., _group_of()], 1.0)) ** 2
    error = jobs * np.sqrt(moved + rounding)
    return _Cells(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (SECTORS,) * len(years))


def _mining(seed: Array, most: Array, broad: Array) -> Array:
    """Mining takes what the sections beside it leave of their broad sector, up to its jobs in the seed's year."""
    number = next(i for i, members in enumerate(GROUPS) if MINING in members)
    others = seed[..., SECONDARY].sum(axis=2) - seed[..., MINING]
    return np.clip(broad[..., number] - others, 0.0, most[:, None])


def _within_totals(later: _Cells, totals: JobTotals, across: Wander) -> _Cells:
    """The first structure of the years after, scaled to the totals of all years before."""
    years = [year for year in totals.years if year < later.years[0]]
    known = _total(totals, years)
    first = later.jobs[:, :1]
    jobs = fit(np.repeat(first, len(years), axis=1), [Margin((0, 1), known)])
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    error = jobs * np.sqrt(start**2 + steps * across.variance(_sums(jobs)[..., _group_of()]))
    return _Cells(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (TOTALS,) * len(years))


def _nowcast(complete: _Cells, totals: JobTotals, growth: Array, inside: Wander, across: Wander) -> _Cells:
    """The last complete table, fitted to totals of places and to sections of all places together."""
    years = [year for year in totals.years if year > complete.years[-1]]
    columns = [totals.years.index(year) for year in years]
    known, last = _total(totals, years), complete.jobs[:, -1]
    steps = np.array([year - complete.years[-1] for year in years], dtype=np.float64)
    by_letter = growth[[SECTIONS.index(letter if letter in SECTIONS else "TUX") for letter in LETTERS]]
    sections = last.sum(axis=0) * np.exp(steps[:, None] * by_letter)
    sections *= (known.sum(axis=0) / sections.sum(axis=1))[:, None]
    jobs = np.stack(
        [fit(last, [Margin((1,), sections[i]), Margin((0,), known[:, i])]) for i in range(len(years))], axis=1
    )
    moved = np.where(_alone(), 0.0, inside.variance(jobs)) + across.variance(_sums(jobs)[..., _group_of()])
    error = jobs * np.sqrt(totals.variance[:, columns, None] + steps[:, None] * moved)
    basis = tuple(COMPLETE if totals.source[i] == OBSERVED else totals.source[i] for i in columns)
    return _Cells(years, jobs, error, np.broadcast_to(last[:, None], jobs.shape), "nowcast", basis)


def _total(totals: JobTotals, years: list[int]) -> Array:
    return totals.jobs[:, [totals.years.index(year) for year in years]]


def _sums(jobs: Array) -> Array:
    return np.stack([jobs[..., members].sum(axis=-1) for members in GROUPS], axis=-1)


def _group_of() -> npt.NDArray[np.intp]:
    """Number of the broad sector of each section: (section,)."""
    group = np.empty(len(LETTERS), dtype=np.intp)
    for number, members in enumerate(GROUPS):
        group[members] = number
    return group


def _alone() -> npt.NDArray[np.bool_]:
    """Sections that are a broad sector by themselves: (section,)."""
    return np.array([len(members) == 1 for members in GROUPS])[_group_of()]


def _moves_within_sectors(jobs: Array) -> Array:
    """Log changes of sections beyond those of their broad sector: (place, year - 1, section); missing where alone."""
    moves = log_changes(jobs) - log_changes(_sums(jobs))[..., _group_of()]
    return np.where(_alone(), np.nan, moves)


def _tidy(parts: list[_Cells], places: list[str]) -> pd.DataFrame:
    frames = []
    for part in parts:
        index = pd.MultiIndex.from_product([places, part.years, SECTIONS], names=["place", "year", "section"])
        jobs, rests_on = _merged(part.jobs), _merged(part.rests_on)
        error = np.sqrt(_merged(part.error**2))
        frame = pd.DataFrame({"jobs": jobs.ravel()}, index=index).reset_index()
        frame["status"] = part.status
        frame["basis"] = frame["year"].map(dict(zip(part.years, part.basis, strict=True)))
        frame["scale"] = np.divide(jobs, rests_on, out=np.full_like(jobs, np.nan), where=rests_on > 0).ravel()
        frame["uncertainty"] = (error / np.maximum(jobs, 1.0)).ravel()
        frames.append(frame)
    return pd.concat(frames).sort_values(["place", "year", "section"], ignore_index=True)


def _merged(cells: Array) -> Array:
    """Sections as the models have them: T, U and X summed."""
    single = [LETTERS.index(section) for section in SECTIONS if section in LETTERS]
    rest = [index for index in range(len(LETTERS)) if index not in single]
    return np.concatenate([cells[..., single], cells[..., rest].sum(axis=-1, keepdims=True)], axis=-1)
