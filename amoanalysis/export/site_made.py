"""What lies in the folder of a build, as the pages of the site need it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from amoanalysis.places import Place
from amoanalysis.scenarios import Scenario
from amoanalysis.tables import Data

# What scenarios are compared in: measure, year, key of the words.
CHANGES = (("labour_need", 2035, "change_jobs"), ("population", 2040, "change_people"))


@dataclass(frozen=True)
class Made:
    """What a build has made, and what the pages say of it.

    Attributes:
        out: the folder of the build.
        data: the folder of tables.
        scenarios: those that were run, the reference first.
        charts: what is known of each chart that was drawn.
        notebooks: name of a notebook ("kolari/1_labour") -> its title, in the order to be shown.
    """

    out: Path
    data: Data
    scenarios: Sequence[Scenario]
    charts: Sequence[Mapping[str, Any]]
    notebooks: Mapping[str, str]

    @cached_property
    def summary(self) -> Any:
        """Headline figures by scenario, place and measure."""
        return self._json("summary.json")

    @cached_property
    def manifest(self) -> Any:
        """What made the forecast."""
        return self._json("manifest.json")

    @cached_property
    def means(self) -> pd.Series | None:
        """Means over the draws by scenario, place, measure and year, of what the scenarios are compared in."""
        path = self.out / "forecast.csv"
        if not path.is_file():
            return None
        codes = [place.code for place in self.shown()]
        columns = ["scenario", "place", "year", "measure", "group", "quantile", "value"]
        table = pd.read_csv(path, usecols=columns, dtype={"place": str, "quantile": str})
        wanted = table["measure"].isin([measure for measure, _, _ in CHANGES]) & table["place"].isin(codes)
        own = table[wanted & (table["quantile"] == "mean") & (table["group"] == "total")]
        means: pd.Series = own.set_index(["scenario", "place", "measure", "year"])["value"]
        return means

    def shown(self) -> list[Place]:
        """The region and its municipalities."""
        return [self.data.places.region, *self.data.places.municipalities()]

    def _json(self, name: str) -> Any:
        path = self.out / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
