from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.config.assumptions import ReturnCampaignAssumptions
from amoanalysis.models.return_migration import recruitment_tour as campaign
from amoanalysis.models.return_migration import recruitment_tour as tour

pytestmark = pytest.mark.law
YEARS = range(2023, 2041)
DEFAULTS = {
    "reach": 0.25,
    "response": 0.006,
    "start": 2026.0,
    "years": 10.0,
    "delay": 1.5,
    "family_per_returner": 1.0,
    "coupled": 0.65,
    "spouse_work": 0.6,
    "office_cost": 60_000.0,
    "cost_per_reached": 12.0,
    "catchment_km": 30.0,
    "visit_cost": 4_000.0,
    "tour_cost": 8_000.0,
    "travel_cost_per_km": 1.0,
    "road_detour": 1.3,
    "worth_of_returner": 20_000.0,
}


def assumptions(**changed: float) -> ReturnCampaignAssumptions:
    fields = {name: assumed(value, path=f"made.{name}") for name, value in {**DEFAULTS, **changed}.items()}
    return ReturnCampaignAssumptions(**fields)


def ground(seed: int) -> tour.TourMap:
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 800, (12, 2))
    apart = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    return tour.TourMap(rng.gamma(1.0, 1.0, (BLOCK.count, 12)), apart, np.hypot(*(spots - [400, 900]).T))


@given(seed=st.integers(0, 50))
def test_a_longer_tour_never_wins_fewer_returners_and_each_town_adds_less_than_its_own_visit(seed):
    land = ground(seed)
    towns = tour.choose_towns(land, list(range(12)), 6, assumptions())
    found = tour.evaluate_tour(land, towns, assumptions(), BLOCK)
    assert len(set(towns)) == 6
    added = np.diff(found.returners, axis=1, prepend=0.0)
    assert (added >= -1e-12).all()
    assert (added <= tour.returners_per_visit(land, towns, assumptions(), BLOCK) + 1e-9).all()
    assert (np.diff(found.cost, axis=1) > 0).all()
    assert list(found.kilometres) == sorted(found.kilometres)


@given(seed=st.integers(0, 50))
def test_without_cost_of_travel_the_greedy_gains_only_shrink(seed):
    land = ground(seed)
    free = assumptions(travel_cost_per_km=0.0)
    found = tour.evaluate_tour(land, tour.choose_towns(land, list(range(12)), 8, free), free, BLOCK)
    gains = np.diff(found.returners.mean(axis=0), prepend=0.0)
    assert (np.diff(gains) <= 1e-9).all()


def test_nobody_is_won_twice_and_a_town_whose_whereabouts_are_unknown_is_not_reached():
    land = ground(3)
    twice = tour.evaluate_tour(land, [4, 4], assumptions(), BLOCK)
    np.testing.assert_allclose(twice.returners[:, 0], twice.returners[:, 1])
    lost = replace(land, distances=np.where(np.eye(12, dtype=bool), 0.0, np.nan))
    found = tour.returners_per_visit(lost, [2], assumptions(), BLOCK)[:, 0]
    np.testing.assert_allclose(found, land.potential[:, 2])


def test_every_town_on_a_tour_costs_a_way_there_and_back():
    land = ground(1)
    assert tour.round_trip_lengths(land, []) == []
    lengths = [2 * land.start_distances[5], land.start_distances[5] + land.start_distances[7] + land.distances[5, 7]]
    assert tour.round_trip_lengths(land, [5, 7]) == pytest.approx(lengths)


@pytest.mark.parametrize("name", ["reach", "response", "spouse_work", "years"])
def test_more_of_what_helps_never_means_fewer_returners(name):
    wanted = np.full((BLOCK.count, 6), 700.0)
    few = campaign.campaign_returners(wanted, assumptions(), BLOCK, YEARS)
    many = campaign.campaign_returners(wanted, assumptions(**{name: DEFAULTS[name] * 1.3}), BLOCK, YEARS)
    assert (many >= few - 1e-12).all()
    assert many.sum() > few.sum()


def test_without_delay_a_campaign_wins_what_it_promises_in_its_own_years():
    wanted = np.full((BLOCK.count, 2), 1000.0)
    found = campaign.campaign_returners(wanted, assumptions(delay=0.0, years=4.0, coupled=0.0), BLOCK, YEARS)
    expected = np.where((np.array(YEARS) >= 2026) & (np.array(YEARS) < 2030), 1000 * 0.25 * 0.006, 0.0)
    np.testing.assert_allclose(found, np.broadcast_to(expected[:, None, None], found.shape), atol=1e-12)


def test_delay_postpones_returners_and_loses_none():
    wanted = np.full((BLOCK.count, 1), 1000.0)
    far = range(2023, 2200)
    soon, late = (campaign.campaign_returners(wanted, assumptions(delay=d), BLOCK, far) for d in (0.0, 3.0))
    np.testing.assert_allclose(soon.sum(axis=0), late.sum(axis=0), rtol=1e-6)
    assert (late.cumsum(axis=0) <= soon.cumsum(axis=0) + 1e-9).all()


def test_no_years_no_campaign():
    assert not campaign.has_campaign(assumptions(years=0.0))
    assert not campaign.campaign_returners(np.ones((BLOCK.count, 1)), assumptions(years=0.0), BLOCK, YEARS).any()


def test_families_come_along_and_each_reached_leaver_costs():
    wanted = np.full((BLOCK.count, 3), 1000.0)
    alone = campaign.campaign_returners(wanted, assumptions(), BLOCK, YEARS)
    np.testing.assert_allclose(campaign.add_families(alone, assumptions(), BLOCK), 2 * alone)
    np.testing.assert_allclose(campaign.yearly_cost(wanted, assumptions(), BLOCK), 60_000 + 3000 * 0.25 * 12)
