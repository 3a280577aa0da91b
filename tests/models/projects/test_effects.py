import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.errors import ShapeError, UserError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.projects.effects import (
    draw_effects,
    indirect_and_induced_jobs,
    site_effects,
)
from amoanalysis.models.projects.location_quotients import jobs_scaled_to_totals
from amoanalysis.models.projects.multipliers import RegionalTable, input_output_account, jobs_per_job, regional_table

pytestmark = pytest.mark.law

DELTA = np.array([0.1, 0.15, 0.2, 0.25, 0.3])
KOLARI, MINING = 2, "05_09"
DRAWS = np.array([0.12, 0.2, 0.3])
AT_THE_SITE = np.tile([0.0, 0.0, 0.6, 0.1, 0.1, 0.0], (3, 1))


PARTS = ["indirect", "induced_by_suppliers", "induced_by_wages"]


def effects_by_area(account, jobs, outside, site, industry, project_jobs, delta):
    """Jobs per direct job in the municipality of the site, in the region and in the reference area."""
    with_project = jobs.copy()
    with_project[site] += project_jobs * account.sections[account.index(industry)]
    region = with_project.sum(axis=0)
    reference = region + outside
    tables = {
        "site": regional_table(account, with_project[site], reference, "flq", delta),
        "region": regional_table(account, region, reference, "flq", delta),
        "reference": RegionalTable(account.requirements, account.spending),
    }
    frames = []
    for area, table in tables.items():
        found = jobs_per_job(account, table, industry)
        sums = {name: getattr(found, name).sum(axis=-1) for name in PARTS}
        frames.append(pd.DataFrame({"area": area, "delta": delta, **sums}))
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def jobs(data):
    lapland = list(data.places["MK19"].members)
    tables = data.table("jobs_by_industry"), data.table("jobs_by_workplace")
    now = jobs_scaled_to_totals(*tables, 2017, lapland)
    six = [lapland.index(place.code) for place in data.places.municipalities()]
    return {
        2014: jobs_scaled_to_totals(*tables, 2014, lapland),
        "six": now[six],
        "outside": now.sum(axis=0) - now[six].sum(axis=0),
    }


@pytest.fixture(scope="module")
def read(data, jobs):
    table, concordance = data.table("input_output_2014"), data.concordance("io_industries")
    return lambda share: input_output_account(table, concordance, jobs[2014].sum(axis=0), share)


@pytest.fixture(scope="module")
def account(read):
    return read(0.45)


@pytest.fixture(scope="module")
def mine(account, jobs):
    return site_effects(account, jobs["six"], jobs["outside"], KOLARI, MINING, 300.0, DELTA)


@pytest.fixture(scope="module")
def drawn(mine):
    return draw_effects(mine, DRAWS, AT_THE_SITE)


def test_effects_fall_in_delta_and_are_never_negative(mine):
    for table in (mine.indirect, mine.induced_by_suppliers, mine.induced_by_wages):
        total = table.sum(axis=(-1, -2))
        assert (np.diff(total, axis=0) < 0).all()
        assert (table >= 0).all()


def test_places_sum_to_the_region_and_the_site_has_its_own_part(account, jobs, mine):
    areas = effects_by_area(account, jobs["six"], jobs["outside"], KOLARI, MINING, 300.0, DELTA).set_index("area")
    np.testing.assert_allclose(mine.indirect.sum(axis=(1, 2)), areas.loc["region", "indirect"])
    np.testing.assert_allclose(
        mine.induced_by_wages[:, KOLARI].sum(axis=(1, 2)), areas.loc["region", "induced_by_wages"]
    )
    np.testing.assert_allclose(mine.indirect[:, KOLARI].sum(axis=1), areas.loc["site", "indirect"], rtol=0.05)


@pytest.mark.parametrize("industry", [MINING, "41_43", "55_56", "90_96"])
def test_the_larger_the_area_the_more_of_the_effect_stays_in_it(account, jobs, industry):
    areas = effects_by_area(account, jobs["six"], jobs["outside"], KOLARI, industry, 100.0, DELTA).set_index("area")
    for column in ("indirect", "induced_by_suppliers", "induced_by_wages"):
        assert (areas.loc["site", column].to_numpy() < areas.loc["region", column].to_numpy()).all()
        assert (areas.loc["region", column].to_numpy() < areas.loc["reference", column].to_numpy()).all()


def test_a_mine_has_no_indirect_mining_jobs(mine):
    assert not mine.indirect[:, :, SECTIONS.index("B")].any()


def test_what_the_site_cannot_supply_goes_to_the_others_by_their_jobs_in_the_section(mine, jobs):
    transport = SECTIONS.index("H")
    others = [place for place in range(6) if place != KOLARI]
    share = mine.indirect[0, others, transport] / mine.indirect[0, others, transport].sum()
    np.testing.assert_allclose(share, jobs["six"][others, transport] / jobs["six"][others, transport].sum())


def test_wages_are_spent_where_workers_live_first(mine):
    for home in range(6):
        by_place = mine.induced_by_wages[0, home].sum(axis=1)
        assert by_place[home] == mine.induced_by_wages[0, :, home].sum(axis=1).max()


def test_a_project_of_no_jobs_sets_nothing_in_motion(drawn):
    none = np.zeros((4, 3))
    for part in indirect_and_induced_jobs(drawn, none, none):
        assert part.shape == (4, 3, 6, len(SECTIONS))
        assert not part.any()


def test_effects_are_linear_in_the_direct_jobs(drawn):
    direct, buying = np.array([[500.0] * 3, [300.0] * 3]), np.array([[400.0] * 3, [150.0] * 3])
    whole = indirect_and_induced_jobs(drawn, direct, buying)
    twice = indirect_and_induced_jobs(drawn, 2 * direct, 2 * buying)
    halves = [indirect_and_induced_jobs(drawn, direct / 2, buying / 2) for _ in range(2)]
    for one, two, first, second in zip(whole, twice, *halves, strict=True):
        np.testing.assert_allclose(two, 2 * one)
        np.testing.assert_allclose(first + second, one)


def test_closing_releases_what_opening_created_and_no_more(drawn):
    path = np.array([0.0, 150.0, 300.0, 300.0, 150.0, 0.0])[:, None] * np.ones(3)
    for part in indirect_and_induced_jobs(drawn, path, path):
        change = np.diff(part, axis=0)
        np.testing.assert_allclose(change.sum(axis=0), 0.0, atol=1e-12)
        np.testing.assert_allclose(change[0], -change[-1])


def test_workers_who_fly_in_spend_nothing_here_and_buy_through_the_mine_all_the_same(mine):
    nobody = draw_effects(mine, DRAWS, np.zeros((3, 6)))
    everybody = draw_effects(mine, DRAWS, np.eye(6)[[KOLARI] * 3])
    assert not nobody.induced_by_wages.any()
    np.testing.assert_array_equal(nobody.indirect, everybody.indirect)
    half = draw_effects(mine, DRAWS, np.eye(6)[[KOLARI] * 3] / 2)
    np.testing.assert_allclose(half.induced_by_wages * 2, everybody.induced_by_wages)


def test_contractors_from_the_region_are_not_counted_a_second_time(drawn):
    direct, buying = np.full((2, 3), 570.0), np.full((2, 3), 300.0)
    indirect, induced = indirect_and_induced_jobs(drawn, direct, buying)
    fewer, spent = indirect_and_induced_jobs(drawn, direct, buying, np.full((2, 3), 5.0))
    np.testing.assert_allclose(indirect.sum(axis=(2, 3)) - fewer.sum(axis=(2, 3)), 5.0)
    assert (spent < induced + 1e-12).all()
    none, _ = indirect_and_induced_jobs(drawn, direct, buying, direct)
    assert not none.any()


def test_between_the_points_of_the_table_effects_run_straight_and_meet_them(mine):
    drawn = draw_effects(mine, np.array([0.1, 0.125, 0.15, 0.05, 0.9]), np.zeros((5, 6)))
    np.testing.assert_allclose(drawn.indirect[[0, 2]], mine.indirect[:2])
    np.testing.assert_allclose(drawn.indirect[1], mine.indirect[:2].mean(axis=0))
    np.testing.assert_allclose(drawn.indirect[3:], mine.indirect[[0, -1]])


def test_the_table_is_fine_enough_to_interpolate(account, jobs, mine):
    exact = site_effects(account, jobs["six"], jobs["outside"], KOLARI, MINING, 300.0, np.array([0.175]))
    drawn = draw_effects(mine, np.array([0.175]), np.eye(6)[[KOLARI]])
    np.testing.assert_allclose(drawn.indirect.sum(), exact.indirect.sum(), rtol=0.005)
    np.testing.assert_allclose(drawn.induced_by_wages.sum(), exact.induced_by_wages[:, KOLARI].sum(), rtol=0.005)


@pytest.mark.parametrize("ratio", [0.7, 1.3])
def test_drawn_spending_comes_near_to_a_table_made_with_it(read, jobs, mine, ratio):
    exact = site_effects(read(0.45 * ratio), jobs["six"], jobs["outside"], KOLARI, MINING, 300.0, DELTA)
    scaled = draw_effects(mine, DELTA, np.eye(6)[[KOLARI] * 5], np.full(5, ratio))
    np.testing.assert_allclose(
        scaled.induced_by_wages.sum(axis=(1, 2)), exact.induced_by_wages[:, KOLARI].sum(axis=(1, 2)), rtol=0.02
    )


def test_a_place_alone_keeps_what_its_region_supplies(account, jobs):
    alone = site_effects(account, jobs["six"][[KOLARI]], jobs["outside"], 0, MINING, 300.0, DELTA)
    areas = effects_by_area(account, jobs["six"][[KOLARI]], jobs["outside"], 0, MINING, 300.0, DELTA)
    np.testing.assert_allclose(alone.indirect.sum(axis=(1, 2)), areas.query("area == 'region'")["indirect"])


def test_an_industry_that_neither_place_nor_project_has_and_wrong_tables_are_refused(account, jobs, mine):
    with pytest.raises(UserError, match="Neither the project nor its place"):
        site_effects(account, jobs["six"], jobs["outside"], KOLARI, MINING, 0.0, DELTA)
    with pytest.raises(UserError, match="not ascending"):
        site_effects(account, jobs["six"], jobs["outside"], KOLARI, MINING, 1.0, DELTA[::-1])
    with pytest.raises(ShapeError, match="more than 1"):
        draw_effects(mine, DRAWS, np.ones((3, 6)))


def test_jobs_of_the_region_are_the_sum_of_its_places_in_every_part(account, jobs, mine):
    areas = effects_by_area(account, jobs["six"], jobs["outside"], KOLARI, MINING, 300.0, DELTA)
    region = areas.query("area == 'region'")
    drawn = draw_effects(mine, DELTA, 0.88 * np.eye(6)[[KOLARI] * 5])
    indirect, induced = indirect_and_induced_jobs(drawn, np.full((1, 5), 570.0), np.full((1, 5), 300.0))
    np.testing.assert_allclose(300 * region["indirect"], indirect.sum(axis=(0, 2, 3)))
    expected = 300 * region["induced_by_suppliers"] + 570 * 0.88 * region["induced_by_wages"]
    np.testing.assert_allclose(expected, induced.sum(axis=(0, 2, 3)))


PAGE = Path(__file__).parents[3] / "docs" / "multipliers.md"
ROW = re.compile(r"^\| (\S+) \| (\d+) \| (site|region|reference) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", re.MULTILINE)


def test_the_method_page_says_what_the_model_finds(account, jobs):
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 21
    for industry, size, area, delta, *printed in rows:
        at = np.array([0.2 if area == "reference" else float(delta)])
        found = effects_by_area(account, jobs["six"], jobs["outside"], KOLARI, industry, float(size), at)
        values = found.set_index("area").loc[area, ["indirect", "induced_by_suppliers", "induced_by_wages"]]
        assert [f"{value:.3f}" for value in values] == printed
