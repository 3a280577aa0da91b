"""Writes the tables of the page on training from the data, the scenarios and the models.

python docs/training_tables.py; those of FORECAST rest on runs of 1,000 draws, the others on the data alone.
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


def rewritten(page: str, view: PlaceView, only: Sequence[str] = ()) -> str:
    """The page with the tables between its marks written anew, all or those named."""
    return BLOCK.sub(lambda b: b[0] if only and b[2] not in only else b[1] + TABLES[b[2]](view) + "\n" + b[3], page)


def openings(view: PlaceView, scenario: str) -> str:
    """Openings of the region by occupation, split in growth and replacement, the most first, and all."""
    table, names = tabulate_openings(view.under(scenario), YEAR), {**occupation_names(view), "ALL": "**all 59 groups**"}
    parts = ("openings", "growth", "replacement")
    rows = [
        [names[str(row["code"])], *(_band(row, part) for part in parts)]
        for _, row in pd.concat([table.head(OPENED), table.tail(1)]).iterrows()
    ]
    return _markdown(["occupation group", "openings", "growth", "replacement"], rows)


def gaps(view: PlaceView) -> str:
    """The ten widest gaps of both scenarios side by side, in the order of each."""
    names = {**occupation_names(view), "ALL": "**all 59 groups**"}
    columns = []
    for scenario in SCENARIOS:
        table = tabulate_openings(view.under(scenario), YEAR)
        order = table.iloc[:-1].sort_values("gap", ascending=False, kind="stable").head(GAPS)
        rows = pd.concat([order, table.tail(1)])
        columns.append([f"{names[str(row['code'])]}: {_band(row, 'gap')}" for _, row in rows.iterrows()])
    return _markdown(list(SCENARIOS), list(zip(*columns, strict=True)))


def places(view: PlaceView, scenario: str) -> str:
    """Places by field and year of start, and for whom it is too late."""
    table, names = tabulate_starts(view.under(scenario)), field_names(view)
    totals = table.groupby("field")["value"].sum().sort_values(ascending=False, kind="stable")
    rows = [[names[field], *_of_field(table[table["field"] == field])] for field in totals.index[:FIELDS]]
    short = [f"short {year}" for year in STARTS[:2]]
    return _markdown(["field", "too late, persons", *short, *map(str, STARTS)], rows)


def costs(view: PlaceView) -> str:
    """What a plan for the mean need costs where it errs, the dearest fields first."""
    table, names = tabulate_costs(view.under("both_booms")), field_names(view)
    order = table.sort_values("under", ascending=False, kind="stable").head(GAPS)
    rows = [
        [names[str(row["field"])], _whole(row["planned"]), _band(row, "under"), _band(row, "over")]
        for _, row in order.iterrows()
    ]
    return _markdown(["field", "planned a year", "too small", "too large"], rows)


def interest(view: PlaceView) -> str:
    """What is left of a register of a hundred, by years of delay."""
    table = tabulate_interest(view.at("kolari").under("hannukainen"), REGISTER, YEAR)
    rows = [[row["delay"], _band(row, "left"), _band(row, "match")] for _, row in table.iterrows()]
    return _markdown(["delay, years", "still interested of 100", "% of Kolari's openings"], rows)


def unmatched(view: PlaceView) -> str:
    """Jobseekers of Lapland without a group, by the producer's code."""
    seekers = view.runs.occupations.seekers
    rows = [[code, number(float(count), "en", 1)] for code, count in seekers.without_match.items()]
    matched = ["with a group", number(float(seekers.persons.sum()), "en", 1)]
    return _markdown(["code of the producer", "jobseekers, mean of 2021-2023"], [matched, *rows])


def exits(view: PlaceView) -> str:
    """Exits by place: how much older the workers are, and what leaves in ten years."""
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
    return _markdown(["place", "exits as its industries, % a year", "older than they are, times"], rows)


def _of_field(own: pd.DataFrame) -> list[str]:
    value = own.assign(start=own["start"].fillna(0).astype(int)).set_index(["route", "start"])
    keys = [("late", 0), *(("short", year) for year in STARTS[:2]), *(("long", year) for year in STARTS)]
    return [_band(value.loc[key], "value") if key in value.index else "-" for key in keys]


def _band(row: "pd.Series[float]", part: str) -> str:
    low, high = ("low", "high") if part == "value" else (f"{part}_low", f"{part}_high")
    return f"{_whole(row[part])} ({_whole(row[low])} to {_whole(row[high])})"


def _whole(value: float) -> str:
    return number(float(value), "en")


def _markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


TABLES: dict[str, Callable[[PlaceView], str]] = {
    "openings_baseline": lambda view: openings(view, "baseline"),
    "openings_both_booms": lambda view: openings(view, "both_booms"),
    "gaps": gaps,
    "places_baseline": lambda view: places(view, "baseline"),
    "places_both_booms": lambda view: places(view, "both_booms"),
    "costs": costs,
    "interest": interest,
    "unmatched": unmatched,
    "exits": exits,
}
FROM_DATA = ("unmatched", "exits")

if __name__ == "__main__":
    region = open_place("region", lang="en")
    for path in (Path(__file__).with_name(name) for name in PAGES):
        path.write_text(rewritten(path.read_text(encoding="utf-8"), region), encoding="utf-8")
