"""Engines that compute the blocks of a run: one after the other, in threads, or on workers of dask.distributed."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from amoanalysis.errors import AmoError, UserError, unknown_name_error

ENGINES = ("local", "threads", "dask")
# Blocks submitted per worker: one runs and one waits; more would accumulate results.
BLOCKS_PER_WORKER = 2
# Seconds to wait for the answer of a scheduler.
CONNECT_TIMEOUT = 10

Block = tuple[int, int]
Result = TypeVar("Result")


class Engine(Protocol):
    """Computes blocks and yields their results when they are ready, in any order."""

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


def run_locally(
    work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
) -> Iterator[tuple[Block, Result]]:
    """One block after the other, in this process."""
    for block in blocks:
        yield block, work(shared, block)


def run_in_threads(
    work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
) -> Iterator[tuple[Block, Result]]:
    """One thread per processor: most of the arithmetic releases Python's lock."""
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        yield from _run_blocks(
            lambda block: pool.submit(work, shared, block), _wait_for_thread, blocks, workers * BLOCKS_PER_WORKER
        )


@contextmanager
def choose_engine(name: str, scheduler: str | None = None) -> Iterator[Engine]:
    """The engine of a name; its workers exist while the `with` block runs.

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
        yield run_locally if name == "local" else run_in_threads
        return
    with _connect_to_dask(scheduler) as client:
        yield make_dask_engine(client)


def make_dask_engine(client: Any) -> Engine:
    """The engine of a dask client.

    The shared object is the result of a task, so the scheduler can recompute it when its worker is lost; a block whose
    worker is lost goes to another.

    Args:
        client: a distributed.Client.

    Returns:
        The engine.
    """

    def engine(
        work: Callable[[Any, Block], Result], shared: Any, blocks: Sequence[Block]
    ) -> Iterator[tuple[Block, Result]]:
        shared_task = client.submit(_return_shared, shared, pure=False)
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

        def submit(block: Block) -> Any:
            return client.submit(work, shared_task, block, pure=False)

        yield from _run_blocks(submit, _wait_for_dask, blocks, workers * BLOCKS_PER_WORKER)

    return engine


def _run_blocks(
    submit: Callable[[Block], Any], first_done: Callable[[list[Any]], Any], blocks: Sequence[Block], limit: int
) -> Iterator[tuple[Block, Any]]:
    """Limits the blocks submitted at a time and yields each result as it is ready; results do not accumulate."""
    waiting = list(reversed(blocks))
    running: dict[Any, Block] = {}
    while waiting or running:
        while waiting and len(running) < limit:
            block = waiting.pop()
            running[submit(block)] = block
        done = first_done(list(running))
        block = running.pop(done)
        yield block, done.result()


def _wait_for_thread(futures: list[Future[Any]]) -> Future[Any]:
    return next(iter(wait(futures, return_when=FIRST_COMPLETED).done))


def _wait_for_dask(futures: list[Any]) -> Any:
    import distributed

    return next(iter(distributed.wait(futures, return_when=FIRST_COMPLETED).done))


def _return_shared(shared: Any) -> Any:
    return shared


@contextmanager
def _connect_to_dask(scheduler: str | None) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise AmoError(
            "The engine dask needs dask.distributed: install it with pip install 'amoanalysis[cluster]', "
            "or take --engine threads."
        ) from error
    if scheduler is None:
        with start_local_workers(os.cpu_count() or 1) as client:
            yield client
        return
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_TIMEOUT)
    except (OSError, ValueError, TimeoutError) as error:
        raise AmoError(
            f"No dask scheduler answers at '{scheduler}': start one with `dask scheduler`, give the address it prints."
        ) from error
    with client:
        yield client


@contextmanager
def start_local_workers(count: int) -> Iterator[Any]:
    """A dask client with workers on this machine, each a process with one thread, while the `with` block runs."""
    import distributed

    # Any free port: another dashboard may use the default one.
    cluster = distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    )
    with cluster, distributed.Client(cluster) as client:
        yield client
