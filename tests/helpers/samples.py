"""Sample exhibits of every form, with as many series and as long texts as real ones."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from amoanalysis.exhibits.drawing.exhibit import Exhibit

PLACES = ("Enontekiö", "Kittilä", "Kolari", "Muonio", "Pello", "Ylitornio")
COLOURS = dict(zip(PLACES, ("#7a4fa3", "#b8860b", "#c0392b", "#1f8a70", "#2471a3", "#5d6d7e"), strict=True))
SECTORS = {
    "A": "Maa- ja metsätalous, kalatalous",
    "B": "Kaivostoiminta ja louhinta",
    "F": "Rakentaminen",
    "G": "Tukku- ja vähittäiskauppa",
    "I": "Majoitus- ja ravitsemistoiminta",
    "P": "Koulutus",
    "Q": "Terveys- ja sosiaalipalvelut",
}
TITLES = {
    "fan": (
        "Kittilän väestö kasvaa vielä 2030-luvulla, mutta Ylitornion ja Pellon työikäinen väestö vähenee neljänneksen",
        "Kittilä still grows in the 2030s, while Ylitornio and Pello lose a quarter of their working-age population",
    ),
    "bars": (
        "Majoitus- ja ravitsemistoiminta tarvitsee eniten uusia työntekijöitä vuoteen 2035 mennessä",
        "Hotels and restaurants need the most new workers by 2035",
    ),
    "map": (
        "Työvoima vähenee Tornionlaaksossa ja kasvaa Kittilässä vuoteen 2040 mennessä",
        "The labour force shrinks in the Torne Valley and grows in Kittilä by 2040",
    ),
}
DEFAULT = (
    "Kolarin työvoimavaje kasvaa 410 henkeen vuonna 2031, jos Hannukaisen kaivos avataan suunnitellusti",
    "Kolari will be short of 410 workers in 2031 if the Hannukainen mine opens as planned",
)
SUBTITLES = (
    "Työllinen työvoima 31.12., henkeä, Tunturi-Lappi ja Tornionlaakso, 2006-2040; mediaani ja 80 %:n väli",
    "Employed labour force on 31 December, persons, Tunturi-Lappi and Torne Valley, 2006-2040; median and 80% interval",
)
NOTES = (
    "Kaivoksen henkilöstö ja urakoitsijat ovat oletuksia (0,5-1,2 urakoitsijaa omaa työntekijää kohti); luvut on "
    "luettu toisen käden lähteestä.",
    "Staff of the mine and its contractors are assumptions (0.5-1.2 contractors per employee), read second-hand.",
)
SOURCES = (
    "Tilastokeskus, väestörakenne 11re (2019)",
    "työ- ja elinkeinoministeriö, työnvälitystilasto 12r5 (2023)",
    "oma ennuste, peruslaskelma",
)


def exhibit(form: str, lang: str = "fi", **changes: Any) -> Exhibit:
    """Returns an exhibit of a form with many series and long texts."""
    index = 0 if lang == "fi" else 1
    data, options = globals()[f"_{form}"]()
    parts: dict[str, Any] = {
        "id": f"test_{form}",
        "form": form,
        "data": data,
        "title": TITLES.get(form, DEFAULT)[index],
        "subtitle": SUBTITLES[index],
        "unit": "henkeä",
        "sources": SOURCES,
        "note": NOTES[index],
        "alt": "Kuvio sanoin: luvut ovat testiä varten keksittyjä.",
        "place": "kolari",
        "lang": lang,
        "options": options,
    }
    return Exhibit(**{**parts, **changes})


def few(form: str, lang: str = "fi", **changes: Any) -> Exhibit:
    """Returns an exhibit of a form with one series, a short title and no note."""
    data = exhibit(form).data
    if form == "table":
        data = data.head(4)
    if "series" in data.columns:
        data = data[data["series"] == data["series"].iloc[0]]
    changed = {"data": data, "title": "Kolari kasvaa", "note": "", "sources": SOURCES[:1]}
    return exhibit(form, lang, **{**changed, **changes})


def _fan() -> tuple[pd.DataFrame, dict[str, Any]]:
    starts = {"Enontekiö": 1876, "Kittilä": 6470, "Kolari": 3854, "Muonio": 2323, "Pello": 3276, "Ylitornio": 3838}
    drift = {"Enontekiö": -9, "Kittilä": 45, "Kolari": -6, "Muonio": -4, "Pello": -55, "Ylitornio": -66}
    return pd.concat([_path(name, starts[name], drift[name]) for name in PLACES]), {"colours": COLOURS}


def _path(name: str, start: float, drift: float, first: int = 2006, now: int = 2022) -> pd.DataFrame:
    years = np.arange(first, 2041)
    value = start + drift * (years - now) + 25 * np.sin(years / 2.0)
    ahead = np.maximum(years - now, 0)
    width = np.where(ahead > 0, 0.012 * start * np.sqrt(ahead), np.nan)
    kind = np.where(years <= now, "observed", "forecast")
    frame = pd.DataFrame({"year": years, "series": name, "kind": kind, "value": value})
    return frame.assign(low=value - width, high=value + width)


def _fan_grid() -> tuple[pd.DataFrame, dict[str, Any]]:
    data, _ = _fan()
    return data.assign(panel=data["series"], series="Väestö"), {"colours": COLOURS}


def _bars() -> tuple[pd.DataFrame, dict[str, Any]]:
    names = [*SECTORS.values(), "Hallinto- ja tukipalvelutoiminta", "Julkinen hallinto ja maanpuolustus"]
    now = pd.DataFrame({"category": names, "value": [-35, 310, 120, 64, 412, -18, 233, 51, 7.0], "series": "2030"})
    later = now.assign(value=now["value"] * 1.25 - 4, series="2035")
    both = pd.concat([now, later])
    return both.assign(low=both["value"] - 31, high=both["value"] + 44), {}


def _stacked() -> tuple[pd.DataFrame, dict[str, Any]]:
    years = np.arange(2007, 2041)
    parts = []
    for i, name in enumerate(SECTORS.values()):
        value = 90 + 60 * (i % 4) + (years - 2007) * (i - 2) * 1.6
        kind = np.where(years <= 2022, "observed", "forecast")
        parts.append(pd.DataFrame({"year": years, "series": name, "value": np.maximum(value, 4), "kind": kind}))
    colours = {
        "A": "#3f7d3a", "B": "#5c4033", "F": "#c0503c", "G": "#3567ab", "I": "#e08a2e", "P": "#b65f9d", "Q": "#7d2250",
    }  # fmt: skip
    return pd.concat(parts), {"colours": {SECTORS[code]: colour for code, colour in colours.items()}}


def _pyramid() -> tuple[pd.DataFrame, dict[str, Any]]:
    ages = [f"{a}–{a + 4}" for a in range(0, 95, 5)] + ["95–"]
    rows = []
    for i, series in enumerate(("2022", "2030", "2040")):
        for sex in "fm":
            bulge = 90 + 70 * np.exp(-(((np.arange(20) - 12 - i) / 4.0) ** 2)) - 3 * np.arange(20)
            value = np.maximum(bulge * (1.0 if sex == "m" else 0.93), 2)
            rows.append(pd.DataFrame({"age": ages, "sex": sex, "series": series, "value": value}))
    return pd.concat(rows), {}


def _heat() -> tuple[pd.DataFrame, dict[str, Any]]:
    months = [str(month) for month in range(1, 13)]
    rows = [
        {"row": place, "column": month, "value": 9 + 4.6 * np.sin((j + 2 * i) / 1.9) + i * 0.35}
        for i, place in enumerate((*PLACES, "Tunturi-Lappi ja Tornionlaakso"))
        for j, month in enumerate(months)
    ]
    return pd.DataFrame(rows), {"decimals": 1}


def _curve() -> tuple[pd.DataFrame, dict[str, Any]]:
    years = np.arange(2006, 2024)
    parts = [
        pd.DataFrame(
            {"year": years, "series": name, "x": 10 + i + 3 * np.sin(years / 3), "value": 2 + 2 * np.cos(years / 4 + i)}
        )
        for i, name in enumerate(PLACES[:3])
    ]
    options = {
        "colours": COLOURS,
        "across": "työttömät, % työvoimasta",
        "up": "avoimet paikat, % työvoimasta",
        "decimals": 1,
    }
    return pd.concat(parts), options


def _table() -> tuple[pd.DataFrame, dict[str, Any]]:
    rows = [
        (place, "Lappia", "Matkailupalvelujen tuottaja", np.nan if i % 2 else 16.0) for i, place in enumerate(PLACES)
    ]
    data = pd.DataFrame(rows, columns=["place", "provider", "programme", "places"])
    many = pd.concat([data.assign(programme=f"Koulutusohjelma, jolla on pitkä nimi {turn}") for turn in range(9)])
    headings = {"place": "Kunta", "provider": "Järjestäjä", "programme": "Koulutus", "places": "Paikkoja"}
    return many, {"headings": headings, "decimals": 0}


def _timeline() -> tuple[pd.DataFrame, dict[str, Any]]:
    names = ("Hannukaisen kaivos (Kaivos avataan ja matkailu kasvaa)", "Kittilän kaivoksen investointi", "Kolarin rata")
    rows = []
    for i, name in enumerate(names):
        start = 2031.0 + i
        begin = {"Rakentaminen": start - 2.5, "Käynnistys": start, "Toiminta": start + 2, "Alasajo": start + 15}
        for phase, value in begin.items():
            rows.append(
                {"row": name, "series": phase, "value": value, "end": value + 2.5, "low": np.nan, "high": np.nan}
            )
        rows[-3] |= {"low": start - 2, "high": start + 5}
    return pd.DataFrame(rows), {}


def _waterfall() -> tuple[pd.DataFrame, dict[str, Any]]:
    steps = [
        ("Työpaikkojen lisäys 2031", "total", 705), ("Pendelöinti lähikunnista", "delta", -173),
        ("Työttömien työllistyminen", "delta", -96), ("Osallistumisasteen nousu", "delta", -41),
        ("Muuttajat perheineen", "delta", -88), ("Paluumuuttajat", "delta", -22),
        ("Eläkkeelle siirtyvien korvaaminen", "delta", 191), ("Täyttämättä jäävät työpaikat", "total", 476),
    ]  # fmt: skip
    return pd.DataFrame(steps, columns=["step", "kind", "value"]), {}


def _map() -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    shapes = [_block(i % 2, i // 2) for i in range(6)]
    data = gpd.GeoDataFrame(
        {"place": [f"{i:03}" for i in range(6)], "label": PLACES, "value": [-8.1, 12.4, -2.0, 0.6, -19.5, -24.3]},
        geometry=shapes, crs="EPSG:3067",
    )  # fmt: skip
    around = gpd.GeoDataFrame(
        {"label": ["Pajala", "Sodankylä"], "geometry": [_block(-1, 1), _block(2, 1)]}, crs="EPSG:3067"
    )
    sites = pd.DataFrame(
        {
            "label": ["Hannukainen", "Ylläs", "Levi", "Kittilän lentoasema", "Kolari"],
            "kind": ["mine_planned", "resort", "resort", "airport", "station"],
            "lon": [23.98, 24.22, 24.80, 24.85, 23.84],
            "lat": [67.57, 67.56, 67.80, 67.70, 67.35],
        }
    )
    return data, {"neighbours": around, "sites": sites, "decimals": 1, "bins": [-20, -10, 0, 20]}


def _dots() -> tuple[pd.DataFrame, dict[str, Any]]:
    towns = {
        "Rovaniemi": (25.73, 66.50), "Oulu": (25.47, 65.01), "Tornio": (24.15, 65.85), "Kemi": (24.56, 65.74),
        "Helsinki": (24.94, 60.17), "Espoo": (24.66, 60.21), "Vantaa": (25.04, 60.29), "Tampere": (23.76, 61.50),
        "Turku": (22.27, 60.45), "Hämeenlinna": (24.46, 60.99), "Lahti": (25.66, 60.98), "Jyväskylä": (25.75, 62.24),
    }  # fmt: skip
    rows = [
        {"place": f"{i:03}", "label": name, "value": 700.0 / (i + 1) - 90, "lon": lon, "lat": lat}
        for i, (name, (lon, lat)) in enumerate(towns.items())
    ]
    outline = gpd.GeoDataFrame({"geometry": [shapely.box(20.6, 59.8, 31.0, 70.0)]}, crs="EPSG:4326")
    options = {"outline": outline, "named": 9, "decimals": 0, "sized": "muuttoa", "sides": ("enemmän", "vähemmän")}
    return pd.DataFrame(rows), {**options, "centre": 0.0}


def _block(column: int, row: int) -> shapely.Polygon:
    west, south = 340_000 + 55_000 * column, 7_400_000 + 60_000 * row
    return shapely.box(west, south, west + 55_000, south + 60_000)


def _flows() -> tuple[pd.DataFrame, dict[str, Any]]:
    where = {
        "Enontekiö": (23.64, 68.38), "Kittilä": (24.91, 67.65), "Kolari": (23.79, 67.33), "Muonio": (23.68, 67.96),
        "Pello": (23.97, 66.78), "Ylitornio": (23.67, 66.32), "Pajala": (23.37, 67.21), "Rovaniemi": (25.73, 66.50),
    }  # fmt: skip
    flows = [
        ("Kolari", "Kittilä", 130), ("Kittilä", "Kolari", 60), ("Muonio", "Kittilä", 80), ("Rovaniemi", "Kittilä", 210),
        ("Kittilä", "Rovaniemi", 90), ("Kolari", "Muonio", 25), ("Muonio", "Kolari", 22), ("Pello", "Ylitornio", 35),
        ("Enontekiö", "Muonio", 30), ("Kolari", "Pajala", 45), ("Ylitornio", "Pello", 20), ("Pello", "Kolari", 40),
    ]  # fmt: skip
    rows = [
        {
            "origin": one, "destination": other, "kind": "alueella" if "Rovaniemi" not in (one, other) else "muualle",
            "value": float(value), "origin_lon": where[one][0], "origin_lat": where[one][1],
            "lon": where[other][0], "lat": where[other][1],
        }
        for one, other, value in flows
    ]  # fmt: skip
    land, options = _map()
    areas = gpd.GeoDataFrame(land[["label", "geometry"]], crs="EPSG:3067")
    return pd.DataFrame(rows), {"areas": areas, "neighbours": options["neighbours"], "decimals": 0}
