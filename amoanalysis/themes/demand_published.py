"""What studies and companies have published beside what we say of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.models.draws import SCORE_90, Array, Draws
from amoanalysis.themes.demand_hannukainen import KEY, in_lapland, ten_years
from amoanalysis.themes.series import HIGH, LOW

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

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
        place: code of the place that it is of; None for all.
        area: code of the area that the published figure covers.
        period: year, or the year of the study.
        published: the figure.
        ours: ours, a mean of draws or a figure of the jobs panel.
        low: lower end of the 80 % interval of ours.
        high: its upper end.
        tables: where the published figure stands.
    """

    key: str
    place: str | None
    area: str
    period: int
    published: float
    ours: float
    low: float
    high: float
    tables: tuple[str, ...]


def beside(view: PlaceView) -> list[Beside]:
    """All published figures that ours can be held against, of the tables that the folder has."""
    return [*_hannukainen(view), *_tourism(view), *_mine(view)]


def published(view: PlaceView, table: str, place: str, period: int, indicator: str) -> float | None:
    """A published figure; None where the folder does not have it."""
    if not view.data.has(table):
        return None
    rows = view.data.table(table)
    own = rows[(rows["place"] == place) & (rows["period"] == str(period)) & (rows["indicator"] == indicator)]
    values = own["value"].dropna()
    return float(values.iloc[-1]) if len(values) else None


def tourism_beside_published(view: PlaceView) -> pd.DataFrame:
    """Person-years of tourism: area, year, published, ours, low, high, ours_of_published (per cent)."""
    return _table(view, _tourism(view)).drop(columns="key")


def mine_beside_known(view: PlaceView) -> pd.DataFrame:
    """Jobs of section B in Kittilä beside what its mine has told: year, own staff, contractors, ours, low and high.

    `at_least` marks years in which a figure told is a lower bound.
    """
    staff, ours = _staff(view), _section_b(view)
    rows = staff.join(ours, how="inner").reset_index()
    told = rows["own_employees"] + rows["contractors"]
    return rows.assign(ours_of_all_workers=(100 * rows["section_b"] / told).round()).round({"low": 0, "high": 0})


def hannukainen_beside_studies(view: PlaceView) -> pd.DataFrame:
    """Person-years of Hannukainen, published and ours, with the area that each covers and how it was made."""
    return _table(view, _hannukainen(view))


def hannukainen_by_area(view: PlaceView) -> pd.DataFrame:
    """Our person-years a year in the first ten years: a row an area, its parts in columns."""
    found = ten_years(view)
    rows = []
    for area, parts in found.items():
        total = np.sum(list(parts.values()), axis=0)
        means = {name: round(float(values.mean())) for name, values in parts.items()}
        ends = dict(zip(("total", "low", "high"), map(round, _mean_band(total)), strict=True))
        rows.append({"area": area, **means, **ends})
    return pd.DataFrame(rows)


def _hannukainen(view: PlaceView) -> list[Beside]:
    if not view.futures.has(KEY):
        return []
    yearly, life = published(view, *STUDY_2014), published(view, *STUDY_2021)
    found = []
    if yearly is not None:
        ours = np.sum(list(ten_years(view)["reference"].values()), axis=0)
        found.append(Beside("hannukainen.2014", None, LAPLAND, 2014, yearly, *_mean_band(ours), (STUDY_2014[0],)))
    if life is not None:
        ours = in_lapland(view)
        found.append(Beside("hannukainen.2021", None, FINLAND, 2021, life, *_mean_band(ours), (STUDY_2021[0],)))
    return found


def _tourism(view: PlaceView) -> list[Beside]:
    found = []
    for table, place, year, indicator in TOURISM:
        figure = published(view, table, place, year, indicator)
        ours = None if figure is None else tourism_years(view, place, year)
        if figure is not None and ours is not None:
            found.append(Beside("tourism", place, place, year, figure, *_mean_band(ours), (table, "tourism")))
    return found


def tourism_years(view: PlaceView, place: str, year: int) -> Array | None:
    """Our person-years of tourism in a past year: stays of 2019, moved as Lapland's were, at the person-years per stay.

    Returns:
        (draw,); None where the place has no stays, or Lapland's change is not known.
    """
    if place not in view.data.places:
        return None
    known = view.data.places[place].members or (place,)
    tourism, draws = view.baseline.scenario.assumptions.tourism, Draws(view.baseline.seed, 0, view.baseline.draws)
    if not set(known) <= set(tourism.nights) & set(tourism.jobs_per_1000_nights):
        return None
    moved = 0.0
    if year != ANCHOR_YEAR:
        change = _change(view, year)
        if change is None:
            return None
        moved = change / 100
    yearly = [draws.sample(tourism.nights[code]) * draws.sample(tourism.jobs_per_1000_nights[code]) for code in known]
    return np.asarray(np.sum(yearly, axis=0) / 1000 * (1 + moved))


def _change(view: PlaceView, year: int) -> float | None:
    rows = view.data.table("tourism")
    own = rows[(rows["place"] == LAPLAND) & (rows["period"] == f"{ANCHOR_YEAR}/{year}")]
    values = own.loc[own["indicator"] == "change of registered overnight stays", "value"].dropna()
    return float(values.iloc[-1]) if len(values) else None


def _mine(view: PlaceView) -> list[Beside]:
    """Section B of Kittilä against own staff and contractors, in years told as one number each."""
    staff = _staff(view)
    rows = staff[~staff["at_least"] & ~staff["range"]].join(_section_b(view), how="inner").reset_index()
    told = rows["own_employees"] + rows["contractors"]
    columns = (rows["year"], told, rows["section_b"], rows["low"], rows["high"])
    return [
        Beside(MINE, KITTILA, KITTILA, int(year), float(workers), float(ours), float(low), float(high), MINE_TABLES)
        for year, workers, ours, low, high in zip(*columns, strict=True)
    ]


def _section_b(view: PlaceView) -> pd.DataFrame:
    """Jobs of section B in Kittilä by year with their 80 % interval: section_b, low, high."""
    panel = view.futures.panel
    if panel is None or KITTILA not in set(panel["place"]):
        return pd.DataFrame(columns=["section_b", "low", "high"])
    rows = panel[(panel["place"] == KITTILA) & (panel["section"] == MINING)].set_index("year")
    error = SCORE_90 * rows["uncertainty"] * rows["jobs"]
    return pd.DataFrame({"section_b": rows["jobs"].round(), "low": rows["jobs"] - error, "high": rows["jobs"] + error})


def _staff(view: PlaceView) -> pd.DataFrame:
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


def _table(view: PlaceView, rows: list[Beside]) -> pd.DataFrame:
    """Published figures and ours, rounded to whole persons."""
    return pd.DataFrame(
        [
            {
                "key": row.key,
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


def named(view: PlaceView, code: str) -> str:
    """The name of a place, or its code where the folder does not know it."""
    return view.data.places[code].named(view.lang) if code in view.data.places else code


def _mean_band(draws: Array) -> tuple[float, float, float]:
    low, high = np.quantile(draws, [LOW, HIGH])
    return float(draws.mean()), float(low), float(high)
