import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import writers
from cubes import cubes, small
from hypothesis import given, settings

from amoanalysis.data.sources.jsonstat import Cube, read_jsonstat
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


@settings(max_examples=40)
@given(cubes())
def test_what_is_written_is_read_back(cube: Cube) -> None:
    for sparse in (False, True):
        read = read_jsonstat(writers.jsonstat(cube, sparse=sparse), "made")
        assert read.dimensions == cube.dimensions
        assert np.array_equal(read.cells, cube.cells)


def test_a_shuffled_order_that_is_told_is_read_right() -> None:
    cube = small()
    turned = Cube(cube.dimensions[::-1], cube.cells.transpose(2, 1, 0), "made")
    read = read_jsonstat(writers.jsonstat(turned), "made")
    assert read.dimensions[0].label == "Tiedot"
    assert read.cells[0, 1, 0] == "3999"


def test_figures_keep_the_digits_in_which_they_were_written() -> None:
    text = writers.jsonstat(small()).replace(b"3934", b"3934.10")
    assert read_jsonstat(text, "made").cells[0, 0, 0] == "3934.10"


Damage = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda d: d.pop("dimension"), "is not a JSON-stat dataset"),
        (lambda d: d["dimension"].pop("vuosi"), "lacks the variable 'vuosi'"),
        (lambda d: d["size"].reverse() or d["size"].append(9), "4 sizes"),
        (lambda d: d["size"].__setitem__(0, 3), "states that 'alue_23_20260101' has 3 values"),
        (lambda d: d["value"].pop(), "has 7 cells of 'value' where its variables need 8"),
        (lambda d: d["value"].__setitem__(0, None), "an empty cell without a status"),
        (lambda d: d["value"].__setitem__(0, True), "a cell that is not a number"),
        (lambda d: d["value"].__setitem__(0, 10**18), "which is too large"),
        (lambda d: d.__setitem__("value", {"99": 1}), "a value for a cell '99'"),
        (lambda d: d["dimension"]["vuosi"]["category"]["index"].__setitem__("2022", 0), "repeated or missing position"),
    ],
)
def test_each_fault_is_one_sentence(damage: Damage, said: str) -> None:
    dataset = json.loads(writers.jsonstat(small()))
    damage(dataset)
    with pytest.raises(DataError, match=said):
        read_jsonstat(json.dumps(dataset).encode(), "made")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><body>Service unavailable</body></html>", "is a web page"),
        (b"", "is empty"),
        (writers.jsonstat(small())[:150], "is not valid JSON"),
        (writers.jsonstat(small()).decode().encode("latin-1"), "is not UTF-8"),
        (writers.jsonstat(small()).decode().encode().decode("cp1252").encode(), "garbled letters"),
        (b'{"id": ["a"], "id": ["b"]}', "the key 'id' twice"),
        (b'{"value": [NaN]}', "'NaN', which is not a number"),
        (b"[1, 2]", "is not a JSON object"),
        (b"[" * 100_000, "nested too deeply|is not valid JSON"),
    ],
)
def test_each_answer_that_is_no_dataset_is_told(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_jsonstat(content, "made")
