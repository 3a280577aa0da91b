import os
import signal
import sys

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import AmoError, UserError
from amoanalysis.pipeline.engines import (
    choose_engine,
    make_dask_engine,
    run_in_threads,
    run_locally,
    start_local_workers,
)
from amoanalysis.pipeline.population_only import ProjectionTask, project_places, select_places
from amoanalysis.pipeline.run import forecast

DRAWS, PAIRS = 96, 96  # six blocks of sixteen draws


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
    return run(run_locally)


@pytest.fixture(scope="module")
def client():
    """Two workers, each a process of its own on this machine; one that is killed is started again."""
    pytest.importorskip("distributed")
    with start_local_workers(2) as client:
        yield client


def same(arrays, expected):
    assert set(arrays) == set(expected)
    for measure, values in expected.items():
        np.testing.assert_array_equal(arrays[measure], values, err_msg=measure)


@pytest.mark.law
def test_threads_give_the_same_digits(run, expected):
    same(run(run_in_threads), expected)


@pytest.mark.slow
def test_the_workers_of_a_cluster_give_the_same_digits(client, run, expected):
    same(run(make_dask_engine(client)), expected)


class Loss:
    """Kills a worker of a cluster once half of the work is done; it is called with what is done."""

    def __init__(self, client, whole):
        self.client, self.whole, self.killed = client, whole, False
        self.doomed = next(iter(client.run(os.getpid).values()))

    def __call__(self, done):
        if done >= self.whole // 2 and not self.killed:
            self.killed = True
            os.kill(self.doomed, signal.SIGKILL)

    @property
    def happened(self):
        return self.killed and self.doomed not in self.client.run(os.getpid).values()


@pytest.mark.slow
def test_a_worker_lost_halfway_is_made_good(client, run, expected):
    loss = Loss(client, DRAWS)
    same(run(make_dask_engine(client), loss), expected)
    assert loss.happened


@pytest.mark.slow
def test_the_population_alone_survives_a_lost_worker_too(client, data, inputs):
    many = select_places(inputs.population, np.arange(100) % 6)  # seven groups of places
    task = ProjectionTask(many, load_scenario("baseline", data.folder).assumptions.population, range(2023, 2026), 20, 3)
    one, loss = project_places(task), Loss(client, 100)
    other = project_places(task, engine=make_dask_engine(client), progress=loss)
    np.testing.assert_array_equal(other.quantiles, one.quantiles)
    np.testing.assert_array_equal(other.total, one.total)
    assert loss.happened


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "scheduler", "said"),
    [("dsk", None, "did you mean 'dask'"), ("threads", "tcp://127.0.0.1:1", "take --engine dask with --scheduler")],
)
def test_words_that_are_off_are_answered(name, scheduler, said):
    with pytest.raises(UserError, match=said), choose_engine(name, scheduler):
        pass


@pytest.mark.unit
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("amoanalysis.pipeline.engines.CONNECT_TIMEOUT", 0.5)
    said = "No dask scheduler answers at 'tcp://127.0.0.1:1'"
    with pytest.raises(AmoError, match=said), choose_engine("dask", "tcp://127.0.0.1:1"):
        pass


@pytest.mark.unit
def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AmoError, match=r"amoanalysis\[cluster\]"), choose_engine("dask"):
        pass
