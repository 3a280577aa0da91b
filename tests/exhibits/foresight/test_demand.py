"""The exhibits of the labour demand: their figures add up, keep their order, and are those of the tables."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from amoanalysis.config.assumptions import list_assumptions
from amoanalysis.config.scenarios import load_scenario, scenario_names
from amoanalysis.config.text import LANGUAGES
from amoanalysis.exhibits.context import draws_in_year
from amoanalysis.exhibits.foresight.demand import (
    compute_multipliers,
    compute_shift_share,
    describe_assumption,
    tabulate_scenarios,
)
from amoanalysis.exhibits.foresight.published import published_studies
from amoanalysis.exhibits.labour.months import load_tourism_profile, permanent_job_share
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.models.statistics.draws import Draws
from tests.exhibits.conftest import DRAWS

pytestmark = pytest.mark.law
DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def region(kolari: PlaceView) -> PlaceView:
    return kolari.at("region", "en")


def test_each_phase_begins_where_the_one_before_ends_and_the_whisker_is_the_declared_interval(kolari) -> None:
    event = kolari.runs.scenario("hannukainen").assumptions.events["hannukainen"]
    data = kolari.at(lang="en").show("project_timeline").data
    rows = data[data["row"] == "Hannukainen mine (Hannukainen opens)"]
    assert rows["series"].tolist() == ["Construction", "Start-up", "Operation", "Winding down"]
    np.testing.assert_allclose(rows["value"].iloc[1:], rows["end"].iloc[:-1])
    started = rows[rows["series"] == "Start-up"].iloc[0]
    assert (started["value"], started["low"], started["high"]) == (event.start.value, event.start.low, event.start.high)
    assert rows["low"].notna().sum() == 1


def test_a_closing_runs_until_it_begins_and_no_phase_outlasts_the_chart(kolari) -> None:
    made = kolari.at("kittila", "en").show("project_timeline")
    rows = made.data[made.data["row"] == "Kittilä mine (The Kittilä mine closes in 2034)"]
    assert rows["series"].tolist() == ["Operation", "Winding down"]
    assert rows["end"].iloc[0] == 2034
    assert made.data["end"].max() == kolari.runs.until + 15
    assert "are not shown" in made.note


def test_a_place_without_projects_shows_those_of_the_region_and_says_so(kolari) -> None:
    made = kolari.at("pello", "en").show("project_timeline")
    assert made.title.startswith("There is no project in Pello")
    assert len(made.data) > len(kolari.show("project_timeline").data)


def test_a_closing_is_a_stack_of_what_goes_and_a_closing_with_building_is_lines(kolari) -> None:
    kittila = kolari.at("kittila", "en")
    closed = kittila.show("project_effects")
    assert (closed.form, closed.data["value"].min() >= 0) == ("stacked", True)
    assert "how many jobs are lost" in closed.note
    assert "would be lost" in closed.title
    run = next(run for run in kolari.others if run.scenario.name == "kittila_closes_2034")
    assert closed.data.query("year == 2040")["value"].sum() == pytest.approx(
        -sum(run.values(name, "261")[-1].mean() for name in ("project_jobs", "indirect_jobs", "induced_jobs")), abs=0.2
    )


def test_what_comes_and_goes_is_drawn_as_lines(kolari) -> None:
    made = kolari.at("kittila").under("baseline", "kittila_extended").show("project_effects")
    assert made.form == "fan"
    assert made.data["value"].min() < 0 < made.data["value"].max()


@pytest.mark.parametrize("place", ["kolari", "pello", "region", "SK196"])
def test_the_months_average_to_the_year(kolari, place) -> None:
    view = kolari.at(place)
    year = view.year
    for name, measure, share in (("nights_by_month", "tourism_nights", 12), ("jobs_by_month", "tourism_jobs", 1)):
        data = view.show(name).data
        for code in view.members:
            row = view.data.places[code].name_in("fi") if len(view.members) > 1 else str(year)
            months = data.loc[data["row"] == row, "value"]
            assert len(months) == 12
            yearly = float(draws_in_year(view.forecast, measure, code, year).mean())
            assert months.mean() * share == pytest.approx(yearly, abs=600 if share > 1 else 0.5)


def test_the_quiet_months_keep_their_permanent_work_whatever_the_season(kolari) -> None:
    shorter = kolari.under("tourism_shock")
    draws = Draws(1, 0, DRAWS)
    tourism = shorter.forecast.scenario.assumptions.tourism
    share, length = draws.sample(tourism.permanent_share), draws.sample(tourism.season_length)
    yearly = 1000 * (share + (1 - share) * length)
    np.testing.assert_allclose(permanent_job_share(shorter) * yearly, 1000 * share)
    np.testing.assert_allclose(permanent_job_share(kolari), share)


def test_the_peak_is_in_december_and_the_profile_is_said_to_be_lapland_s(kolari) -> None:
    assert load_tourism_profile(kolari).argmax() == 11
    assert "all Lapland" in kolari.at(lang="en").show("jobs_by_month").note


@pytest.mark.parametrize("place", ["kolari", "enontekio", "region"])
def test_the_parts_of_shift_share_sum_to_the_known_change_of_jobs(kolari, place) -> None:
    view = kolari.at(place)
    found = compute_shift_share(view)
    np.testing.assert_allclose(found[["national", "mix", "local"]].sum(axis=1), found["change"], atol=1e-9)
    table = view.data.table("jobs_by_workplace")
    whole = table[(table[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    jobs = whole[whole["place"].isin(view.members)].groupby("year")["persons"].sum()
    assert found["change"].sum() == pytest.approx(jobs[2017] - jobs[2012], abs=0.5)
    assert view.show("shift_share").data["value"].sum() == pytest.approx(jobs[2017] - jobs[2012], abs=0.5)


def test_industries_show_the_strongest_scenario_first_and_three_that_differ(region) -> None:
    data = region.show("jobs_by_industry_scenarios").data
    series = list(dict.fromkeys(data["series"]))
    assert len(series) == 3
    change = {
        run.scenario.title_in("en"): run.values("jobs", "region")[-1].mean()
        - region.baseline.values("jobs", "region")[-1].mean()
        for run in region.others
    }
    assert abs(change[series[0]]) == pytest.approx(max(map(abs, change.values())))
    assert min(change[name] for name in series) < 0


def test_multipliers_fall_from_the_table_to_slq_to_flq_and_in_delta(region) -> None:
    found = compute_multipliers(region)
    wide = found.pivot(index=["section", "delta"], columns=["area", "method"], values="type_2")
    assert (wide["reference", "unadjusted"] > wide["place", "slq"]).all()
    assert (wide["place", "slq"] > wide["place", "flq"]).all()
    flq = found[(found["area"] == "place") & (found["method"] == "flq")]
    assert (flq.sort_values("delta").groupby("section")["type_1"].diff().dropna() < 0).all()
    assert (found["type_2"] > found["type_1"]).all()
    assert (found["type_1"] > 1).all()


def test_an_industry_without_jobs_has_no_quotient_and_one_with_few_is_named(kolari) -> None:
    made = kolari.at(lang="en").show("multipliers_compared")
    mining = made.data[made.data["category"].str.startswith("Mining")]
    assert set(mining["series"]) == {"Lapland, unadjusted table"}
    assert "mining" in made.note


def test_the_tornado_shows_the_widest_first_with_both_ends(kolari) -> None:
    data = kolari.show("tornado").data
    width = data.groupby("category", sort=False)["value"].agg(lambda ends: abs(ends.iloc[1] - ends.iloc[0]))
    assert width.is_monotonic_decreasing
    assert len(data) == 2 * len(width) == 16


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_assumption_of_every_scenario_has_a_name_and_an_interval(kolari, lang) -> None:
    view = kolari.at(lang=lang)
    names: set[str] = set()
    for name in scenario_names(view.data.folder):
        assumptions = load_scenario(name, view.data.folder).assumptions
        paths = [a.path for a in list_assumptions(assumptions)]
        said = {path: describe_assumption(view, assumptions, path) for path in paths}
        assert len(set(said.values())) == len(said)
        assert all(words.endswith(")") and "{" not in words for words in said.values())
        names |= set(said.values())
    assert len(names) > 90


def test_published_figures_are_those_of_the_tables_and_stand_beside_ours(region) -> None:
    found = published_studies(region)
    studies = found.tabulate(found.compare_project(), "en").set_index("year")
    assert studies["published"].to_dict() == {2014: 713.0, 2021: 35264.0}
    assert (studies["low"] < studies["ours"]).all()
    assert (studies["ours"] < studies["high"]).all()
    tourism = found.tabulate(found.compare_tourism(), "en").set_index(["area", "year"])
    assert tourism.loc[("Fell Lapland", 2019), "published"] == 1613
    assert tourism.loc[("Kittilä", 2020), "published"] == 765
    # The rate of the Torne Valley is derived from this very figure.
    assert tourism.loc[("Torne Valley", 2019), "ours"] == pytest.approx(118, rel=0.1)


def test_the_mine_s_own_staff_lies_within_what_section_b_counts_and_all_workers_beyond_it(region) -> None:
    table = published_studies(region).tabulate_mine().set_index("year")
    assert {2010, 2011, 2015, 2019, 2021} <= set(table.index)
    assert (table["own_employees"] < table["high"]).all()
    assert (table["section_b"] < table["own_employees"] + table["contractors"]).all()


def test_hannukainen_sets_more_in_motion_in_lapland_than_in_the_six(region) -> None:
    found = published_studies(region).project_first_years()
    np.testing.assert_allclose(found["region"]["direct"], found["reference"]["direct"])
    for part in ("indirect", "induced"):
        assert (found["region"][part] < found["reference"][part]).all()
    table = published_studies(region).tabulate_project_areas("en")
    assert table["total"].tolist() == pytest.approx(
        (table["direct"] + table["indirect"] + table["induced"]).tolist(), abs=2
    )


def test_a_figure_is_shown_for_its_place_and_for_areas_about_it(kolari) -> None:
    shown = {
        place: kolari.at(place, "en").show("studies_beside_ours").data["category"] for place in ("pello", "kittila")
    }
    assert not shown["pello"].str.contains("Kittilä").any()
    assert shown["pello"].str.contains("Torne Valley").any()
    assert shown["kittila"].str.contains("Kittilä mine 2021").any()
    assert not shown["kittila"].str.contains("Torne Valley").any()


def test_scenarios_stand_side_by_side_with_bands(region) -> None:
    table = tabulate_scenarios(region, 2035, 2040)
    assert list(table) == ["scenario", "2035", "2040"]
    assert len(table) == len(region.others)
    assert table["2040"].str.fullmatch(r"[+−]?[\d,]+ \([+−]?[\d,]+ to [+−]?[\d,]+\)").all()


def test_facts_of_scenarios_and_studies_follow_their_tables(region) -> None:
    facts = region.facts
    assert facts["hannukainen_2014_published"] == 713
    run = next(run for run in region.others if run.scenario.name == "hannukainen")
    change = run.values("labour_demand", "region")[-1] - region.baseline.values("labour_demand", "region")[-1]
    assert facts["change_hannukainen_2040"] == pytest.approx(change.mean())
    assert facts["around_mining_lapland"] > facts["around_mining_here"] > 0
    assert facts["moved_low"] < 0 < facts["moved_high"]
    assert "around_mining_here" not in region.at("pello").facts


def test_the_tables_of_the_method_pages_that_rest_on_data_alone_are_those_of_the_code(region) -> None:
    tables = runpy.run_path(str(DOCS / "demand_tables.py"))
    written = {
        block[1] for name in tables["PAGES"] for block in tables["BLOCK"].findall((DOCS / name).read_text("utf-8"))
    }
    assert written == set(tables["TABLES"])
    for name in tables["PAGES"]:
        page = (DOCS / name).read_text(encoding="utf-8")
        again = tables["rewrite_tables"](page, region, tables["FROM_DATA"])
        assert again == page, f"run python docs/demand_tables.py: {name} is not up to date"


def test_swings_of_outcomes_are_those_of_the_tornado(kolari) -> None:
    tornado = kolari.at(lang="en").show("tornado").data.pivot(index="category", columns="series", values="value")
    heat = kolari.at(lang="en").show("tornado_outcomes").data.pivot(index="row", columns="column", values="value")
    assert list(heat.columns) == ["Labour demand", "Labour force", "Population", "Unemployed", "Unfilled jobs"]
    both = heat.index.intersection(tornado.index)
    width = tornado["assumption at its upper limit"] - tornado["assumption at its lower limit"]
    assert len(both) >= 2
    assert heat.loc[both, "Labour demand"].to_numpy() == pytest.approx(width[both].to_numpy())


def test_what_a_survey_could_tell_is_marked_and_what_lies_ahead_is_not(kolari) -> None:
    made = kolari.at("region", "en").show("survey_worth")
    rows = set(made.data["row"])
    assert "Share of a shortage met by new entrants to the labour force *" in rows
    assert "Growth of overnight stays" in rows
    assert made.data["value"].between(0, 100).all()
