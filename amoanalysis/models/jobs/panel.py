"""Panel of jobs by place, industry and year: incomplete tables imputed, back-cast and nowcast to known totals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.jobs.nowcast import OBSERVED, JobTotals, job_totals
from amoanalysis.models.labour_force.participation import LabourAccount
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins
from amoanalysis.models.statistics.partial_pooling import VarianceBySize, fit_variance_by_size, log_changes

# The sections of TOL 2008, not merged; X is unknown.
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUX")
# Broad sectors of the key figures: primary A, secondary B-F, services G-U; the remainder to 100 % is unknown.
BROAD = {"primary_jobs_percent": "A", "secondary_jobs_percent": "BCDEF", "service_jobs_percent": "GHIJKLMNOPQRSTU"}
GROUPS = tuple(np.array([LETTERS.index(letter) for letter in letters]) for letters in (*BROAD.values(), "X"))
# Number of the broad sector of each section, and which sections are a broad sector of their own.
GROUP_OF_LETTER = np.array([next(i for i, members in enumerate(GROUPS) if s in members) for s in range(len(LETTERS))])
ALONE_IN_GROUP = np.array([len(members) == 1 for members in GROUPS])[GROUP_OF_LETTER]
TABLES = ("jobs_by_workplace", "jobs_by_industry", "key_figures", "labour_market_monthly")
# The figures from which the industries of a year are derived.
COMPLETE, POSTAL, SECTORS, TOTALS = "complete", "postal_sums", "broad_sectors", "totals"
# Mining changes with projects: a change of the secondary sector is attributed to it first.
MINING = LETTERS.index("B")
SECONDARY = GROUP_OF_LETTER[MINING]
# Shares are published to a tenth of a per cent, so the rounding error is at most half of that.
ROUNDING = 0.0005
BISECTIONS = 60
# Avoids division by zero.
TINY = 1e-300


@dataclass(frozen=True)
class ImputedJobs:
    """Jobs by section with the missing ones imputed.

    Attributes:
        jobs: (place, year, section), counted and imputed jobs.
        standard_error: same shape, jobs.
        broad: (place, year, broad sector), jobs.
    """

    jobs: Array
    standard_error: Array
    broad: Array


def broad_sector_jobs(key_figures: pd.DataFrame, totals: Array, places: list[str], years: list[int]) -> Array:
    """Jobs of the broad sectors: published shares times total jobs; the remainder is of unknown industry.

    Args:
        key_figures: table key_figures.
        totals: (place, year), jobs.
        places: municipality codes.
        years: years.

    Returns:
        (place, year, broad sector): primary, secondary, services, unknown; sums to the totals.

    Raises:
        DataError: if a share is missing.

    Source: Statistics Finland, municipal key figures, 2007-2016.
    """
    rows = key_figures[key_figures["indicator"].isin(BROAD)]
    wide = rows.pivot(index=["place", "year"], columns="indicator", values="value")
    wide = wide.reindex(pd.MultiIndex.from_product([places, years], names=["place", "year"]), columns=list(BROAD))
    if wide.isna().to_numpy().any():
        place, year = wide.index[wide.isna().any(axis=1)][0]
        raise DataError(f"key_figures: {place} has no jobs by broad sector in {year}: add primary, secondary, service.")
    shares = wide.to_numpy(dtype=np.float64).reshape(len(places), len(years), len(BROAD)) / 100
    whole = np.concatenate([shares, np.maximum(1 - shares.sum(axis=2, keepdims=True), 0.0)], axis=2)
    return np.asarray(totals[..., None] * whole / whole.sum(axis=2, keepdims=True), dtype=np.float64)


def impute_missing_jobs(counted: Array, complete: Array, broad: Array) -> ImputedJobs:
    """Imputes the jobs that are missing from sums over postal-code areas, by broad sector.

    expected = jobs of the complete year * (broad sector of the year / broad sector of the complete year)
    deficit  = max(expected - counted, 0)
    imputed  = deficit * min(1, lambda * missing share of the section), summing to the broad sector less counted jobs

    Counted jobs are kept: a postal sum omits jobs but adds none. No cell exceeds its expected jobs, and sections with a
    large missing share in all places together are filled first.

    Args:
        counted: (place, year, section), jobs in postal sums.
        complete: (place, section), jobs of the nearest complete year.
        broad: (place, year, broad sector), see `broad_sector_jobs`; a sector with fewer jobs than were counted is
            raised to the count and the other sectors are reduced.

    Returns:
        The jobs; each place and year sums to the total of its broad sectors.
    """
    counted_broad = _sum_by_sector(counted)
    missing = _missing_by_sector(broad, counted_broad)
    expected = scale_to_broad_sectors(complete[:, None, :], counted_broad + missing)
    deficit = np.maximum(expected - counted, 0.0)
    missing_jobs = deficit.sum(axis=0)
    share = missing_jobs / np.maximum(missing_jobs + counted.sum(axis=0), TINY)
    imputed, unweighted = np.zeros_like(counted), np.zeros_like(counted)
    for number, members in enumerate(GROUPS):
        parts, total = deficit[..., members], missing[..., number]
        imputed[..., members] = _allocate_missing(parts, share[:, members], total)
        unweighted[..., members] = _allocate_missing(parts, np.ones_like(share[:, members]), total)
    error = _imputation_error(imputed, unweighted, expected, missing, broad.sum(axis=2))
    return ImputedJobs(counted + imputed, error, counted_broad + missing)


def scale_to_broad_sectors(structure: Array, broad: Array) -> Array:
    """Scales an industry structure to broad sectors; a sector without jobs gets the structure of all places.

    Args:
        structure: (place, year, section) or a shape that broadcasts to it.
        broad: (place, year, broad sector), jobs.

    Returns:
        (place, year, section), jobs; zero cells stay zero where their sector has others.
    """
    result = np.zeros((*broad.shape[:2], len(LETTERS)))
    everywhere = structure.sum(axis=0, keepdims=True)
    for number, members in enumerate(GROUPS):
        parts = np.broadcast_to(structure, result.shape)[..., members]
        common = np.broadcast_to(everywhere, result.shape)[..., members]
        parts = np.where(parts.sum(axis=2, keepdims=True) > 0, parts, common)
        parts = np.where(parts.sum(axis=2, keepdims=True) > 0, parts, 1.0)
        result[..., members] = broad[..., number : number + 1] * parts / parts.sum(axis=2, keepdims=True)
    return result


def _sum_by_sector(jobs: Array) -> Array:
    """Jobs of the broad sectors: (..., section) -> (..., broad sector)."""
    return np.stack([jobs[..., members].sum(axis=-1) for members in GROUPS], axis=-1)


def _own_sector_jobs(jobs: Array) -> Array:
    """Jobs of the broad sector that each section belongs to: (..., section)."""
    return np.asarray(_sum_by_sector(jobs)[..., GROUP_OF_LETTER])


def _missing_by_sector(broad: Array, counted: Array) -> Array:
    """Missing jobs of each broad sector; not negative, and their sum is the number missing from the place."""
    gap = np.maximum(broad - counted, 0.0)
    missing = np.maximum(broad.sum(axis=2) - counted.sum(axis=2), 0.0)[..., None]
    shares = np.where(gap.sum(axis=2, keepdims=True) > 0, gap, broad)
    return np.asarray(missing * shares / np.maximum(shares.sum(axis=2, keepdims=True), TINY), dtype=np.float64)


def _allocate_missing(deficit: Array, weight: Array, total: Array) -> Array:
    """Solves deficit * min(1, lambda weight) for the lambda at which it sums to the total, by bisection."""
    least = np.where(weight > 0, weight, np.inf).min(axis=-1)
    high = np.broadcast_to(np.where(np.isfinite(least), 1 / least, 1.0), total.shape).copy()
    low = np.zeros_like(high)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        short = (deficit * np.minimum(1.0, middle[..., None] * weight)).sum(axis=-1) < total
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    filled = deficit * np.minimum(1.0, high[..., None] * weight)
    reached = filled.sum(axis=-1)
    return filled * np.divide(total, reached, out=np.zeros_like(total), where=reached > 0)[..., None]


def _imputation_error(imputed: Array, unweighted: Array, expected: Array, missing: Array, totals: Array) -> Array:
    """Standard errors of the cells: rounding of the sector shares, and the allocation of its missing jobs.

    variance = (rounding share)^2 + phi missing share (1 - share)

    `share` is the cell's share of the missing jobs of its sector, the mean of its shares of the imputed and of the
    expected jobs, so that a cell without imputed jobs has an error too. phi scales the second term to the squared
    distance, over all cells, from an imputation that ignores the missing shares of the sections.
    """
    rounding, allocation = np.zeros_like(imputed), np.zeros_like(imputed)
    for number, members in enumerate(GROUPS):
        total = missing[..., number, None]
        parts = expected[..., members]
        expected_share = parts / np.maximum(parts.sum(axis=-1, keepdims=True), TINY)
        share = (imputed[..., members] / np.maximum(total, TINY) + expected_share) / 2
        rounding[..., members] = (ROUNDING / np.sqrt(3) * totals[..., None] * share) ** 2
        allocation[..., members] = total * share * np.maximum(1 - share, 0.0)
    phi = ((imputed - unweighted) ** 2).sum() / max(float(allocation.sum()), TINY)
    return np.sqrt(rounding + phi * allocation)


@dataclass(frozen=True)
class _PanelYears:
    """Jobs of some years: (place, year, section) each; `source_jobs` are the jobs that they are scaled from."""

    years: list[int]
    jobs: Array
    error: Array
    source_jobs: Array
    status: str
    basis: tuple[str, ...]


def jobs_panel(
    tables: dict[str, pd.DataFrame], account: LabourAccount, places: list[str], section_growth: Array
) -> pd.DataFrame:
    """Jobs by place, section and year; the sections of a place sum to its total in every year.

    Complete years are used unchanged. Sums over postal-code areas are completed to the broad sectors of the key figures
    (see `impute_missing_jobs`). In earlier years the structure of the first postal year is scaled to the broad sectors,
    and before the key figures the structure of their first year is scaled to the totals. After the last complete year
    its table is fitted, by iterative proportional fitting, to the totals of places and to the sections of all places
    together, which grow at `section_growth`.

    Args:
        tables: those named in `TABLES`.
        account: labour account of the same places.
        places: all municipality codes of the area whose sections are the margins (Lapland's 21).
        section_growth: (section,), yearly log growth after the last complete year; only differences between the
            sections matter, because the total is known.

    Returns:
        place, year, section (TOL 2008, with T, U and X merged), jobs (31 December), status (observed, scaled or
        nowcast), basis (complete, postal_sums, broad_sectors, totals, register, register_held), scale (jobs per job
        of the figure that the cell is scaled from; NaN where that is zero) and uncertainty (standard error relative to
        the jobs, or to one job where there are fewer).

    Raises:
        DataError: if a table lacks a place or a year.

    Source: Statistics Finland, tyokay 115p, Paavo, municipal key figures; tyonv 12r5.
    """
    totals = job_totals(tables["jobs_by_workplace"], account, tables["labour_market_monthly"], places)
    complete = _read_years(tables["jobs_by_industry"], "complete", places, totals)
    postal = _read_years(tables["jobs_by_industry"], "postal_sum", places, totals)
    broad_jobs, filled = _impute_postal_sums(postal, complete, tables["key_figures"], totals, places)
    together = np.concatenate([filled.jobs, complete.jobs], axis=1)
    inside = fit_variance_by_size(_changes_within_sectors(together), together[:, :-1])
    sectors = _backcast_by_broad_sector(filled, tables["key_figures"], totals, places, inside)
    broad = np.concatenate([_sum_by_sector(sectors.jobs), broad_jobs], axis=1)
    across = fit_variance_by_size(log_changes(broad) - log_changes(broad.sum(axis=2, keepdims=True)), broad[:, :-1])
    back = _backcast_by_total(sectors, totals, across)
    ahead = _nowcast(complete, totals, section_growth, inside, across)
    return _to_frame([back, sectors, filled, complete, ahead], places)


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
        raise DataError(f"The jobs panel lacks {', '.join(missing)} in {year}: use a year that it has.")
    return wide.reindex(index=places, columns=list(SECTIONS)).to_numpy(dtype=np.float64)


def _read_years(table: pd.DataFrame, state: str, places: list[str], totals: JobTotals) -> _PanelYears:
    """Jobs of the years with one kind of completeness, unchanged."""
    rows = table[(table["completeness"] == state) & table["industry"].isin(LETTERS) & table["place"].isin(places)]
    years = [int(year) for year in sorted(rows["year"].unique()) if year in totals.years]
    cells = pd.MultiIndex.from_product([places, years, LETTERS], names=["place", "year", "industry"])
    jobs = rows.set_index(["place", "year", "industry"])["jobs"].reindex(cells)
    if not years or jobs.isna().any():
        place = cells[jobs.isna().to_numpy()][0][0] if years else "every place"
        raise DataError(f"jobs_by_industry has no years that are '{state}' for {place}: add its rows.")
    values = jobs.to_numpy(dtype=np.float64).reshape(len(places), len(years), len(LETTERS))
    return _PanelYears(years, values, np.zeros_like(values), values, "observed", (COMPLETE,) * len(years))


def _impute_postal_sums(
    postal: _PanelYears, complete: _PanelYears, key_figures: pd.DataFrame, totals: JobTotals, places: list[str]
) -> tuple[Array, _PanelYears]:
    """The postal sums with missing jobs imputed, and the jobs of their broad sectors."""
    broad = broad_sector_jobs(key_figures, _total_jobs(totals, postal.years), places, postal.years)
    imputed = impute_missing_jobs(postal.jobs, complete.jobs[:, 0], broad)
    basis = (POSTAL,) * len(postal.years)
    return imputed.broad, _PanelYears(postal.years, imputed.jobs, imputed.standard_error, postal.jobs, "scaled", basis)


def _backcast_by_broad_sector(
    later: _PanelYears, key_figures: pd.DataFrame, totals: JobTotals, places: list[str], inside: VarianceBySize
) -> _PanelYears:
    """Years before the postal sums: the structure of the first later year, scaled to the broad sectors."""
    published = key_figures[key_figures["indicator"].isin(BROAD)].dropna(subset=["value"])["year"]
    years = [year for year in range(int(published.min()), later.years[0]) if year in totals.years]
    known = _total_jobs(totals, years)
    broad = broad_sector_jobs(key_figures, known, places, years)
    first = later.jobs[:, :1]
    seed = first * (known / first.sum(axis=(1, 2))[:, None])[..., None]
    seed[..., MINING] = _residual_mining(seed, first[:, 0, MINING], broad)
    jobs = scale_to_broad_sectors(seed, broad)
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    drift = np.where(ALONE_IN_GROUP, 0.0, start**2 + steps * inside.variance(jobs))
    rounding = (ROUNDING / np.sqrt(3) * known[..., None] / np.maximum(_own_sector_jobs(jobs), 1.0)) ** 2
    error = jobs * np.sqrt(drift + rounding)
    return _PanelYears(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (SECTORS,) * len(years))


def _residual_mining(seed: Array, largest: Array, broad: Array) -> Array:
    """Mining is the secondary sector less its other sections, at most its jobs in the year of the structure."""
    others = seed[..., GROUPS[SECONDARY]].sum(axis=2) - seed[..., MINING]
    return np.clip(broad[..., SECONDARY] - others, 0.0, largest[:, None])


def _backcast_by_total(later: _PanelYears, totals: JobTotals, across: VarianceBySize) -> _PanelYears:
    """Years before the key figures: the structure of the first later year, scaled to the totals."""
    years = [year for year in totals.years if year < later.years[0]]
    known = _total_jobs(totals, years)
    first = later.jobs[:, :1]
    jobs = fit_to_margins(np.repeat(first, len(years), axis=1), [Margin((0, 1), known)])
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    error = jobs * np.sqrt(start**2 + steps * across.variance(_own_sector_jobs(jobs)))
    return _PanelYears(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (TOTALS,) * len(years))


def _nowcast(
    complete: _PanelYears, totals: JobTotals, growth: Array, inside: VarianceBySize, across: VarianceBySize
) -> _PanelYears:
    """Later years: the last complete table, fitted to the totals of places and the sections of all places."""
    years = [year for year in totals.years if year > complete.years[-1]]
    columns = [totals.years.index(year) for year in years]
    known, last = _total_jobs(totals, years), complete.jobs[:, -1]
    steps = np.array([year - complete.years[-1] for year in years], dtype=np.float64)
    by_letter = growth[[SECTIONS.index(letter if letter in SECTIONS else "TUX") for letter in LETTERS]]
    sections = last.sum(axis=0) * np.exp(steps[:, None] * by_letter)
    sections *= (known.sum(axis=0) / sections.sum(axis=1))[:, None]
    jobs = np.stack(
        [fit_to_margins(last, [Margin((1,), sections[i]), Margin((0,), known[:, i])]) for i in range(len(years))],
        axis=1,
    )
    drift = np.where(ALONE_IN_GROUP, 0.0, inside.variance(jobs)) + across.variance(_own_sector_jobs(jobs))
    error = jobs * np.sqrt(totals.variance[:, columns, None] + steps[:, None] * drift)
    basis = tuple(COMPLETE if totals.source[i] == OBSERVED else totals.source[i] for i in columns)
    return _PanelYears(years, jobs, error, np.broadcast_to(last[:, None], jobs.shape), "nowcast", basis)


def _total_jobs(totals: JobTotals, years: list[int]) -> Array:
    return totals.jobs[:, [totals.years.index(year) for year in years]]


def _changes_within_sectors(jobs: Array) -> Array:
    """Log changes of sections less those of their broad sector: (place, year - 1, section); NaN for single sections."""
    changes = log_changes(jobs) - log_changes(_sum_by_sector(jobs))[..., GROUP_OF_LETTER]
    return np.where(ALONE_IN_GROUP, np.nan, changes)


def _to_frame(parts: list[_PanelYears], places: list[str]) -> pd.DataFrame:
    frames = []
    for part in parts:
        index = pd.MultiIndex.from_product([places, part.years, SECTIONS], names=["place", "year", "section"])
        jobs, source_jobs = _merge_unknown_sections(part.jobs), _merge_unknown_sections(part.source_jobs)
        error = np.sqrt(_merge_unknown_sections(part.error**2))
        frame = pd.DataFrame({"jobs": jobs.ravel()}, index=index).reset_index()
        frame["status"] = part.status
        frame["basis"] = frame["year"].map(dict(zip(part.years, part.basis, strict=True)))
        frame["scale"] = np.divide(jobs, source_jobs, out=np.full_like(jobs, np.nan), where=source_jobs > 0).ravel()
        frame["uncertainty"] = (error / np.maximum(jobs, 1.0)).ravel()
        frames.append(frame)
    return pd.concat(frames).sort_values(["place", "year", "section"], ignore_index=True)


def _merge_unknown_sections(cells: Array) -> Array:
    """Sums T, U and X: (..., letter) -> (..., section)."""
    single = [LETTERS.index(section) for section in SECTIONS if section in LETTERS]
    rest = [index for index in range(len(LETTERS)) if index not in single]
    return np.concatenate([cells[..., single], cells[..., rest].sum(axis=-1, keepdims=True)], axis=-1)
