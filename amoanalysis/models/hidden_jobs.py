"""Jobs that sums over postal-code areas lack, placed by industry within what is known of the place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array

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
class PlacedJobs:
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


def broad_sectors(key_figures: pd.DataFrame, totals: Array, places: list[str], years: list[int]) -> Array:
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


def place_hidden_jobs(found: Array, complete: Array, broad: Array) -> PlacedJobs:
    """Places the jobs that postal sums lack, broad sector by broad sector.

    expected = jobs of the complete year * (broad sector of the year / broad sector of the complete year)
    deficit  = max(expected - found, 0)
    hidden   = deficit * min(1, lambda * hidden share of the section), summing to the broad sector less what was found

    What was found stays: a postal sum leaves jobs out and adds none. No cell is raised above what the complete year
    leads to expect, and sections that lack many of their jobs in all places together are filled first.

    Args:
        found: (place, year, section), jobs in postal sums.
        complete: (place, section), jobs of the complete year nearest to them.
        broad: (place, year, broad sector), see `broad_sectors`; where less than was found, raised to it at the
            others' expense.

    Returns:
        The jobs; each place and year sums to its broad sectors' total.
    """
    found_broad = _by_group(found)
    lacking = _lacking(broad, found_broad)
    expected = within(complete[:, None, :], found_broad + lacking)
    deficit = np.maximum(expected - found, 0.0)
    share = _share(deficit, found)
    hidden, plain = np.zeros_like(found), np.zeros_like(found)
    for number, members in enumerate(GROUPS):
        parts, total = deficit[..., members], lacking[..., number]
        hidden[..., members] = _filled(parts, share[:, members], total)
        plain[..., members] = _filled(parts, np.ones_like(share[:, members]), total)
    error = _standard_error(hidden, plain, expected, lacking, broad.sum(axis=2))
    return PlacedJobs(found + hidden, error, _share(hidden, found), found_broad + lacking)


def within(structure: Array, broad: Array) -> Array:
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


def _lacking(broad: Array, found: Array) -> Array:
    """Jobs of each broad sector that were not found; not negative, and together the jobs that the place lacks."""
    room = np.maximum(broad - found, 0.0)
    lacking = np.maximum(broad.sum(axis=2) - found.sum(axis=2), 0.0)[..., None]
    shares = np.where(room.sum(axis=2, keepdims=True) > 0, room, broad)
    return np.asarray(lacking * shares / np.maximum(shares.sum(axis=2, keepdims=True), TINY), dtype=np.float64)


def _share(hidden: Array, found: Array) -> Array:
    """Hidden jobs of all places as a share of hidden and found: (year, section)."""
    missing = hidden.sum(axis=0)
    return np.asarray(missing / np.maximum(missing + found.sum(axis=0), TINY), dtype=np.float64)


def _filled(deficit: Array, weight: Array, total: Array) -> Array:
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


def _standard_error(hidden: Array, plain: Array, expected: Array, lacking: Array, totals: Array) -> Array:
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
