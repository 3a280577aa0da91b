import numpy as np
import pandas as pd
import pytest

from amoanalysis.backtesting.cases import COLUMNS, REFERENCES, reference_areas
from amoanalysis.backtesting.run import collect_cases
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.models.statistics.draws import Draws

pytestmark = [pytest.mark.law]

ORIGIN = 2009
TIMES = ("year", "month", "period")


class OtherFuture(Data):
    """The same past, and a future in which every figure is half as large again."""

    def __init__(self, data: Data) -> None:
        super().__init__(data.folder)
        self._data = data

    def has(self, name: str) -> bool:
        return self._data.has(name)

    def table(self, name: str) -> pd.DataFrame:
        frame = self._data.table(name).copy()
        time = next((column for column in TIMES if column in frame), None)
        if time is None or "vintage" in frame:
            return frame
        later = frame[time].astype(str).str[:4].astype(int) > ORIGIN
        for column in frame.select_dtypes("number").columns.difference(["year", "age"]):
            frame[column] = frame[column].where(~later, (frame[column].astype(float) * 1.5).round())
        return frame


@pytest.fixture(scope="module")
def both(data):
    assumptions = load_scenario("baseline", data.folder).assumptions
    places = list(reference_areas(data))
    return [
        collect_cases(folder, assumptions, places, ORIGIN, Draws(7, 0, 24), horizon=4)
        for folder in (data, OtherFuture(data))
    ]


def test_a_back_test_is_unchanged_when_what_came_later_is_altered(both):
    told = [name for name in (*COLUMNS, *REFERENCES) if name not in ("actual", "crps", "pit")]
    keys = ["measure", "place", "horizon"]
    one, other = (cases.set_index(keys)[[n for n in told if n not in keys]].sort_index() for cases in both)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_what_it_is_held_against_is_the_altered_future(both):
    one, other = (cases.set_index(["measure", "place", "horizon"])["actual"] for cases in both)
    assert set(one.index.get_level_values("measure")) == {
        "population", "population_15_64", "labour_force", "unemployed", "jobs",
    }  # fmt: skip
    assert not np.isclose(one, other.reindex(one.index)).any()
