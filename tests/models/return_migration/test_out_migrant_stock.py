import pandas as pd
import pytest

from amoanalysis.models.return_migration.out_migrant_stock import (
    compare_with_published,
    label_periods,
    migration_exchange,
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
