"""A forecast: intervals, labelled draws, probabilities and changes of every measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from amoanalysis.config.places import Place
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.explain import LEVEL, change_parts, summarise_parts
from amoanalysis.results.measures import TOTAL, Probability
from amoanalysis.results.run_draws import FORECAST, QUANTILES, RunDraws


@dataclass(frozen=True)
class Forecast(RunDraws):
    """The result of a data folder, a scenario and a seed: intervals, draws, probabilities, changes and files.

    Places are given by name, slug or code everywhere; an area is the sum of its municipalities, draw by draw. The
    attributes are those of `RunDraws`.
    """

    def __repr__(self) -> str:
        """Scenario, places, years and size."""
        places = ", ".join(self.places[code].name_in("fi") for code in self.codes[:6])
        more = f" and {len(self.codes) - 6} more" if len(self.codes) > 6 else ""
        return (
            f"<Forecast '{self.scenario.name}' {self.years[0]}-{self.years[-1]}, {self.n_draws} draws, "
            f"seed {self.seed}: {places}{more}; {len(self.measures)} measures, see amo.describe()>"
        )

    def interval(
        self,
        measure: str | Sequence[str],
        place: str | Sequence[str] | None = None,
        *,
        level: float = LEVEL,
        group: str = TOTAL,
        history: bool = True,
    ) -> pd.DataFrame:
        """Median and central prediction interval by year, calibrated where the measure is back-tested.

        Args:
            measure: one or several measures.
            place: one or several places by name or code; all municipalities and areas by default.
            level: coverage of the interval, between 0 and 1.
            group: one of the measure's groups, or "all" for every group.
            history: whether the known years come before the forecast.

        Returns:
            Tidy frame: scenario, place, code, year, measure, group, unit, median, low, high, level, status. In known
            years the median is the value, without low and high. Status is observed, nowcast or forecast.

        Raises:
            UserError: if a measure, place, group or the level is not valid.
        """
        if not 0 < level < 1:
            raise UserError(f"The level {level} is not between 0 and 1: give 0.8 for an 80 % interval.")
        levels = ((1 - level) / 2, 0.5, (1 + level) / 2)
        frames = []
        for name in [measure] if isinstance(measure, str) else measure:
            groups = self._groups(name, group)
            for found in self._places(place):
                for one in groups:
                    low, middle, high = self.quantiles(name, found.code, levels, one)
                    ahead = pd.DataFrame({"year": list(self.years), "median": middle, "low": low, "high": high})
                    ahead["status"] = FORECAST
                    known = self.history(name, found.code, one).rename(columns={"value": "median"})
                    rows = pd.concat([known.astype({"median": float}), ahead], ignore_index=True) if history else ahead
                    frames.append(rows.assign(code=found.code, measure=name, group=one))
        whole = pd.concat(frames, ignore_index=True).assign(scenario=self.scenario.name, level=level)
        whole["place"] = whole["code"].map({code: self.places[code].name_in("fi") for code in whole["code"].unique()})
        whole["unit"] = whole["measure"].map({name: known.unit for name, known in self.measures.items()})
        columns = ["scenario", "place", "code", "year", "measure", "group", "unit", "median", "low", "high", "level"]
        return whole.reindex(columns=[*columns, "status"])

    def draws(
        self,
        measure: str,
        place: str | Sequence[str] | None = None,
        *,
        group: str = TOTAL,
        calibrated: bool = True,
    ) -> xr.DataArray:
        """Draws of a measure, calibrated as its intervals are.

        Args:
            measure: name of the measure.
            place: one place by name or code, several, or None for all municipalities and areas.
            group: one group, or "all" for a dimension `group`.
            calibrated: False gives the draws of the model, in which the accounting identities hold.

        Returns:
            DataArray with dimensions ([place], [group], draw, year), in the measure's unit; `attrs` holds measure,
            unit, scenario, seed and whether the draws are calibrated.

        Raises:
            UserError: if measure, group or a place is unknown.
        """
        groups = self._groups(measure, group)
        found = self._places(place)
        values = np.stack([[self._draws_of(measure, p.code, one, calibrated) for one in groups] for p in found])
        array = xr.DataArray(
            values,
            dims=("place", "group", "year", "draw"),
            coords={
                "place": [p.name_in("fi") for p in found],
                "group": list(groups),
                "year": list(self.years),
                "draw": np.arange(self.n_draws),
            },
            name=measure,
            attrs={
                "measure": measure,
                "unit": self.measures[measure].unit,
                "scenario": self.scenario.name,
                "seed": self.seed,
                "calibrated": int(calibrated and self.is_calibrated(measure)),
            },
        ).transpose("place", "group", "draw", "year")
        if group != "all":
            array = array.isel(group=0)
        return array.isel(place=0) if isinstance(place, str) else array

    def probability(
        self,
        measure: str,
        place: str,
        year: int,
        *,
        above: float | None = None,
        below: float | None = None,
        group: str = TOTAL,
    ) -> Probability:
        """Probability that a measure is above, below or between two values, from the calibrated draws.

        Args:
            measure: name of the measure.
            place: name or code.
            year: forecast year.
            above: lower limit, exclusive.
            below: upper limit, exclusive.
            group: one of the measure's groups.

        Returns:
            Share of draws; its attribute `calibrated` says whether the back-test has calibrated the measure.

        Raises:
            UserError: if nothing is asked, or measure, group, place or year are unknown.
        """
        if above is None and below is None:
            raise UserError("The probability of what? Give above=, below= or both.")
        values = self.draws(measure, place, group=group).sel(year=self.check_year(year)).to_numpy()
        inside = np.ones(values.shape, dtype=bool)
        if above is not None:
            inside &= values > above
        if below is not None:
            inside &= values < below
        return Probability(float(inside.mean()), self.is_calibrated(measure), self.n_draws)

    def change(
        self,
        measure: str,
        since: int,
        until: int,
        *,
        place: str | Sequence[str] | None = None,
        by: str = "municipality",
        group: str = TOTAL,
        level: float = LEVEL,
    ) -> gpd.GeoDataFrame:
        """Change of a measure between two years, by place, with its prediction interval.

        Args:
            measure: name of the measure.
            since: a known or a forecast year.
            until: a forecast year.
            place: places by name or code; by default all of the kind `by`.
            by: "municipality", "area" or "all".
            group: one of the measure's groups.
            level: coverage of the interval.

        Returns:
            GeoDataFrame with a row a place: scenario, place, code, measure, group, unit, since, until, start (known
            value or median), median, low, high, percent (median change in per cent of the start), status (of `since`)
            and geometry (None for places without one), EPSG:3067.

        Raises:
            UserError: if a name or year is not valid, or the measure is not known in `since`.
        """
        levels = ((1 - level) / 2, 0.5, (1 + level) / 2)
        rows = []
        for found in self._places(place, by):
            end = self._draws_of(measure, found.code, group, True)[self.years.index(self.check_year(until))]
            start, status = self._start_of_change(measure, found, group, since)
            low, middle, high = np.quantile(end - start, levels)
            level_then = float(np.median(start))
            rows.append(
                {
                    "scenario": self.scenario.name, "place": found.name_in("fi"), "code": found.code,
                    "measure": measure, "group": group, "unit": self.measures[measure].unit,
                    "since": since, "until": until,
                    "start": level_then, "median": middle, "low": low, "high": high,
                    "percent": 100 * middle / level_then if level_then else np.nan, "status": status,
                }
            )  # fmt: skip
        frame = pd.DataFrame(rows)
        shapes = self._geometry.reindex(frame["code"])
        return gpd.GeoDataFrame(frame, geometry=shapes.to_numpy(), crs="EPSG:3067")

    def explain(self, measure: str, place: str, year: int, since: int | None = None) -> pd.DataFrame:
        """Parts that add up to the change of a measure since an earlier year.

        Args:
            measure: "population" (births, deaths, moves) or "labour_demand" (projects, their effects, tourism, rest).
            place: name or code.
            year: forecast year.
            since: earlier forecast year, or for the population the jump-off year; the earliest possible by default.

        Returns:
            part, mean, median, low, high (80 % interval), unit; the last row is the total, and the means of the parts
            add up to its mean, as the parts do in every draw.

        Raises:
            UserError: if the measure cannot be divided, or a place or year is unknown.
        """
        self.check_year(year)
        code = self.place_code(place)
        self._groups(measure, TOTAL)
        parts = change_parts(lambda name: self.values(name, code), self.years, measure, year, since)
        return summarise_parts(parts, self.measures[measure].unit)

    def to_frame(
        self, measure: str | Sequence[str] | None = None, place: str | Sequence[str] | None = None
    ) -> pd.DataFrame:
        """All years, groups and quantiles as a tidy frame with a column a quantile.

        Args:
            measure: one or several measures; all by default.
            place: one or several places; all by default.

        Returns:
            scenario, place, code, year, measure, group, unit, status, mean, q05, q10, q25, q50, q75, q90, q95; known
            years have their value as mean and q50.
        """
        names = list(self.measures) if measure is None else [measure] if isinstance(measure, str) else list(measure)
        for name in names:
            self._groups(name, "all")
        codes = [found.code for found in self._places(place)]
        long = self._forecast_rows(names, codes)
        keys = ["scenario", "place", "year", "measure", "group", "unit"]
        wide = long.pivot_table(index=keys, columns="quantile", values="value", sort=False, observed=True).reset_index()
        wide = wide.rename(columns={f"{q:g}": f"q{round(100 * q):02d}" for q in QUANTILES}).assign(status=FORECAST)
        known = self.observed[self.observed["place"].isin(codes) & self.observed["measure"].isin(names)]
        known = known.assign(scenario=self.scenario.name, mean=known["value"], q50=known["value"])
        known["unit"] = known["measure"].map({name: self.measures[name].unit for name in names})
        frame = pd.concat([known.drop(columns="value"), wide], ignore_index=True).rename(columns={"place": "code"})
        frame["place"] = frame["code"].map({code: self.places[code].name_in("fi") for code in codes})
        quantile_columns = [f"q{round(100 * q):02d}" for q in QUANTILES]
        columns = ["scenario", "place", "code", "year", "measure", "group", "unit", "status", "mean", *quantile_columns]
        return frame.sort_values(["measure", "code", "group", "year"], ignore_index=True)[columns]

    @cached_property
    def dataset(self) -> xr.Dataset:
        """All uncalibrated draws: a variable a measure, dimensions (year, draw, place, [group]).

        The group dimension is named by what the groups are (age, sex_age, month, education, industry); the scenario is
        a coordinate, so that `xr.concat([a.dataset, b.dataset], "scenario")` stacks runs. The variables are views of
        the run's own arrays; those of a large run stay in files until they are read.
        """
        variables: dict[str, Any] = {}
        coords: dict[str, Any] = {
            "scenario": self.scenario.name,
            "year": list(self.years),
            "draw": np.arange(self.n_draws),
            "place": [self.places[code].name_in("fi") for code in self.codes],
            "code": ("place", list(self.codes)),
        }
        for name, array in self.arrays.items():
            known = self.measures[name]
            attrs = {"unit": known.unit, "calibrated": 0}
            if known.dimension == TOTAL:
                variables[name] = xr.Variable(("year", "draw", "place"), array[..., 0], attrs)
            else:
                coords[known.dimension] = list(known.groups)
                variables[name] = xr.Variable(("year", "draw", "place", known.dimension), array, attrs)
        attrs = {"seed": self.seed, "scenario": self.scenario.name}
        return xr.Dataset(variables, coords, attrs)

    def to_netcdf(self, path: Path | str) -> Path:
        """Writes all draws as a NetCDF file (version 3, 64-bit offset) that xarray and R read.

        Raises:
            UserError: if the folder does not exist.
        """
        target = _writable(path)
        self.dataset.to_netcdf(target, engine="scipy", format="NETCDF3_64BIT")
        return target

    def to_parquet(self, path: Path | str) -> Path:
        """Writes all draws as Parquet: rows by code, year and draw; a column a measure, or "measure|group".

        Raises:
            UserError: if the folder does not exist.
        """
        target = _writable(path)
        shape = (len(self.years), self.n_draws, len(self.codes))
        year, draw, place = (axis.ravel() for axis in np.indices(shape))
        columns: dict[str, Any] = {
            "scenario": pd.Categorical([self.scenario.name]).take(np.zeros(year.size, dtype=np.int64)),
            "code": pd.Categorical(list(self.codes)).take(place),
            "year": np.array(self.years)[year],
            "draw": draw,
        }
        for name, array in self.arrays.items():
            for index, group in enumerate(self.measures[name].groups):
                columns[name if group == TOTAL else f"{name}|{group}"] = array[..., index].ravel()
        pd.DataFrame(columns).to_parquet(target, index=False)
        return target

    def _start_of_change(self, measure: str, place: Place, group: str, since: int) -> tuple[Array, str]:
        """Draws (or the one known value) of the first year of a change, and its status."""
        if since in self.years:
            return self._draws_of(measure, place.code, group, True)[self.years.index(since)], FORECAST
        known = self.history(measure, place.code, group).set_index("year")
        if since not in known.index:
            years = f"{known.index.min()} to {known.index.max()}" if len(known) else "no year before the forecast"
            raise UserError(f"{measure} of {place.name_in('fi')} is not known in {since}: it is known for {years}.")
        return np.array([float(known["value"].to_dict()[since])]), str(known["status"].to_dict()[since])

    @cached_property
    def _geometry(self) -> pd.Series:
        """Geometry by municipality code, in the coordinates of Finnish maps (EPSG:3067)."""
        if not (self.scenario.folder / "geo" / "municipalities.geojson").is_file():
            return pd.Series(dtype=object)
        return Data(self.scenario.folder).geometry("municipalities").set_index("place").geometry


def _writable(path: Path | str) -> Path:
    """The path of a file to be written.

    Raises:
        UserError: if its folder does not exist.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise UserError(f"There is no folder '{target.parent}': make it first.")
    return target
