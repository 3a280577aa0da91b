"""Writes the tables of the method pages on jobs from the data and the code: python docs/jobs_tables.py."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.models.jobs import labour_demand as jobs
from amoanalysis.models.jobs import nowcast as jobs_nowcast
from amoanalysis.models.jobs import panel as jobs_panel
from amoanalysis.models.jobs import shift_share
from amoanalysis.models.jobs import shift_share as local_trends
from amoanalysis.models.labour_force.participation import LabourAccount, labour_account

PAGES = ("jobs_panel.md", "shift_share.md")
BLOCK = re.compile(r"(<!-- table (\w+) -->\n)(?:\|[^\n]*\n)*(<!-- end -->)")
SHOWN_YEARS = range(2012, 2022)


@dataclass(frozen=True)
class JobsData:
    """The data, Lapland's municipalities, their account and their jobs panel."""

    data: Data
    lapland: list[str]
    account: LabourAccount
    panel: pd.DataFrame
    national: np.ndarray

    @property
    def six(self) -> list[str]:
        """Codes of the municipalities of the region."""
        return [place.code for place in self.data.places.municipalities()]

    def name(self, code: str) -> str:
        """English name of a place."""
        return self.data.places[code].name_in("en")


def read_jobs_data(data: Data) -> JobsData:
    """Builds the panel of a data folder as the forecast does."""
    lapland = list(data.places["MK19"].members)
    tables = {name: data.table(name) for name in jobs_panel.TABLES}
    account = labour_account(
        data.table("employed_residents"), tables["jobs_by_workplace"], tables["labour_market_monthly"], lapland
    )
    finland = data.table("population").query("place == 'SSS'").set_index("year")["population"].astype(float)
    national = jobs.national_trend(data.table("employed_by_industry_and_age"), finland)
    return JobsData(data, lapland, account, jobs_panel.jobs_panel(tables, account, lapland, national), national)


def rewrite_tables(page: str, found: JobsData) -> str:
    """The page with every table between its marks replaced."""
    return BLOCK.sub(lambda block: block[1] + TABLES[block[2]](found) + "\n" + block[3], page)


def tabulate_undercount(found: JobsData) -> str:
    """Jobs missing from postal sums, by year, and the sections with the largest gaps."""
    panel = found.panel[found.panel["basis"] == "postal_sums"]
    base = (panel["jobs"] / panel["scale"]).fillna(0.0)
    lacking = panel.assign(lacking=panel["jobs"] - base)
    years = lacking.groupby("year")[["jobs", "lacking"]].sum()
    by_section = lacking.groupby(["year", "section"])[["jobs", "lacking"]].sum()
    share = (100 * by_section["lacking"] / by_section["jobs"]).unstack("section")
    worst = [section for section in share.mean().nlargest(6).index if section != "TUX"]
    rows = [
        [
            year,
            whole(jobs),
            whole(gone),
            decimal(100 * gone / jobs),
            *(decimal(share.loc[year, s]) for s in worst),
        ]
        for year, jobs, gone in years.itertuples()
    ]
    return format_markdown(["year", "jobs", "not found", "%", *(f"{section}, %" for section in worst)], rows)


def tabulate_place(code: str) -> Callable[[JobsData], str]:
    """Jobs of a place by section and year, with the uncertainty of some years."""

    def table(found: JobsData) -> str:
        rows = found.panel[found.panel["place"] == code]
        wide = rows.pivot(index="section", columns="year", values="jobs")
        error = 100 * rows.pivot(index="section", columns="year", values="uncertainty")
        lines = [
            [
                section,
                *(whole(wide.loc[section, year]) for year in SHOWN_YEARS),
                *(whole(error.loc[section, y]) for y in (2012, 2021)),
            ]
            for section in jobs.SECTIONS
        ]
        lines.append(["all", *(whole(wide[year].sum()) for year in SHOWN_YEARS), "", ""])
        return format_markdown(["section", *map(str, SHOWN_YEARS), "± % 2012", "± % 2021"], lines)

    return table


def tabulate_mining(found: JobsData) -> str:
    """Section B in Kittilä and the work force that the mine reported."""
    mines = found.data.table("mines")
    told = mines[(mines["place"] == "261") & mines["place_name"].str.startswith("Kittilä")]
    section = found.panel[(found.panel["place"] == "261") & (found.panel["section"] == "B")].set_index("year")["jobs"]
    rows = []
    for year in range(2010, 2022):
        own, contractors = (_format_reported(told, str(year), name) for name in ("own employees", "contractor workers"))
        rows.append([year, whole(section[year]), own, contractors])
    return format_markdown(["year", "section B here", "own employees reported", "contractors' workers reported"], rows)


def tabulate_nowcast_errors(found: JobsData) -> str:
    """Relative standard error of total jobs in the nowcast years."""
    tables = [found.data.table(name) for name in ("jobs_by_workplace", "labour_market_monthly")]
    totals = jobs_nowcast.job_totals(tables[0], found.account, tables[1], found.lapland)
    places = [*found.six, "698"]
    years = [year for year in totals.years if totals.source[totals.years.index(year)] != jobs_nowcast.OBSERVED]
    rows = [
        [
            found.name(code),
            *(decimal(100 * totals.variance[found.lapland.index(code), totals.years.index(y)] ** 0.5) for y in years),
        ]
        for code in places
    ]
    return format_markdown(["± % of all jobs", *map(str, years)], rows)


def compare_with_reference(reference: str, first: int, last: int) -> Callable[[JobsData], str]:
    """Shift-share of the six compared with Lapland by section or broad sector, or with Finland."""

    def table(found: JobsData) -> str:
        parts = shift_share.decompose_change(found.panel, found.six, first, last, _reference(found, reference))
        rows = [
            [
                found.name(str(row.Index)),
                whole(row.start),
                whole(row.end),
                *map(signed, (row.change, row.national, row.mix, row.local)),
            ]
            for row in shift_share.sum_by_place(parts).itertuples()
        ]
        around = "Finland" if reference == "finland" else "Lapland"
        return format_markdown(["place", str(first), str(last), "change", around, "industry mix", "local"], rows)

    return table


def compare_dynamic(found: JobsData) -> str:
    """The classical and the dynamic decomposition."""
    reference = _reference(found, "sections")
    both = [
        shift_share.sum_by_place(shift_share.decompose_change(found.panel, found.six, 2012, 2017, reference, dynamic))
        for dynamic in (False, True)
    ]
    rows = [
        [found.name(code), *(signed(part.loc[code, n]) for n in ("mix", "local") for part in both)]
        for code in found.six
    ]
    return format_markdown(["place", "mix", "mix, dynamic", "local", "local, dynamic"], rows)


def tabulate_long_run(found: JobsData) -> str:
    """Totals against Finland's, 1987-2017."""
    reference = shift_share.reference_of_totals(found.data.table("jobs_by_workplace"))
    periods = [(1987, 1995), (1995, 2007), (2007, 2017)]
    parts = [
        shift_share.sum_by_place(shift_share.decompose_change(found.panel, found.six, *p, reference)) for p in periods
    ]
    rows = [
        [found.name(code), *(signed(part.loc[code, column]) for part in parts for column in ("change", "local"))]
        for code in found.six
    ]
    heads = [f"{first}-{last}, {what}" for first, last in periods for what in ("change", "beyond Finland")]
    return format_markdown(["place", *heads], rows)


def tabulate_largest(found: JobsData) -> str:
    """The three sections of each place whose local part is largest."""
    parts = shift_share.decompose_change(found.panel, found.six, 2012, 2017, _reference(found, "sections"))
    parts = parts.assign(size=parts["local"].abs())
    rows = []
    for code in found.six:
        top = parts[parts["place"] == code].nlargest(3, "size")
        told = [f"{r.industry} {signed(r.local)} ± {whole(r.standard_error)}" for r in top.itertuples()]
        rows.append([found.name(code), *told])
    return format_markdown(["place", "largest", "second", "third"], rows)


def tabulate_trends(found: JobsData) -> str:
    """Yearly growth beyond drivers, per cent, after pooling."""
    care = jobs.care_weights(found.data.table("jobs_by_industry"), found.data.table("population_by_age_sex"))
    tables = found.data.table("population"), found.data.table("population_by_age_group")
    assumed = load_scenario("baseline", found.data.folder).assumptions.jobs
    elasticities = (assumed.population_elasticity.value, assumed.construction_elasticity.value)
    drivers = local_trends.driver_growth(*tables, care, found.lapland, (2012, 2017), elasticities)
    fitted = local_trends.estimate_local_trends(found.panel, found.lapland, drivers, found.national, 2012, 2017)
    error = np.median(fitted.standard_error, axis=0)
    rows = []
    for i, section in enumerate(jobs.SECTIONS):
        if section not in local_trends.SECTIONS_WITHOUT_TREND:
            own = [signed(100 * fitted.trend[found.lapland.index(code), i], 1) for code in found.six]
            parts = [signed(100 * part[i], 1) for part in (fitted.national, fitted.area)]
            rows.append([section, *parts, *own, decimal(100 * error[i])])
    heads = ["section", "Finland", "Lapland adds", *(found.name(code) for code in found.six), "±"]
    return format_markdown(heads, rows)


def format_markdown(heads: list[str], rows: Iterable[Sequence[object]]) -> str:
    """A table: first column left, the others right."""
    rule = "|---|" + "---:|" * (len(heads) - 1)
    lines = ["| " + " | ".join(heads) + " |", rule]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def whole(value: float) -> str:
    """A number without decimals, with separators of thousands."""
    return f"{value:,.0f}".replace("-0", "0") if abs(value) < 0.5 else f"{value:,.0f}"


def decimal(value: float) -> str:
    """A number with one decimal."""
    return f"{value:.1f}"


def signed(value: float, decimals: int = 0) -> str:
    """A number with its sign, a true minus."""
    text = f"{value:+,.{decimals}f}"
    return text.lstrip("+-") if not text.strip("+-0.") else text.replace("-", "−")


def _format_reported(mines: pd.DataFrame, year: str, indicator: str) -> str:
    rows = mines[(mines["period"] == year) & (mines["indicator"] == indicator)]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if pd.notna(row["value"]):
        return whole(row["value"])
    return f"above {whole(row['low'])}" if pd.isna(row["high"]) else f"{whole(row['low'])}-{whole(row['high'])}"


def _reference(found: JobsData, name: str) -> pd.DataFrame:
    if name == "finland":
        tables = [found.data.table(table) for table in ("employed_by_industry_and_age", "jobs_by_workplace")]
        return shift_share.reference_of_survey(*tables)
    industries = shift_share.BROAD_SECTORS if name == "broad" else jobs.SECTIONS
    return shift_share.reference_of_places(found.panel, found.lapland, industries)


TABLES: dict[str, Callable[[JobsData], str]] = {
    "undercount": tabulate_undercount,
    "kolari": tabulate_place("273"),
    "kittila": tabulate_place("261"),
    "mining": tabulate_mining,
    "nowcast_errors": tabulate_nowcast_errors,
    "lapland": compare_with_reference("sections", 2012, 2017),
    "finland": compare_with_reference("finland", 2012, 2017),
    "broad": compare_with_reference("broad", 2007, 2012),
    "dynamic": compare_dynamic,
    "long_run": tabulate_long_run,
    "largest": tabulate_largest,
    "trends": tabulate_trends,
}

if __name__ == "__main__":
    facts = read_jobs_data(Data(data_folder()))
    for page in (Path(__file__).with_name(name) for name in PAGES):
        page.write_text(rewrite_tables(page.read_text(encoding="utf-8"), facts), encoding="utf-8")
