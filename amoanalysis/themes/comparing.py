"""The chart of two scenarios held against each other: what a change of the labour need is made of, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.style import INK, SECTOR_COLOURS
from amoanalysis.forecast import Forecast
from amoanalysis.forecast.apart import OTHER, PARTS, TOTAL, changes
from amoanalysis.models.draws import Array
from amoanalysis.text import number, text
from amoanalysis.themes.alt import in_words
from amoanalysis.themes.series import FORECAST, HIGH, LOW
from amoanalysis.themes.words import capital, inside

ID = "need_change"
# A part that never reaches this many jobs is left out of the chart; it stays in the table.
LEAST_JOBS = 0.5
COLOURS = {
    "project_jobs": SECTOR_COLOURS["B"],
    "indirect_jobs": SECTOR_COLOURS["G"],
    "induced_jobs": SECTOR_COLOURS["N"],
    "tourism_jobs": SECTOR_COLOURS["I"],
    OTHER: SECTOR_COLOURS["Q"],
    TOTAL: INK,
}


def need_change(other: Forecast, reference: Forecast, codes: Sequence[str], lang: str = "en") -> Exhibit:
    """Draws what `forecast.need_apart` tabulates: means of the parts, and the total with its 80 % interval.

    Args:
        other: the scenario asked about.
        reference: the scenario it is held against.
        codes: places; several make a panel each, and the title speaks of the first.
        lang: fi, en or sv.

    Returns:
        The exhibit.
    """
    found = {code: changes(other, reference, code) for code in codes}
    shown = [name for name in (TOTAL, *PARTS, OTHER) if name == TOTAL or _matters(name, list(found.values()))]
    frames = []
    for code, parts in found.items():
        rows = pd.concat([_line(parts[name], name, other.years, lang) for name in shown])
        frames.append(rows.assign(panel=other.places[code].named(lang)) if len(found) > 1 else rows)
    data = pd.concat(frames, ignore_index=True)
    form = "fan_grid" if len(found) > 1 else "fan"
    names = ", ".join(other.places[code].named(lang) for code in codes)
    titles = {"alternative": other.scenario.titled(lang), "reference": reference.scenario.titled(lang)}
    title = _title(found[codes[0]], other, codes[0], lang)
    subtitle = text(f"{ID}.subtitle", lang, place=names, first=str(other.years[0]), last=str(other.years[-1]), **titles)
    unit = text("unit.jobs", lang)
    options = {
        "decimals": 0,
        "sign": True,
        "zero": True,
        "colours": {text(f"part.{name}", lang): COLOURS[name] for name in shown},
    }
    return Exhibit(
        id=ID,
        form=form,
        data=data,
        title=title,
        subtitle=subtitle,
        unit=unit,
        sources=(_source(other, reference, lang),),
        note=text("note.need_change", lang),
        alt=f"{title}. {subtitle}. {in_words(form, data, lang, unit, options)}",
        place=other.places[codes[0]].slug,
        lang=lang,
        options=options,
    )


def _matters(name: str, found: Sequence[Mapping[str, Array]]) -> bool:
    return any(np.abs(parts[name].mean(axis=1)).max() >= LEAST_JOBS for parts in found)


def _line(values: Array, name: str, years: range, lang: str) -> pd.DataFrame:
    """The means of a part; of the total also the interval, where it holds the mean."""
    mean = values.mean(axis=1)
    low, high = np.quantile(values, [LOW, HIGH], axis=1)
    banded = (low <= mean) & (mean <= high) & (name == TOTAL)
    frame = pd.DataFrame({"year": list(years), "series": text(f"part.{name}", lang), "kind": FORECAST, "value": mean})
    return frame.assign(low=np.where(banded, low, np.nan), high=np.where(banded, high, np.nan))


def _title(parts: Mapping[str, Array], other: Forecast, code: str, lang: str) -> str:
    """The year in which the labour need changes most, and what the change is made of then."""
    means = {name: values.mean(axis=1) for name, values in parts.items()}
    peak = int(np.abs(means[TOTAL]).argmax())
    place, change = other.places[code], float(means[TOTAL][peak])
    common = {"alternative": other.scenario.titled(lang), "inside": inside(place, lang)}
    if abs(change) < LEAST_JOBS:
        return capital(text(f"{ID}.title.none", lang, **common))
    pieces = {name: number(float(means[name][peak]), lang, sign=True) for name in (*PARTS, OTHER)}
    total = number(change, lang, sign=True)
    return capital(text(f"{ID}.title", lang, **common, **pieces, change=total, peak_year=str(other.years[peak])))


def _source(other: Forecast, reference: Forecast, lang: str) -> str:
    names = ", ".join(run.scenario.titled(lang) for run in (reference, other))
    return text("source.forecasts", lang, scenario=names, draws=other.draws, seed=str(other.seed))
