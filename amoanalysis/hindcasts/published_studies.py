"""Published studies of tourism and mines, and the figures of this model for the same quantities."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions, Event
from amoanalysis.models.projects.multipliers import InputOutputAccount, RegionalTable, jobs_per_job
from amoanalysis.models.projects.phases import ProjectJobs, local_share, project_jobs
from amoanalysis.models.statistics.draws import SCORE_90, Array, Draws
from amoanalysis.pipeline.project_paths import draw_project_paths
from amoanalysis.pipeline.scenario_runs import ScenarioRuns
from amoanalysis.results.forecast import Forecast

LAPLAND, FINLAND, KITTILA = "MK19", "SSS", "261"
MINING = "B"
# Person-years of tourism: table, place, period and indicator of the published figure.
TOURISM_FIGURES = (
    ("published_results", "SK196", 2019, "tourism employment"),
    ("published_results", "SK196", 2020, "direct tourism employment"),
    ("tourism", "SK193", 2019, "tourism_employment"),
    ("tourism", KITTILA, 2019, "tourism_employment"),
    ("published_results", KITTILA, 2020, "direct tourism employment"),
)
# Year of the overnight stays in the assumptions.
STAYS_YEAR = 2019
# Scenario and event of the mine of the two studies.
PROJECT = "hannukainen"
# The study of 2014 covers ten years from the start of construction, that of 2021 the whole life of the mine.
STUDY_2014 = (
    "published_results",
    LAPLAND,
    2014,
    "Hannukainen: mean yearly employment effect in Lapland, first ten years",
)
STUDY_2021 = ("published_results", FINLAND, 2021, "Hannukainen cumulative employment in Finland to 2044")
FIRST_YEARS, LIFETIME = 10, 40
# Key and tables of the comparison with the Kittilä mine, and the indicators of its workers in the table mines.
MINE, MINE_TABLES = "mine", ("mines", "jobs_by_industry")
STAFF = ("own employees", "contractor workers")
# Mean, lower and upper end of the 80 % interval.
Estimate = tuple[float, float, float]


@dataclass(frozen=True)
class PublishedComparison:
    """A published figure and the figure of this model.

    Attributes:
        key: key of the label.
        name: name among the facts.
        place: code of the place that the figure is about; None if it is shown for every place.
        area: code of the area that the published figure covers.
        period: year of the figure or of the study.
        published: published figure.
        tables: tables with the published figure.
        estimate: computes the figure of this model with its 80 % interval.
    """

    key: str
    name: str
    place: str | None
    area: str
    period: int
    published: float
    tables: tuple[str, ...]
    estimate: Callable[[], Estimate]

    @cached_property
    def _estimate(self) -> Estimate:
        return self.estimate()

    @property
    def ours(self) -> float:
        """Figure of this model: a mean of draws, or an estimate of the jobs panel."""
        return self._estimate[0]

    @property
    def low(self) -> float:
        """Lower end of the 80 % interval."""
        return self._estimate[1]

    @property
    def high(self) -> float:
        """Upper end of the 80 % interval."""
        return self._estimate[2]


@dataclass(frozen=True)
class PublishedStudies:
    """Comparisons of this model with published studies.

    Attributes:
        runs: forecasts by scenario, with their tables and inputs.
        baseline: forecast of the baseline.
        account: returns the input-output account of the reference area, households included.
    """

    runs: ScenarioRuns
    baseline: Forecast
    account: Callable[[], InputOutputAccount]

    def comparisons(self) -> list[PublishedComparison]:
        """All comparisons for which the data folder has a published figure."""
        return [*self.compare_project(), *self.compare_tourism(), *self.compare_mine()]

    def compare_project(self) -> list[PublishedComparison]:
        """Person-years of Hannukainen in two studies; the figures of this model cover Lapland in both."""
        if not self.runs.has(PROJECT):
            return []
        estimates = {
            STUDY_2014: lambda: np.sum(list(self.project_first_years()["reference"].values()), axis=0),
            STUDY_2021: self.project_lifetime,
        }
        comparisons = []
        for study, estimate in estimates.items():
            table, area, year, _ = study
            figure = self._published_figure(*study)
            if figure is not None:
                key, name = f"{PROJECT}.{year}", f"{PROJECT}_{year}"
                summary = _summarise_later(estimate)
                comparisons.append(PublishedComparison(key, name, None, area, year, figure, (table,), summary))
        return comparisons

    def compare_tourism(self) -> list[PublishedComparison]:
        """Person-years of tourism."""
        comparisons = []
        for table, place, year, indicator in TOURISM_FIGURES:
            figure = self._published_figure(table, place, year, indicator)
            draws = None if figure is None else self.tourism_person_years(place, year)
            if figure is not None and draws is not None:
                name = f"tourism_{self.runs.data.places[place].slug.replace('-', '_')}_{year}"
                summary = _constant(summarise_mean(draws))
                tables = (table, "tourism")
                comparisons.append(PublishedComparison("tourism", name, place, place, year, figure, tables, summary))
        return comparisons

    def compare_mine(self) -> list[PublishedComparison]:
        """Jobs in mining in Kittilä and the workers of its mine, in the years with exact published figures."""
        workers = self._mine_workers()
        exact = workers[~workers["at_least"] & ~workers["range"]]
        comparisons = []
        for row in exact.join(self._mining_jobs(), how="inner").reset_index().to_dict("records"):
            year, published = int(row["year"]), float(row["own_employees"] + row["contractors"])
            summary = _constant((float(row["section_b"]), float(row["low"]), float(row["high"])))
            comparison = PublishedComparison(
                MINE, f"{MINE}_{year}", KITTILA, KITTILA, year, published, MINE_TABLES, summary
            )
            comparisons.append(comparison)
        return comparisons

    def tabulate(self, comparisons: list[PublishedComparison], lang: str) -> pd.DataFrame:
        """Comparisons as a table, in whole persons: area, year, published, ours, low, high, ours_of_published (%)."""
        return pd.DataFrame(
            [
                {
                    "area": self.name_area(row.area, lang),
                    "year": row.period,
                    "published": row.published,
                    "ours": round(row.ours),
                    "low": round(row.low),
                    "high": round(row.high),
                    "ours_of_published": round(100 * row.ours / row.published),
                }
                for row in comparisons
            ]
        )

    def tabulate_project_areas(self, lang: str) -> pd.DataFrame:
        """Person-years a year of Hannukainen in its first ten years: one row per area, its parts in columns."""
        codes = {"region": self.runs.data.places.region.code, "reference": LAPLAND}
        rows = []
        for area, parts in self.project_first_years().items():
            means = {part: round(float(values.mean())) for part, values in parts.items()}
            total, low, high = map(round, summarise_mean(np.sum(list(parts.values()), axis=0)))
            rows.append({"area": self.name_area(codes[area], lang), **means, "total": total, "low": low, "high": high})
        return pd.DataFrame(rows)

    def tabulate_mine(self) -> pd.DataFrame:
        """Workers of the Kittilä mine and jobs in mining in Kittilä, by year.

        Returns:
            year, own_employees, contractors, section_b, low, high, section_b_of_all (%), at_least (a published figure
            is a lower bound), range (it is the middle of a range).
        """
        rows = self._mine_workers().join(self._mining_jobs(), how="inner").reset_index()
        share = 100 * rows["section_b"] / (rows["own_employees"] + rows["contractors"])
        flags = rows[["at_least", "range"]]
        figures = rows.drop(columns=list(flags)).assign(section_b_of_all=share).round().astype(int)
        return figures.join(flags)

    def tabulate_mine_workers(self) -> pd.DataFrame:
        """Published workers of the mine by year.

        Returns:
            index year; for own employees and contractor workers (figure, value, low, high) or nothing; source.
        """
        table = self.runs.data.table("mines")
        rows = table[(table["place"] == KITTILA) & table["indicator"].isin(STAFF)].sort_values("period")
        ends = rows[["value", "low", "high"]].astype(float)
        figures = pd.Series([(ends.mean(axis=1)[row], *ends.loc[row]) for row in ends.index], rows.index)
        wide = rows.assign(figure=figures).pivot(index="period", columns="indicator", values="figure")
        sources = rows.groupby("period")["source_title"].first()
        return wide.rename_axis(index="year")[list(STAFF)].assign(source=sources)

    def name_area(self, code: str, lang: str) -> str:
        """Name of a place, or its code if the data folder does not declare it."""
        places = self.runs.data.places
        return places[code].name_in(lang) if code in places else code

    def tourism_person_years(self, place: str, year: int) -> Array | None:
        """Person-years of tourism of this model: overnight stays of 2019, changed as in Lapland, times jobs per stay.

        Returns:
            (draw,); None if the place has no stays, or the change in Lapland is not known.
        """
        tourism, draws = self.baseline.scenario.assumptions.tourism, self._draws()
        codes = self.runs.data.places[place].members or (place,)
        change = 1.0 if year == STAYS_YEAR else self._change_of_stays(year)
        if change is None or not set(codes) <= set(tourism.nights) & set(tourism.jobs_per_1000_nights):
            return None
        jobs = [draws.sample(tourism.nights[code]) * draws.sample(tourism.jobs_per_1000_nights[code]) for code in codes]
        return np.asarray(np.sum(jobs, axis=0) / 1000 * change)

    def project_first_years(self) -> dict[str, dict[str, Array]]:
        """Person-years a year of Hannukainen over the first ten years from the start of construction.

        Every draw starts at the median date; contractors and multipliers are drawn. All workers are counted, also
        commuters and fly-in workers.

        Returns:
            region and reference (Lapland) -> direct, indirect, induced -> (draw,), person-years a year.
        """
        assumptions, draws = self._project_assumptions(), self._draws()
        event = assumptions.events[PROJECT]
        years, weights = _years_of_project(event, draws, FIRST_YEARS)
        heads = draws.sample(assumptions.projects.headcount_per_person_year)
        inputs = self.runs.inputs
        single = assumptions.model_copy(update={"events": {PROJECT: event}})
        paths = draw_project_paths(single, inputs.sites, inputs.suppliers, draws, years)
        direct = (paths.construction + paths.own + paths.contractors).sum(axis=2)
        region = {"indirect": paths.indirect.sum(axis=(2, 3)), "induced": paths.induced.sum(axis=(2, 3))}
        jobs = project_jobs(event, assumptions.projects, draws, PROJECT, years)
        reference = self._indirect_and_induced(assumptions, jobs, draws)

        def mean_per_year(values: Array) -> Array:
            return np.asarray((values * weights).sum(axis=0) / FIRST_YEARS / heads)

        return {
            area: {name: mean_per_year(values) for name, values in {"direct": direct, **parts}.items()}
            for area, parts in {"region": region, "reference": reference}.items()
        }

    def project_lifetime(self) -> Array:
        """Person-years of Hannukainen in Lapland over its whole life, direct, indirect and induced: (draw,)."""
        assumptions, draws = self._project_assumptions(), self._draws()
        event = assumptions.events[PROJECT]
        years, _ = _years_of_project(event, draws, LIFETIME)
        jobs = project_jobs(event, assumptions.projects, draws, PROJECT, years)
        effects = self._indirect_and_induced(assumptions, jobs, draws)
        total = jobs.construction + jobs.operation + effects["indirect"] + effects["induced"]
        return np.asarray(total.sum(axis=0) / draws.sample(assumptions.projects.headcount_per_person_year))

    def _draws(self) -> Draws:
        return Draws(self.baseline.seed, 0, self.baseline.n_draws)

    def _published_figure(self, table: str, place: str, period: int, indicator: str) -> float | None:
        if not self.runs.data.has(table):
            return None
        rows = self.runs.data.table(table)
        own = rows[(rows["place"] == place) & (rows["period"] == str(period)) & (rows["indicator"] == indicator)]
        values = own["value"].dropna()
        return float(values.iloc[-1]) if len(values) else None

    def _change_of_stays(self, year: int) -> float | None:
        """Overnight stays of Lapland in a year relative to 2019."""
        if not self.runs.data.has("tourism"):
            return None
        rows = self.runs.data.table("tourism")
        own = rows[(rows["place"] == LAPLAND) & (rows["period"] == f"{STAYS_YEAR}/{year}")]
        values = own.loc[own["indicator"] == "change of registered overnight stays", "value"].dropna()
        return 1 + float(values.iloc[-1]) / 100 if len(values) else None

    def _mining_jobs(self) -> pd.DataFrame:
        """Jobs of section B in Kittilä by year with their 80 % interval: section_b, low, high."""
        panel = self.runs.panel
        if panel is None or KITTILA not in set(panel["place"].unique()):
            return pd.DataFrame(columns=["section_b", "low", "high"])
        rows = panel[(panel["place"] == KITTILA) & (panel["section"] == MINING)].set_index("year")
        error = SCORE_90 * rows["uncertainty"] * rows["jobs"]
        return pd.DataFrame({"section_b": rows["jobs"], "low": rows["jobs"] - error, "high": rows["jobs"] + error})

    def _mine_workers(self) -> pd.DataFrame:
        """Published workers of the mine: index year; own_employees, contractors, at_least, range."""
        columns = ["own_employees", "contractors", "at_least", "range"]
        if not self.runs.data.has("mines"):
            return pd.DataFrame(columns=columns).astype({"at_least": bool, "range": bool})
        table = self.runs.data.table("mines")
        years = table["period"].str.fullmatch(r"\d{4}")
        rows = table[(table["place"] == KITTILA) & table["indicator"].isin(STAFF) & years]
        rows = rows.assign(
            year=rows["period"].astype(int),
            figure=rows["value"].fillna(rows[["low", "high"]].mean(axis=1)),
            at_least=rows["value"].isna() & rows["high"].isna(),
            range=rows["value"].isna() & rows["high"].notna(),
        )
        wide = rows.pivot(index="year", columns="indicator", values=["figure", "at_least", "range"]).dropna()
        own, contractors = STAFF
        return pd.DataFrame(
            {
                "own_employees": wide["figure", own].astype(float),
                "contractors": wide["figure", contractors].astype(float),
                "at_least": wide["at_least", own].astype(bool) | wide["at_least", contractors].astype(bool),
                "range": wide["range", own].astype(bool) | wide["range", contractors].astype(bool),
            }
        )

    def _project_assumptions(self) -> Assumptions:
        """Assumptions of the scenario with the start of the mine fixed at its median."""
        assumptions = self.runs.scenario(PROJECT).assumptions
        event = assumptions.events[PROJECT]
        start = event.start.model_copy(update={"low": event.start.value, "high": event.start.value})
        events = {**assumptions.events, PROJECT: event.model_copy(update={"start": start})}
        return assumptions.model_copy(update={"events": events})

    def _indirect_and_induced(self, assumptions: Assumptions, jobs: ProjectJobs, draws: Draws) -> dict[str, Array]:
        """Indirect and induced jobs in the whole reference area: name -> (year, draw)."""
        account, event = self.account(), assumptions.events[PROJECT]
        whole = RegionalTable(account.requirements, account.spending)
        spending = assumptions.multipliers.consumption_from_wages
        relative = draws.sample(spending) / spending.value
        resident_share = _resident_shares(assumptions, event, jobs, draws)
        phases = (
            (event.industry, jobs.own, jobs.operation * resident_share["operation"]),
            (event.construction_industry, jobs.construction, jobs.construction * resident_share["construction"]),
        )
        indirect, induced = np.zeros_like(jobs.own), np.zeros_like(jobs.own)
        for section, buying, resident_jobs in phases:
            per_job = jobs_per_job(account, whole, account.largest_industry(section))
            indirect = indirect + buying * per_job.indirect.sum()
            by_suppliers, by_wages = per_job.induced_by_suppliers.sum(), per_job.induced_by_wages.sum()
            induced = induced + (buying * by_suppliers + resident_jobs * by_wages)
        return {"indirect": indirect, "induced": np.asarray(induced * relative[None])}


def summarise_mean(draws: Array) -> Estimate:
    """Mean and 80 % interval of draws."""
    low, high = np.quantile(draws, [0.1, 0.9])
    return float(draws.mean()), float(low), float(high)


def _constant(estimate: Estimate) -> Callable[[], Estimate]:
    return lambda: estimate


def _summarise_later(estimate: Callable[[], Array]) -> Callable[[], Estimate]:
    return lambda: summarise_mean(estimate())


def _years_of_project(event: Event, draws: Draws, length: int) -> tuple[range, Array]:
    """Calendar years of the project, and the share of each within `length` years of the start of construction."""
    construction = draws.sample(event.construction_years) if event.construction_years else np.zeros(draws.count)
    begin = event.start.value - construction
    first = math.floor(float(begin.min()))
    years = range(first, math.ceil(float(event.start.value)) + length + 1)
    ends = (begin + length)[None] - np.array(years, dtype=np.float64)[:, None]
    return years, np.clip(ends, 0.0, 1.0)


def _resident_shares(assumptions: Assumptions, event: Event, jobs: ProjectJobs, draws: Draws) -> dict[str, Array]:
    """Share of the workers who live in the reference area, in operation and in construction."""
    general = assumptions.projects
    local = local_share(
        np.abs(jobs.operation),
        draws.sample(event.local_share or general.local_share_operation),
        draws.sample(general.local_share_falls),
        draws.sample(general.local_share_reference),
    )
    operation = local + draws.sample(event.neighbour_share or general.neighbour_share_operation)
    operation = operation + draws.sample(event.elsewhere_share or general.elsewhere_share_operation)
    names = ("local_share_construction", "neighbour_share_construction", "elsewhere_share_construction")
    construction = sum(draws.sample(getattr(general, name)) for name in names)
    return {
        "operation": np.minimum(operation, 1.0),
        "construction": np.minimum(np.broadcast_to(construction, operation.shape), 1.0),
    }
