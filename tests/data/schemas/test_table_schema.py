import pandas as pd
import pytest

from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import (
    YEAR,
    Column,
    TableSchema,
    count_column,
    number_column,
    text_column,
    validate,
)
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

SMALL = TableSchema(
    "small",
    "A small table",
    (
        YEAR,
        text_column("sex", "sex", "f", "m"),
        count_column("persons", "persons"),
        number_column("rate", "rate", "1/year", gaps=True),
    ),
    ("year", "sex"),
)


def rows(**changed: object) -> pd.DataFrame:
    frame = pd.DataFrame({"year": [2000, 2000], "sex": ["f", "m"], "persons": [1, 2], "rate": [0.5, None]})
    return frame.assign(**changed)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=list(SCHEMAS))
def test_every_column_is_described_and_every_number_has_a_unit(schema: TableSchema) -> None:
    assert set(schema.key) <= set(schema.names)
    for column in schema.columns:
        assert column.description
        assert column.is_text or column.unit or column.name in ("year", "vintage")


def test_pandera_carries_the_description_and_the_unit() -> None:
    columns = SMALL.pandera().columns
    assert columns["rate"].description == "rate"
    assert columns["rate"].metadata == {"unit": "1/year"}


def test_a_frame_that_fits_is_given_back() -> None:
    frame = rows()
    assert validate(frame, SMALL) is frame


@pytest.mark.parametrize(
    ("changed", "saying"),
    [
        ({"persons": [1, -2]}, "row 3, column persons: '-2' is below 0"),
        ({"sex": ["f", "x"]}, "row 3, column sex: 'x' is none of f, m"),
        ({"sex": ["f", None]}, "row 3, column sex: the cell is empty"),
        ({"sex": ["f", "f"]}, "row 3 repeats the key year 2000, sex f"),
        ({"sex": ["m", "f"]}, "row 2 is out of order: sort the file by year, sex"),
        ({"rate": [0.5, float("inf")]}, "row 3, column rate: 'inf' is not a finite number"),
        ({"year": [1066, 2000]}, "row 2, column year: '1066' is below 1900"),
    ],
)
def test_a_row_that_does_not_fit_is_named(changed: dict[str, object], saying: str) -> None:
    with pytest.raises(DataError) as caught:
        validate(rows(**changed), SMALL)
    assert saying in str(caught.value)


def test_a_strange_column_is_refused() -> None:
    with pytest.raises(DataError, match="persons, rate, extra: they should be year, sex, persons, rate"):
        validate(rows(extra=1), SMALL)


def test_whole_numbers_with_gaps_are_held_as_floats() -> None:
    assert Column("n", "number", "integer").dtype == "int64"
    assert Column("n", "number", "integer", gaps=True).dtype == "float64"
