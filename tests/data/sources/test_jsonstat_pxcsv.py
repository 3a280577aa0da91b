import numpy as np
import pytest
import writers
from cubes import small

from amoanalysis.data.sources.jsonstat import read_csv
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def test_what_is_written_is_read_back_in_any_order_of_rows() -> None:
    cube = small()
    lines = writers.csv(cube).decode().splitlines()
    shuffled = "\n".join([lines[0], *lines[:0:-1]]) + "\n"
    for text in ("\n".join(lines) + "\n", shuffled, shuffled.replace(",", ";")):
        assert np.array_equal(read_csv(text.encode(), "made", cube.dimensions).cells, cube.cells)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Kittilä","2022"', '"Kolari","2022"', "occurs twice"),
        ('"Kittilä"', '"Sodankylä"', "'Sodankylä' was not selected"),
        ('"Muutos"', '"Lisäys"', "has no column 'Muutos'"),
        ('"Alue"', '"Kunta"', "has no column|names none"),
    ],
)
def test_each_fault_is_one_sentence(old: str, new: str, said: str) -> None:
    cube = small()
    text = writers.csv(cube).decode().replace(old, new)
    with pytest.raises(DataError, match=said):
        read_csv(text.encode(), "made", cube.dimensions)


def test_rows_cut_off_are_missed() -> None:
    cube = small()
    lines = writers.csv(cube).decode().splitlines()
    with pytest.raises(DataError, match="lacks selected rows"):
        read_csv("\n".join(lines[:-1]).encode() + b"\n", "made", cube.dimensions)
