"""Writes the tables of the method pages on labour demand from the data, the scenarios and the models.

python docs/demand_tables.py; tables of forecasts need runs of 1,000 draws, the others only the data.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from amoanalysis.config.assumptions import Assumption, Event
from amoanalysis.config.scenarios import scenario_names
from amoanalysis.config.text import number, text
from amoanalysis.exhibits.foresight.demand import COMPARED_SECTIONS, compute_multipliers, tabulate_scenarios
from amoanalysis.exhibits.foresight.published import published_studies
from amoanalysis.exhibits.labour.months import load_tourism_profile
from amoanalysis.exhibits.view import PlaceView, open_place
from amoanalysis.results.comparison import demand_by_cause
from amoanalysis.results.explain import DEMAND, DEMAND_PARTS, OTHER

PAGES = ("labour_demand.md", "projects.md", "tourism.md", "multipliers.md")
BLOCK = re.compile(r"(<!-- table (\w+) -->\n)(?:\|[^\n]*\n)*(<!-- end -->)")
YEARS = (2028, 2030, 2032, 2035, 2040, 2045)
UNTIL = 2045


def rewrite_tables(page: str, view: PlaceView, only: Sequence[str] = ()) -> str:
    """The page with the tables between its marks replaced, all or those named."""
    return BLOCK.sub(lambda b: b[0] if only and b[2] not in only else b[1] + TABLES[b[2]](view) + "\n" + b[3], page)


def format_change(view: PlaceView) -> str:
    """Effect of Hannukainen on labour demand of the region, by part: mean and 80 % interval."""
    run = view.under("hannukainen").forecast
    table = demand_by_cause(run, view.baseline, [view.place.code])
    wide = table.pivot(index=["measure", "year"], columns="quantile", values="value")
    names = {name: name.replace("_", " ") for name in (*DEMAND_PARTS, OTHER)} | {DEMAND: "**labour need**"}
    rows = [[said, *(_format_interval(wide.loc[(name, year)]) for year in YEARS)] for name, said in names.items()]
    return format_markdown(["part", *map(str, YEARS)], rows)


def format_scenarios(view: PlaceView) -> str:
    """Change of labour demand of the region in every scenario."""
    table = tabulate_scenarios(view.under(*scenario_names(view.data.folder)), 2030, 2035, 2040, 2045)
    return format_markdown(["scenario", "2030", "2035", "2040", "2045"], table.to_numpy().tolist())


def format_studies(view: PlaceView) -> str:
    """Published figures for Hannukainen and ours."""
    found = published_studies(view)
    return _compare_with_published(found.tabulate(found.compare_project(), view.lang), "study")


def format_tourism(view: PlaceView) -> str:
    """Published person-years of tourism and ours."""
    found = published_studies(view)
    return _compare_with_published(found.tabulate(found.compare_tourism(), view.lang), "year")


def format_areas(view: PlaceView) -> str:
    """Hannukainen by area and part, person-years a year in the first ten years."""
    table = published_studies(view).tabulate_project_areas(view.lang)
    return format_markdown([name.replace("_", " ") for name in table], table.to_numpy().tolist())


def format_mine(view: PlaceView) -> str:
    """Section B of Kittilä and the staff that its mine reported."""
    table = published_studies(view).tabulate_mine()
    rows = [
        [
            row.year,
            f"{'above ' if row.at_least else ''}{row.own_employees}",
            f"{'above ' if row.at_least else ''}{row.contractors}{' (middle of a range)' if row.range else ''}",
            f"{row.section_b} ({row.low} to {row.high})",
            f"{row.section_b_of_all} %",
        ]
        for row in table.itertuples()
    ]
    header = ["year", "own staff reported", "contractors reported", "section B here", "of all reported"]
    return format_markdown(header, rows)


def format_events(view: PlaceView) -> str:
    """Every event of the scenarios, with its figures."""
    seen: list[tuple[str, Event]] = []
    rows = []
    plainest = sorted(
        scenario_names(view.data.folder), key=lambda name: len(view.runs.scenario(name).assumptions.events)
    )
    for name in plainest:
        for key, event in view.runs.scenario(name).assumptions.events.items():
            if (key, event) not in seen:
                seen.append((key, event))
                rows.append([event.name["en"], f"`{name}`", *_format_event(event)])
    header = [
        "event",
        "scenario",
        "place",
        "start",
        "builders",
        "building, years",
        "own staff",
        "running, years",
        "beds",
    ]
    return format_markdown(header, rows)


def format_anchors(view: PlaceView) -> str:
    """Overnight stays of 2019 and person-years per 1,000 stays, by place."""
    tourism = view.forecast.scenario.assumptions.tourism
    rows = []
    for code in view.members:
        stays, work = tourism.nights[code], tourism.jobs_per_1000_nights[code]
        draws = published_studies(view).tourism_person_years(code, 2019)
        years = "" if draws is None else format_whole(draws.mean())
        rows.append(
            [view.data.places[code].name_in("en"), _format_assumption(stays), _format_assumption(work, 1), years]
        )
    return format_markdown(["place", "stays of 2019", "person-years per 1,000", "person-years of 2019"], rows)


def format_months(view: PlaceView) -> str:
    """Monthly profile of stays in Lapland, and of work at the assumed share of permanent staff."""
    profile, share = load_tourism_profile(view), view.forecast.scenario.assumptions.tourism.permanent_share.value
    rows = [
        ["stays, mean month = 1", *(number(value, "en", 2) for value in profile)],
        ["work, mean month = 1", *(number(share + (1 - share) * value, "en", 2) for value in profile)],
    ]
    return format_markdown(["", *(text(f"month.short.{month}", "en") for month in range(1, 13))], rows)


def format_compared(view: PlaceView) -> str:
    """Further jobs per hundred jobs of an industry, Type I / Type II, by area and quotient."""
    rows = []
    codes = [view.place.code, *(area.code for area in view.data.places.areas() if area.code != view.place.code)]
    for code in [*codes, *view.members]:
        found = compute_multipliers(view.at(code))
        for area, method in (("reference", "unadjusted"), ("place", "slq"), ("place", "flq")):
            if area == "reference" and code != view.place.code:
                continue
            own = found[(found["area"] == area) & (found["method"] == method)]
            middle = own[own["delta"] == own["delta"].median()].set_index("section")
            named = "Lapland" if area == "reference" else view.data.places[code].name_in("en")
            label = {"unadjusted": "none", "slq": "SLQ", "flq": "FLQ, 0.2"}[method]
            rows.append([named, label, *(_format_multipliers(middle.loc[section]) for section in COMPARED_SECTIONS)])
    return format_markdown(["area", "quotient", "mining", "construction", "hotels and restaurants"], rows)


def format_markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of markdown."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def format_whole(value: float) -> str:
    """A whole number with separators."""
    return number(value, "en")


def _compare_with_published(table: pd.DataFrame, period: str) -> str:
    rows = [
        [
            row.area,
            row.year,
            format_whole(row.published),
            f"{format_whole(row.ours)} ({format_whole(row.low)} to {format_whole(row.high)})",
            f"{row.ours_of_published} %",
        ]
        for row in table.itertuples()
    ]
    return format_markdown(["area of the published figure", period, "published", "ours", "of it"], rows)


def _format_interval(row: "pd.Series[float]") -> str:
    return f"{_format_signed(row['mean'])} ({_format_signed(row['0.1'])} to {_format_signed(row['0.9'])})"


def _format_signed(value: float) -> str:
    return number(value, "en", sign=True)


def _format_event(event: Event) -> list[str]:
    own = event.existing_jobs or event.operating_jobs
    staff = f"closes: {_format_assumption(own)}" if event.effect == "closes" and own else _format_assumption(own)
    return [
        event.site or event.place,
        _format_assumption(event.start, year=True),
        _format_assumption(event.construction_jobs),
        _format_assumption(event.construction_years, 1),
        staff,
        _format_assumption(event.operating_years),
        _format_assumption(event.beds_planned),
    ]


def _format_assumption(assumption: Assumption | None, digits: int = 0, year: bool = False) -> str:
    if assumption is None:
        return ""
    value, low, high = (
        str(round(x)) if year else number(x, "en", digits) for x in (assumption.value, assumption.low, assumption.high)
    )
    return f"{value} ({low} to {high})"


def _format_multipliers(row: "pd.Series[float]") -> str:
    if pd.isna(row["type_1"]):
        return "no jobs"
    return f"{format_whole(100 * (row['type_1'] - 1))} / {format_whole(100 * (row['type_2'] - 1))}"


TABLES: dict[str, Callable[[PlaceView], str]] = {
    "change": format_change,
    "scenarios": format_scenarios,
    "studies": format_studies,
    "tourism": format_tourism,
    "areas": format_areas,
    "mine": format_mine,
    "events": format_events,
    "anchors": format_anchors,
    "months": format_months,
    "compared": format_compared,
}
FORECAST = ("change", "scenarios", "studies", "tourism", "areas", "anchors")
FROM_DATA = tuple(name for name in TABLES if name not in FORECAST)

if __name__ == "__main__":
    region = open_place("region", lang="en", until=UNTIL)
    for path in (Path(__file__).with_name(name) for name in PAGES):
        path.write_text(rewrite_tables(path.read_text(encoding="utf-8"), region), encoding="utf-8")
