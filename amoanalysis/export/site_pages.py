"""The pages of the site as Markdown: front page, places, themes, scenarios and data dictionary, in three languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from amoanalysis.config.places import Place
from amoanalysis.config.scenarios import Scenario
from amoanalysis.config.text import number, text
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.drawing.html_table import table_html
from amoanalysis.exhibits.map_layers import SHAPES
from amoanalysis.plot import style

LANGUAGES = ("en", "fi", "sv")
LANGUAGE_NAMES = {"en": "In English", "fi": "Suomeksi", "sv": "På svenska"}
HEADLINES = ("population", "labour_force", "labour_demand")
# Scenarios are compared by these: measure, year, key of the heading.
CHANGES = (("labour_demand", 2035, "change_jobs"), ("population", 2040, "change_people"))
DATA_FILES = {"forecast.csv": "data_forecast", "summary.json": "data_summary", "manifest.json": "data_manifest"}
COLUMNS_TITLE = "Every column"
COLUMNS_HEADINGS = ("column", "table", "holds", "unit")
# ETRS-TM35FIN, the projection of the map; metres.
PROJECTION = 3067
WIDTH = 420.0
MARGIN = 14.0
# Tolerance of the simplified borders, metres: finer than a screen shows.
TOLERANCE = 350.0
ToPage = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class BuildContents:
    """The contents of the folder of a build.

    Attributes:
        out: folder of the build.
        data: the tables.
        scenarios: scenarios of the build, the reference first.
        charts: entries of the list of charts.
        notebooks: name of a notebook ("kolari/1_labour") -> its title, in the order of the pages.
    """

    out: Path
    data: Data
    scenarios: Sequence[Scenario]
    charts: Sequence[Mapping[str, Any]]
    notebooks: Mapping[str, str]

    @cached_property
    def summary(self) -> Any:
        """Headline figures by scenario, place and measure; None without a forecast."""
        return self._json("summary.json")

    @cached_property
    def manifest(self) -> Any:
        """The manifest of the forecast; None without one."""
        return self._json("manifest.json")

    @cached_property
    def means(self) -> pd.Series | None:
        """Means over the draws of the measures in CHANGES, by scenario, place, measure and year."""
        path = self.out / "forecast.csv"
        if not path.is_file():
            return None
        codes = [place.code for place in self.places()]
        columns = ["scenario", "place", "year", "measure", "group", "quantile", "value"]
        table = pd.read_csv(path, usecols=columns, dtype={"place": str, "quantile": str})
        compared = table["measure"].isin([measure for measure, _, _ in CHANGES]) & table["place"].isin(codes)
        totals = table[compared & (table["quantile"] == "mean") & (table["group"] == "total")]
        means: pd.Series = totals.set_index(["scenario", "place", "measure", "year"])["value"]
        return means

    def places(self) -> list[Place]:
        """The region and its municipalities."""
        return [self.data.places.region, *self.data.places.municipalities()]

    def _json(self, name: str) -> Any:
        path = self.out / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def render_pages(build: BuildContents) -> dict[str, str]:
    """The pages made from a build: path without suffix -> Markdown."""
    pages: dict[str, str] = {}
    for lang in LANGUAGES:
        root = "" if lang == "en" else f"{lang}/"
        pages[f"{root}index"] = _front_page(build, lang)
        for place in build.places():
            pages[f"{root}places/{place.slug}"] = _place_page(build, place, lang)
        for theme in THEMES:
            pages[f"{root}themes/{theme}"] = _theme_page(build, theme, lang)
        pages[f"{root}scenarios"] = _scenario_page(build, lang)
    return pages


def _root_path(lang: str, depth: int) -> str:
    """Relative path to the root of the site from a page at a depth below the front page of its language."""
    return "../" * (depth + (lang != "en"))


def _site_text(key: str, lang: str, **parts: Any) -> str:
    return text(f"site.{key}", lang, **parts)


def _language_links(lang: str, page: str, depth: int) -> str:
    """Links to the same page in the other languages."""
    root = _root_path(lang, depth)
    folders = {other: root if other == "en" else f"{root}{other}/" for other in LANGUAGE_NAMES if other != lang}
    links = [
        f'<a href="{folder}{page}.html" lang="{other}" hreflang="{other}">{LANGUAGE_NAMES[other]}</a>'
        for other, folder in folders.items()
    ]
    return f'<p class="languages files">{" ".join(links)}</p>'


def _front_page(build: BuildContents, lang: str) -> str:
    until = build.manifest["years"][1] if build.manifest else 2040
    links = {place.code: f"places/{place.slug}.html" for place in build.data.places.municipalities()}
    svg = draw_region_map(build.data, links, _find_findings(build, lang), lang)
    items = "".join(
        f'<li><a href="places/{place.slug}.html">{escape(place.name_in(lang))}</a></li>' for place in build.places()
    )
    questions = {theme: (text(f"theme.{theme}", lang), text(f"question.{theme}", lang)) for theme in THEMES}
    themes = "".join(
        f'<li><a href="themes/{theme}.html">{name}</a><br>{question}</li>'
        for theme, (name, question) in questions.items()
    )
    root = _root_path(lang, 0)
    parts = [
        f"# {_site_text('title', lang, region=build.data.places.region.name_in(lang), until=str(until))}",
        _language_links(lang, "index", 0),
        f'<div class="region"><div>{svg}</div><div><p>{_site_text("choose", lang)}</p><ul>{items}</ul></div></div>',
        _headline_table(build, lang),
        f"## {_site_text('themes', lang)}",
        f"<ul>{themes}</ul>",
        f'<p><a href="scenarios.html">{_site_text("scenarios", lang)}</a></p>',
        _notebook_list(build.notebooks, lang, root),
        _data_list(build, lang, root),
        _run_summary(build, lang),
        _navigation() if lang == "en" else "",
    ]
    return _join_parts(parts)


def _find_findings(build: BuildContents, lang: str) -> dict[str, str]:
    """The title of the first chart of each place, by code."""
    slugs = {place.slug: place.code for place in build.places()}
    findings: dict[str, str] = {}
    for chart in build.charts:
        if chart["lang"] == lang and chart["place"] in slugs and not chart["missing"]:
            findings.setdefault(slugs[chart["place"]], chart["title"])
    return findings


def _headline_table(build: BuildContents, lang: str) -> str:
    """A table of the latest population of each place and of its forecast in the first scenario."""
    if not build.summary:
        return ""
    scenario, by_place = next(iter(build.summary.items()))
    year = max(next(iter(by_place.values()))["population"]["forecast"])
    titles = {scenario.name: scenario.title_in(lang) for scenario in build.scenarios}
    headings = [_site_text("population_last", lang), *(_site_text(measure, lang, year=year) for measure in HEADLINES)]
    rows = []
    for place in (place for place in build.places() if place.code in by_place):
        measures = by_place[place.code]
        observed = measures["population"]["observed"]
        last = f"{number(next(iter(observed.values())), lang)} ({next(iter(observed))})" if observed else ""
        rows.append(
            [place.name_in(lang), last, *(_format_interval(measures[m]["forecast"][year], lang) for m in HEADLINES)]
        )
    title = _site_text("where", lang, scenario=titles.get(scenario, scenario))
    return _join_parts(
        [
            f"## {title}",
            _table("where", title, [_site_text("place", lang), *headings], rows, lang),
            f"<p>{_site_text('band', lang)}</p>",
        ]
    )


def _format_interval(figures: Mapping[str, float], lang: str) -> str:
    median, low, high = (number(figures[name], lang) for name in ("median", "low", "high"))
    return f"{median} ({low}\u2013{high})"


def _table(name: str, label: str, headings: Sequence[str], rows: Iterable[Sequence[str]], lang: str) -> str:
    """A table with the names of rows in its first column; on a narrow page it scrolls within itself."""
    columns = [f"column {index}" for index in range(len(headings))]
    labels = dict(zip(columns, headings, strict=True))
    return embed_html(table_html(pd.DataFrame(rows, columns=columns), lang, f"table-{name}", label, labels))


def _place_page(build: BuildContents, place: Place, lang: str) -> str:
    root = _root_path(lang, 1)
    own = {name: title for name, title in build.notebooks.items() if name.startswith(f"{place.slug}/")}
    charts = [chart for chart in build.charts if chart["place"] == place.slug]
    parts = [
        f"# {place.name_in(lang)}",
        _language_links(lang, f"places/{place.slug}", 1),
        _notebook_list(own, lang, root),
        _file_links(build, place, lang, root),
        _language_note(charts, lang),
    ]
    for theme in THEMES:
        gallery = _gallery([chart for chart in charts if chart["theme"] == theme], lang, root)
        parts += [f"## {text(f'theme.{theme}', lang)}", gallery] if gallery else []
    return _join_parts(parts)


def _language_note(charts: Sequence[Mapping[str, Any]], lang: str) -> str:
    """A note on the languages of the charts if the language of the page is not among them."""
    languages = list(dict.fromkeys(chart["lang"] for chart in charts))
    if not languages or lang in languages:
        return ""
    return (
        f"<p>{_site_text('charts_lang', lang, langs=', '.join(text(f'language.{one}', lang) for one in languages))}</p>"
    )


def _file_links(build: BuildContents, place: Place, lang: str, root: str) -> str:
    decks = {f"slides/{place.slug}.pptx": _site_text("deck_all", lang)}
    decks |= {
        f"slides/{place.slug}_{theme}.pptx": _site_text("deck", lang, theme=text(f"theme.{theme}", lang))
        for theme in THEMES
    }
    files = {**decks, f"workbooks/{place.slug}.xlsx": _site_text("workbook", lang)}
    links = [
        f'<a href="{root}{name}">{escape(label)}</a>' for name, label in files.items() if (build.out / name).is_file()
    ]
    return f'## {_site_text("downloads", lang)}\n\n<p class="files">{" ".join(links)}</p>' if links else ""


def _gallery(charts: Sequence[Mapping[str, Any]], lang: str, root: str) -> str:
    ids = list(dict.fromkeys(chart["id"] for chart in charts))
    items = "".join(_chart_item([chart for chart in charts if chart["id"] == name], lang, root) for name in ids)
    return f'<ul class="charts">{items}</ul>' if items else ""


def _chart_item(versions: Sequence[Mapping[str, Any]], lang: str, root: str) -> str:
    """A chart in the language of the page or, if it was not drawn in it, in another."""
    by_lang = {chart["lang"]: chart for chart in versions}
    shown = next((by_lang[one] for one in (lang, "en", "fi") if one in by_lang), versions[0])
    picture = shown["files"].get("svg") or next(iter(shown["files"].values()))
    links = " ".join(
        f'<a href="{root}charts/{name}" hreflang="{chart["lang"]}" '
        f'aria-label="{chart["lang"]} {suffix.upper()}: {escape(shown["title"])}">{chart["lang"]} {suffix.upper()}</a>'
        for chart in versions
        for suffix, name in sorted(chart["files"].items())
    )
    return (
        f'<li lang="{shown["lang"]}"><img src="{root}charts/{picture}" alt="{escape(shown["alt"])}" loading="lazy" '
        f'width="640" height="360"><p>{escape(shown["title"])}</p><p class="files">{links}</p></li>'
    )


def _theme_page(build: BuildContents, theme: str, lang: str) -> str:
    root = _root_path(lang, 1)
    own = {name: title for name, title in build.notebooks.items() if name.endswith(f"_{theme}")}
    region = build.data.places.region.slug
    charts = [chart for chart in build.charts if chart["place"] == region and chart["theme"] == theme]
    return _join_parts(
        [
            f"# {text(f'theme.{theme}', lang)}",
            _language_links(lang, f"themes/{theme}", 1),
            f"<p>{text(f'question.{theme}', lang)}</p>",
            _notebook_list(own, lang, root),
            f"## {build.data.places.region.name_in(lang)}" if charts else "",
            _gallery(charts, lang, root),
        ]
    )


def _scenario_page(build: BuildContents, lang: str) -> str:
    root = _root_path(lang, 0)
    charts = [chart for chart in build.charts if chart["id"] == "scenario_compare_jobs"]
    slugs = list(dict.fromkeys(chart["place"] for chart in charts))
    parts = [f"# {_site_text('scenarios', lang)}", _language_links(lang, "scenarios", 0)]
    parts += [part for change in CHANGES for part in _change_table(build, *change, lang)]
    for scenario in build.scenarios:
        story = scenario.narrative.get(lang) or scenario.narrative.get("en", "")
        parts += [f"## {scenario.title_in(lang)}", f"<p>{escape(story)}</p>"]
    parts += [f"## {_site_text('charts', lang)}"] if charts else []
    parts += [
        _gallery([{**chart, "id": slug} for chart in charts if chart["place"] == slug], lang, root) for slug in slugs
    ]
    return _join_parts(parts)


def _change_table(build: BuildContents, measure: str, year: int, key: str, lang: str) -> list[str]:
    """A table of the mean change by scenario and place, computed as the difference of the means."""
    means = build.means
    if means is None or len(build.scenarios) < 2:
        return []
    reference, *others = build.scenarios
    last = min(year, int(means.index.get_level_values("year").max()))
    places = [place for place in build.places() if (reference.name, place.code, measure, last) in means.index]
    rows = []
    for other in others:
        changes = [
            means[(other.name, place.code, measure, last)] - means[(reference.name, place.code, measure, last)]
            for place in places
        ]
        rows.append([other.title_in(lang), *(number(change, lang, sign=True) for change in changes)])
    names = [
        _site_text("whole_region", lang) if place == build.data.places.region else place.name_in(lang)
        for place in places
    ]
    return [
        f"## {_site_text(key, lang, year=str(last))}",
        _table(key, _site_text(key, lang, year=str(last)), [_site_text("scenario", lang), *names], rows, lang),
        f"<p>{_site_text('mean', lang)}</p>",
    ]


def _notebook_list(notebooks: Mapping[str, str], lang: str, root: str) -> str:
    items = "".join(
        f'<li><a href="{root}notebooks/{name}.html" lang="en" hreflang="en">{escape(title)}</a></li>'
        for name, title in notebooks.items()
    )
    return f"## {_site_text('notebooks', lang)}\n\n<ul>{items}</ul>" if items else ""


def _data_list(build: BuildContents, lang: str, root: str) -> str:
    items = "".join(
        f'<li><a href="{root}{name}">{name}</a>: {_site_text(key, lang)}</li>'
        for name, key in DATA_FILES.items()
        if (build.out / name).is_file()
    )
    return f"## {_site_text('downloads', lang)}\n\n<ul>{items}</ul>" if items else ""


def _run_summary(build: BuildContents, lang: str) -> str:
    if not build.manifest:
        return ""
    names = "; ".join(scenario.title_in(lang) for scenario in build.scenarios)
    draws, seed = build.manifest["draws"], str(build.manifest["seed"])
    return f"<p>{escape(_site_text('about', lang, names=names, draws=draws, seed=seed))}</p>"


def _navigation() -> str:
    """The links of the navigation bar."""
    targets = ("notebooks/index", "places/index", "themes/index", "scenarios", "methods/index", "dictionary")
    return "```{toctree}\n:hidden:\n\n" + "\n".join(targets) + "\n```"


def _join_parts(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def contents_page(title: str, names: Iterable[str]) -> str:
    """A page that lists other pages, for the navigation."""
    return f"# {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"


def draw_region_map(data: Data, links: Mapping[str, str], labels: Mapping[str, str], lang: str) -> str:
    """A map of the municipalities of the region, with its neighbours in grey.

    Args:
        data: the tables, for shapes, names and colours.
        links: code of a municipality -> address that it links to.
        labels: code -> text after its name, for screen readers.
        lang: language of the names.

    Returns:
        SVG for a page; empty if the shapes are missing.
    """
    if not (data.folder / "geo" / f"{SHAPES}.geojson").is_file():
        return ""
    shapes = data.geometry(SHAPES).to_crs(PROJECTION).set_index("place").geometry.simplify(TOLERANCE)
    own = [code for code in links if code in shapes.index]
    if not own:
        return ""
    left, bottom, right, top = shapes.loc[own].total_bounds
    scale = (WIDTH - 2 * MARGIN) / (right - left)
    height = (top - bottom) * scale + 2 * MARGIN

    def to_page(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - left) * scale, MARGIN + (top - y) * scale

    parts = [
        f'<path class="around" d="{_svg_path(shapes[code], to_page)}"/>' for code in shapes.index if code not in own
    ]
    parts += [_map_link(data, code, shapes[code], to_page, links[code], labels.get(code, ""), lang) for code in own]
    label = escape(text("site.map", lang))
    return (
        f'<svg class="region-map" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _map_link(data: Data, code: str, shape: BaseGeometry, to_page: ToPage, target: str, label: str, lang: str) -> str:
    place = data.places[code]
    name = place.name_in(lang)
    point = shape.representative_point()
    x, y = to_page(point.x, point.y)
    fill = style.mix(place.colour, style.PAPER, 0.62)
    title = escape(f"{name}. {label}" if label else name)
    return (
        f'<a href="{escape(target)}" aria-label="{title}"><title>{title}</title>'
        f'<path d="{_svg_path(shape, to_page)}" fill="{fill}"/>'
        f'<text x="{x:.0f}" y="{y:.0f}">{escape(name)}</text></a>'
    )


def _svg_path(shape: BaseGeometry, to_page: ToPage) -> str:
    from shapely import get_parts

    rings = [part.exterior.coords for part in get_parts(shape) if not part.is_empty]
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (to_page(*point[:2]) for point in ring)) + "Z" for ring in rings
    )


def dictionary_page(dictionary: str, data: Data) -> str:
    """The data dictionary with a searchable table of all columns at its end.

    Args:
        dictionary: the dictionary as Markdown; empty if the folder has none.
        data: the tables.

    Returns:
        Markdown.
    """
    rows = [
        (column.name, schema.name, column.description, column.unit)
        for schema in SCHEMAS.values()
        if data.has(schema.name)
        for column in schema.columns
    ]
    head = dictionary.rstrip() or "# Data dictionary"
    if not rows:
        return head + "\n"
    table = embed_html(
        table_html(pd.DataFrame(rows, columns=list(COLUMNS_HEADINGS)), "en", "table-columns", COLUMNS_TITLE)
    )
    return f"{head}\n\n## {COLUMNS_TITLE}\n\n{table}\n"


def embed_html(html: str) -> str:
    """HTML without blank lines, which would end it in Markdown."""
    return "\n".join(line for line in html.splitlines() if line.strip())
