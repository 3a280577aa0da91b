from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made import BLOCK, assumed

from amoanalysis.config.assumptions import OutMigrantAssumptions
from amoanalysis.models.return_migration.out_migrant_stock import (
    TARGET_AGES,
    OutMigrantBase,
    compare_with_published,
    label_periods,
    migration_exchange,
    project_out_migrant_stock,
    relative_rates,
    return_rates,
    rooted_share,
)

pytestmark = pytest.mark.law


def test_flows_of_the_six_sum_to_the_published_totals_of_every_place_and_year(data):
    found = compare_with_published(data.table("migration_flows"), data.table("internal_migration"))
    assert len(found) == 6 * 28 * 2
    assert set(found["year"]) == set(range(1990, 2018))
    assert not found["difference"].any()


def test_what_is_gained_and_lost_adds_up(data):
    flows = data.table("migration_flows")
    six = sorted(flows["place"].unique())
    by_partner = migration_exchange(flows, six, ["partner"])
    whole = migration_exchange(flows, six, ["year"])
    assert by_partner["net"].sum() == whole["net"].sum()
    assert (
        by_partner["circulation"] + by_partner["net"].abs() == by_partner["in_moves"] + by_partner["out_moves"]
    ).all()
    assert by_partner["efficiency"].abs().max() <= 1


def test_a_move_among_the_places_does_not_count(data):
    flows = data.table("migration_flows")
    assert not set(migration_exchange(flows, ["273", "261"], ["partner"])["partner"]) & {"273", "261"}


def test_a_move_between_two_of_the_six_is_told_by_both(data):
    flows = data.table("migration_flows")
    there = flows.query("place == '273' and partner == '261' and direction == 'out'").set_index("year")["migrants"]
    here = flows.query("place == '261' and partner == '273' and direction == 'in'").set_index("year")["migrants"]
    assert there.equals(here)


def test_periods_count_back_from_the_last_year():
    years = pd.Series(range(1990, 2019))
    named = label_periods(years, 10, 2018)
    assert named.tolist()[-1] == "2009–2018"
    assert named.isna().sum() == 9
    assert named.value_counts().eq(10).all()


AGES, YEARS = 81, range(1990, 2019)


def assumptions(returners=0.45, again=0.75, onward=0.8, to_size=0.5) -> OutMigrantAssumptions:
    def made(value, path):
        return assumed(value, value * 0.8, value * 1.2, path=path, least=0.0)

    return OutMigrantAssumptions(
        returner_share=made(returners, "returners"),
        newcomers_leave_again=made(again, "again"),
        onward_mobility=made(onward, "onward"),
        onward_to_size=made(to_size, "size"),
    )


@pytest.fixture(scope="module")
def base() -> OutMigrantBase:
    rng = np.random.default_rng(1)
    leaving = rng.poisson(20, (len(YEARS), 5)).astype(float)
    ages = np.exp(-((np.arange(AGES) - 22.0) ** 2) / 60)
    return OutMigrantBase(
        YEARS,
        leaving,
        np.floor(leaving * 0.7),
        np.broadcast_to(ages / ages.sum(), (len(YEARS), AGES)),
        np.where(np.arange(AGES) < 60, 0.999, 0.97),
        0.02 + 0.2 * ages,
        np.array([0.5, 0.2, 0.1, 0.1, 0.1]),
    )


def test_the_stock_never_exceeds_those_who_left(base):
    found = project_out_migrant_stock(base, assumptions(), BLOCK)
    assert (found.stock >= -1e-9).all()
    assert (found.stock.sum(axis=(1, 2)) <= base.out_moves.sum()).all()
    left = rooted_share(
        base, BLOCK.sample(assumptions().returner_share), BLOCK.sample(assumptions().newcomers_leave_again)
    )
    assert (found.stock.sum(axis=(1, 2)) <= left * base.out_moves.sum() + 1e-6).all()


def test_where_nobody_dies_returns_or_moves_on_everybody_who_left_is_there(base):
    still = replace(base, survival=np.ones(AGES), mobility=np.zeros(AGES), in_moves=np.zeros_like(base.in_moves))
    found = project_out_migrant_stock(still, assumptions(), BLOCK)
    np.testing.assert_allclose(found.stock.sum(axis=2), np.tile(base.out_moves.sum(axis=0), (BLOCK.count, 1)))


def test_moving_on_moves_people_and_loses_none(base):
    immortal = replace(base, survival=np.ones(AGES), in_moves=np.zeros_like(base.in_moves))
    found = project_out_migrant_stock(immortal, assumptions(), BLOCK)
    np.testing.assert_allclose(found.stock.sum(axis=(1, 2)), base.out_moves.sum())
    settled = project_out_migrant_stock(immortal, assumptions(onward=0.0), BLOCK)
    assert (found.stock[:, 0].sum(axis=1) > settled.stock[:, 0].sum(axis=1)).all()  # the largest town gains


def test_the_more_return_the_fewer_are_left_in_every_draw(base):
    few, many = (project_out_migrant_stock(base, assumptions(again=0.0, returners=r), BLOCK).stock for r in (0.2, 0.5))
    assert (many.sum(axis=(1, 2)) < few.sum(axis=(1, 2))).all()


def test_returners_come_out_of_the_stock_that_was_there(base):
    found = project_out_migrant_stock(base, assumptions(), BLOCK)
    assert (found.returned <= found.aged_25_50 + 1e-9).all()
    assert (found.returned[0] == 0).all()


def test_a_rate_is_returners_per_leaver_and_shrinks_where_few_live():
    wanted = np.tile(np.array([1000.0, 1000.0, 2.0]), (10, 1, 1))
    returned = np.tile(np.array([50.0, 10.0, 0.4]), (10, 1, 1))
    np.testing.assert_allclose(return_rates(wanted, returned), [[0.05, 0.01, 0.2]])
    relative = relative_rates(wanted, returned)[0]
    assert relative[0] > 1 > relative[1]
    raw = np.array([0.05, 0.01, 0.2]) / (returned.sum() / wanted.sum())
    assert (np.abs(relative - 1) <= np.abs(raw - 1) + 1e-9).all()
    assert 1 < relative[2] < raw[2]


def test_leavers_of_the_six_are_between_the_net_loss_of_their_ages_and_all_moves(data, inputs):
    from amoanalysis.config.scenarios import load_scenario
    from amoanalysis.pipeline.inputs.migration import out_migrants_by_origin, out_migrants_by_residence

    assumed_ = load_scenario("baseline", data.folder).assumptions.leavers
    codes = list(inputs.codes)
    found = out_migrants_by_residence(data, codes, inputs.population)
    assert found is not None
    by_town = project_out_migrant_stock(found[0], assumed_, BLOCK).stock
    moves = data.table("migration_flows").query("direction == 'out' and partner not in @codes")["migrants"].sum()
    assert (by_town.sum(axis=(1, 2)) < moves).all()
    origin = out_migrants_by_origin(data, codes, inputs.population)
    assert origin is not None
    by_place = project_out_migrant_stock(origin, assumed_, BLOCK).stock[..., TARGET_AGES].sum(axis=(1, 2))
    # The same people counted by where they live and by where they left; few municipalities run out of leavers.
    np.testing.assert_allclose(by_town[..., TARGET_AGES].sum(axis=(1, 2)).mean(), by_place.mean(), rtol=0.15)
