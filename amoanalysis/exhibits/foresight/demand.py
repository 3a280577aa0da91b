"""Exhibits of labour demand: shift-share, multipliers, scenarios and sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.assumptions import list_assumptions as listed_assumptions
from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, describe_chart, exhibit
from amoanalysis.exhibits.context import FORECAST, HIGH, LOW, Context, MissingFigures, draws_in_year
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.foresight.projects import event_name
from amoanalysis.exhibits.phrases import capitalise, join_words, locative, round_for_title
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.jobs.shift_share import decompose_change, reference_of_places
from amoanalysis.models.projects.location_quotients import find_small_cells
from amoanalysis.models.projects.multipliers import InputOutputAccount, input_output_account, multiplier_table
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.inputs.prepare import TABLE_YEAR
from amoanalysis.pipeline.project_paths import SuppliersBase
from amoanalysis.plot.style import DOWN, INK, SECTOR_COLOURS, SERIES, UP
from amoanalysis.results.comparison import demand_changes
from amoanalysis.results.explain import DEMAND, DEMAND_PARTS, OTHER
from amoanalysis.results.forecast import Forecast

# Years with jobs by industry in every municipality.
SHIFT_YEARS = (2012, 2017)
# Mining, construction, accommodation.
COMPARED_SECTIONS = ("B", "F", "I")
# With fewer jobs a location quotient depends on single firms.
FEWEST_JOBS = 20.0
# Units shown in per cent.
AS_PER_CENT = ("share", "log points", "persons per resident", "per unfilled job")


def compute_shift_share(context: Context) -> pd.DataFrame:
    """Shift-share decomposition of the change in jobs of the municipalities of a place.

    Returns:
        place, industry, start, end, change, national, mix, local, standard_error (jobs).

    Raises:
        MissingFigures: if jobs by industry of the area are missing.
    """
    panel = context.runs.panel
    if panel is None:
        raise MissingFigures("panel")
    area = reference_of_places(panel, list(dict.fromkeys(panel["place"])))
    return decompose_change(panel, list(context.members), *SHIFT_YEARS, area)


def require_suppliers(context: Context) -> SuppliersBase:
    """Input data of the multipliers.

    Raises:
        MissingFigures: if the data folder has no input-output table.
    """
    found = context.runs.inputs.suppliers
    if found is None:
        raise MissingFigures("input_output")
    return found


def build_table_account(context: Context) -> InputOutputAccount:
    """Input-output account of the reference area, households included as the scenario assumes."""
    base, spent = require_suppliers(context), context.forecast.scenario.assumptions.multipliers.consumption_from_wages
    return input_output_account(base.table, base.concordance, base.table_jobs, spent.value)


def place_jobs_by_section(context: Context) -> Array:
    """Jobs of the place by section, for the multipliers: (section,)."""
    codes = context.runs.inputs.codes
    return np.asarray(require_suppliers(context).jobs[[codes.index(code) for code in context.members]].sum(axis=0))


def compute_multipliers(context: Context) -> pd.DataFrame:
    """Job multipliers of the compared industries: reference area unadjusted, place by SLQ and FLQ.

    Returns:
        area (place, reference), method, delta, section, type_1, type_2; FLQ at low, median and high delta.
    """
    account, base = build_table_account(context), require_suppliers(context)
    whole = base.jobs.sum(axis=0) + base.outside
    assumed = context.forecast.scenario.assumptions.multipliers.flq_delta
    delta = np.array([assumed.low, assumed.value, assumed.high])
    areas = {"place": place_jobs_by_section(context), "reference": whole}
    found = multiplier_table(account, areas, whole, ["unadjusted", "slq", "flq"], delta)
    industries = {account.largest_industry(section): section for section in COMPARED_SECTIONS}
    rows = found[(found["measure"] == "jobs") & found["industry"].isin(list(industries))]
    columns = ["area", "method", "delta", "section", "type_1", "type_2"]
    return rows.assign(section=rows["industry"].map(industries))[columns].reset_index(drop=True)


def tabulate_multipliers(context: Context) -> pd.DataFrame:
    """Further jobs per hundred jobs, as rows of a bar chart.

    Returns:
        section, type (1: suppliers, 2: and wages), method, category, series, value, low, high (jobs).
    """
    found, lang = compute_multipliers(context), context.lang
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
                        "series": text(f"multiplier.{method}", lang, place=context.place.name_in(lang)),
                        "value": float(values[middle]),
                        "low": float(values.min()) if banded else np.nan,
                        "high": float(values.max()) if banded else np.nan,
                    }
                )
    return pd.DataFrame(rows)


def summarise_change(context: Context, run: Forecast, year: int) -> dict[str, float]:
    """Change of labour demand compared with the baseline in a year: mean, low, high (80 % interval)."""
    code = context.place.code
    change = draws_in_year(run, "labour_demand", code, year) - draws_in_year(
        context.baseline, "labour_demand", code, year
    )
    low, high = np.quantile(change, [LOW, HIGH])
    return {"mean": float(change.mean()), "low": float(low), "high": float(high)}


def tabulate_scenarios(context: Context, *years: int) -> pd.DataFrame:
    """Change of labour demand in every scenario, compared with the baseline.

    Args:
        context: place and scenarios.
        years: forecast years.

    Returns:
        scenario, and one column per year with mean and 80 % interval as text.
    """
    lang, rows = context.lang, []
    for run in context.others:
        found = {str(year): summarise_change(context, run, year) for year in years}
        said = {year: text("change.band", lang, **_format_signed(ends, lang)) for year, ends in found.items()}
        rows.append({"scenario": run.scenario.title_in(lang), **said})
    return pd.DataFrame(rows)


def _format_signed(ends: dict[str, float], lang: str) -> dict[str, str]:
    names = {"value": "mean", "low": "low", "high": "high"}
    return {name: number(ends[key], lang, sign=True) for name, key in names.items()}


def find_small_sections(context: Context) -> list[str]:
    """Compared sections with too few jobs in the place for a location quotient."""
    rows = find_small_cells(place_jobs_by_section(context)[None], [context.place.code], FEWEST_JOBS)
    return [section for section in COMPARED_SECTIONS if section in set(rows["section"])]


def describe_assumption(context: Context, assumptions: Assumptions, path: str) -> str:
    """Name of an assumption with its interval, such as "growth of overnight stays (0 to 0.04)"."""
    lang = context.lang
    block, name, *rest = path.split(".")
    if block == "events":
        words = text(f"assumption.events.{rest[0]}", lang, event=event_name(assumptions.events[name], lang))
    elif rest:
        words = text(f"assumption.{block}.{name}", lang, of=_name_kind(context, rest[0]))
    else:
        words = text(f"assumption.{path}", lang)
    found = next(a for a in listed_assumptions(assumptions) if a.path == path)
    shares = found.unit.startswith(AS_PER_CENT)
    low, high = (_format_plain(end * (100 if shares else 1), lang, found.unit) for end in (found.low, found.high))
    return text("assumption.interval.share" if shares else "assumption.interval", lang, words=words, low=low, high=high)


def _name_kind(context: Context, last: str) -> str:
    """Name of the industry, place or kind that an assumption of a group is about."""
    if last in SECTIONS:
        return text(f"industry.{last}", context.lang)
    return (
        context.data.places[last].name_in(context.lang)
        if last in context.data.places
        else text(f"kind.{last}", context.lang)
    )


def _format_plain(value: float, lang: str, unit: str) -> str:
    """A number with up to three decimals as needed; a year without separators."""
    if unit == "year":
        return str(round(value))
    digits = next(d for d in range(4) if abs(value - round(value, d)) < 1e-9 or d == 3)
    return number(value, lang, digits)


# Numbers of items shown.
MOST_SECTIONS, MOST_SCENARIOS, MOST_SWINGS = 5, 3, 8
LEAST_JOBS = 1.0
SHIFT_SHARE_PARTS = ("national", "mix", "local")
# alike: national part and industry mix together, for a single industry.
SHIFT_COLOURS = {"national": "#9aa5b1", "mix": "#e08a2e", "alike": "#e08a2e", "local": "#1f5f99"}
MOVED = "labour_demand"
UNKNOWN = SECTIONS[-1]


@exhibit("shift_share", theme="labour", form="bars")
def shift_share(context: Context) -> ExhibitDraft:
    """Shift-share of the change in jobs: reference area, industry mix and local part."""
    first, last = SHIFT_YEARS
    found, lang = compute_shift_share(context), context.lang
    whole = found[["change", *SHIFT_SHARE_PARTS]].sum()
    if len(context.members) > 1:
        groups = (
            found.groupby("place", sort=False)[[*SHIFT_SHARE_PARTS]]
            .sum()
            .rename(lambda code: context.data.places[code].name_in(lang))
        )
    else:
        groups = _largest_sections(found.set_index("industry")[[*SHIFT_SHARE_PARTS, "change"]], lang)
    shown = [part for part in SHIFT_COLOURS if part in groups]
    long = groups[shown].rename_axis("category").reset_index().melt("category", var_name="part")
    long = long.sort_values("category", key=lambda names: names.map(list(groups.index).index), kind="stable")
    own = {part: number(float(whole[part]), lang, sign=True) for part in SHIFT_SHARE_PARTS}
    largest = max(("mix", "local"), key=lambda part: abs(float(whole[part])))
    return ExhibitDraft(
        data=long.assign(series=[text(f"shift.{part}", lang) for part in long["part"]]).drop(columns="part"),
        parts={
            **own,
            "change": number(float(whole["change"]), lang, sign=True),
            "first_year": first,
            "last_year": last,
        },
        variant=largest,
        unit="jobs",
        tables=("jobs_by_industry", "jobs_by_workplace"),
        notes=("shift_share",),
        options={
            "decimals": 0,
            "sign": True,
            "colours": {text(f"shift.{part}", lang): SHIFT_COLOURS[part] for part in shown},
        },
    )


@exhibit("jobs_by_industry_scenarios", theme="foresight", form="bars")
def jobs_by_industry_scenarios(context: Context) -> ExhibitDraft:
    """Difference of jobs by section between scenario and baseline in the last year, for the strongest scenarios."""
    lang, year, runs = context.lang, context.runs.until, _choose_scenarios(context)
    change = {run.scenario.title_in(lang): _change_by_section(context, run, year) for run in runs}
    means = pd.DataFrame({name: values.mean(axis=1) for name, values in change.items()}, index=list(SECTIONS))
    shown = means.drop(index=UNKNOWN).abs().max(axis=1).sort_values(ascending=False).index[:MOST_SECTIONS]
    first = next(iter(change))
    top = SECTIONS[int(means[first].abs().to_numpy().argmax())]
    most = float(means[first].loc[top])
    rows = [
        {
            "category": capitalise(text(f"industry.{section}", lang)),
            "series": name,
            **_mean_interval(values[SECTIONS.index(section)]),
        }
        for section in means.loc[shown].sum(axis=1).sort_values(ascending=False).index
        for name, values in change.items()
    ]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "alternative": first,
            "industry": text(f"industry.{top}", lang),
            "change": number(most, lang, sign=True),
            "all": number(float(means[first].sum()), lang, sign=True),
            "at_year": year,
            "scenarios": join_words([f"”{name}”" if lang != "en" else f"“{name}”" for name in change], lang),
        },
        variant="" if abs(most) >= LEAST_JOBS else "small",
        unit="jobs",
        tables=("jobs_by_industry",),
        runs=(context.baseline, *runs),
        assumed=("events", "tourism", "multipliers"),
        notes=("means_paired",),
        options={"decimals": 0, "sign": True, "colours": dict(zip(change, SERIES, strict=False))},
    )


@exhibit("multipliers_compared", theme="labour", form="bars")
def multipliers_compared(context: Context) -> ExhibitDraft:
    """Further jobs per hundred jobs: reference area unadjusted, place by two location quotients."""
    rows, lang = tabulate_multipliers(context), context.lang
    data = rows[["category", "series", "value", "low", "high"]].dropna(subset="value")
    small = find_small_sections(context)
    section = next((code for code in COMPARED_SECTIONS if code not in small), COMPARED_SECTIONS[0])
    both = rows[(rows["section"] == section) & (rows["type"] == 2)].set_index("method")["value"]
    return ExhibitDraft(
        data=data,
        parts={
            "industry": text(f"industry.{section}", lang),
            "around_lapland": number(float(both["unadjusted"]), lang),
            "around_here": number(float(both["flq"]), lang),
            "small": join_words([text(f"industry.{code}", lang) for code in small], lang),
            "table_year": TABLE_YEAR,
        },
        unit="per_hundred_jobs",
        tables=("input_output_2014", "jobs_by_industry"),
        notes=("multipliers", *(("small_cells",) if small else ())),
        options={
            "decimals": 0,
            "colours": dict(zip(dict.fromkeys(data["series"]), ("#9aa5b1", *SERIES), strict=False)),
        },
    )


@exhibit("tornado", theme="foresight", form="bars")
def tornado(context: Context) -> ExhibitDraft:
    """Assumptions with the largest effect on labour demand, each moved from low to high."""
    lang, name = context.lang, context.scenarios[0]
    scenario = context.runs.scenario(name)
    table = context.runs.sensitivity(name, MOVED, context.year).table(list(context.members)).head(MOST_SWINGS)
    ends = {"at_low": text("tornado.low", lang), "at_high": text("tornado.high", lang)}
    labels = [describe_assumption(context, scenario.assumptions, path) for path in table["path"]]
    if table.empty or len(set(labels)) < len(labels):
        raise MissingFigures("no_swings")
    rows = [
        {"category": capitalise(label), "series": words, "value": float(row[end])}
        for label, (_, row) in zip(labels, table.iterrows(), strict=True)
        for end, words in ends.items()
    ]
    first = table.iloc[0]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "assumption": labels[0].split(" (")[0],
            "low": number(min(first["at_low"], first["at_high"]), lang, sign=True),
            "high": number(max(first["at_low"], first["at_high"]), lang, sign=True),
            "base": round_for_title(
                float(draws_in_year(context.forecast, MOVED, context.place.code, context.year).mean())
            ),
            "at_year": context.year,
        },
        unit="jobs",
        runs=(context.forecast,),
        assumed=("jobs", "tourism", "population"),
        notes=("tornado",),
        options={"decimals": 0, "sign": True, "colours": {ends["at_low"]: DOWN, ends["at_high"]: UP}},
    )


def _largest_sections(sections: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The sections with the largest changes and the sum of the others, the largest gain first."""
    alike = sections.assign(alike=sections["national"] + sections["mix"])[["alike", "local", "change"]]
    order = alike["change"].abs().sort_values(ascending=False).index
    shown = [section for section in order if section != UNKNOWN][: MOST_SECTIONS + 1]
    named = alike.loc[shown].sort_values("change", ascending=False)
    named = named.rename(lambda section: capitalise(text(f"industry.{section}", lang)))
    others = alike.drop(index=shown).sum().to_frame(capitalise(text("industry.other", lang))).T
    return pd.concat([named, others])


def _choose_scenarios(context: Context) -> list[Forecast]:
    """The scenario that changes jobs of the place most, and those that differ most from it and each other.

    Raises:
        MissingFigures: if there is no other scenario.
    """
    others, year = context.others, context.runs.until
    if not others:
        raise MissingFigures("no_scenario")
    means = {run.scenario.name: _change_by_section(context, run, year).mean(axis=1) for run in others}
    kept = [np.zeros(len(SECTIONS))]
    chosen: list[Forecast] = []
    while len(chosen) < min(MOST_SCENARIOS, len(others)):
        left = [run for run in others if run not in chosen]
        far = [min(float(np.abs(means[run.scenario.name] - other).sum()) for other in kept) for run in left]
        chosen.append(left[int(np.argmax(far))])
        kept.append(means[chosen[-1].scenario.name])
    return chosen


def _change_by_section(context: Context, run: Forecast, year: int) -> Array:
    """Difference of jobs between scenario and baseline: (section, draw)."""
    base, code = context.baseline, context.place.code
    return np.stack(
        [
            draws_in_year(run, "jobs_by_industry", code, year, s)
            - draws_in_year(base, "jobs_by_industry", code, year, s)
            for s in SECTIONS
        ]
    )


def _mean_interval(draws: Array) -> dict[str, float]:
    """Mean and 80 % interval; no interval if it does not include the mean."""
    mean, (low, high) = float(draws.mean()), (float(q) for q in np.quantile(draws, [LOW, HIGH]))
    holds = low <= mean <= high
    return {"value": mean, "low": low if holds else np.nan, "high": high if holds else np.nan}


ID = "need_change"
# Smaller parts, in jobs, are left out of the chart.
LEAST_CHANGE = 0.5
COLOURS = {
    "project_jobs": SECTOR_COLOURS["B"],
    "indirect_jobs": SECTOR_COLOURS["G"],
    "induced_jobs": SECTOR_COLOURS["N"],
    "tourism_jobs": SECTOR_COLOURS["I"],
    OTHER: SECTOR_COLOURS["Q"],
    DEMAND: INK,
}


def build_need_change(other: Forecast, reference: Forecast, codes: Sequence[str], lang: str = "en") -> Exhibit:
    """Chart of `results.comparison.demand_by_cause`: means of the parts, and the total with its 80 % interval.

    Args:
        other: forecast of a scenario.
        reference: forecast that it is compared with.
        codes: places; with several, one panel each and a title about the first.
        lang: fi, en or sv.

    Returns:
        The exhibit.
    """
    found = {code: demand_changes(other, reference, code) for code in codes}
    shown = [
        name for name in (DEMAND, *DEMAND_PARTS, OTHER) if name == DEMAND or _is_visible(name, list(found.values()))
    ]
    frames = []
    for code, parts in found.items():
        rows = pd.concat([_build_part_line(parts[name], name, other.years, lang) for name in shown])
        frames.append(rows.assign(panel=other.places[code].name_in(lang)) if len(found) > 1 else rows)
    data = pd.concat(frames, ignore_index=True)
    form = "fan_grid" if len(found) > 1 else "fan"
    names = ", ".join(other.places[code].name_in(lang) for code in codes)
    titles = {"alternative": other.scenario.title_in(lang), "reference": reference.scenario.title_in(lang)}
    title = _need_change_title(found[codes[0]], other, codes[0], lang)
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
        alt=f"{title}. {subtitle}. {describe_chart(form, data, lang, unit, options)}",
        place=other.places[codes[0]].slug,
        lang=lang,
        options=options,
    )


def _is_visible(name: str, found: Sequence[Mapping[str, Array]]) -> bool:
    return any(np.abs(parts[name].mean(axis=1)).max() >= LEAST_CHANGE for parts in found)


def _build_part_line(values: Array, name: str, years: range, lang: str) -> pd.DataFrame:
    """Means of a part; for the total also the interval if it includes the mean."""
    mean = values.mean(axis=1)
    low, high = np.quantile(values, [LOW, HIGH], axis=1)
    banded = (low <= mean) & (mean <= high) & (name == DEMAND)
    frame = pd.DataFrame({"year": list(years), "series": text(f"part.{name}", lang), "kind": FORECAST, "value": mean})
    return frame.assign(low=np.where(banded, low, np.nan), high=np.where(banded, high, np.nan))


def _need_change_title(parts: Mapping[str, Array], other: Forecast, code: str, lang: str) -> str:
    """Title: the largest change of labour demand and its parts in that year."""
    means = {name: values.mean(axis=1) for name, values in parts.items()}
    peak = int(np.abs(means[DEMAND]).argmax())
    place, change = other.places[code], float(means[DEMAND][peak])
    common = {"alternative": other.scenario.title_in(lang), "inside": locative(place, lang)}
    if abs(change) < LEAST_CHANGE:
        return capitalise(text(f"{ID}.title.none", lang, **common))
    pieces = {name: number(float(means[name][peak]), lang, sign=True) for name in (*DEMAND_PARTS, OTHER)}
    total = number(change, lang, sign=True)
    return capitalise(text(f"{ID}.title", lang, **common, **pieces, change=total, peak_year=str(other.years[peak])))


def _source(other: Forecast, reference: Forecast, lang: str) -> str:
    names = ", ".join(run.scenario.title_in(lang) for run in (reference, other))
    return text("source.forecasts", lang, scenario=names, draws=other.n_draws, seed=str(other.seed))
