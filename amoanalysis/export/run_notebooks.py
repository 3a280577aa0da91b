"""Notebooks executed, several at a time, in kernels that each take one after the other."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from amoanalysis.errors import AmoError
from amoanalysis.export.notebooks import Executed, notebook_name, package_path, read_notebook
from amoanalysis.export.parallel import RARELY

KERNEL = "python3"
# A kernel starts in a second, but takes several to load libraries and forecasts: it is wiped and used again.
# What outlives that is set aside, so that the next time no one looks through all the libraries for what may go.
CLEAR = (
    "get_ipython().run_line_magic('reset', '-f'); __import__('gc').freeze(); "
    "__import__('gc').set_threshold{rarely}; __import__('os').chdir({folder!r})"
)
Done = Callable[[str, float], None]


class NotebookError(AmoError):
    """A cell of a notebook failed."""


@dataclass(frozen=True)
class Run:
    """What came of a set of notebooks.

    Attributes:
        executed: those that ran through, in the order given.
        failed: a sentence for each that did not.
    """

    executed: list[Executed]
    failed: list[str]

    def check(self) -> None:
        """Ends well only if every notebook did.

        Raises:
            NotebookError: if any failed, naming each with its cell and error.
        """
        if self.failed:
            raise NotebookError(" ".join(self.failed))


@dataclass
class _Work:
    """Notebooks that wait, what came of the others, and the kernels at work."""

    folder: Path
    environment: Mapping[str, str]
    waiting: queue.SimpleQueue[Path] = field(default_factory=queue.SimpleQueue)
    ended: queue.SimpleQueue[tuple[Path | None, Any, float]] = field(default_factory=queue.SimpleQueue)
    managers: list[Any] = field(default_factory=list)
    stopped: bool = False

    def stop(self) -> None:
        """Ends the kernels at once: they live in sessions of their own, which no interrupt from a terminal reaches."""
        self.stopped = True
        for manager in self.managers:
            process = getattr(getattr(manager, "provisioner", None), "process", None)
            if process is not None and process.poll() is None:
                process.kill()

    def check(self, **_: Any) -> None:
        """Ends a notebook that would go on after the interrupt."""
        if self.stopped:
            raise RuntimeError("interrupted")


def execute_notebooks(
    paths: Sequence[Path], folder: Path, environment: Mapping[str, str], jobs: int = 1, done: Done | None = None
) -> Run:
    """Executes notebooks; one that fails does not stop the others.

    Args:
        paths: notebooks.
        folder: the folder that their names are told from.
        environment: variables for the kernels, beside those of this process.
        jobs: how many kernels at a time.
        done: called with the name of each as it ends, and its seconds.

    Returns:
        The notebooks with their outputs, and what failed.
    """
    work = _Work(folder, {**os.environ, **environment, "PYTHONPATH": package_path()})
    for path in paths:
        work.waiting.put(path)
    threads = [threading.Thread(target=_serve, args=(work,), daemon=True) for _ in range(min(jobs, len(paths)))]
    found: dict[Path, Executed | str] = {}
    try:
        for thread in threads:
            thread.start()
        while len(found) < len(paths):
            ended, outcome, seconds = work.ended.get()
            if ended is None:
                raise outcome
            found[ended] = outcome
            if done is not None:
                done(notebook_name(ended, folder), seconds)
        for thread in threads:
            thread.join()
    finally:
        work.stop()
    ordered = [found[path] for path in paths]
    return Run([run for run in ordered if isinstance(run, Executed)], [run for run in ordered if isinstance(run, str)])


def _serve(work: _Work) -> None:
    try:
        asyncio.run(_one_after_the_other(work))
    except BaseException as error:
        work.ended.put((None, error, 0.0))


async def _one_after_the_other(work: _Work) -> None:
    from jupyter_client.manager import AsyncKernelManager

    mine: list[Any] = []
    try:
        with suppress(queue.Empty):
            while not work.stopped:
                path = work.waiting.get_nowait()
                start = time.monotonic()
                if not mine or not await mine[-1].is_alive():
                    mine.append(AsyncKernelManager(kernel_name=KERNEL))
                    work.managers.append(mine[-1])
                outcome = await _outcome(work, path, mine[-1])
                work.ended.put((path, outcome, time.monotonic() - start))
    finally:
        for manager in mine:
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
            manager.context.destroy(linger=0)  # that of a kernel which died is open still


async def _outcome(work: _Work, path: Path, manager: Any) -> Executed | str:
    """The notebook with its outputs, or the sentence that says why there are none."""
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    name = notebook_name(path, work.folder)
    notebook = read_notebook(path)
    try:
        return Executed(name, await _filled(work, path, notebook, manager))
    except CellExecutionError as error:
        what = f"{error.ename}: {str(error.evalue).strip().splitlines()[0] if error.evalue else 'no message'}"
        return f"The notebook {name}.ipynb failed in {_failed_cell(notebook)}: {what}"
    except (DeadKernelError, RuntimeError, OSError) as error:
        why = " ".join(str(error).split())[:160]
        return f"The notebook {name}.ipynb could not be run: {why or type(error).__name__}."


async def _filled(work: _Work, path: Path, notebook: NotebookNode, manager: Any) -> NotebookNode:
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    first = new_code_cell(CLEAR.format(folder=str(path.parent), rarely=RARELY))
    notebook.cells.insert(0, first)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        on_cell_start=work.check,
    )
    try:
        await client.async_execute(env=dict(work.environment))
    finally:
        notebook.cells.remove(first)
        if client.kc is not None:
            client.kc.stop_channels()
    _number(notebook)
    return notebook


def _number(notebook: NotebookNode) -> None:
    """Counts the cells of code from one, as if the kernel had run nothing before."""
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def _failed_cell(notebook: NotebookNode) -> str:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            return f"code cell {number} ({cell.source.strip().splitlines()[0]})"
    return "an unknown cell"
