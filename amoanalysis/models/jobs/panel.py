"""Jobs that sums over postal-code areas lack, placed by industry within what is known of the place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.jobs.nowcast import OBSERVED, JobTotals, job_totals
from amoanalysis.models.labour_force.participation import LabourAccount
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit
from amoanalysis.models.statistics.partial_pooling import Wander, log_changes, wander

# Sections of TOL 2008 one by one; X is unknown.
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUX")
# Broad sectors of the key figures: primary A, secondary B-F, services G-U; what their shares leave to 100 % is unknown.
BROAD = {"primary_jobs_percent": "A", "secondary_jobs_percent": "BCDEF", "service_jobs_percent": "GHIJKLMNOPQRSTU"}
GROUPS = tuple(np.array([LETTERS.index(letter) for letter in letters]) for letters in (*BROAD.values(), "X"))
# Shares are published to a tenth of a per cent: they are off by at most half of that.
ROUNDING = 0.0005
BISECTIONS = 60
# Keeps a division by a sum of zero at zero.
TINY = 1e-300


@dataclass(frozen=True)
class ImputedJobs:
    """Jobs by section with the hidden ones placed.

    Attributes:
        jobs: (place, year, section), found and hidden together.
        standard_error: same shape, jobs.
        hidden_share: (year, section), share of the jobs of all places that was not found.
        broad: (place, year, broad sector), jobs.
    """

    jobs: Array
    standard_error: Array
    hidden_share: Array
    broad: Array


def broad_sector_jobs(key_figures: pd.DataFrame, totals: Array, places: list[str], years: list[int]) -> Array:
    """Jobs of the broad sectors: published shares times jobs; what they leave is of unknown industry.

    Args:
        key_figures: table key_figures.
        totals: (place, year), jobs.
        places: municipality codes.
        years: years wanted.

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


def impute_missing_jobs(found: Array, complete: Array, broad: Array) -> ImputedJobs:
    """Places the jobs that postal sums lack, broad sector by broad sector.

    expected = jobs of the complete year * (broad sector of the year / broad sector of the complete year)
    deficit  = max(expected - found, 0)
    hidden   = deficit * min(1, lambda * hidden share of the section), summing to the broad sector less what was found

    What was found stays: a postal sum leaves jobs out and adds none. No cell is raised above what the complete year
    leads to expect, and sections that lack many of their jobs in all places together are filled first.

    Args:
        found: (place, year, section), jobs in postal sums.
        complete: (place, section), jobs of the complete year nearest to them.
        broad: (place, year, broad sector), see `broad_sector_jobs`; where less than was found, raised to it at the
            others' expense.

    Returns:
        The jobs; each place and year sums to its broad sectors' total.
    """
    found_broad = _by_group(found)
    lacking = _missing_by_sector(broad, found_broad)
    expected = scale_to_broad_sectors(complete[:, None, :], found_broad + lacking)
    deficit = np.maximum(expected - found, 0.0)
    share = _missing_share(deficit, found)
    hidden, plain = np.zeros_like(found), np.zeros_like(found)
    for number, members in enumerate(GROUPS):
        parts, total = deficit[..., members], lacking[..., number]
        hidden[..., members] = _allocate_missing(parts, share[:, members], total)
        plain[..., members] = _allocate_missing(parts, np.ones_like(share[:, members]), total)
    error = _imputation_error(hidden, plain, expected, lacking, broad.sum(axis=2))
    return ImputedJobs(found + hidden, error, _missing_share(hidden, found), found_broad + lacking)


def scale_to_broad_sectors(structure: Array, broad: Array) -> Array:
    """A structure scaled to broad sectors; where it has no job in one, the structure of all places stands in.

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


def _by_group(jobs: Array) -> Array:
    return np.stack([jobs[..., members].sum(axis=-1) for members in GROUPS], axis=-1)


def _missing_by_sector(broad: Array, found: Array) -> Array:
    """Jobs of each broad sector that were not found; not negative, and together the jobs that the place lacks."""
    room = np.maximum(broad - found, 0.0)
    lacking = np.maximum(broad.sum(axis=2) - found.sum(axis=2), 0.0)[..., None]
    shares = np.where(room.sum(axis=2, keepdims=True) > 0, room, broad)
    return np.asarray(lacking * shares / np.maximum(shares.sum(axis=2, keepdims=True), TINY), dtype=np.float64)


def _missing_share(hidden: Array, found: Array) -> Array:
    """Hidden jobs of all places as a share of hidden and found: (year, section)."""
    missing = hidden.sum(axis=0)
    return np.asarray(missing / np.maximum(missing + found.sum(axis=0), TINY), dtype=np.float64)


def _allocate_missing(deficit: Array, weight: Array, total: Array) -> Array:
    """Parts of the deficits, deficit * min(1, lambda weight), with the lambda that meets the total."""
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


def _imputation_error(hidden: Array, plain: Array, expected: Array, lacking: Array, totals: Array) -> Array:
    """Errors of the cells: rounding of the sector, and who of its hidden jobs went where.

    variance = (rounding share)^2 + phi lacking share (1 - share)

    `share` is the cell's part of what its sector lacks, halfway between that of the placing and that of the complete
    year, so that a cell of which nothing is thought hidden is not held to be certain. phi makes the second part, over
    all cells, the squared distance to the placing without regard to the sections' hidden shares.
    """
    rounding, chance = np.zeros_like(hidden), np.zeros_like(hidden)
    for number, members in enumerate(GROUPS):
        lacks = lacking[..., number, None]
        parts = expected[..., members]
        share = (hidden[..., members] / np.maximum(lacks, TINY) + parts / np.maximum(_total(parts), TINY)) / 2
        rounding[..., members] = (ROUNDING / np.sqrt(3) * totals[..., None] * share) ** 2
        chance[..., members] = lacks * share * np.maximum(1 - share, 0.0)
    phi = ((hidden - plain) ** 2).sum() / max(float(chance.sum()), TINY)
    return np.sqrt(rounding + phi * chance)


def _total(parts: Array) -> Array:
    return np.asarray(parts.sum(axis=-1, keepdims=True), dtype=np.float64)


TABLES = ("jobs_by_workplace", "jobs_by_industry", "key_figures", "labour_market_monthly")
# What the industries of a year rest on.
COMPLETE, POSTAL, SECTORS, TOTALS = "complete", "postal_sums", "broad_sectors", "totals"
# Mining comes and goes by project: where the broad sector moved, it moved first.
MINING = LETTERS.index("B")
SECONDARY = next(members for members in GROUPS if MINING in members)


@dataclass(frozen=True)
class _PanelYears:
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
    `impute_missing_jobs`). Before them the structure of their first year is carried back within the broad sectors, and
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
    complete = _read_years(tables["jobs_by_industry"], "complete", places, totals)
    postal = _read_years(tables["jobs_by_industry"], "postal_sum", places, totals)
    placed, filled = _impute_postal_sums(postal, complete, tables["key_figures"], totals, places)
    together = np.concatenate([filled.jobs, complete.jobs], axis=1)
    inside = wander(_changes_within_sectors(together), together[:, :-1])
    sectors = _backcast_by_broad_sector(filled, tables["key_figures"], totals, places, inside)
    broad = np.concatenate([_sum_by_sector(sectors.jobs), placed.broad], axis=1)
    across = wander(log_changes(broad) - log_changes(broad.sum(axis=2, keepdims=True)), broad[:, :-1])
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
        raise DataError(f"The jobs panel lacks {', '.join(missing)} in {year}: ask for another year, or build it in.")
    return wide.reindex(index=places, columns=list(SECTIONS)).to_numpy(dtype=np.float64)


def _read_years(table: pd.DataFrame, state: str, places: list[str], totals: JobTotals) -> _PanelYears:
    """Years of one kind of the table as they stand, sections one by one."""
    rows = table[(table["completeness"] == state) & table["industry"].isin(LETTERS) & table["place"].isin(places)]
    years = [int(year) for year in sorted(rows["year"].unique()) if year in totals.years]
    cells = pd.MultiIndex.from_product([places, years, LETTERS], names=["place", "year", "industry"])
    jobs = rows.set_index(["place", "year", "industry"])["jobs"].reindex(cells)
    if not years or jobs.isna().any():
        place = cells[jobs.isna().to_numpy()][0][0] if years else "every place"
        raise DataError(f"jobs_by_industry lacks years that are '{state}' for {place}: add its rows.")
    values = jobs.to_numpy(dtype=np.float64).reshape(len(places), len(years), len(LETTERS))
    return _PanelYears(years, values, np.zeros_like(values), values, "observed", (COMPLETE,) * len(years))


def _impute_postal_sums(
    postal: _PanelYears, complete: _PanelYears, key_figures: pd.DataFrame, totals: JobTotals, places: list[str]
) -> tuple[ImputedJobs, _PanelYears]:
    broad = broad_sector_jobs(key_figures, _total_jobs(totals, postal.years), places, postal.years)
    placed = impute_missing_jobs(postal.jobs, complete.jobs[:, 0], broad)
    basis = (POSTAL,) * len(postal.years)
    return placed, _PanelYears(postal.years, placed.jobs, placed.standard_error, postal.jobs, "scaled", basis)


def _backcast_by_broad_sector(
    later: _PanelYears, key_figures: pd.DataFrame, totals: JobTotals, places: list[str], inside: Wander
) -> _PanelYears:
    """The first structure of the years after, scaled to the broad sectors of earlier years."""
    held = key_figures[key_figures["indicator"].isin(BROAD)].dropna(subset=["value"])["year"]
    years = [year for year in range(int(held.min()), later.years[0]) if year in totals.years]
    known = _total_jobs(totals, years)
    broad = broad_sector_jobs(key_figures, known, places, years)
    first = later.jobs[:, :1]
    seed = first * (known / first.sum(axis=(1, 2))[:, None])[..., None]
    seed[..., MINING] = _residual_mining(seed, first[:, 0, MINING], broad)
    jobs = scale_to_broad_sectors(seed, broad)
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    moved = np.where(_alone(), 0.0, start**2 + steps * inside.variance(jobs))
    rounding = (ROUNDING / np.sqrt(3) * known[..., None] / np.maximum(_sum_by_sector(jobs)[..., _group_of()], 1.0)) ** 2
    error = jobs * np.sqrt(moved + rounding)
    return _PanelYears(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (SECTORS,) * len(years))


def _residual_mining(seed: Array, most: Array, broad: Array) -> Array:
    """Mining takes what the sections beside it leave of their broad sector, up to its jobs in the seed's year."""
    number = next(i for i, members in enumerate(GROUPS) if MINING in members)
    others = seed[..., SECONDARY].sum(axis=2) - seed[..., MINING]
    return np.clip(broad[..., number] - others, 0.0, most[:, None])


def _backcast_by_total(later: _PanelYears, totals: JobTotals, across: Wander) -> _PanelYears:
    """The first structure of the years after, scaled to the totals of all years before."""
    years = [year for year in totals.years if year < later.years[0]]
    known = _total_jobs(totals, years)
    first = later.jobs[:, :1]
    jobs = fit(np.repeat(first, len(years), axis=1), [Margin((0, 1), known)])
    steps = np.array([later.years[0] - year for year in years], dtype=np.float64)[:, None]
    start = later.error[:, :1] / np.maximum(first, 1.0)
    error = jobs * np.sqrt(start**2 + steps * across.variance(_sum_by_sector(jobs)[..., _group_of()]))
    return _PanelYears(years, jobs, error, np.broadcast_to(first, jobs.shape), "scaled", (TOTALS,) * len(years))


def _nowcast(complete: _PanelYears, totals: JobTotals, growth: Array, inside: Wander, across: Wander) -> _PanelYears:
    """The last complete table, fitted to totals of places and to sections of all places together."""
    years = [year for year in totals.years if year > complete.years[-1]]
    columns = [totals.years.index(year) for year in years]
    known, last = _total_jobs(totals, years), complete.jobs[:, -1]
    steps = np.array([year - complete.years[-1] for year in years], dtype=np.float64)
    by_letter = growth[[SECTIONS.index(letter if letter in SECTIONS else "TUX") for letter in LETTERS]]
    sections = last.sum(axis=0) * np.exp(steps[:, None] * by_letter)
    sections *= (known.sum(axis=0) / sections.sum(axis=1))[:, None]
    jobs = np.stack(
        [fit(last, [Margin((1,), sections[i]), Margin((0,), known[:, i])]) for i in range(len(years))], axis=1
    )
    moved = np.where(_alone(), 0.0, inside.variance(jobs)) + across.variance(_sum_by_sector(jobs)[..., _group_of()])
    error = jobs * np.sqrt(totals.variance[:, columns, None] + steps[:, None] * moved)
    basis = tuple(COMPLETE if totals.source[i] == OBSERVED else totals.source[i] for i in columns)
    return _PanelYears(years, jobs, error, np.broadcast_to(last[:, None], jobs.shape), "nowcast", basis)


def _total_jobs(totals: JobTotals, years: list[int]) -> Array:
    return totals.jobs[:, [totals.years.index(year) for year in years]]


def _sum_by_sector(jobs: Array) -> Array:
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


def _changes_within_sectors(jobs: Array) -> Array:
    """Log changes of sections beyond those of their broad sector: (place, year - 1, section); missing where alone."""
    moves = log_changes(jobs) - log_changes(_sum_by_sector(jobs))[..., _group_of()]
    return np.where(_alone(), np.nan, moves)


def _to_frame(parts: list[_PanelYears], places: list[str]) -> pd.DataFrame:
    frames = []
    for part in parts:
        index = pd.MultiIndex.from_product([places, part.years, SECTIONS], names=["place", "year", "section"])
        jobs, rests_on = _merge_unknown_sections(part.jobs), _merge_unknown_sections(part.rests_on)
        error = np.sqrt(_merge_unknown_sections(part.error**2))
        frame = pd.DataFrame({"jobs": jobs.ravel()}, index=index).reset_index()
        frame["status"] = part.status
        frame["basis"] = frame["year"].map(dict(zip(part.years, part.basis, strict=True)))
        frame["scale"] = np.divide(jobs, rests_on, out=np.full_like(jobs, np.nan), where=rests_on > 0).ravel()
        frame["uncertainty"] = (error / np.maximum(jobs, 1.0)).ravel()
        frames.append(frame)
    return pd.concat(frames).sort_values(["place", "year", "section"], ignore_index=True)


def _merge_unknown_sections(cells: Array) -> Array:
    """Sections as the models have them: T, U and X summed."""
    single = [LETTERS.index(section) for section in SECTIONS if section in LETTERS]
    rest = [index for index in range(len(LETTERS)) if index not in single]
    return np.concatenate([cells[..., single], cells[..., rest].sum(axis=-1, keepdims=True)], axis=-1)
