"""A data folder with invented municipalities, for what has to hold of any set of them."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import file_sha256
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.models.jobs.labour_demand import SECTIONS

REFERENCE, COUNTRY = "MK19", "SSS"
BORROWED = (
    "mortality",
    "total_fertility_rate",
    "fertility_age_pattern",
    "net_migration_by_age",
    "labour_force_by_age",
    "input_output_2014",
)
AGES = np.arange(101)
FIRST_REGISTER, LAST_REGISTER, LAST_EMPLOYMENT, LAST_TOTAL = 2006, 2023, 2017, 2021


def made_folder(folder: Path, codes: list[str], seed: int = 1) -> Path:
    """Writes places, assumptions, the baseline and every table that a forecast needs.

    The area whose vital rates are borrowed, and the country, keep the snapshot's rows; the municipalities' numbers are
    invented.
    """
    snapshot = Data(data_folder())
    rng = np.random.default_rng(seed)
    sizes = {code: int(size) for code, size in zip(codes, rng.integers(500, 12_000, len(codes)), strict=True)}
    (folder / "tables").mkdir(parents=True)
    (folder / "scenarios").mkdir()
    (folder / "assumptions.toml").write_text(_assumptions(snapshot.folder, codes), encoding="utf-8")
    shutil.copy(snapshot.folder / "scenarios" / "baseline.toml", folder / "scenarios")
    shutil.copytree(snapshot.folder / "concordances", folder / "concordances")
    (folder / "places.toml").write_text(_places(codes), encoding="utf-8")
    frames = {name: snapshot.table(name) for name in (*BORROWED, "employed_by_industry_and_age")}
    makers: dict[str, Callable[[dict[str, int], np.random.Generator], pd.DataFrame]] = {
        "population": _population,
        "population_by_age_sex": _by_age,
        "internal_migration": _moves,
        "employed_residents": _residents,
        "jobs_by_workplace": _workplaces,
        "labour_market_monthly": _register,
        "jobs_by_industry": _industries,
    }
    for name, make in makers.items():
        kept = snapshot.table(name).query("place in [@REFERENCE, @COUNTRY]") if name.startswith("population") else None
        frames[name] = pd.concat([make(sizes, rng), kept], ignore_index=True)
    for name, frame in frames.items():
        _write(frame, folder / "tables" / f"{name}.csv")
    names = [*frames, *(f"concordances/{path.stem}" for path in (folder / "concordances").glob("*.csv"))]
    (folder / "sources.toml").write_text("\n".join(_origin(folder, name) for name in sorted(names)), encoding="utf-8")
    return folder


def _assumptions(snapshot: Path, codes: list[str]) -> str:
    """Those of the snapshot, its tourism moved to made municipalities."""
    said = (snapshot / "assumptions.toml").read_text(encoding="utf-8")
    named = sorted(set(re.findall(r"^\[tourism\.nights\.(\w+)\]", said, re.MULTILINE)))
    for old, new in zip(named, codes, strict=False):
        said = said.replace(f"nights.{old}]", f"nights.{new}]")
    return said


def _places(codes: list[str]) -> str:
    members = ", ".join(f'"{code}"' for code in codes)
    area = 'name = {{ fi = "{0}", en = "{0}" }}\nslug = "{1}"\ncolour = "#444444"\n'
    blocks = [
        f'[place.region]\nkind = "region"\n{area.format("Testiseutu", "region")}members = [{members}]\n',
        f'[place.{REFERENCE}]\nkind = "province"\n{area.format("Viitealue", "viite")}',
        f'[place.{COUNTRY}]\nkind = "country"\n{area.format("Suomi", "suomi")}',
    ]
    for code in codes:
        name = f"Kunta {code}"
        block = area.format(name, f"kunta-{code}")
        blocks.append(f'[place.{code}]\nkind = "municipality"\n{block}reference = "{REFERENCE}"\n')
    return "\n".join(blocks)


def _structure(size: int) -> np.ndarray:
    """Persons by sex and age: as many at each age up to 65, then ever fewer."""
    shape = np.where(AGES < 65, 1.0, np.exp(-(((AGES - 65) / 16.0) ** 2)))
    return np.maximum(np.rint(size / 2 * shape / shape.sum()), 1).astype(int)


def _by_age(sizes: dict[str, int], rng: np.random.Generator | None = None) -> pd.DataFrame:
    # Its own numbers, always the same: the totals are sums of it.
    rng = np.random.default_rng(0)
    rows = []
    for code, size in sizes.items():
        by_age = _structure(size)
        for sex in "fm":
            moved = np.concatenate([by_age[:1], by_age[:-1]])
            change = rng.integers(-2, 3, 101) - 3 * ((AGES >= 18) & (AGES <= 22)) + ((AGES >= 27) & (AGES <= 35))
            for year, people in ((2018, by_age), (2019, np.maximum(moved + change, 0))):
                rows.append(pd.DataFrame({"place": code, "year": year, "sex": sex, "age": AGES, "population": people}))
    return pd.concat(rows)


def _population(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    known = _by_age(sizes).groupby(["place", "year"])["population"].sum()
    years = np.arange(2000, LAST_TOTAL + 1)
    rows = []
    for code in sizes:
        course = known[code, 2019] * np.exp(np.cumsum(rng.normal(0, 0.008, len(years))))
        people = np.select([years == 2018, years == 2019], [known[code, 2018], known[code, 2019]], np.rint(course))
        rows.append(pd.DataFrame({"place": code, "year": years, "population": people.astype(int)}))
    return pd.concat(rows)


def _moves(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    years = list(range(2000, LAST_EMPLOYMENT + 1))
    rows = [
        pd.DataFrame(
            {
                "place": code,
                "year": years,
                "in_migration": rng.poisson(0.05 * size, len(years)),
                "out_migration": rng.poisson(0.05 * size, len(years)),
            }
        )
        for code, size in sizes.items()
    ]
    return pd.concat(rows)


def _by_commuting(sizes: dict[str, int], commuter: str, commuters: float) -> pd.DataFrame:
    rows = []
    for code, size in sizes.items():
        for year in range(2000, LAST_EMPLOYMENT + 1):
            here, away = round(0.33 * size), round(commuters * size)
            counts = {"total": here + away, commuter: away, "lives_and_works_in_place": here}
            rows.extend((code, year, kind, "total", "total", persons) for kind, persons in counts.items())
    return pd.DataFrame(rows, columns=["place", "year", "commuting", "education", "age_group", "persons"])


def _residents(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    return _by_commuting(sizes, "out_commuter", 0.09)


def _workplaces(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    return _by_commuting(sizes, "in_commuter", 0.07)


def _register(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    months = [f"{year}-{month:02d}" for year in range(FIRST_REGISTER, LAST_REGISTER + 1) for month in range(1, 13)]
    rows = [
        pd.DataFrame(
            {
                "place": code,
                "month": months,
                "labour_force": round(0.48 * size),
                "unemployed_jobseekers": rng.poisson(0.05 * size, len(months)),
                "open_vacancies": rng.poisson(5, len(months)),
            }
        )
        for code, size in sizes.items()
    ]
    return pd.concat(rows)


def _industries(sizes: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    sections = [section for section in SECTIONS if section != "TUX"]
    rows = []
    for code, size in sizes.items():
        shares = rng.dirichlet(np.full(len(sections), 4.0))
        total = round(0.33 * size) + round(0.07 * size)
        jobs = rng.multinomial(total, shares)
        for section, count in [*zip(sections, jobs, strict=True), ("TOTAL", total)]:
            rows.append((code, LAST_EMPLOYMENT, section, count, "complete"))
    return pd.DataFrame(rows, columns=["place", "year", "industry", "jobs", "completeness"])


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.sort_values(list(SCHEMAS[path.stem].key)).to_csv(path, index=False, lineterminator="\n")


def _origin(folder: Path, name: str) -> str:
    path = folder / f"{name}.csv" if "/" in name else folder / "tables" / f"{name}.csv"
    return (
        f'[table."{name}"]\nproducer = "made for a test"\ntitle = "{name}"\nurl = "https://example.org"\n'
        f'licence = "none"\nperiod = "2000-2023"\nretrieved = {date(2026, 1, 1)}\n'
        f'sha256 = "{file_sha256(path)}"\nstatus = "assumption"\n'
        'citation = { en = "made for a test" }\n'
    )
