"""Where the blocks of a run are worked on: one after the other, in threads, or by the workers of dask.distributed."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from amoanalysis.errors import AmoError, UserError, unknown_name_error

ENGINES = ("local", "threads", "dask")
# Blocks submitted per worker: one runs and one waits; more would accumulate results.
PER_WORKER = 2
# Seconds to wait for the answer of a scheduler.
PATIENCE = 10

Block = tuple[int, int]
Result = TypeVar("Result")


class Engine(Protocol):
    """Works on blocks and gives their results as they come, in any order."""

    def __call__(
        self, work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
    ) -> Iterator[tuple[Block, Result]]:
        """Runs work(shared, block) for each block.

        Args:
            work: a function of a module, so that it can be sent to another process.
            shared: what all blocks need; sent to each worker once.
            blocks: first draw and number of draws.

        Yields:
            The block and its result.
        """


def local(work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]) -> Iterator[tuple[Block, Result]]:
    """One block after the other, in this process."""
    for block in blocks:
        yield block, work(shared, block)


def threads(
    work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
) -> Iterator[tuple[Block, Result]]:
    """One thread per processor: most of the arithmetic releases Python's lock."""
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        yield from _in_hand(lambda block: pool.submit(work, shared, block), _first_done, blocks, workers * PER_WORKER)


@contextmanager
def choose_engine(name: str, scheduler: str | None = None) -> Iterator[Engine]:
    """The engine of a name, with its workers while the block lasts.

    Args:
        name: local, threads or dask.
        scheduler: address of a dask scheduler; without it dask starts workers on this machine.

    Yields:
        The engine.

    Raises:
        UserError: if there is no such engine, or a scheduler is named for another than dask.
        AmoError: if dask.distributed is not installed or the scheduler does not answer.
    """
    if name not in ENGINES:
        raise unknown_name_error("engine", name, ENGINES)
    if name != "dask":
        if scheduler is not None:
            raise UserError(f"The engine '{name}' has no scheduler: take --engine dask with --scheduler.")
        yield local if name == "local" else threads
        return
    with _client(scheduler) as client:
        yield dask_engine(client)


def dask_engine(client: Any) -> Engine:
    """The engine of a dask client.

    What the blocks share is itself the result of a task, so the scheduler can make it again when the worker that holds
    it is lost; a block whose worker is lost is given to another.

    Args:
        client: a distributed.Client.

    Returns:
        The engine.
    """

    def engine(
        work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
    ) -> Iterator[tuple[Block, Result]]:
        given = client.submit(_given, shared, pure=False)
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

        def submit(block: Block) -> Any:
            return client.submit(work, given, block, pure=False)

        yield from _in_hand(submit, _first_done_by_dask, blocks, workers * PER_WORKER)

    return engine


def _in_hand(
    submit: Callable[[Block], Any], first_done: Callable[[list[Any]], Any], blocks: Sequence[Block], at_once: int
) -> Iterator[tuple[Block, Any]]:
    """Limits the blocks submitted at a time and yields each result as it is ready; results do not accumulate."""
    waiting = list(reversed(blocks))
    running: dict[Any, Block] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            block = waiting.pop()
            running[submit(block)] = block
        done = first_done(list(running))
        block = running.pop(done)
        yield block, done.result()


def _first_done(futures: list[Future[Any]]) -> Future[Any]:
    return next(iter(wait(futures, return_when=FIRST_COMPLETED).done))


def _first_done_by_dask(futures: list[Any]) -> Any:
    import distributed

    return next(iter(distributed.wait(futures, return_when=FIRST_COMPLETED).done))


def _given(shared: Any) -> Any:
    return shared


@contextmanager
def _client(scheduler: str | None) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise AmoError(
            "The engine dask needs dask.distributed: install it with pip install 'amoanalysis[cluster]', "
            "or take --engine threads."
        ) from error
    if scheduler is None:
        with workers_here(os.cpu_count() or 1) as client:
            yield client
        return
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise AmoError(
            f"No dask scheduler answers at '{scheduler}': start one with `dask scheduler`, give the address it prints."
        ) from error
    with client:
        yield client


@contextmanager
def workers_here(count: int) -> Iterator[Any]:
    """A dask client with workers on this machine, each a process with one thread, while the block lasts."""
    import distributed

    # Any free port: a dashboard of somebody else's may hold the usual one.
    cluster = distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    )
    with cluster, distributed.Client(cluster) as client:
        yield client
