"""Replaceable components of the forecast: protocols for migration, fertility, labour demand and balance.

A function with the signature of a protocol replaces the default: `amo.forecast(..., migration=mine)` runs it and
`amo.backtest(migration=mine)` scores it beside the default on the same random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from amoanalysis.config.assumptions import JobsAssumptions, PopulationAssumptions
from amoanalysis.errors import ShapeError
from amoanalysis.models.balance.accounts import BalanceShares, YearBalance, balance_year
from amoanalysis.models.jobs.labour_demand import DemandPaths, JobsBase, draw_demand_paths
from amoanalysis.models.labour_force.commuting import CommutingBase
from amoanalysis.models.population.migration_levels import MigrationLevels, NetRates, draw_net_migration
from amoanalysis.models.population.projection import PopulationBase, draw_total_fertility
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws


class MigrationModel(Protocol):
    """Net in-migration of each place; the default is `migration_levels.draw_net_migration`."""

    def __call__(
        self, levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
    ) -> NetRates:
        """Draws net in-migration rates.

        Args:
            levels: migration of the past: gross rates, levels and spreads by place and area.
            assumptions: assumptions on the population.
            draws: block of draws; `draws.normal(stream, shape)` gives random numbers that other blocks do not repeat.
            jump_off: year before the first forecast year.
            years: forecast years.

        Returns:
            NetRates(internal, foreign), each (year, draw, place), persons per resident and year.
        """


class FertilityModel(Protocol):
    """Total fertility of the reference areas; the default is `projection.draw_total_fertility`."""

    def __call__(self, base: PopulationBase, assumptions: PopulationAssumptions, draws: Draws, years: range) -> Array:
        """Draws total fertility: (year, draw, area), children per woman."""


class LabourDemandModel(Protocol):
    """Trends and elasticities of labour demand; the default is `labour_demand.draw_demand_paths`."""

    def __call__(
        self, base: JobsBase, assumptions: JobsAssumptions, draws: Draws, jump_off: int, years: range
    ) -> DemandPaths:
        """Draws DemandPaths: trend (year, draw, place, section) in logs, and three elasticities (draw,)."""


class LabourBalance(Protocol):
    """Who fills the labour demand of a year; the default is `accounts.balance_year`."""

    def __call__(
        self,
        demand: Array,
        projects: WorkerResidence,
        resident_labour_force: Array,
        outside_labour_force: Array,
        usual_unemployment: Array,
        commuting: CommutingBase,
        shares: BalanceShares,
        joined_before: Array | float = 0.0,
    ) -> YearBalance:
        """Balances jobs and residents: see `balance_year` for shapes, units and the identities that must hold."""


@dataclass(frozen=True)
class Components:
    """The components of a run."""

    migration: MigrationModel = draw_net_migration
    fertility: FertilityModel = draw_total_fertility
    labour_demand: LabourDemandModel = draw_demand_paths
    balance: LabourBalance = balance_year

    @classmethod
    def replaced(
        cls,
        *,
        migration: MigrationModel | None = None,
        fertility: FertilityModel | None = None,
        labour_demand: LabourDemandModel | None = None,
        balance: LabourBalance | None = None,
    ) -> Components:
        """The default components, those given in their place."""
        default = cls()
        return cls(
            migration or default.migration,
            fertility or default.fertility,
            labour_demand or default.labour_demand,
            balance or default.balance,
        )


def check_shape(name: str, values: object, shape: tuple[int, ...]) -> None:
    """Refuses an array of a component that does not have its shape or holds numbers that are not finite.

    Raises:
        ShapeError: if so, with the shape that is needed.
    """
    array = np.asarray(values)
    if array.shape != shape:
        raise ShapeError(f"The {name} component gave an array of shape {array.shape}: it must be {shape}.")
    if not np.isfinite(array).all():
        raise ShapeError(f"The {name} component gave numbers that are not finite: check its formula.")


def no_net_migration(
    levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
) -> NetRates:
    """A migration model without any net migration: the simplest component to replace, and a benchmark.

    Args:
        levels: migration of the past; only the number of places is used.
        assumptions: not used.
        draws: block of draws.
        jump_off: not used.
        years: forecast years.

    Returns:
        Zero rates, (year, draw, place).
    """
    del assumptions, jump_off
    zero = np.zeros((len(years), draws.count, len(levels.gross)))
    return NetRates(zero, zero)
