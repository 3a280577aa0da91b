"""What studies and companies have published beside what we say of the same thing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions, Event
from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import Draft, fill_of, made
from amoanalysis.exhibits.context import HIGH, LOW, Context, NotKnown, exhibit
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.foresight.demand import account_of
from amoanalysis.exhibits.phrases import percent
from amoanalysis.models.projects.multipliers import JobsPerJob, RegionalTable, jobs_per_job
from amoanalysis.models.projects.phases import ProjectJobs, local_share, project_jobs
from amoanalysis.models.statistics.draws import SCORE_90, Array, Draws
from amoanalysis.pipeline.project_paths import project_paths

LAPLAND, FINLAND, KITTILA = "MK19", "SSS", "261"
MINING = "B"
# Person-years of tourism: table, place, period and indicator of what was published.
TOURISM = (
    ("published_results", "SK196", 2019, "tourism employment"),
    ("published_results", "SK196", 2020, "direct tourism employment"),
    ("tourism", "SK193", 2019, "tourism_employment"),
    ("tourism", KITTILA, 2019, "tourism_employment"),
    ("published_results", KITTILA, 2020, "direct tourism employment"),
)
ANCHOR_YEAR = 2019
# The study of 2014 counts from the start of building; that of 2021 the whole life of the mine.
STUDY_2014 = (
    "published_results",
    LAPLAND,
    2014,
    "Hannukainen: mean yearly employment effect in Lapland, first ten years",
)
STUDY_2021 = ("published_results", FINLAND, 2021, "Hannukainen cumulative employment in Finland to 2044")
MINE, MINE_TABLES = "mine", ("mines", "jobs_by_industry")
# What the company tells of the Kittilä mine.
STAFF = ("own employees", "contractor workers")


@dataclass(frozen=True)
class Beside:
    """A published figure and ours.

    Attributes:
        key: what it is, for its words.
        name: its name among the facts.
        place: code of the place that it is of; None for all.
        area: code of the area that the published figure covers.
        period: year, or the year of the study.
        published: the figure.
        tables: where the published figure stands.
        reckon: gives ours with its 80 % interval; run when first asked.
    """

    key: str
    name: str
    place: str | None
    area: str
    period: int
    published: float
    tables: tuple[str, ...]
    reckon: Callable[[], tuple[float, float, float]]

    @cached_property
    def _found(self) -> tuple[float, float, float]:
        return self.reckon()

    @property
    def ours(self) -> float:
        """Ours: a mean of draws, or a figure of the jobs panel."""
        return self._found[0]

    @property
    def low(self) -> float:
        """Lower end of the 80 % interval of ours."""
        return self._found[1]

    @property
    def high(self) -> float:
        """Upper end of the 80 % interval of ours."""
        return self._found[2]


def beside(view: Context) -> list[Beside]:
    """All published figures that ours can be held against, of the tables that the folder has."""
    return [*_hannukainen(view), *_tourism(view), *_mine(view)]


def tourism_beside_published(view: Context) -> pd.DataFrame:
    """Person-years of tourism: area, year, published, ours, low, high, ours_of_published (per cent)."""
    return _table(view, _tourism(view))


def hannukainen_beside_studies(view: Context) -> pd.DataFrame:
    """Person-years of Hannukainen, likewise; area is that of the study, and ours covers Lapland in both rows."""
    return _table(view, _hannukainen(view))


def hannukainen_by_area(view: Context) -> pd.DataFrame:
    """Our person-years a year in the first ten years: a row an area, its parts in columns."""
    names = {"region": view.data.places.region.code, "reference": LAPLAND}
    rows = []
    for area, parts in ten_years(view).items():
        means = {part: round(float(values.mean())) for part, values in parts.items()}
        ends = zip(("total", "low", "high"), _mean_band(np.sum(list(parts.values()), axis=0)), strict=True)
        rows.append({"area": named(view, names[area]), **means, **{name: round(value) for name, value in ends}})
    return pd.DataFrame(rows)


def mine_beside_known(view: Context) -> pd.DataFrame:
    """Jobs of section B in Kittilä beside what its mine has told: year, own staff, contractors, ours, low and high.

    `at_least` marks years in which a figure told is a lower bound, `range` those in which it is a range's middle.
    """
    rows = _staff(view).join(_section_b(view), how="inner").reset_index()
    share = 100 * rows["section_b"] / (rows["own_employees"] + rows["contractors"])
    flags = rows[["at_least", "range"]]
    whole = rows.drop(columns=list(flags)).assign(section_b_of_all=share).round().astype(int)
    return whole.join(flags)


def staff_told(view: Context) -> pd.DataFrame:
    """What the company and the press have told of the mine's workers, year by year.

    Returns:
        index year; for own staff and contractors (figure, value, low, high) or nothing, and the source.
    """
    table = view.data.table("mines")
    rows = table[(table["place"] == KITTILA) & table["indicator"].isin(STAFF)].sort_values("period")
    ends = rows[["value", "low", "high"]].astype(float)
    figures = pd.Series([(ends.mean(axis=1)[at], *ends.loc[at]) for at in ends.index], rows.index)
    wide = rows.assign(told=figures).pivot(index="period", columns="indicator", values="told").rename_axis(index="year")
    return wide[list(STAFF)].assign(source=rows.groupby("period")["source_title"].first())


def tourism_years(view: Context, place: str, year: int) -> Array | None:
    """Our person-years of tourism in a past year: stays of 2019, moved as Lapland's were, at the person-years per stay.

    Returns:
        (draw,); None where the place has no stays, or Lapland's change is not known.
    """
    tourism, draws = view.baseline.scenario.assumptions.tourism, Draws(view.baseline.seed, 0, view.baseline.draws)
    known = view.data.places[place].members or (place,)
    moved = 1.0 if year == ANCHOR_YEAR else _moved(view, year)
    if moved is None or not set(known) <= set(tourism.nights) & set(tourism.jobs_per_1000_nights):
        return None
    yearly = [draws.sample(tourism.nights[code]) * draws.sample(tourism.jobs_per_1000_nights[code]) for code in known]
    return np.asarray(np.sum(yearly, axis=0) / 1000 * moved)


def published(view: Context, table: str, place: str, period: int, indicator: str) -> float | None:
    """A published figure; None where the folder does not have it."""
    if not view.data.has(table):
        return None
    rows = view.data.table(table)
    own = rows[(rows["place"] == place) & (rows["period"] == str(period)) & (rows["indicator"] == indicator)]
    values = own["value"].dropna()
    return float(values.iloc[-1]) if len(values) else None


def named(view: Context, code: str) -> str:
    """The name of a place, or its code where the folder does not know it."""
    return view.data.places[code].name_in(view.lang) if code in view.data.places else code


def _hannukainen(view: Context) -> list[Beside]:
    if not view.futures.has(KEY):
        return []
    ours = {
        STUDY_2014: lambda: np.sum(list(ten_years(view)["reference"].values()), axis=0),
        STUDY_2021: lambda: in_lapland(view),
    }
    found = []
    for study, reckon in ours.items():
        table, area, year, _ = study
        figure = published(view, *study)
        if figure is not None:
            key, name = f"hannukainen.{year}", f"hannukainen_{year}"
            found.append(Beside(key, name, None, area, year, figure, (table,), _of_draws(reckon)))
    return found


def _tourism(view: Context) -> list[Beside]:
    found = []
    for table, place, year, indicator in TOURISM:
        figure = published(view, table, place, year, indicator)
        draws = None if figure is None else tourism_years(view, place, year)
        if figure is not None and draws is not None:
            name = f"tourism_{view.data.places[place].slug.replace('-', '_')}_{year}"
            ours = _mean_band(draws)
            found.append(Beside("tourism", name, place, place, year, figure, (table, "tourism"), _as_is(ours)))
    return found


def _mine(view: Context) -> list[Beside]:
    """Section B of Kittilä against own staff and contractors, in years told as one number each."""
    staff = _staff(view)
    rows = staff[~staff["at_least"] & ~staff["range"]].join(_section_b(view), how="inner").reset_index()
    found = []
    for row in rows.to_dict("records"):
        year, told = int(row["year"]), float(row["own_employees"] + row["contractors"])
        ours = (float(row["section_b"]), float(row["low"]), float(row["high"]))
        found.append(Beside(MINE, f"mine_{year}", KITTILA, KITTILA, year, told, MINE_TABLES, _as_is(ours)))
    return found


def _moved(view: Context, year: int) -> float | None:
    """Lapland's stays in a year over those of the anchor year."""
    if not view.data.has("tourism"):
        return None
    rows = view.data.table("tourism")
    own = rows[(rows["place"] == LAPLAND) & (rows["period"] == f"{ANCHOR_YEAR}/{year}")]
    values = own.loc[own["indicator"] == "change of registered overnight stays", "value"].dropna()
    return 1 + float(values.iloc[-1]) / 100 if len(values) else None


def _section_b(view: Context) -> pd.DataFrame:
    """Jobs of section B in Kittilä by year with their 80 % interval: section_b, low, high."""
    panel = view.futures.panel
    if panel is None or KITTILA not in set(panel["place"].unique()):
        return pd.DataFrame(columns=["section_b", "low", "high"])
    rows = panel[(panel["place"] == KITTILA) & (panel["section"] == MINING)].set_index("year")
    error = SCORE_90 * rows["uncertainty"] * rows["jobs"]
    return pd.DataFrame({"section_b": rows["jobs"], "low": rows["jobs"] - error, "high": rows["jobs"] + error})


def _staff(view: Context) -> pd.DataFrame:
    """What the company has told of its workers: index year; own_employees, contractors, at_least, range."""
    columns = ["own_employees", "contractors", "at_least", "range"]
    if not view.data.has("mines"):
        return pd.DataFrame(columns=columns).astype({"at_least": bool, "range": bool})
    table = view.data.table("mines")
    rows = table[(table["place"] == KITTILA) & table["indicator"].isin(STAFF) & table["period"].str.fullmatch(r"\d{4}")]
    rows = rows.assign(
        year=rows["period"].astype(int),
        told=rows["value"].fillna(rows[["low", "high"]].mean(axis=1)),
        bound=rows["value"].isna() & rows["high"].isna(),
        between=rows["value"].isna() & rows["high"].notna(),
    )
    wide = rows.pivot(index="year", columns="indicator", values=["told", "bound", "between"]).dropna()
    own, others = STAFF
    return pd.DataFrame(
        {
            "own_employees": wide["told", own].astype(float),
            "contractors": wide["told", others].astype(float),
            "at_least": (wide["bound", own].astype(bool) | wide["bound", others].astype(bool)),
            "range": (wide["between", own].astype(bool) | wide["between", others].astype(bool)),
        }
    )


def _table(view: Context, rows: list[Beside]) -> pd.DataFrame:
    """Published figures and ours, rounded to whole persons."""
    return pd.DataFrame(
        [
            {
                "area": named(view, row.area),
                "year": row.period,
                "published": row.published,
                "ours": round(row.ours),
                "low": round(row.low),
                "high": round(row.high),
                "ours_of_published": round(100 * row.ours / row.published),
            }
            for row in rows
        ]
    )


def _as_is(ours: tuple[float, float, float]) -> Callable[[], tuple[float, float, float]]:
    return lambda: ours


def _of_draws(reckon: Callable[[], Array]) -> Callable[[], tuple[float, float, float]]:
    return lambda: _mean_band(reckon())


def _mean_band(draws: Array) -> tuple[float, float, float]:
    low, high = np.quantile(draws, [LOW, HIGH])
    return float(draws.mean()), float(low), float(high)


KEY = "hannukainen"
# Years from the start of building that the study of 2014 covers, and those that hold a mine's whole life.
YEARS, LIFE = 10, 40


def ten_years(view: Context) -> dict[str, dict[str, Array]]:
    """Person-years a year over the first ten years from the start of building, by area and part.

    Every draw starts at the median date, so that the ten years are the same in all; how many contractors there are
    and what is set in motion are drawn. Whoever fills the jobs is counted: commuters and those who fly in too.

    Returns:
        region and reference (Lapland) -> direct, indirect, induced -> (draw,), person-years a year.
    """
    assumptions, draws = _assumptions(view), Draws(view.baseline.seed, 0, view.baseline.draws)
    event = assumptions.events[KEY]
    years, window = _window(event, draws, YEARS)
    heads = draws.sample(assumptions.projects.headcount_per_person_year)
    inputs = view.futures.inputs
    alone = assumptions.model_copy(update={"events": {KEY: event}})
    paths = project_paths(alone, inputs.sites, inputs.suppliers, draws, years)
    direct = (paths.construction + paths.own + paths.contractors).sum(axis=2)
    within = {"direct": direct, "indirect": paths.indirect.sum(axis=(2, 3)), "induced": paths.induced.sum(axis=(2, 3))}
    outer = _around(view, assumptions, project_jobs(event, assumptions.projects, draws, KEY, years), draws)

    def yearly(values: Array) -> Array:
        return np.asarray((values * window).sum(axis=0) / YEARS / heads)

    return {
        "region": {name: yearly(values) for name, values in within.items()},
        "reference": {"direct": yearly(direct), **{name: yearly(values) for name, values in outer.items()}},
    }


def in_lapland(view: Context) -> Array:
    """Person-years in Lapland over the whole life of the mine, direct, indirect and induced: (draw,)."""
    assumptions, draws = _assumptions(view), Draws(view.baseline.seed, 0, view.baseline.draws)
    event = assumptions.events[KEY]
    years, _ = _window(event, draws, LIFE)
    jobs = project_jobs(event, assumptions.projects, draws, KEY, years)
    around = _around(view, assumptions, jobs, draws)
    total = jobs.construction + jobs.operation + around["indirect"] + around["induced"]
    return np.asarray(total.sum(axis=0) / draws.sample(assumptions.projects.headcount_per_person_year))


def _assumptions(view: Context) -> Assumptions:
    """Those of the scenario, the start of the mine held at its median."""
    assumptions = view.futures.scenario(KEY).assumptions
    event = assumptions.events[KEY]
    certain = event.start.model_copy(update={"low": event.start.value, "high": event.start.value})
    return assumptions.model_copy(
        update={"events": {**assumptions.events, KEY: event.model_copy(update={"start": certain})}}
    )


def _window(event: Event, draws: Draws, length: int) -> tuple[range, Array]:
    """Calendar years about the project, and the part of each that lies in so many years from the start of building."""
    build = draws.sample(event.construction_years) if event.construction_years else np.zeros(draws.count)
    begin = event.start.value - build
    first = math.floor(float(begin.min()))
    years = range(first, math.ceil(float(event.start.value)) + length + 1)
    ends = (begin + length)[None] - np.array(years, dtype=np.float64)[:, None]
    return years, np.clip(ends, 0.0, 1.0)


def _around(view: Context, assumptions: Assumptions, jobs: ProjectJobs, draws: Draws) -> dict[str, Array]:
    """Indirect and induced jobs in all of the reference area: name -> (year, draw)."""
    account, event = account_of(view), assumptions.events[KEY]
    whole = RegionalTable(account.requirements, account.spending)
    running = jobs_per_job(account, whole, account.largest_industry(event.industry))
    building = jobs_per_job(account, whole, account.largest_industry(event.construction_industry))
    spending = assumptions.multipliers.consumption_from_wages
    relative = draws.sample(spending) / spending.value
    live_running, live_building = _residents(assumptions, event, jobs, draws)
    parts = (
        (running, jobs.own, jobs.operation * live_running),
        (building, jobs.construction, jobs.construction * live_building),
    )
    indirect = sum((buying * per.indirect.sum() for per, buying, _ in parts), np.zeros_like(jobs.own))
    induced = sum((_induced(per, buying, paid) for per, buying, paid in parts), np.zeros_like(jobs.own))
    return {"indirect": np.asarray(indirect), "induced": np.asarray(induced * relative[None])}


def _induced(per: JobsPerJob, buying: Array, paid: Array) -> Array:
    return np.asarray(buying * per.induced_by_suppliers.sum() + paid * per.induced_by_wages.sum())


def _residents(assumptions: Assumptions, event: Event, jobs: ProjectJobs, draws: Draws) -> tuple[Array, Array]:
    """Share of the workers who live in the reference area, those in operation and those who build."""
    general = assumptions.projects
    local = local_share(
        np.abs(jobs.operation),
        draws.sample(event.local_share or general.local_share_operation),
        draws.sample(general.local_share_falls),
        draws.sample(general.local_share_reference),
    )
    running = local + draws.sample(event.neighbour_share or general.neighbour_share_operation)
    running = running + draws.sample(event.elsewhere_share or general.elsewhere_share_operation)
    names = ("local_share_construction", "neighbour_share_construction", "elsewhere_share_construction")
    building = sum(draws.sample(getattr(general, name)) for name in names)
    return np.minimum(running, 1.0), np.minimum(np.broadcast_to(building, running.shape), 1.0)


# Columns of a bar -> what of ours they show.
OURS = {"value": "ours", "low": "low", "high": "high"}


@exhibit("studies_beside_ours", theme="foresight", form="bars")
def studies_beside_ours(view: Context) -> Exhibit:
    """Our figures as a share of the published ones, each named with its area and definition."""
    lang, found = view.lang, _shown(view)
    if not found:
        raise NotKnown("no_studies")
    rows = [{"category": _said(view, row), **_ratio(row)} for row in found]
    data = pd.DataFrame(rows)
    draft = Draft(
        data=data,
        parts={
            "lowest": number(float(data["value"].min()), lang),
            "highest": percent(float(data["value"].max()), lang),
            "count": len(found),
        },
        variant="one" if len(found) == 1 else "",
        unit="%",
        tables=tuple(dict.fromkeys(table for row in found for table in row.tables)),
        runs=(view.forecast,),
        notes=tuple(f"beside.{kind}" for kind in dict.fromkeys(row.key.split(".")[0] for row in found)),
        options={"decimals": 0, "colours": dict.fromkeys(data["category"], fill_of(view))},
    )
    return made(view, "studies_beside_ours", "bars", draft)


def _shown(view: Context) -> list[Beside]:
    """Figures of the place; of the mine's years the first and the last."""
    found = [row for row in beside(view) if _concerns(view, row)]
    years = [row.period for row in found if row.key == MINE]
    return [row for row in found if row.key != MINE or row.period in (min(years), max(years))]


def _concerns(view: Context, row: Beside) -> bool:
    """Whether a figure is of the place, of an area that it lies in, or of a place within it."""
    if row.place is None:
        return True
    return bool(set(view.members) & set(view.data.places[row.place].members or (row.place,)))


def _said(view: Context, row: Beside) -> str:
    return text(
        f"beside.{row.key}",
        view.lang,
        area=named(view, row.area),
        year=str(row.period),
        published=row.published,
        ours=row.ours,
    )


def _ratio(row: Beside) -> dict[str, float]:
    """Ours in per cent of the published figure."""
    return {name: 100 * getattr(row, own) / row.published for name, own in OURS.items()}
