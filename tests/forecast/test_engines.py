import os
import signal
import sys
import threading

import numpy as np
import pytest

from amoanalysis.errors import AmoError, UserError
from amoanalysis.forecast import forecast
from amoanalysis.forecast.engines import dask_engine, engine_of, local, threads, workers_here
from amoanalysis.scenarios import load_scenario

DRAWS, PAIRS = 96, 48  # twelve blocks of eight draws


@pytest.fixture(scope="module")
def run(data, inputs):
    scenario = load_scenario("hannukainen", data.folder)

    def forecast_by(engine, progress=None):
        return forecast(
            inputs, scenario, data.places, until=2030, draws=DRAWS, pairs_per_block=PAIRS, engine=engine,
            progress=progress,
        ).arrays  # fmt: skip

    return forecast_by


@pytest.fixture(scope="module")
def expected(run):
    return run(local)


@pytest.fixture
def client():
    """Two workers, each a process of its own on this machine."""
    pytest.importorskip("distributed")
    with workers_here(2) as client:
        yield client


def same(arrays, expected):
    assert set(arrays) == set(expected)
    for measure, values in expected.items():
        np.testing.assert_array_equal(arrays[measure], values, err_msg=measure)


@pytest.mark.law
def test_threads_give_the_same_digits(run, expected):
    same(run(threads), expected)


@pytest.mark.slow
def test_the_workers_of_a_cluster_give_the_same_digits(client, run, expected):
    same(run(dask_engine(client)), expected)


@pytest.mark.slow
def test_a_worker_lost_halfway_is_made_good(client, run, expected):
    doomed = next(iter(client.run(os.getpid).values()))
    killed = threading.Event()

    def kill_halfway(done):
        if done >= DRAWS // 2 and not killed.is_set():
            killed.set()
            os.kill(doomed, signal.SIGKILL)

    same(run(dask_engine(client), kill_halfway), expected)
    assert killed.is_set()
    assert doomed not in client.run(os.getpid).values()


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "scheduler", "said"),
    [("dsk", None, "did you mean 'dask'"), ("threads", "tcp://127.0.0.1:1", "take --engine dask with --scheduler")],
)
def test_words_that_are_off_are_answered(name, scheduler, said):
    with pytest.raises(UserError, match=said), engine_of(name, scheduler):
        pass


@pytest.mark.unit
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("amoanalysis.forecast.engines.PATIENCE", 0.5)
    said = "No dask scheduler answers at 'tcp://127.0.0.1:1'"
    with pytest.raises(AmoError, match=said), engine_of("dask", "tcp://127.0.0.1:1"):
        pass


@pytest.mark.unit
def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AmoError, match=r"amoanalysis\[cluster\]"), engine_of("dask"):
        pass
