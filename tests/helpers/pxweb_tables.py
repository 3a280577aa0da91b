"""The tables of the snapshot as the producers' databases hold them: their names, codes, groups and markers."""

from collections.abc import Mapping, Sequence

import pandas as pd
from pxweb_maker import Maker, months, years
from pxweb_server import Table

from amoanalysis.data.load import Data
from amoanalysis.data.sources.jsonstat import Dimension

SEXES = {"total": "Yhteensä", "m": "Miehet", "f": "Naiset"}
COMMUTING = {
    "total": "Yhteensä",
    "lives_and_works_in_place": "Asuinkunnassaan työssäkäyvät",
    "out_commuter": "Pendelöivät",
    "in_commuter": "Pendelöivät",
}
EDUCATION = {
    "total": "Yhteensä",
    "basic": "Perusaste",
    "upper_secondary": "Toinen aste",
    "lower_tertiary": "Alempi korkea-aste",
    "higher_tertiary": "Ylempi korkea-aste",
}
KEY_FIGURES = {
    "age_0_14_percent": "Alle 15-vuotiaiden osuus väestöstä, %",
    "age_15_64_percent": "15-64-vuotiaiden osuus väestöstä, %",
    "age_65_over_percent": "65 vuotta täyttäneiden osuus väestöstä, %",
    "economic_dependency_ratio": "Taloudellinen huoltosuhde",
    "employed_residents": "Alueella asuvan työllisen työvoiman määrä",
    "employment_rate_percent": "Työllisyysaste, %",
    "foreign_citizens_percent": "Ulkomaan kansalaisten osuus väestöstä, %",
    "job_self_sufficiency_percent": "Työpaikkaomavaraisuus, %",
    "jobs": "Alueella olevien työpaikkojen lukumäärä",
    "natural_increase": "Syntyneiden enemmyys, henkilöä",
    "net_internal_migration": "Kuntien välinen muuttovoitto/-tappio, henkilöä",
    "pensioners_percent": "Eläkkeellä olevien osuus väestöstä, %",
    "population": "Väkiluku",
    "primary_jobs_percent": "Alkutuotannon työpaikkojen osuus, %",
    "secondary_jobs_percent": "Jalostuksen työpaikkojen osuus, %",
    "secondary_or_higher_degree_percent": "Vähintään toisen asteen tutkinnon suorittaneiden osuus, %",
    "service_jobs_percent": "Palvelujen työpaikkojen osuus, %",
    "tertiary_degree_percent": "Korkea-asteen tutkinnon suorittaneiden osuus, %",
    "unemployment_rate_percent": "Työttömien osuus työvoimasta, %",
    "works_in_home_municipality_percent": "Asuinkunnassaan työssäkäyvien osuus, %",
}
REGISTER = {
    "labour_force": "Työvoima (lkm.)",
    "unemployed_jobseekers": "Työttömät työnhakijat (lkm.)",
    "open_vacancies": "Avoimet työpaikat (lkm.)",
}
VACANCIES = {
    "vacancies": "Avoimet työpaikat kuukauden aikana (lkm.)",
    "new_vacancies": "Uudet avoimet työpaikat kuukauden aikana (lkm.)",
    "filled_vacancies": "Täytetyt avoimet työpaikat kuukauden aikana (lkm.)",
    "mean_days_open": "Avoimien työpaikkojen keskimääräinen kesto (pv)",
}
GROUPS = [(low, low + 4) for low in range(0, 75, 5)] + [(75, 100)]


def snapshot_tables(data: Data, renamed: bool = True, subjects: Sequence[str] = ()) -> list[Table]:
    """The producers' tables that sources.toml declares queries for, made from the snapshot.

    Args:
        data: the snapshot.
        renamed: whether ids and codes are those of after June 2026.
        subjects: names of MAKERS; all where none is named.
    """
    make = Maker(data, renamed)
    return [table for subject in subjects or MAKERS for table in MAKERS[subject](make)]


def _population(make: Maker) -> list[Table]:
    by_age, totals = make.data.table("population_by_age_sex"), make.data.table("population")
    ages = ["Yhteensä", *map(str, range(100)), "100 -"]
    single = by_age.assign(Ikä=[ages[age + 1] for age in by_age["age"]], Sukupuoli=by_age["sex"].map(SEXES))
    both = {"Ikä": "Yhteensä", "Sukupuoli": "Yhteensä"}
    working = totals.dropna(subset="population_15_64")
    spread = [
        working.assign(Ikä=str(age), Sukupuoli="Yhteensä", value=working["population_15_64"] if age == 15 else 0)
        for age in range(15, 65)
    ]
    frames = [
        single.rename(columns={"population": "value"}),
        totals.assign(**both, value=totals["population"]),
        *spread,
    ]
    dimensions = [
        make.areas(sorted(by_age["place"].unique())),
        make.dimension("Ikä", ages),
        make.dimension("Sukupuoli", {"SSS": "Yhteensä", "1": "Miehet", "2": "Naiset"}),
        make.dimension("Vuosi", years(1972, 2025), time=True),
        make.contents({"vaesto": "Väestö 31.12."}),
    ]
    title = "Väestö iän (1-v.) ja sukupuolen mukaan alueittain, 1972-2025"
    shown = [make.name_in(frame, place="Alue", year="Vuosi") for frame in frames]
    return [make.table("StatFin/vaerak", "11re", title, dimensions, shown)]


def _moves(make: Maker) -> list[Table]:
    moves, by_age = make.data.table("internal_migration"), make.data.table("net_migration_by_age")
    everyone = {"Ikä": "Yhteensä", "Sukupuoli": "Yhteensä"}
    into = moves.assign(**everyone, Tiedot="Kuntien välinen tulomuutto", value=moves["in_migration"])
    out = moves.assign(**everyone, Tiedot="Kuntien välinen lähtömuutto", value=moves["out_migration"])
    groups = {low: f"{low} - {high}" if high < 100 else f"{low} -" for low, high in GROUPS}
    net = by_age[by_age["age"].isin(groups)]
    width = net["age"].map({low: high - low + 1 for low, high in GROUPS})
    net = net.assign(
        Ikä=net["age"].map(groups),
        Sukupuoli=net["sex"].map(SEXES),
        Tiedot="Kokonaisnettomuutto",
        value=(net["net_migration"] * width).round(),
    )
    dimensions = [
        make.areas([*sorted(moves["place"].unique()), "MK19"]),
        make.dimension("Vuosi", years(1990, 2025), time=True),
        make.dimension("Ikä", ["Yhteensä", *groups.values()]),
        make.dimension("Sukupuoli", {"SSS": "Yhteensä", "1": "Miehet", "2": "Naiset"}),
        make.contents(
            {"vm43": "Kuntien välinen tulomuutto", "vm4": "Kuntien välinen lähtömuutto", "net": "Kokonaisnettomuutto"}
        ),
    ]
    frames = [make.name_in(frame, place="Alue", year="Vuosi") for frame in (into, out, net)]
    title = "Muuttoliike iän ja sukupuolen mukaan alueittain, 1990-2025"
    return [make.table("StatFin/muutl", "11a2", title, dimensions, frames)]


def _flows(make: Maker) -> list[Table]:
    flows = make.data.table("migration_flows")
    parts = []
    for direction, here, there in (("in", "Tulokunta", "Lähtökunta"), ("out", "Lähtökunta", "Tulokunta")):
        rows = flows[flows["direction"] == direction]
        parts.append(rows.rename(columns={"place": here, "partner": there}))
        totals = rows.groupby(["place", "year"])["migrants"].sum().reset_index().assign(**{there: "SSS"})
        parts.append(totals.rename(columns={"place": here}))
    frames = [make.name_in(part.rename(columns={"migrants": "value"}), year="Vuosi") for part in parts]
    codes = ["SSS", *make.data.table("municipalities")["place"]]
    dimensions = [
        make.areas(codes, "Tulokunta"),
        make.areas(codes, "Lähtökunta"),
        make.dimension("Vuosi", years(1990, 2018), time=True),
        make.contents({"muutto": "Kuntien välinen muutto"}),
    ]
    title = "Kuntien välinen muutto lähtö- ja tulokunnan mukaan, 1990-2018"
    return [make.table("StatFin/muutl", "11a1", title, dimensions, frames, rest="0")]


def _employment(make: Maker) -> list[Table]:
    return [
        _employed(make, "employed_residents", "115n", "Alueella asuvat työlliset"),
        _employed(make, "jobs_by_workplace", "115p", "Alueella työssäkäyvät"),
    ]


def _employed(make: Maker, name: str, short: str, who: str) -> Table:
    table = make.data.table(name)
    ages = {g: g.replace("-", " - ").replace("75+", "75 -") for g in sorted(set(table["age_group"]) - {"total"})}
    ages["total"] = "Yhteensä"
    frame = make.name_in(
        table.assign(
            Pendelöinti=table["commuting"].map(COMMUTING),
            Koulutusaste=table["education"].map(EDUCATION),
            Ikä=table["age_group"].map(ages),
            value=table["persons"],
        ),
        place="Alue",
        year="Vuosi",
    )
    dimensions = [
        make.areas(sorted(table["place"].unique())),
        make.dimension("Koulutusaste", list(EDUCATION.values())),
        make.dimension("Ikä", list(ages.values())),
        make.dimension("Pendelöinti", list(dict.fromkeys(COMMUTING.values()))),
        make.dimension("Vuosi", years(1987, 2017), time=True),
        make.contents({"tyolliset": who}),
    ]
    title = f"{who} pendelöinnin, koulutusasteen ja iän mukaan, 1987-2017"
    return make.table("StatFin_Passiivi/tyokay", short, title, dimensions, [frame])


def _industries(make: Maker) -> list[Table]:
    table = make.data.table("jobs_by_industry").query("completeness == 'complete'")
    named = make.data.concordance("industries").set_index("code")
    words = {code: f"{code} {named.loc[code].iloc[0]}" for code in named.index}
    words |= {"TOTAL": "Yhteensä", "X": "Toimiala tuntematon"}
    frame = make.name_in(
        table.assign(Toimiala=table["industry"].map(words), value=table["jobs"]), place="Alue", year="Vuosi"
    )
    dimensions = [
        make.areas(sorted(table["place"].unique())),
        make.dimension("Toimiala", words),
        make.dimension("Sukupuoli", {"SSS": "Yhteensä", "1": "Miehet", "2": "Naiset"}),
        make.dimension("Vuosi", sorted(frame["Vuosi"].unique()), time=True),
        make.contents({"tp": "Alueella työssäkäyvät"}),
    ]
    title = "Alueella työssäkäyvät (työpaikat) alueen, toimialan (TOL 2008) ja sukupuolen mukaan"
    return [make.table("StatFin/tyokay", "115i", title, dimensions, [frame.assign(Sukupuoli="Yhteensä")])]


def _register(make: Maker) -> list[Table]:
    one = _monthly(make, "labour_market_monthly", REGISTER)
    other = _monthly(make, "vacancy_flows_monthly", VACANCIES)
    return [
        make.table("StatFin/tyonv", "12r5", "Työttömät työnhakijat, työvoima ja avoimet työpaikat alueittain", *one),
        make.table("StatFin_Passiivi/tyonv", "2310", "Avoimet työpaikat alueittain kuukausittain", *other),
    ]


def _monthly(make: Maker, name: str, words: Mapping[str, str]) -> tuple[list[Dimension], list[pd.DataFrame]]:
    table = make.data.table(name)
    frames = [
        make.name_in(table.assign(Tiedot=theirs, value=table[ours]), place="Alue", month="Kuukausi")
        for ours, theirs in words.items()
    ]
    dimensions = [
        make.areas(sorted(table["place"].unique())),
        make.dimension("Kuukausi", months(table["month"].min(), table["month"].max()), time=True),
        make.contents(words),
    ]
    return dimensions, frames


def _occupations(make: Maker) -> list[Table]:
    table = make.data.table("jobseekers_by_occupation")
    codes = sorted(set(table["occupation_isco"]) - {"TOTAL"})
    words = {"TOTAL": "Yhteensä", **{code: f"{code} Ammatti {code}" for code in codes}, "11": "11 Johtajat"}
    measures = {"unemployed_jobseekers": "Työttömät työnhakijat", "open_vacancies": "Avoimet työpaikat"}
    span = months("2006-01", "2023-10")
    calendar = pd.DataFrame({"year": [int(month[:4]) for month in span], "Kuukausi": span})
    rows = make.name_in(table.assign(Ammattiryhmä=table["occupation_isco"].map(words)), place="Alue")
    frames = []
    for ours, theirs in measures.items():
        given = rows.dropna(subset=ours).rename(columns={ours: "value"})
        frames.append(given.merge(calendar, on="year").assign(Tiedot=theirs))
    dimensions = [
        make.areas(["MK19"]),
        make.dimension("Ammattiryhmä", words),
        make.dimension("Kuukausi", span, time=True),
        make.contents(measures),
    ]
    title = "Työttömät työnhakijat ja avoimet työpaikat ammattiryhmittäin"
    return [make.table("StatFin/tyonv", "12ti", title, dimensions, frames)]


def _projections(make: Maker) -> list[Table]:
    projection = make.data.table("official_projection")
    found = []
    for vintage, short, path in ((2019, "128v", "StatFin_Passiivi/vaenn"), (2024, "14wx", "StatFin/vaenn")):
        rows = projection[projection["vintage"] == vintage]
        ages = [*map(str, range(100)), "100 -"]
        frame = make.name_in(
            rows.assign(
                Ikä=[ages[age] for age in rows["age"]], Sukupuoli=rows["sex"].map(SEXES), value=rows["population"]
            ),
            place="Alue",
            year="Vuosi",
        )
        dimensions = [
            make.areas(sorted(rows["place"].unique())),
            make.dimension("Vuosi", years(rows["year"].min(), rows["year"].max()), time=True),
            make.dimension("Sukupuoli", {"SSS": "Yhteensä", "1": "Miehet", "2": "Naiset"}),
            make.dimension("Ikä", ["Yhteensä", *ages]),
            make.contents({"vaesto": f"Väestö 31.12. (ennuste {vintage})"}),
        ]
        title = f"Väestöennuste {vintage}: Väestö iän ja sukupuolen mukaan alueittain"
        found.append(make.table(path, short, title, dimensions, [frame]))
    return found


def _vital(make: Maker) -> list[Table]:
    life, births = make.data.table("life_expectancy"), make.data.table("total_fertility_rate")
    lived = make.name_in(
        life.assign(Sukupuoli=life["sex"].map(SEXES), value=life["life_expectancy"]), place="Alue", year="Vuosi"
    )
    born = make.name_in(births.assign(value=births["total_fertility_rate"]), place="Alue", year="Vuosi")
    area, time = make.areas(["MK19"], "Maakunta"), make.dimension("Vuosi", years(1990, 2025), time=True)
    lived, born = (frame.rename(columns={"Alue": "Maakunta"}) for frame in (lived, born))
    sexes = make.dimension("Sukupuoli", {"1": "Miehet", "2": "Naiset"})
    lives = [area, time, sexes, make.contents({"ela": "Vastasyntyneen elinajanodote, vuotta"})]
    rates = [area, time, make.contents({"tfr": "Kokonaishedelmällisyysluku"})]
    return [
        make.table("StatFin/kuol", "12am", "Vastasyntyneen elinajanodote maakunnittain", lives, [lived]),
        make.table("StatFin/synt", "12du", "Kokonaishedelmällisyysluku maakunnittain", rates, [born]),
    ]


def _key(make: Maker) -> list[Table]:
    table = make.data.table("key_figures")
    rows = make.name_in(table.assign(Tiedot=table["indicator"].map(KEY_FIGURES)), place="Alue", year="Vuosi")
    dimensions = [
        make.areas(sorted(table["place"].unique())),
        make.dimension("Vuosi", years(table["year"].min(), table["year"].max()), time=True),
        make.contents(KEY_FIGURES),
    ]
    title = "Kuntien avainluvut, aikasarja"
    return [make.table("Kuntien_avainluvut/uusin", "142h", title, dimensions, [rows])]


MAKERS = {
    "population": _population,
    "moves": _moves,
    "flows": _flows,
    "employment": _employment,
    "industries": _industries,
    "register": _register,
    "occupations": _occupations,
    "projections": _projections,
    "vital": _vital,
    "key_figures": _key,
}
