"""A data folder of synthetic municipalities, for run times: python benchmarks/municipalities.py 309 DIR.

The folder is a copy of the snapshot. Its region consists of the synthetic municipalities, and the tables that a
forecast reads have their rows in addition to those of Lapland. Sizes are log-normal like those of Finland's
municipalities; all else is that of a random municipality of Lapland, scaled to the population and with noise. The
figures describe no real place, and sources.toml says so. The same seed makes the same files.
"""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import file_sha256
from amoanalysis.data.checks.folder import copy_folder
from amoanalysis.data.load import Data, table_period
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.errors import AmoError, UserError

# Approximate size of the smallest and the largest municipality of mainland Finland.
SMALLEST, LARGEST = 700, 600_000
REFERENCE = "MK19"
REGION = "Keksitty seutu"
# No real municipality has a code of five digits.
FIRST_CODE = 10_001
AGES, SEXES = 101, ("f", "m")
# Spread of the noise on the residents of a cohort, on a year's population and on shares of the labour account, logs.
COHORT_NOISE, YEAR_NOISE, SHARE_NOISE = 0.03, 0.003, 0.05
# Births and deaths together, a year per resident: what natural increase varies with.
EVENTS = 0.02
# A fixed date: the same files on any day.
MADE_ON = date(2026, 1, 1)
# The year whose jobs by industry are made.
INDUSTRY_YEAR = 2017

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SyntheticPlaces:
    """The synthetic municipalities.

    Attributes:
        codes: their codes.
        donors: municipality of the snapshot that each is a copy of.
        ratio: (place,), residents over those of its donor, at the end of 2018.
        rng: generator of the noise.
    """

    codes: tuple[str, ...]
    donors: tuple[str, ...]
    ratio: Numbers
    rng: np.random.Generator

    def like(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the donors, once for each place that is like them, with its code and its `ratio`."""
        places = pd.DataFrame({"donor": self.donors, "made": self.codes, "ratio": self.ratio})
        joined = places.merge(rows, left_on="donor", right_on="place", how="left")
        return joined.drop(columns=["donor", "place"]).rename(columns={"made": "place"})

    def noise(self, sd: float, *shape: int) -> Numbers:
        """Factors around one: (place, *shape)."""
        return np.exp(self.rng.normal(0.0, sd, (len(self.codes), *shape)))


def make_folder(count: int, folder: Path, seed: int = 1, *, people_alone: bool = False) -> Path:
    """Writes the folder.

    Args:
        count: number of municipalities.
        folder: new folder.
        seed: the same seed makes the same files.
        people_alone: whether only the tables of the population are made, for many thousands of places.

    Returns:
        The folder.

    Raises:
        UserError: if the folder exists.
    """
    if folder.exists():
        raise UserError(f"The folder '{folder}' exists already: choose another name, or delete it.")
    snapshot = Data(data_folder())
    made = _draw_places(snapshot, count, seed)
    copy_folder(snapshot.folder, folder)
    people = _population_tables(snapshot, made)
    frames = people if people_alone else {**people, **_work_tables(snapshot, made)}
    for name, frame in frames.items():
        whole = pd.concat([snapshot.table(name), frame[SCHEMAS[name].names]], ignore_index=True)
        whole = whole.sort_values(list(SCHEMAS[name].key), kind="stable")
        whole.astype(_whole_numbers(name)).to_csv(folder / "tables" / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "places.toml").write_text(_places(snapshot.folder, made), encoding="utf-8")
    origins = (snapshot.folder / "sources.toml").read_text(encoding="utf-8")
    (folder / "sources.toml").write_text(_origins(origins, folder, frames), encoding="utf-8")
    return folder


def _draw_places(snapshot: Data, count: int, seed: int) -> SyntheticPlaces:
    rng = np.random.default_rng(seed)
    logs = np.log(snapshot.table("municipalities")["population_2018"].dropna().to_numpy(dtype=np.float64))
    low, high = ((np.log(end) - logs.mean()) / logs.std() for end in (SMALLEST, LARGEST))
    scores = stats.truncnorm.rvs(low, high, size=count, random_state=rng)
    sizes = np.exp(logs.mean() + logs.std() * scores)
    known = snapshot.table("population").query("year == 2018").set_index("place")["population"]
    members = np.array(snapshot.places[REFERENCE].members)
    donors = tuple(str(code) for code in rng.choice(members, count))
    codes = tuple(str(FIRST_CODE + number) for number in range(count))
    return SyntheticPlaces(codes, donors, sizes / known.loc[list(donors)].to_numpy(dtype=np.float64), rng)


def _population_tables(snapshot: Data, made: SyntheticPlaces) -> dict[str, pd.DataFrame]:
    """Population, its ages, moves, births less deaths, and where the places lie."""
    ages = _ages(snapshot, made)
    population = _population(snapshot, made, ages)
    moves = made.like(snapshot.table("internal_migration"))
    for column in ("in_migration", "out_migration"):
        moves[column] = made.rng.poisson(moves[column] * moves["ratio"])
    natural = made.like(snapshot.table("key_figures").query("indicator == 'natural_increase'"))
    size = natural["place"].map(population.query("year == 2018").set_index("place")["population"]).to_numpy(float)
    chance = made.rng.normal(0.0, np.sqrt(EVENTS * size))
    natural["value"] = np.rint(natural["value"] * natural["ratio"] + chance)
    return {
        "population_by_age_sex": ages,
        "population": population,
        "internal_migration": moves,
        "key_figures": natural,
        "municipalities": _municipalities(made, population),
    }


def _ages(snapshot: Data, made: SyntheticPlaces) -> pd.DataFrame:
    """Residents by sex and age of the donors' years; a cohort has one noise in all years."""
    rows = made.like(snapshot.table("population_by_age_sex"))
    years = rows["year"].unique()
    cohort = rows["age"].to_numpy() - (rows["year"].to_numpy() - years.min()) + len(years)
    sex = (rows["sex"] == SEXES[1]).to_numpy().astype(int)
    place = np.repeat(np.arange(len(made.codes)), len(years) * len(SEXES) * AGES)
    noise = made.noise(COHORT_NOISE, len(SEXES), AGES + len(years) + 1)
    people = rows["population"].to_numpy() * rows["ratio"].to_numpy() * noise[place, sex, cohort]
    return rows.assign(population=np.rint(people).astype(int))


def _population(snapshot: Data, made: SyntheticPlaces, ages: pd.DataFrame) -> pd.DataFrame:
    """Totals: sums of the ages where these are made, else the donor's course with wandering noise."""
    rows = made.like(snapshot.table("population"))
    years = np.sort(rows["year"].unique())
    wander = made.rng.normal(0.0, YEAR_NOISE, (len(made.codes), len(years))).cumsum(axis=1)
    wander = np.exp(wander - wander[:, [np.searchsorted(years, 2018)]]).ravel()
    course = np.rint(rows["population"].to_numpy() * rows["ratio"].to_numpy() * wander)
    key = pd.MultiIndex.from_frame(rows[["place", "year"]])
    whole = ages.groupby(["place", "year"])["population"].sum()
    working = ages[ages["age"].between(15, 64)].groupby(["place", "year"])["population"].sum()
    total = whole.reindex(key).to_numpy(dtype=np.float64)
    return rows.assign(
        population=np.where(np.isnan(total), course, total).astype(int),
        population_15_64=working.reindex(key).to_numpy(dtype=np.float64),
    )


def _municipalities(made: SyntheticPlaces, population: pd.DataFrame) -> pd.DataFrame:
    """Random locations in Finland, with the population."""
    wide = population.pivot(index="place", columns="year", values="population").loc[list(made.codes)]
    names = [_name(code) for code in made.codes]
    return pd.DataFrame(
        {
            "place": made.codes,
            "name": names,
            "name_sv": names,
            "region_code": "99",
            "region": "made",
            "subregion": "made",
            "lon": made.rng.uniform(21.5, 30.0, len(names)).round(4),
            "lat": made.rng.uniform(60.2, 69.5, len(names)).round(4),
            "centre": "point inside the boundary",
            **{f"population_{year}": wide[year].to_numpy() for year in (2000, 2010, 2018)},
        }
    )


def _work_tables(snapshot: Data, made: SyntheticPlaces) -> dict[str, pd.DataFrame]:
    """Employment, jobs and the register."""
    residents, workplaces = snapshot.table("employed_residents"), snapshot.table("jobs_by_workplace")
    share = made.noise(SHARE_NOISE, 3)
    words = ("lives_and_works_in_place", "out_commuter", "in_commuter")
    stay, out, coming = (
        _commuters(made, table[table["commuting"] == word], share[:, number])
        for number, (table, word) in enumerate(zip((residents, residents, workplaces), words, strict=True))
    )
    jobs = _with_total(stay, coming)
    register = made.like(snapshot.table("labour_market_monthly"))
    register["labour_force"] = np.rint(register["labour_force"] * register["ratio"]).astype(int)
    register["unemployed_jobseekers"] = made.rng.poisson(register["unemployed_jobseekers"] * register["ratio"])
    register["open_vacancies"] = np.rint(register["open_vacancies"] * register["ratio"])
    return {
        "employed_residents": _with_total(stay, out),
        "jobs_by_workplace": jobs,
        "jobs_by_industry": _industries(snapshot, made, jobs),
        "labour_market_monthly": register,
    }


def _commuters(made: SyntheticPlaces, rows: pd.DataFrame, share: Numbers) -> pd.DataFrame:
    """Persons of one kind of commuting in each year, of every education and age together."""
    own = made.like(rows[(rows["education"] == "total") & (rows["age_group"] == "total")])
    factor = own["ratio"] * own["place"].map(dict(zip(made.codes, share, strict=True)))
    return own.assign(persons=np.rint(own["persons"] * factor).astype(int))


def _with_total(*parts: pd.DataFrame) -> pd.DataFrame:
    """The kinds of commuting and their sum."""
    rows = pd.concat(parts)
    keys = [key for key in SCHEMAS["employed_residents"].key if key != "commuting"]
    return pd.concat([rows, rows.groupby(keys, as_index=False)["persons"].sum().assign(commuting="total")])


def _industries(snapshot: Data, made: SyntheticPlaces, jobs: pd.DataFrame) -> pd.DataFrame:
    """The jobs of a year by section: those of the donor, drawn."""
    rows = snapshot.table("jobs_by_industry").query("year == @INDUSTRY_YEAR and industry != 'TOTAL'")
    wide = rows.pivot(index="place", columns="industry", values="jobs").loc[list(made.donors)].fillna(0.0)
    whole = (jobs["commuting"] == "total") & (jobs["year"] == INDUSTRY_YEAR)
    totals = jobs[whole].set_index("place")["persons"].loc[list(made.codes)].to_numpy()
    shares = wide.to_numpy(dtype=np.float64)
    drawn = made.rng.multinomial(totals, shares / shares.sum(axis=1, keepdims=True))
    table = pd.DataFrame(drawn, index=pd.Index(made.codes, name="place"), columns=wide.columns).assign(TOTAL=totals)
    long = table.melt(ignore_index=False, var_name="industry", value_name="jobs").reset_index()
    return long.assign(year=INDUSTRY_YEAR, completeness="complete")


def _name(code: str) -> str:
    return f"Keksittylä {code}"


def _whole_numbers(name: str) -> dict[str, str]:
    """Types that write whole numbers without a decimal, gaps as nothing."""
    return {column.name: "Int64" for column in SCHEMAS[name].columns if column.kind == "integer"}


def _places(snapshot: Path, made: SyntheticPlaces) -> str:
    """The places of the snapshot, its region that of the made ones, and a block for each of these."""
    declared = (snapshot / "places.toml").read_text(encoding="utf-8")
    members = ", ".join(f'"{code}"' for code in made.codes)
    region = f'[place.region]\nkind = "region"\nname = {{ fi = "{REGION}", en = "{REGION}" }}\nslug = "region"\n'
    region += f'colour = "#1a1a1a"\nmembers = [{members}]\n\n'
    declared = re.sub(r"^\[place\.region\]\n(?:[^\[\n].*\n|\n)*", region, declared, flags=re.MULTILINE)
    blocks = [
        f'[place.{code}]\nkind = "municipality"\nname = {{ fi = "{_name(code)}", en = "{_name(code)}" }}\n'
        f'slug = "keksittyla-{code}"\ncolour = "#808080"\nreference = "{REFERENCE}"\n'
        for code in made.codes
    ]
    return "\n".join([declared, *blocks])


def _origins(text: str, folder: Path, frames: dict[str, pd.DataFrame]) -> str:
    """The origins, with new ones for the synthetic tables."""
    kept, of_made = [], False
    for line in text.splitlines():
        if line.startswith("["):
            of_made = re.match(r"\[+table\.(\w+)", line) is not None and _table_of(line) in frames
        if not of_made:
            kept.append(line)
    blocks = [_origin(name, folder / "tables" / f"{name}.csv", frame) for name, frame in frames.items()]
    return "\n".join([*kept, "", *blocks])


def _table_of(line: str) -> str:
    return re.split(r"[.\]]", line.lstrip("["))[1]


def _origin(name: str, path: Path, frame: pd.DataFrame) -> str:
    said = "Made for benchmarks: the snapshot's rows and made municipalities; no figures of any place."
    return (
        f'[table.{name}]\nproducer = "made for benchmarks"\ntitle = "{name}"\nurl = ""\nlicence = "none"\n'
        f'period = "{table_period(frame) or MADE_ON.year}"\nretrieved = {MADE_ON}\nsha256 = "{file_sha256(path)}"\n'
        f'status = "assumption"\ncitation = {{ en = "made for benchmarks" }}\nnote = {json.dumps(said)}\n'
        'not_refreshable = "Made, not published."\n'
    )


def main(words: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many municipalities")
    parser.add_argument("folder", type=Path, help="folder to be made")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same files")
    parser.add_argument("--people-alone", action="store_true", help="make the tables of the population alone")
    chosen = parser.parse_args(words)
    try:
        print(make_folder(chosen.count, chosen.folder, chosen.seed, people_alone=chosen.people_alone))
    except AmoError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
