"""Writes the tables of the page on training from the data, the scenarios and the models.

python docs/training_tables.py; tables of forecasts need runs of 1,000 draws, the others only the data.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from amoanalysis.config.text import number
from amoanalysis.exhibits.training.tables import (
    field_names,
    occupation_names,
    tabulate_costs,
    tabulate_interest,
    tabulate_openings,
    tabulate_starts,
)
from amoanalysis.exhibits.view import PlaceView, open_place

PAGES = ("training.md",)
BLOCK = re.compile(r"(<!-- table (\w+) -->\n)(?:\|[^\n]*\n)*(<!-- end -->)")
SCENARIOS = ("baseline", "both_booms")
OPENED, GAPS, FIELDS = 15, 10, 12
STARTS = range(2027, 2034)
YEAR = 2035
# Made up, to show what a register is worth: 100 persons, half of them machine operators.
REGISTER = {"02.6": 50.0, "02.4": 25.0, "04.1": 25.0}


def rewrite_tables(page: str, view: PlaceView, only: Sequence[str] = ()) -> str:
    """The page with the tables between its marks replaced, all or those named."""
    return BLOCK.sub(lambda b: b[0] if only and b[2] not in only else b[1] + TABLES[b[2]](view) + "\n" + b[3], page)


def format_openings(view: PlaceView, scenario: str) -> str:
    """Openings of the region by occupation, from growth and replacement, largest first, and the total."""
    table, names = tabulate_openings(view.under(scenario), YEAR), {**occupation_names(view), "ALL": "**all 59 groups**"}
    parts = ("openings", "growth", "replacement")
    rows = [
        [names[str(row["code"])], *(_interval(row, part) for part in parts)]
        for _, row in pd.concat([table.head(OPENED), table.tail(1)]).iterrows()
    ]
    return _format_markdown(["occupation group", "openings", "growth", "replacement"], rows)


def format_gaps(view: PlaceView) -> str:
    """The ten largest gaps of both scenarios, in the order of each."""
    names = {**occupation_names(view), "ALL": "**all 59 groups**"}
    columns = []
    for scenario in SCENARIOS:
        table = tabulate_openings(view.under(scenario), YEAR)
        order = table.iloc[:-1].sort_values("gap", ascending=False, kind="stable").head(GAPS)
        rows = pd.concat([order, table.tail(1)])
        columns.append([f"{names[str(row['code'])]}: {_interval(row, 'gap')}" for _, row in rows.iterrows()])
    return _format_markdown(list(SCENARIOS), list(zip(*columns, strict=True)))


def format_places(view: PlaceView, scenario: str) -> str:
    """Training places by field and year of start, and openings that come too early for training."""
    table, names = tabulate_starts(view.under(scenario)), field_names(view)
    totals = table.groupby("field")["value"].sum().sort_values(ascending=False, kind="stable")
    rows = [[names[field], *_format_field(table[table["field"] == field])] for field in totals.index[:FIELDS]]
    short = [f"short {year}" for year in STARTS[:2]]
    return _format_markdown(["field", "too late, persons", *short, *map(str, STARTS)], rows)


def format_costs(view: PlaceView) -> str:
    """Cost of a plan for the mean demand if it is wrong, largest first."""
    table, names = tabulate_costs(view.under("both_booms")), field_names(view)
    order = table.sort_values("under", ascending=False, kind="stable").head(GAPS)
    rows = [
        [
            names[str(row["field"])],
            _whole(row["planned"]),
            _interval(row, "under"),
            _interval(row, "over"),
        ]
        for _, row in order.iterrows()
    ]
    return _format_markdown(["field", "planned a year", "too small", "too large"], rows)


def format_interest(view: PlaceView) -> str:
    """Persons still interested of a register of a hundred, by years of delay."""
    table = tabulate_interest(view.at("kolari").under("hannukainen"), REGISTER, YEAR)
    rows = [[row["delay"], _interval(row, "left"), _interval(row, "match")] for _, row in table.iterrows()]
    return _format_markdown(["delay, years", "still interested of 100", "% of Kolari's openings"], rows)


def format_unmatched(view: PlaceView) -> str:
    """Jobseekers of Lapland without an occupation group, by the producer's code."""
    seekers = view.runs.occupations.seekers
    rows = [[code, number(float(count), "en", 1)] for code, count in seekers.without_match.items()]
    matched = ["with a group", number(float(seekers.persons.sum()), "en", 1)]
    return _format_markdown(["code of the producer", "jobseekers, mean of 2021-2023"], [matched, *rows])


def format_exits(view: PlaceView) -> str:
    """Exit rates by place, and the factor for the ages of its workers."""
    base, codes = view.runs.occupations, view.runs.inputs.codes
    jobs = view.runs.inputs.jobs.jobs
    rows = [
        [
            view.data.places[code].name_in("en"),
            number(100 * float(jobs[i] @ base.exit_rates / jobs[i].sum()), "en", 2),
            number(float(base.age_factor[i]), "en", 2),
        ]
        for i, code in enumerate(codes)
    ]
    return _format_markdown(["place", "exits as its industries, % a year", "older than they are, times"], rows)


def _format_field(own: pd.DataFrame) -> list[str]:
    value = own.assign(start=own["start"].fillna(0).astype(int)).set_index(["route", "start"])
    keys = [("late", 0), *(("short", year) for year in STARTS[:2]), *(("long", year) for year in STARTS)]
    return [_interval(value.loc[key], "value") if key in value.index else "-" for key in keys]


def _interval(row: "pd.Series[float]", part: str) -> str:
    low, high = ("low", "high") if part == "value" else (f"{part}_low", f"{part}_high")
    return f"{_whole(row[part])} ({_whole(row[low])} to {_whole(row[high])})"


def _whole(value: float) -> str:
    return number(float(value), "en")


def _format_markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


TABLES: dict[str, Callable[[PlaceView], str]] = {
    "openings_baseline": lambda view: format_openings(view, "baseline"),
    "openings_both_booms": lambda view: format_openings(view, "both_booms"),
    "gaps": format_gaps,
    "places_baseline": lambda view: format_places(view, "baseline"),
    "places_both_booms": lambda view: format_places(view, "both_booms"),
    "costs": format_costs,
    "interest": format_interest,
    "unmatched": format_unmatched,
    "exits": format_exits,
}
FROM_DATA = ("unmatched", "exits")

if __name__ == "__main__":
    region = open_place("region", lang="en")
    for path in (Path(__file__).with_name(name) for name in PAGES):
        path.write_text(rewrite_tables(path.read_text(encoding="utf-8"), region), encoding="utf-8")
