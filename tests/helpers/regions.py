"""Rolling-origin forecasts of the population model for Finland's regions, 1990-2020, with data known at each origin.

`python tests/helpers/regions.py FOLDER` prints the table of docs/population.md.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from amoanalysis.models.population.cohort_component import project_year
from amoanalysis.models.population.fertility import age_pattern
from amoanalysis.models.population.migration_levels import MigrationLevels, MigrationProfile, NetRates
from amoanalysis.models.population.migration_schedules import FUNDAMENTAL, rogers_castro
from amoanalysis.models.population.mortality import (
    estimate_improvement,
    interpolate_over_ages,
    smooth_death_rates,
    survival_ratios,
)
from amoanalysis.models.population.projection import LONG_RUN_YEARS, PopulationBase, PopulationPaths
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.local_level import (
    LocalLevelSettings,
    LocalLevelState,
    filter_last_state,
    fit_settings,
)

AGES, FIRST = np.arange(101, dtype=np.float64), 1972
GROUPS = (0, 1, 15, 40, 65, 80)
HORIZONS = (1, 5, 10)
LAPLAND = "Lapland"
# Parameters of a Finnish region: gross migration per resident, yearly decline of death rates before it can be
# estimated, share of an estimated decline that continues, standard deviation of the permanent level of foreign
# migration, persistence of fertility.
GROSS, USUAL_DECLINE, CONTINUES, LASTING, RETURN = 0.03, 0.015, 0.8, 0.003, 0.92


@dataclass(frozen=True)
class Regions:
    """Known data: arrays with regions first, years last; deaths, fertility and net migration from 1990 on."""

    names: list[str]
    people: Array
    death_rates: Array
    fertility: Array
    pattern: Array
    net: Array

    def until(self, year: int) -> "Regions":
        """The data known at the end of a year."""
        late = year - 1990 + 1
        return Regions(
            self.names,
            self.people[..., : year - FIRST + 1],
            self.death_rates[..., :late],
            self.fertility[:, :late],
            self.pattern[..., :late],
            self.net[:, :late],
        )


def read(folder: Path) -> Regions:
    """Reads the tables of the benchmark."""
    places = pd.read_csv(folder / "locations.tsv", sep="\t")
    places = places[places["location_type"] == 4].sort_values("reg_code")
    codes = places["reg_code"].tolist()

    def by_age(name: str) -> Array:
        table = pd.read_csv(folder / f"{name}.tsv.gz", sep="\t").sort_values(["reg_code", "age"])
        rows = table[table["reg_code"].isin(codes)]
        years = [column for column in table.columns if column.isdigit()]
        return rows[years].to_numpy(dtype=np.float64).reshape(len(codes), -1, len(years))

    def totals(name: str) -> Array:
        table = pd.read_csv(folder / f"{name}.tsv", sep="\t").set_index("reg_code").loc[codes]
        return table[[column for column in table.columns if column.isdigit()]].to_numpy(dtype=np.float64)

    pattern = np.zeros((len(codes), 101, 36))
    shares = by_age("pasfr")
    pattern[:, 10 : 10 + shares.shape[1]] = shares
    sexes = [by_age(f"mx{sex}")[:, :101] for sex in "FM"]
    people = np.stack([by_age(f"pop{sex}") for sex in "FM"], axis=1)
    return Regions(
        places["name"].tolist(), people, np.stack(sexes, axis=1), totals("tfr"), pattern, totals("mig_counts")
    )


def forecast(known: Regions, origin: int, ahead: int) -> Array:
    """(year, region, sex, age): the middle course of the population model from the end of the origin year."""
    death_rates, middle, decline = mortality(known, origin)
    net, foreign, settings = migration(known, death_rates, middle, decline, ahead)
    regions = np.arange(len(known.names))
    nothing = LocalLevelState(np.zeros((len(regions), 2)), np.zeros((len(regions), 2, 2)))
    levels = MigrationLevels(np.full(len(regions), GROSS), nothing, settings, (), regions, None)
    pattern = age_pattern(known.pattern[..., -5:].mean(axis=2))
    totals = tuple({origin: float(value)} for value in known.fertility[:, -1])
    base = PopulationBase(
        known.people[..., -1], origin, regions, death_rates, np.full(len(regions), middle), decline, pattern,
        np.ones(len(regions)), totals, profile(known, death_rates, middle, decline), levels,
    )  # fmt: skip
    none = np.zeros((ahead, 1, len(regions)))
    gone = np.arange(1, ahead + 1)
    long_run = known.fertility[:, -LONG_RUN_YEARS:].mean(axis=1)
    fertility = long_run + (known.fertility[:, -1] - long_run) * RETURN ** gone[:, None]
    improving = np.broadcast_to(CONTINUES * (origin + gone - middle)[:, None, None], (ahead, 1, len(regions)))
    paths = PopulationPaths(
        fertility[:, None], improving, np.zeros((ahead, 1)), NetRates(net - foreign, foreign), np.full((1, 1), 1.05),
        none, none, none, none, none,
    )  # fmt: skip
    people, years = base.population[None], []
    for index in range(ahead):
        people = project_year(people, base, paths, index, np.zeros((1, len(regions)))).population
        years.append(people[0])
    return np.array(years)


def mortality(known: Regions, origin: int) -> tuple[Array, float, Array]:
    """Smoothed death rates of each region about a middle year, and the decline in all regions together."""
    recent = known.death_rates[..., -8:]
    exposure = known.people[..., -recent.shape[-1] :]
    rates = smooth_death_rates((recent * exposure).sum(axis=-1), exposure.sum(axis=-1))
    decline = np.full((2, 101), USUAL_DECLINE)
    if known.death_rates.shape[-1] >= 10:
        weights = known.people[..., -known.death_rates.shape[-1] :]
        deaths = (known.death_rates * weights).sum(axis=0)
        together = np.moveaxis(deaths / np.maximum(weights.sum(axis=0), 1.0), -1, 0)
        standard = known.people[..., -1].sum(axis=0)
        years = np.arange(len(together), dtype=np.float64)
        decline = interpolate_over_ages(
            estimate_improvement(years, together, standard, GROUPS).improvement, GROUPS, 101
        )
    return rates, origin - (recent.shape[-1] - 1) / 2, decline


def migration(
    known: Regions, rates: Array, middle: float, decline: Array, ahead: int
) -> tuple[Array, Array, LocalLevelSettings]:
    """Net migration per resident, in all and from abroad (year, draw, region), and how regions differ."""
    series = net_rates(known, rates, middle, decline)
    before = known.people[..., :-1].sum(axis=(1, 2))
    country = (series * before).sum(axis=0) / before.sum(axis=0)
    chance = 2 * GROSS / before
    settings = fit_settings(series - country, chance)
    local = filter_last_state(series - country, chance, settings).mean[:, 1]
    small = np.full((1, len(country)), 1e-8)
    swings = fit_settings((country - country.mean())[None], small)
    abroad = LocalLevelSettings(LASTING, swings.transitory_sd, swings.persistence, swings.overdispersion)
    lasting, passing = filter_last_state(country[None], small, abroad).mean[0]
    gone = np.arange(1, ahead + 1)[:, None, None]
    foreign = lasting + passing * abroad.persistence**gone + np.zeros_like(local)
    return foreign + local * settings.persistence**gone, foreign, settings


def net_rates(known: Regions, rates: Array, middle: float, decline: Array) -> Array:
    """(region, year): net migration per resident, from 1973 on; before 1990 what births and deaths leave over."""
    before = known.people[..., :-1].sum(axis=(1, 2))
    series = residual(known, rates, middle, decline).sum(axis=(1, 2)) / before
    published = known.net / known.people[..., -known.net.shape[1] - 1 : -1].sum(axis=(1, 2))
    series[:, -published.shape[1] :] = published
    return series


def residual(known: Regions, rates: Array, middle: float, decline: Array) -> Array:
    """(region, sex, age, year): people less the survivors of the year before; at age 0 as many as at age 1."""
    years = FIRST + 1 + np.arange(known.people.shape[-1] - 1)
    net = np.empty_like(known.people[..., 1:])
    for index, year in enumerate(years):
        survival = survival_ratios(rates * np.exp(-CONTINUES * (year - middle) * decline))
        start = known.people[..., index]
        reached = np.concatenate([np.zeros_like(start[..., :1]), start[..., :-1]], axis=-1) * survival
        reached[..., -1] += start[..., -1] * survival[..., -1]
        net[..., index] = known.people[..., index + 1] - reached
    net[:, :, 0] = net[:, :, 1]
    return net


def profile(known: Regions, rates: Array, middle: float, decline: Array) -> MigrationProfile:
    """Ages of migrants: the usual schedule, and net migration by age of the last ten years on one side of it."""
    net = residual(known, rates, middle, decline)[..., -10:].mean(axis=-1)
    residents = known.people[..., -1]
    usual = rogers_castro(AGES, FUNDAMENTAL)
    turnover = GROSS * residents.sum(axis=(1, 2), keepdims=True) * usual / usual.sum() / 2
    leaving = turnover + np.maximum(-net, 0.0)
    arriving = turnover + np.maximum(net, 0.0)
    return MigrationProfile(leaving / np.maximum(residents, 1.0), arriving / arriving.sum(axis=(1, 2), keepdims=True))


def errors(regions: Regions, origins: list[int]) -> pd.DataFrame:
    """Percentage errors of total population: origin, horizon, region, error."""
    rows = []
    for origin in origins:
        ahead = max(h for h in HORIZONS if origin + h - FIRST < regions.people.shape[-1])
        course = forecast(regions.until(origin), origin, ahead)
        for horizon in (h for h in HORIZONS if h <= ahead):
            actual = regions.people[..., origin + horizon - FIRST].sum(axis=(1, 2))
            wrong = 100 * (course[horizon - 1].sum(axis=(1, 2)) / actual - 1)
            rows += [(origin, horizon, name, error) for name, error in zip(regions.names, wrong, strict=True)]
    return pd.DataFrame(rows, columns=["origin", "horizon", "region", "error"])


def scores(found: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error by horizon: all regions and Lapland."""
    size = found.assign(size=found["error"].abs())
    lapland = size[size["region"] == LAPLAND].groupby("horizon")["size"].mean()
    return pd.DataFrame({"regions": size.groupby("horizon")["size"].mean(), "lapland": lapland})


if __name__ == "__main__":
    print(scores(errors(read(Path(sys.argv[1])), list(range(1990, 2021)))).round(3))
