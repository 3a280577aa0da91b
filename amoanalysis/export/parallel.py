"""Work shared among processes, in the order it was given."""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from amoanalysis.errors import AmoError

Runner = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]
# Objects made between two collections, and how many of one generation come before one of the next.
RARELY = (100_000, 5, 5)
# Seconds between two looks whether all processes live.
PULSE = 1.0
Done = Callable[[str, float], None]


@contextmanager
def workers(jobs: int, environment: Mapping[str, str]) -> Iterator[Runner]:
    """Processes that live for the block and end with it, also when it is interrupted.

    Args:
        jobs: how many; with one the work is done here.
        environment: variables that the work is to see.

    Yields:
        A function of a function and its arguments, which yields the results in their order; it ends in an AmoError if
        a process ends before its work, which a pool would replace and wait for what it had in hand for ever.
    """
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        if jobs <= 1:
            yield map
        else:
            # A fresh process each: fonts, threads and open files of this one would not survive a fork.
            others = set(multiprocessing.active_children())
            with multiprocessing.get_context("spawn").Pool(jobs, initializer=_begin) as pool:
                yield partial(_all_done, pool, set(multiprocessing.active_children()) - others)
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _all_done(pool: Any, processes: set[Any], work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
    found = pool.imap(work, tasks)
    for _ in tasks:
        while True:
            try:
                result = found.next(timeout=PULSE)
            except multiprocessing.TimeoutError:
                if not all(process.is_alive() for process in processes):
                    raise AmoError(
                        "A process of the build was ended from outside, often for want of memory: free some, "
                        "or work with --jobs 1."
                    ) from None
            else:
                break
        yield result


def timed(run: Runner, make: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[Any, tuple[Any, float]]]:
    """Each task with what came of it and the seconds that it took."""
    return zip(tasks, run(partial(_with_time, make), tasks), strict=True)


def _with_time(make: Callable[[Any], Any], task: Any) -> tuple[Any, float]:
    start = time.monotonic()
    return make(task), time.monotonic() - start


def _begin() -> None:
    """Leaves interrupts to the parent, and seldom looks for what may be forgotten: charts are many small objects."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*RARELY)
