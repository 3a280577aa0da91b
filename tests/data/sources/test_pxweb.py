from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from time import time

import numpy as np
import pytest
from cubes import small
from hypothesis import given
from hypothesis import strategies as st
from made_clock import MadeClock
from pxweb_server import Answer, PxWebServer

from amoanalysis.data.sources.http import AnswerStore, NotFoundError
from amoanalysis.data.sources.pxweb import PxWebClient, split_query
from amoanalysis.errors import AmoError, DataError

pytestmark = pytest.mark.unit

FOLDER = "StatFin/vaerak"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("form", ["json-stat2", "px", "csv"])
@pytest.mark.parametrize("table", ["11re.px", "statfin_vaerak_pxt_11re.px"])
def test_a_table_comes_whole_in_every_form_and_under_both_ids(
    ask: Callable[..., PxWebClient], served: PxWebServer, version: int, form: str, table: str
) -> None:
    server = ask(served, version, form=form)
    assert [listed.title.endswith("Väestö alueittain") for listed in server.list_tables(FOLDER)] == [True]
    variables = server.fetch_variables(FOLDER, table)
    assert [variable.label for variable in variables] == ["Alue", "Vuosi", "Tiedot"]
    assert variables[1].time
    assert np.array_equal(server.fetch_cube(FOLDER, table, variables).cells, small().cells)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_queries_stay_below_the_limit_that_the_server_states(
    ask: Callable[..., PxWebClient], served: PxWebServer, limit: int
) -> None:
    served.max_cells = limit
    server = ask(served)
    cube = server.fetch_cube(FOLDER, "11re.px", server.fetch_variables(FOLDER, "11re.px"))
    assert np.array_equal(cube.cells, small().cells)
    assert served.largest <= limit


def test_calls_stay_below_the_limit_of_the_window(
    ask: Callable[..., PxWebClient], served: PxWebServer, clock: MadeClock
) -> None:
    served.max_cells, served.max_calls, served.window = 1, 3, 10
    server = ask(served)
    server.fetch_cube(FOLDER, "11re.px", server.fetch_variables(FOLDER, "11re.px"))
    assert served.refused == 0
    assert clock.time >= 20


def test_a_busy_server_is_asked_again_when_it_says(
    ask: Callable[..., PxWebClient], served: PxWebServer, clock: MadeClock
) -> None:
    later = formatdate(time() + 30, usegmt=True)
    served.refuse.extend(
        [Answer(429, b"", {"Retry-After": "7"}), Answer(503, b""), Answer(503, b"", {"Retry-After": later})]
    )
    assert ask(served).list_tables(FOLDER)
    assert clock.waits[0] == 7
    assert clock.waits[1] == 2
    assert 20 < clock.waits[2] <= 30


def test_a_server_that_stays_busy_and_one_that_is_gone_are_told(
    ask: Callable[..., PxWebClient], served: PxWebServer
) -> None:
    served.refuse.extend([Answer(503, b"")] * 9)
    with pytest.raises(AmoError, match="stays busy"):
        ask(served).list_tables(FOLDER)
    gone = ask(served)
    gone.api = gone.api.model_copy(update={"url": "http://127.0.0.1:9/PxWeb/api/v1"})
    with pytest.raises(AmoError, match="cannot be reached"):
        gone.list_tables(FOLDER)


def test_what_is_not_there_is_told_apart_from_what_is_refused(
    ask: Callable[..., PxWebClient], served: PxWebServer
) -> None:
    server = ask(served)
    with pytest.raises(NotFoundError):
        server.list_tables("StatFin/nowhere")
    wrong = [replace(v, codes=("?",) * len(v.codes)) for v in server.fetch_variables(FOLDER, "11re.px")]
    with pytest.raises(DataError, match=r"refused the query \(400"):
        server.fetch_cube(FOLDER, "11re.px", wrong)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda a: replace(a, body=b"x" * 2**20, endless=True), "does not end"),
        (lambda a: replace(a, length=len(a.body) + 1000), "broke off"),
        (lambda a: replace(a, body=b"<!DOCTYPE html><html>Sorry</html>"), "is a web page"),
        (lambda a: replace(a, body=a.body.replace(b"KU273", b"KU999")), "lacks the value 'Kolari'"),
        (lambda a: replace(a, body=a.body.replace(b"alue_23", b"alue_24")), "has no variable 'Alue'"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_refused(
    ask: Callable[..., PxWebClient], served: PxWebServer, damage: Callable[[Answer], Answer], said: str
) -> None:
    server = ask(served)
    variables = server.fetch_variables(FOLDER, "11re.px")
    served.damage = damage
    with pytest.raises(DataError, match=said):
        server.fetch_cube(FOLDER, "11re.px", variables)


def test_an_interrupted_run_asks_only_for_what_it_lacks(
    ask: Callable[..., PxWebClient], served: PxWebServer, tmp_path: Path
) -> None:
    served.max_cells = 2
    first = ask(served, answers=AnswerStore(tmp_path))
    variables = first.fetch_variables(FOLDER, "11re.px")
    served.refuse.extend([])
    good = served.damage
    sent: list[Answer] = []

    def break_off(answer: Answer) -> Answer:
        sent.append(answer)
        return answer if len(sent) < 3 else replace(answer, body=b"{")

    served.damage = break_off
    with pytest.raises(DataError):
        first.fetch_cube(FOLDER, "11re.px", variables)
    served.damage = good
    before = len(served.asked)
    again = ask(served, answers=AnswerStore(tmp_path))
    assert np.array_equal(again.fetch_cube(FOLDER, "11re.px", variables).cells, small().cells)
    assert len(served.asked) - before == 1 + 2  # the limits, and the two parts that had not come
    kept = sorted(tmp_path.rglob("*.json"))
    assert len(kept) == 4
    assert '"sha256"' in kept[0].read_text()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 50))
def test_parts_hold_every_cell_once_and_none_is_too_large(sizes: list[int], limit: int) -> None:
    count = np.zeros(sizes, dtype=int)
    for part in split_query(sizes, limit):
        count[np.ix_(*part)] += 1
        assert np.prod([len(indices) for indices in part]) <= limit
    assert (count == 1).all()
