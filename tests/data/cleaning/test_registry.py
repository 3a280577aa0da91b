"""The list of cleaners."""

import pytest

from amoanalysis.data.cleaning.checks import finish
from amoanalysis.data.cleaning.registry import ALL, CLEANERS
from amoanalysis.data.schemas.registry import SCHEMAS
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def test_each_cleaner_makes_one_of_our_tables():
    assert set(CLEANERS) <= set(SCHEMAS)
    assert len(CLEANERS) == len(ALL)


def test_cleaners_are_called_by_the_name_of_their_table(samples, reference):
    cleaned = CLEANERS["jobs_by_workplace"].clean(samples / "statfin_115p.csv", reference)
    assert list(cleaned.columns) == SCHEMAS["jobs_by_workplace"].names


def test_a_frame_that_breaks_its_schema_does_not_leave(snapshot):
    table = snapshot.table("internal_migration")
    assert finish(table.sample(frac=1, random_state=1), "internal_migration").equals(table)
    with pytest.raises(DataError, match=r"internal_migration\.csv row \d+, column in_migration"):
        finish(table.assign(in_migration=-1), "internal_migration")
