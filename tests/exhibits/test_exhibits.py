"""Every exhibit of every place, in every language."""

import re

import numpy as np
import pytest
from clashes import clashes
from expected import EXPECTED

from amoanalysis.config.programme import NOT_YET, load_programme
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.view import PlaceView

AREAS = ("tunturi-lappi", "torniolaakso")
PLACES = ("enontekio", "kittila", "kolari", "muonio", "pello", "ylitornio", "region", *AREAS)
SHOWN = [
    *((place, lang) for place in PLACES if place not in AREAS for lang in ("fi", "en")),
    *zip(AREAS, ("fi", "sv"), strict=True),
]


@pytest.mark.unit
def test_there_are_the_exhibits_that_are_promised(kolari: PlaceView) -> None:
    assert set(kolari.exhibits()) == EXPECTED
    assert [name for theme in THEMES for name in kolari.exhibits(theme)] == kolari.exhibits()
    assert all(kolari.exhibits(theme) for theme in THEMES)


@pytest.mark.unit
def test_the_programme_points_to_exhibits_that_there_are(kolari: PlaceView) -> None:
    programme = load_programme(kolari.data.folder)
    named = {block.exhibit for block in [*programme.action.values(), *programme.focus.values()]} - {NOT_YET}
    assert named <= set(kolari.exhibits())


@pytest.mark.unit
@pytest.mark.parametrize(("place", "lang"), SHOWN)
def test_every_exhibit_is_made_with_finished_texts(kolari: PlaceView, place: str, lang: str) -> None:
    view = kolari.at(place, lang)
    for name in view.exhibits():
        made = view.show(name)
        assert made.missing is None, f"{name}: {made.missing}"
        assert (made.id, made.place, made.lang) == (name, place, lang)
        for words in (made.title, made.subtitle, made.unit, made.alt, *made.sources):
            assert words.strip(), name
            assert not re.search(r"[{}]|\bnan\b|\binf\b", f"{words} {made.note}"), f"{name}: {words} {made.note}"
        assert made.title[0].isupper() or made.title[0].isdigit()
        assert len(made.title) < 190, made.title


@pytest.mark.slow
def test_every_exhibit_is_drawn_without_texts_on_one_another(kolari: PlaceView) -> None:
    view = kolari.at("region", "fi")  # the longest name
    found = {name: clashes(view.show(name).figure("slide")) for name in view.exhibits()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.law
@pytest.mark.parametrize("place", PLACES)
def test_the_band_holds_the_median_and_what_is_known_has_none(kolari: PlaceView, place: str) -> None:
    data = kolari.at(place).show("population_fan").data
    banded = data.dropna(subset="low")
    assert set(banded["kind"]) == {"forecast"}
    assert (banded["low"] <= banded["value"]).all()
    assert (banded["value"] <= banded["high"]).all()
    assert data.loc[data["kind"] == "observed", "low"].isna().all()
    assert banded["year"].min() == data.loc[data["kind"] == "observed", "year"].max() + 1


@pytest.mark.law
@pytest.mark.parametrize("place", PLACES)
def test_who_fills_the_jobs_adds_up_exactly(kolari: PlaceView, place: str) -> None:
    data = kolari.at(place).show("who_fills_the_jobs").data
    steps, total = data[data["kind"] == "delta"], data[data["kind"] == "total"]
    assert steps["value"].sum() == pytest.approx(total["value"].iloc[0], abs=1e-6)


@pytest.mark.law
@pytest.mark.parametrize("place", PLACES)
def test_the_labour_balance_adds_up_exactly(kolari: PlaceView, place: str) -> None:
    values = kolari.at(place).show("labour_balance").data["value"]
    assert values.iloc[:-1].sum() == pytest.approx(values.iloc[-1], abs=1e-6)


@pytest.mark.law
def test_industries_sum_to_all_jobs_of_the_last_complete_year(kolari: PlaceView) -> None:
    data = kolari.show("jobs_by_industry").data
    known = data[data["low"].isna()]
    table = kolari.data.table("jobs_by_industry").query("place == '273' and industry == 'TOTAL'").set_index("year")
    assert known["value"].sum() == table.loc[int(known["series"].iloc[0]), "jobs"]


@pytest.mark.law
def test_migration_and_natural_increase_of_known_years_make_up_the_change_of_population(kolari: PlaceView) -> None:
    data = kolari.show("population_change_components").data
    first, last = (int(year) for year in data["category"].iloc[0].split("–"))
    people = kolari.data.table("population").query("place == '273'").set_index("year")["population"]
    mean = (people[last] - people[first - 1]) / (last - first + 1)
    assert data[data["category"] == data["category"].iloc[0]]["value"].sum() == pytest.approx(mean)


@pytest.mark.law
def test_the_pyramid_shows_everybody(kolari: PlaceView) -> None:
    made = kolari.show("population_pyramid")
    known = made.data[made.data["series"] == made.options["filled"]]
    people = kolari.data.table("population").query("place == '273'").set_index("year")["population"]
    assert known["value"].sum() == people[int(made.options["filled"])]


@pytest.mark.unit
def test_the_official_projection_stands_beside_a_municipality_and_a_subregion(kolari: PlaceView) -> None:
    for place in ("kolari", "tunturi-lappi"):
        data = kolari.at(place, "en").show("population_fan").data
        official = data[data["series"] == "Statistics Finland 2019"]
        assert official["year"].tolist() == list(range(2019, 2041))
        assert (official["kind"] == "forecast").all()


@pytest.mark.unit
def test_the_region_shows_a_panel_for_each_of_its_municipalities(kolari: PlaceView) -> None:
    made = kolari.at("region").show("population_fan")
    assert made.form == "fan_grid"
    assert set(made.data["panel"]) == {"Enontekiö", "Kittilä", "Kolari", "Muonio", "Pello", "Ylitornio"}


@pytest.mark.unit
def test_suppressed_months_are_left_out_and_counted(kolari: PlaceView) -> None:
    data = kolari.data.table("labour_market_monthly")
    absent = data.query("place == '498'")["unemployed_jobseekers"].isna()
    made = kolari.at("muonio", "en").show("unemployment_by_month")
    assert ("are missing" in made.note) == bool(absent.any())
    assert made.data["year"].between(1, 12).all()


@pytest.mark.unit
def test_tourism_that_is_known_is_shown_and_said_to_be_second_hand(kolari: PlaceView) -> None:
    made = kolari.at(lang="en").show("tourism_nights")
    known = made.data[made.data["kind"] == "observed"]
    assert known["year"].tolist() == [2001, 2014, 2019]
    assert "second-hand" in made.note
    assert "assumption" in kolari.at("muonio", "en").show("tourism_nights").note


@pytest.mark.unit
def test_the_towns_of_the_tour_are_those_of_the_programme(kolari: PlaceView) -> None:
    data = kolari.show("leavers_by_town").data
    toured = {name.removesuffix(" *") for name in data["category"] if name.endswith(" *")}
    assert toured == {"Kotka", "Imatra", "Savonlinna", "Mikkeli", "Hämeenlinna", "Helsinki"}


@pytest.mark.unit
def test_funding_is_that_of_the_programme(kolari: PlaceView) -> None:
    assert kolari.show("programme_funding").data["value"].sum() == 87_000


@pytest.mark.unit
def test_a_chart_of_one_scenario_names_it_and_the_run(kolari: PlaceView) -> None:
    made = kolari.at(lang="en").show("jobs_fan")
    assert "“Baseline”" in made.subtitle
    assert made.sources[-1] == "amoanalysis forecast: “Baseline”, 30 draws, seed 1"
    assert "assumptions rest on" in made.note


@pytest.mark.unit
def test_colours_are_those_of_the_places(kolari: PlaceView) -> None:
    assert kolari.show("population_fan").options["colours"]["Kolari"] == kolari.data.places["273"].colour


@pytest.mark.unit
@pytest.mark.parametrize("lang", ["fi", "en"])
def test_elsewhere_what_is_missing_is_said_and_the_rest_is_made(elsewhere: PlaceView, lang: str) -> None:
    view = elsewhere.at(lang=lang)
    made = {name: view.show(name) for name in view.exhibits()}
    missing = {name for name, exhibit in made.items() if exhibit.missing}
    assert missing >= {"tourism_nights", "leavers_by_town", "municipality_map", "unemployment_map", "programme_funding"}
    assert "population_fan" not in missing
    assert "mine_timeline" in missing
    assert all(len(made[name].missing or "") > 20 and made[name].title for name in missing)
    assert not [name for name, exhibit in made.items() if "{" in exhibit.title]


@pytest.mark.unit
def test_a_place_without_declared_forms_is_named_without_a_case(elsewhere: PlaceView) -> None:
    assert elsewhere.show("population_fan").title.startswith("Inari: väkiluku ")
    assert elsewhere.at(lang="en").show("population_fan").title.startswith("Inari’s population ")


@pytest.mark.unit
def test_a_chart_that_is_missing_is_drawn_as_such(elsewhere: PlaceView) -> None:
    assert elsewhere.show("tourism_nights").figure("half").axes


@pytest.mark.law
def test_the_known_half_of_the_dependency_ratio_is_that_of_the_table(kolari: PlaceView) -> None:
    data = kolari.show("dependency_ratio").data
    row = kolari.data.table("population").query("place == '273' and year == 2018").iloc[0]
    ratio = 100 * (row["population"] - row["population_15_64"]) / row["population_15_64"]
    assert data.loc[data["year"] == 2018, "value"].iloc[0] == pytest.approx(ratio)


@pytest.mark.law
@pytest.mark.parametrize("name", ["mine_timeline", "project_effects"])
def test_the_timeline_adds_up_to_direct_indirect_and_induced_jobs(kolari: PlaceView, name: str) -> None:
    data = kolari.show(name).data
    run = next(run for run in kolari.others if run.scenario.name == "hannukainen")
    measures = ("project_jobs", "indirect_jobs", "induced_jobs")
    means = np.sum([run.values(measure, "273").mean(axis=1) for measure in measures], axis=0)
    sums = data.groupby("year")["value"].sum().sort_index()
    np.testing.assert_allclose(sums.to_numpy(), means, atol=1e-6)


@pytest.mark.law
@pytest.mark.parametrize("place", PLACES)
def test_the_way_from_today_s_population_to_tomorrow_s_adds_up_exactly(kolari: PlaceView, place: str) -> None:
    values = kolari.at(place).show("population_path").data["value"]
    assert values.iloc[:-1].sum() == pytest.approx(values.iloc[-1], abs=1e-6)


@pytest.mark.law
def test_the_earlier_outline_of_the_pyramid_shows_everybody(kolari: PlaceView) -> None:
    data = kolari.show("population_pyramid").data
    people = kolari.data.table("population").query("place == '273'").set_index("year")["population"]
    table = kolari.data.table("population_by_age_group").query("place == '273'")
    assert data[data["series"] == "2013"]["value"].sum() == pytest.approx(table["population_all_ages"].iloc[0])
    assert abs(people[2013] - table["population_all_ages"].iloc[0]) < 0.02 * people[2013]


@pytest.mark.law
def test_known_months_are_those_of_the_register_and_the_years_ahead_average_to_their_mean(kolari: PlaceView) -> None:
    data = kolari.show("unemployment_heat").data
    register = kolari.data.table("labour_market_monthly").query("place == '273'").set_index("month")
    known = data[data["row"] == "2019"]["value"].tolist()
    assert known == [register.loc[f"2019-{month:02d}", "unemployed_jobseekers"] for month in range(1, 13)]
    run, year = kolari.forecast, kolari.forecast.years.index(2030)
    months = [run.values("unemployed_by_month", "region", f"{month:02d}")[year] for month in range(1, 13)]
    np.testing.assert_allclose(np.mean(months, axis=0), run.values("unemployed_mean", "region")[year])
    np.testing.assert_allclose(months[-1], run.values("unemployed", "region")[year])


@pytest.mark.law
def test_official_projections_are_those_of_the_tables_and_say_which_area_they_are_of(kolari: PlaceView) -> None:
    made = kolari.at(lang="en").show("official_projections")
    ends = made.data[made.data["year"] == 2040].set_index("series")["value"]
    table = kolari.data.table("official_projection").query("vintage == 2019 and place == '273' and year == 2040")
    assert ends["Statistics Finland 2019"] == pytest.approx(100 * (table["population"].sum() / 3999 - 1))
    assert "Statistics Finland 2024 (Lapland)" in ends.index
    assert "as a whole only" in made.note


@pytest.mark.law
def test_levels_of_education_sum_to_all_workers_in_known_years(kolari: PlaceView) -> None:
    data = kolari.show("education_ahead").data
    sums = data[data["low"].isna()].groupby("series")["value"].sum()
    assert sums.tolist() == pytest.approx([100, 100])
