"""Work shared among processes, with results in the order of the tasks."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from amoanalysis.errors import AmoError

Runner = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]
Done = Callable[[str, float], None]


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes, which are killed if the block is interrupted or fails.

    Args:
        jobs: number of processes.

    Yields:
        The pool.

    Raises:
        AmoError: if a process is killed from outside.
    """
    others = set(multiprocessing.active_children())
    # Spawned, because fonts, threads and open files of this process do not survive a fork.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _ignore_interrupts) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            if isinstance(error, BrokenProcessPool):
                raise AmoError(
                    "A process of the build was killed, probably because memory ran out: free memory, or use --jobs 1."
                ) from error
            raise


@contextmanager
def open_workers(jobs: int, environment: Mapping[str, str]) -> Iterator[Runner]:
    """A function that maps work over tasks in several processes, or in this one if there is one job.

    Args:
        jobs: number of processes.
        environment: environment variables for the work.

    Yields:
        A function of a function and its arguments; it returns the results in the order of the arguments.

    Raises:
        AmoError: if a process is killed from outside.
    """
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        if jobs <= 1:
            yield map
        else:
            with process_pool(jobs) as pool:
                yield pool.map
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_timed(run: Runner, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[Any, tuple[Any, float]]]:
    """Each task with its result and the seconds that it took."""
    return zip(tasks, run(partial(measure_time, work), tasks), strict=True)


def measure_time(work: Callable[[Any], Any], task: Any) -> tuple[Any, float]:
    """The result of a task and the seconds that it took."""
    start = time.monotonic()
    return work(task), time.monotonic() - start


def _ignore_interrupts() -> None:
    """Leaves interrupts from the terminal to the parent process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
