"""The pages of the site as Markdown: front page, places, themes, scenarios and data dictionary, in three languages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class BuildContents:
    """What a build has build, and what the pages say of it.

    Attributes:
        out: the folder of the build.
        data: the folder of tables.
        scenarios: those that were run, the reference first.
        charts: what is known of each chart that was drawn.
        notebooks: name of a notebook ("kolari/1_labour") -> its title, in the order to be shown.
    """

    out: Path
    data: Data
    scenarios: Sequence[Scenario]
    charts: Sequence[Mapping[str, Any]]
    notebooks: Mapping[str, str]

    @cached_property
    def summary(self) -> Any:
        """Headline figures by scenario, place and measure."""
        return self._json("summary.json")

    @cached_property
    def manifest(self) -> Any:
        """What build the forecast."""
        return self._json("manifest.json")

    @cached_property
    def means(self) -> pd.Series | None:
        """Means over the draws by scenario, place, measure and year, of what the scenarios are compared in."""
        path = self.out / "forecast.csv"
        if not path.is_file():
            return None
        codes = [place.code for place in self.places()]
        columns = ["scenario", "place", "year", "measure", "group", "quantile", "value"]
        table = pd.read_csv(path, usecols=columns, dtype={"place": str, "quantile": str})
        wanted = table["measure"].isin([measure for measure, _, _ in CHANGES]) & table["place"].isin(codes)
        own = table[wanted & (table["quantile"] == "mean") & (table["group"] == "total")]
        means: pd.Series = own.set_index(["scenario", "place", "measure", "year"])["value"]
        return means

    def places(self) -> list[Place]:
        """The region and its municipalities."""
        return [self.data.places.region, *self.data.places.municipalities()]

    def _json(self, name: str) -> Any:
        path = self.out / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def render_pages(build: BuildContents) -> dict[str, str]:
    """All pages but the notebooks and the method pages: path without suffix -> Markdown."""
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        root = "" if lang == "en" else f"{lang}/"
        found[f"{root}index"] = _front(build, lang)
        for place in build.places():
            found[f"{root}places/{place.slug}"] = _place(build, place, lang)
        for theme in THEMES:
            found[f"{root}themes/{theme}"] = _theme(build, theme, lang)
        found[f"{root}scenarios"] = _scenarios(build, lang)
    return found


def _root_path(lang: str, depth: int) -> str:
    """From a page of a language, so many folders below its front page, to the root of the site."""
    return "../" * (depth + (lang != "en"))


def _site_text(key: str, lang: str, **parts: Any) -> str:
    return text(f"site.{key}", lang, **parts)


def _languages(lang: str, page: str, depth: int) -> str:
    """Links to the same page in the other languages."""
    root = _root_path(lang, depth)
    folders = {other: root if other == "en" else f"{root}{other}/" for other in LANGUAGE_NAMES if other != lang}
    links = [
        f'<a href="{folder}{page}.html" lang="{other}" hreflang="{other}">{LANGUAGE_NAMES[other]}</a>'
        for other, folder in folders.items()
    ]
    return f'<p class="languages files">{" ".join(links)}</p>'


def _front(build: BuildContents, lang: str) -> str:
    until = build.manifest["years"][1] if build.manifest else 2040
    links = {place.code: f"places/{place.slug}.html" for place in build.data.places.municipalities()}
    drawn = region_map(build.data, links, _findings(build, lang), lang)
    items = "".join(
        f'<li><a href="places/{place.slug}.html">{escape(place.name_in(lang))}</a></li>' for place in build.places()
    )
    asked = {theme: (text(f"theme.{theme}", lang), text(f"question.{theme}", lang)) for theme in THEMES}
    themes = "".join(
        f'<li><a href="themes/{theme}.html">{name}</a><br>{question}</li>' for theme, (name, question) in asked.items()
    )
    root = _root_path(lang, 0)
    parts = [
        f"# {_site_text('title', lang, region=build.data.places.region.name_in(lang), until=str(until))}",
        _languages(lang, "index", 0),
        f'<div class="region"><div>{drawn}</div><div><p>{_site_text("choose", lang)}</p><ul>{items}</ul></div></div>',
        _headlines(build, lang),
        f"## {_site_text('themes', lang)}",
        f"<ul>{themes}</ul>",
        f'<p><a href="scenarios.html">{_site_text("scenarios", lang)}</a></p>',
        _reading(build, build.notebooks, lang, root),
        _downloads(build, lang, root),
        _run_summary(build, lang),
        _navigation(build) if lang == "en" else "",
    ]
    return _join_parts(parts)


def _findings(build: BuildContents, lang: str) -> dict[str, str]:
    """What a municipality's first chart finds, by code."""
    slugs = {place.slug: place.code for place in build.places()}
    found: dict[str, str] = {}
    for chart in build.charts:
        if chart["lang"] == lang and chart["place"] in slugs and not chart["missing"]:
            found.setdefault(slugs[chart["place"]], chart["title"])
    return found


def _headlines(build: BuildContents, lang: str) -> str:
    """A table of where each place stands and where the first scenario takes it."""
    if not build.summary:
        return ""
    scenario, by_place = next(iter(build.summary.items()))
    year = max(next(iter(by_place.values()))["population"]["forecast"])
    titles = {scenario.name: scenario.title_in(lang) for scenario in build.scenarios}
    heads = [_site_text("population_last", lang), *(_site_text(measure, lang, year=year) for measure in HEADLINES)]
    rows = []
    for place in (place for place in build.places() if place.code in by_place):
        measures = by_place[place.code]
        known = measures["population"]["observed"]
        last = f"{number(next(iter(known.values())), lang)} ({next(iter(known))})" if known else ""
        rows.append(
            [place.name_in(lang), last, *(_format_interval(measures[m]["forecast"][year], lang) for m in HEADLINES)]
        )
    title = _site_text("where", lang, scenario=titles.get(scenario, scenario))
    return _join_parts(
        [
            f"## {title}",
            _table("where", title, [_site_text("place", lang), *heads], rows, lang),
            f"<p>{_site_text('band', lang)}</p>",
        ]
    )


def _format_interval(figures: Mapping[str, float], lang: str) -> str:
    median, low, high = (number(figures[name], lang) for name in ("median", "low", "high"))
    return f"{median} ({low}\u2013{high})"


def _table(name: str, label: str, heads: Sequence[str], rows: Iterable[Sequence[str]], lang: str) -> str:
    """A table whose first column names the rows; it scrolls by itself where the page is narrow."""
    columns = [f"column {place}" for place in range(len(heads))]
    words = dict(zip(columns, heads, strict=True))
    return embed_html(table_html(pd.DataFrame(rows, columns=columns), lang, f"table-{name}", label, words))


def _place(build: BuildContents, place: Place, lang: str) -> str:
    root = _root_path(lang, 1)
    own = {name: title for name, title in build.notebooks.items() if name.startswith(f"{place.slug}/")}
    charts = [chart for chart in build.charts if chart["place"] == place.slug]
    parts = [
        f"# {place.name_in(lang)}",
        _languages(lang, f"places/{place.slug}", 1),
        _reading(build, own, lang, root),
        _files(build, place, lang, root),
        _drawn_in(charts, lang),
    ]
    for theme in THEMES:
        gallery = _gallery([chart for chart in charts if chart["theme"] == theme], lang, root)
        parts += [f"## {text(f'theme.{theme}', lang)}", gallery] if gallery else []
    return _join_parts(parts)


def _drawn_in(charts: Sequence[Mapping[str, Any]], lang: str) -> str:
    """In which languages the charts are, where the reader's own is not among them."""
    drawn = list(dict.fromkeys(chart["lang"] for chart in charts))
    if not drawn or lang in drawn:
        return ""
    return f"<p>{_site_text('charts_lang', lang, langs=', '.join(text(f'language.{one}', lang) for one in drawn))}</p>"


def _files(build: BuildContents, place: Place, lang: str, root: str) -> str:
    decks = {f"slides/{place.slug}.pptx": _site_text("deck_all", lang)}
    decks |= {
        f"slides/{place.slug}_{theme}.pptx": _site_text("deck", lang, theme=text(f"theme.{theme}", lang))
        for theme in THEMES
    }
    files = {**decks, f"workbooks/{place.slug}.xlsx": _site_text("workbook", lang)}
    links = [
        f'<a href="{root}{name}">{escape(words)}</a>' for name, words in files.items() if (build.out / name).is_file()
    ]
    return f'## {_site_text("downloads", lang)}\n\n<p class="files">{" ".join(links)}</p>' if links else ""


def _gallery(charts: Sequence[Mapping[str, Any]], lang: str, root: str) -> str:
    ids = list(dict.fromkeys(chart["id"] for chart in charts))
    items = "".join(_chart([chart for chart in charts if chart["id"] == name], lang, root) for name in ids)
    return f'<ul class="charts">{items}</ul>' if items else ""


def _chart(versions: Sequence[Mapping[str, Any]], lang: str, root: str) -> str:
    """One chart in the language of the page, or else in one that it was drawn in."""
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


def _theme(build: BuildContents, theme: str, lang: str) -> str:
    root = _root_path(lang, 1)
    own = {name: title for name, title in build.notebooks.items() if name.endswith(f"_{theme}")}
    region = build.data.places.region.slug
    charts = [chart for chart in build.charts if chart["place"] == region and chart["theme"] == theme]
    return _join_parts(
        [
            f"# {text(f'theme.{theme}', lang)}",
            _languages(lang, f"themes/{theme}", 1),
            f"<p>{text(f'question.{theme}', lang)}</p>",
            _reading(build, own, lang, root),
            f"## {build.data.places.region.name_in(lang)}" if charts else "",
            _gallery(charts, lang, root),
        ]
    )


def _scenarios(build: BuildContents, lang: str) -> str:
    root = _root_path(lang, 0)
    charts = [chart for chart in build.charts if chart["id"] == "scenario_compare_jobs"]
    slugs = list(dict.fromkeys(chart["place"] for chart in charts))
    parts = [f"# {_site_text('scenarios', lang)}", _languages(lang, "scenarios", 0)]
    parts += [part for change in CHANGES for part in _changes(build, *change, lang)]
    for scenario in build.scenarios:
        story = scenario.narrative.get(lang) or scenario.narrative.get("en", "")
        parts += [f"## {scenario.title_in(lang)}", f"<p>{escape(story)}</p>"]
    parts += [f"## {_site_text('charts', lang)}"] if charts else []
    parts += [
        _gallery([{**chart, "id": slug} for chart in charts if chart["place"] == slug], lang, root) for slug in slugs
    ]
    return _join_parts(parts)


def _changes(build: BuildContents, measure: str, year: int, key: str, lang: str) -> list[str]:
    """What each scenario changes, by place: the mean of the differences is the difference of the means."""
    means = build.means
    if means is None or len(build.scenarios) < 2:
        return []
    reference, *others = [scenario for scenario in build.scenarios]
    last = min(year, int(means.index.get_level_values("year").max()))
    places = [place for place in build.places() if (reference.name, place.code, measure, last) in means.index]
    rows = [
        [
            other.title_in(lang),
            *(
                number(
                    means[(other.name, place.code, measure, last)] - means[(reference.name, place.code, measure, last)],
                    lang,
                    sign=True,
                )
                for place in places
            ),
        ]
        for other in others
    ]
    names = [
        _site_text("whole_region", lang) if place == build.data.places.region else place.name_in(lang)
        for place in places
    ]
    return [
        f"## {_site_text(key, lang, year=str(last))}",
        _table(key, _site_text(key, lang, year=str(last)), [_site_text("scenario", lang), *names], rows, lang),
        f"<p>{_site_text('mean', lang)}</p>",
    ]


def _reading(build: BuildContents, notebooks: Mapping[str, str], lang: str, root: str) -> str:
    items = "".join(
        f'<li><a href="{root}notebooks/{name}.html" lang="en" hreflang="en">{escape(title)}</a></li>'
        for name, title in notebooks.items()
    )
    return f"## {_site_text('notebooks', lang)}\n\n<ul>{items}</ul>" if items else ""


def _downloads(build: BuildContents, lang: str, root: str) -> str:
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


def _navigation(build: BuildContents) -> str:
    """What the head of every page leads to."""
    folders = ("notebooks", "places", "themes")
    lists = [f"{folder}/index" for folder in folders]
    return "```{toctree}\n:hidden:\n\n" + "\n".join([*lists, "scenarios", "methods/index", "dictionary"]) + "\n```"


def _join_parts(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def contents_page(title: str, names: Iterable[str]) -> str:
    """A page that lists others, and holds them together in the head of the site."""
    return f"# {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"


def region_map(data: Data, links: Mapping[str, str], said: Mapping[str, str], lang: str) -> str:
    """Draws the municipalities of the region, its neighbours in grey around them.

    Args:
        data: the folder, for shapes, names and colours.
        links: code -> where a municipality leads.
        said: code -> what is said of it beside its name, for those who do not see the map.
        lang: language of the names.

    Returns:
        SVG to stand within a page; empty where the folder holds no shapes of them all.
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

    def placed(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - left) * scale, MARGIN + (top - y) * scale

    parts = [f'<path class="around" d="{_path(shapes[code], placed)}"/>' for code in shapes.index if code not in own]
    parts += [_link(data, code, shapes[code], placed, links[code], said.get(code, ""), lang) for code in own]
    label = escape(text("site.map", lang))
    return (
        f'<svg class="region-map" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _link(data: Data, code: str, shape: BaseGeometry, placed: object, target: str, said: str, lang: str) -> str:
    place = data.places[code]
    name = place.name_in(lang)
    point = shape.representative_point()
    x, y = placed(point.x, point.y)  # type: ignore[operator]
    fill = style.mix(place.colour, style.PAPER, 0.62)
    label = f"{name}. {said}" if said else name
    return (
        f'<a href="{escape(target)}" aria-label="{escape(label)}"><title>{escape(label)}</title>'
        f'<path d="{_path(shape, placed)}" fill="{fill}"/>'
        f'<text x="{x:.0f}" y="{y:.0f}">{escape(name)}</text></a>'
    )


def _path(shape: BaseGeometry, placed: object) -> str:
    from shapely import get_parts

    rings = [part.exterior.coords for part in get_parts(shape) if not part.is_empty]
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (placed(*point[:2]) for point in ring)) + "Z"  # type: ignore[operator]
        for ring in rings
    )


def dictionary_page(words: str, data: Data) -> str:
    """The dictionary with a table of all columns at its end.

    Args:
        words: the dictionary as Markdown; empty where the folder has none.
        data: the folder of tables.

    Returns:
        Markdown.
    """
    rows = [
        (column.name, schema.name, column.description, column.unit)
        for schema in SCHEMAS.values()
        if data.has(schema.name)
        for column in schema.columns
    ]
    head = words.rstrip() or "# Data dictionary"
    if not rows:
        return head + "\n"
    table = embed_html(
        table_html(pd.DataFrame(rows, columns=list(COLUMNS_HEADINGS)), "en", "table-columns", COLUMNS_TITLE)
    )
    return f"{head}\n\n## {COLUMNS_TITLE}\n\n{table}\n"


def embed_html(html: str) -> str:
    """HTML as it may stand in Markdown, where a blank line would end it."""
    return "\n".join(line for line in html.splitlines() if line.strip())
