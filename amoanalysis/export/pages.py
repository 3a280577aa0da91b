"""Pages that are read offline: the frame of every page, the method pages, and the index of a build."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.files import PACKAGE
from amoanalysis.places import Places
from amoanalysis.text import number

CHARTS = "charts/charts.json"
SUMMARY, MANIFEST = "summary.json", "manifest.json"
LANGUAGE_NAMES = {"fi": "Finnish", "en": "English", "sv": "Swedish"}
HEADLINES = {"population": "Population", "labour_force": "Labour force", "labour_need": "Jobs to be filled"}
_DOCS = (PACKAGE.parent / "docs", PACKAGE / "_docs")


def page(title: str, body: str, *, lang: str = "en", depth: int = 0) -> str:
    """A whole page around a body, with its style within it, so that the file can be passed on alone.

    Args:
        title: of the page.
        body: HTML.
        lang: language of the page.
        depth: folders between the page and the index.

    Returns:
        HTML that loads nothing from elsewhere.
    """
    style = (PACKAGE / "export" / "page.css").read_text(encoding="utf-8")
    # What scrolls by itself has to be reached by keyboard too.
    body = body.replace("<pre>", '<pre tabindex="0">').replace(
        '<div class="scroll">', '<div class="scroll" tabindex="0">'
    )
    back = f'<header><a href="{"../" * depth}index.html">Contents</a></header>\n' if depth else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{back}<main>\n{body.strip()}\n</main>\n"
        "<footer><p>Bands are 80 % intervals. Sources stand under each chart.</p></footer>\n</body>\n</html>\n"
    )


def method_pages() -> dict[str, str]:
    """The method pages of the project: name of the file -> HTML; none where the installation carries no docs."""
    folder = next((folder for folder in _DOCS if folder.is_dir()), None)
    return {} if folder is None else {f"{path.stem}.html": _method(path) for path in sorted(folder.glob("*.md"))}


def entry(exhibit: Exhibit, files: Iterable[Path]) -> dict[str, Any]:
    """What the index has to know of a chart that was written."""
    return {
        "place": exhibit.place,
        "id": exhibit.id,
        "lang": exhibit.lang,
        "title": exhibit.title,
        "missing": exhibit.missing is not None,
        "alt": exhibit.alt,
        "files": {path.suffix[1:]: path.name for path in files},
    }


def index_page(out: Path, places: Places, notebooks: Mapping[str, str], scenarios: Mapping[str, str]) -> str:
    """The page that leads to everything in a folder of outputs.

    Args:
        out: the folder; what is absent from it is left out of the page.
        places: names of the places.
        notebooks: name of a notebook ("kolari/1_labour") -> its title, in the order to be shown.
        scenarios: name of a scenario -> its title.

    Returns:
        HTML.
    """
    manifest, summary, charts = (_json(out / name) for name in (MANIFEST, SUMMARY, CHARTS))
    region = places.region.named("en")
    until = f" to {manifest['years'][1]}" if manifest else ""
    title = f"{region}: people, labour force and jobs{until}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        _about(manifest, scenarios),
        _headlines(summary, places, scenarios),
        _notebooks(out, notebooks),
        *(_place(out, code, places, charts or []) for code in _shown(places)),
        _data(out),
        _methods(out),
    ]
    return page(title, "\n".join(part for part in parts if part))


def _about(manifest: Any, scenarios: Mapping[str, str]) -> str:
    if not manifest:
        return ""
    names = "; ".join(scenarios.get(name, name) for name in manifest["scenarios"])
    return (
        f"<p>Scenarios: {escape(names)}. Each was run over {manifest['draws']} drawn futures with the seed "
        f"{manifest['seed']}; the same data and seed give the same figures. A band holds 80 % of the draws.</p>"
    )


def _headlines(summary: Any, places: Places, scenarios: Mapping[str, str]) -> str:
    """A table of where each place stands and where the first scenario takes it."""
    if not summary:
        return ""
    scenario, by_place = next(iter(summary.items()))
    year = max(next(iter(by_place.values()))["population"]["forecast"])
    head = "".join(f'<th class="number" scope="col">{what}, {year}</th>' for what in HEADLINES.values())
    rows = []
    for code, measures in by_place.items():
        known = measures["population"]["observed"]
        last = f"{number(next(iter(known.values())), 'en')} ({next(iter(known))})" if known else ""
        bands = (_band(measures[measure]["forecast"][year]) for measure in HEADLINES)
        cells = "".join(f'<td class="number">{band}</td>' for band in bands)
        name = escape(places[code].named("en") if code in places else code)
        rows.append(f'<tr><th scope="row">{name}</th><td class="number">{last}</td>{cells}</tr>')
    return (
        f"<h2>Where it leads: {escape(scenarios.get(scenario, scenario))}</h2>\n"
        f'<div class="scroll"><table>\n<thead><tr><th scope="col">Place</th>'
        f'<th class="number" scope="col">Population, last known</th>{head}</tr></thead>\n'
        f"<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table></div>\n<p>Median and 80 % band.</p>"
    )


def _band(figures: Mapping[str, float]) -> str:
    median, low, high = (number(figures[name], "en") for name in ("median", "low", "high"))
    return f"{median} ({low}\u2013{high})"


def _notebooks(out: Path, notebooks: Mapping[str, str]) -> str:
    items = [
        f'<li><a href="notebooks/{name}.html">{escape(title)}</a></li>'
        for name, title in notebooks.items()
        if (out / "notebooks" / f"{name}.html").is_file()
    ]
    return _section("Read", f"<ul>\n{chr(10).join(items)}\n</ul>") if items else ""


def _place(out: Path, code: str, places: Places, charts: Sequence[Mapping[str, Any]]) -> str:
    """The charts, workbook and deck of a place."""
    place = places[code]
    own = [chart for chart in charts if chart["place"] == place.slug]
    links = [
        f'<a href="{folder}/{place.slug}.{suffix}">{words}</a>'
        for folder, suffix, words in (
            ("workbooks", "xlsx", "Figures behind the charts (XLSX)"),
            ("slides", "pptx", "Slides (PPTX, Finnish)"),
        )
        if (out / folder / f"{place.slug}.{suffix}").is_file()
    ]
    if not own and not links:
        return ""
    ids = list(dict.fromkeys(chart["id"] for chart in own))
    items = "\n".join(_chart([chart for chart in own if chart["id"] == name]) for name in ids)
    charts_list = f'<details><summary>{len(ids)} charts</summary>\n<ul class="charts">\n{items}\n</ul>\n</details>'
    files = f'<p class="files">{" ".join(links)}</p>' if links else ""
    return _section(place.named("en"), files + (charts_list if ids else ""))


def _chart(versions: Sequence[Mapping[str, Any]]) -> str:
    """One chart in the languages it was drawn in: the English picture and title where there is one."""
    shown = next((chart for chart in versions if chart["lang"] == "en"), versions[0])
    pictures, lang = shown["files"], shown["lang"]
    picture = pictures.get("png") or next(iter(pictures.values()))
    links = " ".join(
        f'<a href="charts/{name}" hreflang="{chart["lang"]}">{LANGUAGE_NAMES[chart["lang"]]} {suffix.upper()}</a>'
        for chart in versions
        for suffix, name in sorted(chart["files"].items())
    )
    return (
        f'<li lang="{lang}"><img src="charts/{picture}" alt="{escape(shown["alt"])}" loading="lazy" '
        'width="640" height="360">'
        f'<p>{escape(shown["title"])}</p><p class="files" lang="en">{links}</p></li>'
    )


def _data(out: Path) -> str:
    files = {
        "forecast.csv": "every measure by scenario, place, year and quantile",
        SUMMARY: "headline figures",
        MANIFEST: "versions, hashes of the data and seed: all it takes to repeat the run",
    }
    items = [
        f'<li><a href="{name}">{name}</a>: {words}</li>' for name, words in files.items() if (out / name).is_file()
    ]
    return _section("Data", f"<ul>\n{chr(10).join(items)}\n</ul>") if items else ""


def _methods(out: Path) -> str:
    items = [
        f'<li><a href="methods/{path.name}">{escape(_title_of(path))}</a></li>'
        for path in sorted((out / "methods").glob("*.html"))
    ]
    return _section("How it is computed", f"<ul>\n{chr(10).join(items)}\n</ul>") if items else ""


def _section(heading: str, body: str) -> str:
    return f"<section>\n<h2>{escape(heading)}</h2>\n{body}\n</section>"


def _shown(places: Places) -> list[str]:
    return list(dict.fromkeys([places.region.code, *places.region.members, *(area.code for area in places.areas())]))


def _method(path: Path) -> str:
    from nbconvert.filters import markdown2html

    source = path.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", source, re.MULTILINE)
    body = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", markdown2html(source))
    body = re.sub(r'href="([\w-]+)\.md(#[^"]*)?"', r'href="\1.html\2"', body)
    body = body.replace("<table", '<div class="scroll"><table').replace("</table>", "</table></div>")
    return page(title[1] if title else path.stem, body, depth=1)


def _title_of(path: Path) -> str:
    title = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8"))
    return title[1] if title else path.stem


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
