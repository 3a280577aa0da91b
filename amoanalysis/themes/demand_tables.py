"""The figures behind the exhibits of the labour demand: shift-share, multipliers, names of assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Assumptions, listed
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs import SECTIONS
from amoanalysis.models.location_quotients import small_cells
from amoanalysis.models.regional_multipliers import TableAccount, multiplier_table, table_account
from amoanalysis.models.shift_share import decomposition, reference_of_places
from amoanalysis.text import number, text
from amoanalysis.themes.demand_projects import event_name
from amoanalysis.themes.registry import NotKnown
from amoanalysis.themes.series import HIGH, LOW, at

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.forecast.project_paths import SuppliersBase
    from amoanalysis.themes.view import PlaceView

# The years between which industries are known in every municipality.
SHIFT_YEARS = (2012, 2017)
# Mining, building, hotels: what projects bring.
COMPARED_SECTIONS = ("B", "F", "I")
# With fewer jobs a quotient rests on a firm or two.
FEWEST_JOBS = 20.0
# Units whose numbers are read as per cent.
AS_PER_CENT = ("share", "log points", "persons per resident", "per unfilled job")


def shift_share_of(view: PlaceView) -> pd.DataFrame:
    """The change in jobs of the municipalities of a place, taken apart against their reference area.

    Returns:
        place, industry, start, end, change, national, mix, local, standard_error (jobs).

    Raises:
        NotKnown: if the industries of the area are not known in these years.
    """
    panel = view.futures.panel
    if panel is None:
        raise NotKnown("panel")
    area = reference_of_places(panel, list(dict.fromkeys(panel["place"])))
    return decomposition(panel, list(view.members), *SHIFT_YEARS, area)


def suppliers(view: PlaceView) -> SuppliersBase:
    """What multipliers are made from.

    Raises:
        NotKnown: if the folder has no input-output table.
    """
    found = view.futures.inputs.suppliers
    if found is None:
        raise NotKnown("input_output")
    return found


def account_of(view: PlaceView) -> TableAccount:
    """The input-output table of the reference area, households closed as the scenario assumes."""
    base, spent = suppliers(view), view.forecast.scenario.assumptions.multipliers.consumption_from_wages
    return table_account(base.table, base.concordance, base.table_jobs, spent.value)


def jobs_of_place(view: PlaceView) -> Array:
    """Jobs of the place by section, as multipliers take them: (section,)."""
    codes = view.futures.inputs.codes
    return np.asarray(suppliers(view).jobs[[codes.index(code) for code in view.members]].sum(axis=0))


def multipliers_of(view: PlaceView) -> pd.DataFrame:
    """Multipliers of jobs of the compared industries: the reference area as it is, the place by SLQ and FLQ.

    Returns:
        area (place, reference), method, delta, section, type_1, type_2; FLQ at the ends and the middle of delta.
    """
    account, base = account_of(view), suppliers(view)
    whole = base.jobs.sum(axis=0) + base.outside
    assumed = view.forecast.scenario.assumptions.multipliers.flq_delta
    delta = np.array([assumed.low, assumed.value, assumed.high])
    areas = {"place": jobs_of_place(view), "reference": whole}
    found = multiplier_table(account, areas, whole, ["unadjusted", "slq", "flq"], delta)
    industries = {account.of_section(section): section for section in COMPARED_SECTIONS}
    rows = found[(found["measure"] == "jobs") & found["industry"].isin(list(industries))]
    columns = ["area", "method", "delta", "section", "type_1", "type_2"]
    return rows.assign(section=rows["industry"].map(industries))[columns].reset_index(drop=True)


def multiplier_rows(view: PlaceView) -> pd.DataFrame:
    """Jobs around a hundred, as rows of bars.

    Returns:
        section, type (1: suppliers, 2: wages as well), method, category, series, value, low, high (jobs).
    """
    found, lang = multipliers_of(view), view.lang
    middle = float(np.median(found["delta"].unique()))
    wanted = (("reference", "unadjusted"), ("place", "slq"), ("place", "flq"))
    rows = []
    for section in COMPARED_SECTIONS:
        for kind in (1, 2):
            for area, method in wanted:
                own = found[(found["section"] == section) & (found["area"] == area) & (found["method"] == method)]
                values = 100 * (own.set_index("delta")[f"type_{kind}"] - 1)
                banded = method == "flq" and values.notna().all()
                rows.append(
                    {
                        "section": section,
                        "type": kind,
                        "method": method,
                        "category": text(f"multiplier.{section}.{kind}", lang),
                        "series": text(f"multiplier.{method}", lang, place=view.place.named(lang)),
                        "value": float(values[middle]),
                        "low": float(values.min()) if banded else np.nan,
                        "high": float(values.max()) if banded else np.nan,
                    }
                )
    return pd.DataFrame(rows)


def changes_of(view: PlaceView, run: Forecast, year: int) -> dict[str, float]:
    """The change of the place's labour need against the baseline in a year: mean, low and high (80 %)."""
    code = view.place.code
    change = at(run, "labour_need", code, year) - at(view.baseline, "labour_need", code, year)
    low, high = np.quantile(change, [LOW, HIGH])
    return {"mean": float(change.mean()), "low": float(low), "high": float(high)}


def scenarios_side_by_side(view: PlaceView, *years: int) -> pd.DataFrame:
    """The change of the place's labour need in every scenario shown, against the baseline.

    Args:
        view: place, and the scenarios to be shown.
        years: forecast years.

    Returns:
        scenario, then a column a year: mean and 80 % interval in words.
    """
    lang, rows = view.lang, []
    for run in view.others:
        found = {str(year): changes_of(view, run, year) for year in years}
        said = {year: text("change.band", lang, **_signed(ends, lang)) for year, ends in found.items()}
        rows.append({"scenario": run.scenario.titled(lang), **said})
    return pd.DataFrame(rows)


def _signed(ends: dict[str, float], lang: str) -> dict[str, str]:
    names = {"value": "mean", "low": "low", "high": "high"}
    return {name: number(ends[key], lang, sign=True) for name, key in names.items()}


def tiny_cells(view: PlaceView) -> list[str]:
    """Compared sections in which the place has too few jobs for a quotient to mean much."""
    rows = small_cells(jobs_of_place(view)[None], [view.place.code], FEWEST_JOBS)
    return [section for section in COMPARED_SECTIONS if section in set(rows["section"])]


def named_assumption(view: PlaceView, assumptions: Assumptions, path: str) -> str:
    """An assumption in words with its interval: "growth of overnight stays (0 to 0.04)"."""
    lang = view.lang
    block, name, *rest = path.split(".")
    if block == "events":
        words = text(f"assumption.events.{rest[0]}", lang, event=event_name(assumptions.events[name], lang))
    elif rest:
        words = text(f"assumption.{block}.{name}", lang, of=_kind(view, rest[0]))
    else:
        words = text(f"assumption.{path}", lang)
    found = next(a for a in listed(assumptions) if a.path == path)
    shares = found.unit.startswith(AS_PER_CENT)
    low, high = (_plain(end * (100 if shares else 1), lang, found.unit) for end in (found.low, found.high))
    return text("assumption.interval.share" if shares else "assumption.interval", lang, words=words, low=low, high=high)


def _kind(view: PlaceView, last: str) -> str:
    """What one of several like assumptions is about: an industry, a place, or a thing with a name of its own."""
    if last in SECTIONS:
        return text(f"industry.{last}", view.lang)
    return view.data.places[last].named(view.lang) if last in view.data.places else text(f"kind.{last}", view.lang)


def _plain(value: float, lang: str, unit: str) -> str:
    """A number with the digits that it has; a year without separators."""
    if unit == "year":
        return str(round(value))
    digits = next(d for d in range(4) if abs(value - round(value, d)) < 1e-9 or d == 3)
    return number(value, lang, digits)
