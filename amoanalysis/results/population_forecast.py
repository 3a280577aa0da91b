"""Result of a forecast of the population alone: quantiles by place, and their long table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration
from amoanalysis.results.measures import BROAD_AGES
from amoanalysis.results.run_draws import COLUMNS, OBSERVED

MEASURE, UNIT = "population", "persons"
# Residents, broad ages, five-year groups of both sexes.
GROUPS = ("total", *BROAD_AGES, *(f"{low:02d}-{low + 4:02d}" for low in range(0, 100, 5)), "100-")
QUANTILES = (0.1, 0.5, 0.9)
LOW, MEDIAN, HIGH = range(3)
# The groups sorted as texts, the order of the long table.
SORTED_GROUPS = sorted(GROUPS)


@dataclass(frozen=True)
class PopulationForecast:
    """Quantiles of the population of every municipality and of their sum.

    Attributes:
        scenario: the scenario.
        places: all places.
        codes: municipality codes, then the code of the region, their sum.
        years: forecast years.
        n_draws: number of draws.
        seed: of the run.
        quantiles: (place, year, group, quantile), persons, calibrated; groups are GROUPS, quantiles QUANTILES.
        observed: place, year, group, value: the known years.
        calibrations: by measure, the calibration of the quantiles.
    """

    scenario: Scenario
    places: Places
    codes: tuple[str, ...]
    years: range
    n_draws: int
    seed: int
    quantiles: Array
    observed: pd.DataFrame
    calibrations: Mapping[str, IntervalCalibration]

    def area_codes(self) -> list[str]:
        """Codes of all places of the forecast, sorted."""
        return sorted(self.codes)

    def positions(self, places: Sequence[str] | None) -> list[int]:
        """Positions of places in the arrays, all by default, in the order of their codes.

        Raises:
            UserError: if a place is neither a municipality of the run nor the region.
        """
        for code in places or ():
            if code not in self.codes:
                raise UserError(
                    f"The population alone is forecast for municipalities and for {self.places.region.name_in('en')} "
                    f"as a whole, not for {self.places[code].name_in('en')}: name another place, or omit --only."
                )
        return [self.codes.index(code) for code in sorted(places or self.codes)]

    def table(self, places: Sequence[str] | None = None) -> pd.DataFrame:
        """The long table of places: the known years of a place, then its quantiles.

        Raises:
            UserError: if a place is neither a municipality of the run nor the region.
        """
        positions = self.positions(places)
        codes = [self.codes[position] for position in positions]
        known = self.observed[self.observed["place"].isin(codes)].assign(quantile=OBSERVED)
        keys: Any = [codes, list(self.years), SORTED_GROUPS, [f"{level:g}" for level in QUANTILES]]
        rows = pd.MultiIndex.from_product(keys, names=["place", "year", "group", "quantile"]).to_frame(index=False)
        order = [GROUPS.index(group) for group in SORTED_GROUPS]
        rows = rows.assign(value=self.quantiles[positions][:, :, order].ravel())
        both = pd.concat([known, rows], ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
        return both.assign(scenario=self.scenario.name, measure=MEASURE, unit=UNIT)[list(COLUMNS)]
