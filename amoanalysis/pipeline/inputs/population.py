"""Base of the population model, estimated from the tables."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.errors import DataError
from amoanalysis.models.population.migration_levels import MigrationLevels, MigrationProfile
from amoanalysis.models.population.projection import PopulationBase
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.local_level import LocalLevelState, filter_last_state, fit_settings
from amoanalysis.pipeline.inputs.migration import (
    LEVELS_FROM,
    area_profile,
    exchange_shares,
    gross_migration,
    internal_by_place,
    net_by_place,
    net_migration_differences,
    reference_migration,
)
from amoanalysis.pipeline.inputs.vital_rates import (
    VitalRates,
    area_rates,
    carry_forward,
    fertility_factors,
    modelled_natural_increase,
    natural_increase,
    rates_by_year,
    structures_by_year,
)

Indices = npt.NDArray[np.intp]


def population_base(data: Data, codes: list[str]) -> tuple[PopulationBase, dict[int, Array]]:
    """Estimates rates, levels and the population of the jump-off year.

    Every municipality uses the rates of its declared reference area; the other municipalities of the area with data are
    included in the estimation, so that estimates are pooled over many places.

    Args:
        data: the folder.
        codes: municipality codes, the order of the result.

    Returns:
        The base, and the age structures of known years, year -> (place, sex, age).

    Raises:
        DataError: if a municipality has no age structure or reference area, or an area no rates.
    """
    references, pool, area_of = _estimation_pool(data, codes)
    structures = structures_by_year(data.table("population_by_age_sex"), pool)
    first, last = min(structures), max(structures)
    known = _totals(data, pool, last)
    jump_off = max(known, default=last)
    rates = area_rates(data, references)
    factors = fertility_factors(rates, structures[last], last, area_of)
    vital = rates_by_year(rates, factors, area_of, list(range(first + 1, jump_off + 2)))
    gross = gross_migration(data, pool)
    ages = _profiles(data, references, area_of, structures, vital, gross)
    structures |= carry_forward(structures[last], last, known, vital, ages, gross)
    levels = _levels(data, (references, pool, area_of), structures, vital, gross)
    selected = np.arange(len(codes))
    base = PopulationBase(
        population=structures[jump_off][selected],
        year=jump_off,
        area_of=area_of[selected],
        death_rates=rates.death_rates,
        death_rates_year=rates.middle,
        improvement=rates.improvement,
        fertility_pattern=rates.pattern,
        fertility_factor=factors[selected],
        total_fertility=rates.total_fertility,
        profile=MigrationProfile(ages.leaving[selected], ages.arriving[selected]),
        levels=_select_places(levels, selected, exchange_shares(data, codes)),
    )
    return base, {year: structure[selected] for year, structure in structures.items()}


def _levels(
    data: Data,
    where: tuple[list[str], list[str], Indices],
    structures: dict[int, Array],
    vital: VitalRates,
    gross: Array,
) -> MigrationLevels:
    """Migration levels of all places in the estimation."""
    references, pool, area_of = where
    jump_off = max(structures)
    modelled = pd.DataFrame(modelled_natural_increase(structures, vital), index=pool)
    natural = natural_increase(_published_natural(data, pool), modelled, list(range(LEVELS_FROM, jump_off + 1)))
    net = net_by_place(data, pool, natural)
    areas = [
        reference_migration(data, reference, [pool[i] for i in np.flatnonzero(area_of == number)], net, jump_off)
        for number, reference in enumerate(references)
    ]
    difference = net_migration_differences(net, internal_by_place(data, pool), areas, area_of, jump_off)
    people = structures[jump_off].sum(axis=(1, 2))
    chance = np.broadcast_to((2 * gross / people)[:, None], difference.shape)
    values = difference.to_numpy(dtype=np.float64)
    settings = fit_settings(values, chance)
    return MigrationLevels(gross, filter_last_state(values, chance, settings), settings, tuple(areas), area_of, None)


def _select_places(levels: MigrationLevels, places: Indices, shares: Array | None) -> MigrationLevels:
    local = LocalLevelState(levels.local.mean[places], levels.local.root[places])
    return MigrationLevels(levels.gross[places], local, levels.settings, levels.areas, levels.area_of[places], shares)


def _profiles(
    data: Data,
    references: list[str],
    area_of: Indices,
    structures: dict[int, Array],
    vital: VitalRates,
    gross: Array,
) -> MigrationProfile:
    """Age profiles of migrants of every place, equal to those of its area."""
    leaving, arriving = [], []
    for number, reference in enumerate(references):
        members = np.flatnonzero(area_of == number)
        own = {year: structure[members] for year, structure in structures.items()}
        out, into = area_profile(data, reference, own, vital.select_places(members), gross[members])
        leaving.append(out)
        arriving.append(into)
    return MigrationProfile(np.stack(leaving)[area_of], np.stack(arriving)[area_of])


def _published_natural(data: Data, pool: list[str]) -> pd.DataFrame:
    if not data.has("key_figures"):
        return pd.DataFrame(index=pool, dtype=float)
    rows = data.table("key_figures").query("indicator == 'natural_increase'")
    return rows.pivot(index="place", columns="year", values="value").reindex(pool).astype(float)


def _totals(data: Data, pool: list[str], last: int) -> dict[int, Array]:
    """Known totals after the newest age structure, for years with data for all places."""
    wide = data.table("population").pivot(index="year", columns="place", values="population").reindex(columns=pool)
    later = wide[wide.index > last].dropna()
    return {int(str(year)): row.to_numpy(dtype=np.float64) for year, row in later.iterrows()}


def _estimation_pool(data: Data, codes: list[str]) -> tuple[list[str], list[str], Indices]:
    """Reference areas, the municipalities of the estimation, and the number of the area of each of them."""
    declared = {code: data.places[code].reference for code in codes}
    without = [code for code, reference in declared.items() if reference is None]
    if without:
        raise DataError(f"places.toml: {', '.join(without)} must name a reference area whose rates are used.")
    references = list(dict.fromkeys(str(reference) for reference in declared.values()))
    have = set(data.table("population_by_age_sex")["place"].unique()) & set(data.table("population")["place"].unique())
    others = {
        code: reference
        for reference in references
        for code in data.places[reference].members
        if code in have and code not in declared
    }
    area_of = [references.index(str(reference)) for reference in [*declared.values(), *others.values()]]
    return references, [*codes, *others], np.array(area_of, dtype=np.intp)
