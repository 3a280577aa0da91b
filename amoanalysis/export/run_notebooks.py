"""Execution of notebooks, several at a time; each process runs its notebooks in one kernel."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from amoanalysis.errors import AmoError
from amoanalysis.export.notebooks import ExecutedNotebook, notebook_name, package_path, read_notebook
from amoanalysis.export.parallel import Done, measure_time, process_pool

# A kernel needs about three seconds to import the libraries, so it is reset and used again: 32 notebooks in two
# processes then take about 45 seconds less.
RESET = "get_ipython().reset(new_session=True); __import__('os').chdir({folder!r})"


class NotebookError(AmoError):
    """A cell of a notebook failed."""


@dataclass(frozen=True)
class NotebookResults:
    """Results of a set of notebooks.

    Attributes:
        executed: notebooks that ran to the end, in the order given.
        failed: a sentence for each of the others.
    """

    executed: list[ExecutedNotebook]
    failed: list[str]

    def check(self) -> None:
        """Checks that every notebook ran to the end.

        Raises:
            NotebookError: if any failed, with its cell and error.
        """
        if self.failed:
            raise NotebookError(" ".join(self.failed))


def execute_notebooks(
    paths: Sequence[Path], folder: Path, environment: Mapping[str, str], jobs: int = 1, done: Done | None = None
) -> NotebookResults:
    """Executes notebooks; one that fails does not stop the others.

    Args:
        paths: the notebooks.
        folder: folder to which their names are relative.
        environment: variables for the kernels, in addition to those of this process.
        jobs: number of processes, each with a kernel.
        done: called with the name of each finished notebook and its seconds.

    Returns:
        The notebooks with their outputs, and the failures.
    """
    if not paths:
        return NotebookResults([], [])
    variables = {"AMO_PROGRESS": "0", **os.environ, **environment, "PYTHONPATH": package_path()}
    outcomes: dict[Path, ExecutedNotebook | str] = {}
    with process_pool(min(jobs, len(paths))) as pool:
        work = partial(measure_time, partial(_execute, folder, variables))
        tasks = {pool.submit(work, path): path for path in paths}
        for task in as_completed(tasks):
            outcomes[tasks[task]], seconds = task.result()
            if done is not None:
                done(notebook_name(tasks[task], folder), seconds)
    ordered = [outcomes[path] for path in paths]
    return NotebookResults(
        executed=[outcome for outcome in ordered if isinstance(outcome, ExecutedNotebook)],
        failed=[outcome for outcome in ordered if isinstance(outcome, str)],
    )


def _execute(folder: Path, variables: Mapping[str, str], path: Path) -> ExecutedNotebook | str:
    """The notebook with its outputs, or a sentence that says why it failed."""
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    name = notebook_name(path, folder)
    notebook = read_notebook(path)
    try:
        _run_in_kernel(notebook, path.parent, variables)
        return ExecutedNotebook(name, notebook)
    except CellExecutionError as error:
        message = str(error.evalue).strip().splitlines()[0] if error.evalue else "no message"
        return f"The notebook {name}.ipynb failed in {_failed_cell(notebook)}: {error.ename}: {message}"
    except (DeadKernelError, RuntimeError, OSError) as error:
        reason = " ".join(str(error).split())[:160]
        _kernel_manager.cache_clear()
        return f"The notebook {name}.ipynb could not be run: {reason or type(error).__name__}."


def _run_in_kernel(notebook: NotebookNode, folder: Path, variables: Mapping[str, str]) -> None:
    """Runs a notebook in the kernel of this process, started if necessary and emptied of the notebook before."""
    from nbclient import NotebookClient

    async def reset(notebook: NotebookNode) -> None:
        await client.kc.execute_interactive(RESET.format(folder=str(folder)), silent=True, allow_stdin=False)

    client: Any = NotebookClient(
        notebook,
        km=_kernel_manager(),
        timeout=None,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        on_notebook_start=reset,
    )
    try:
        client.execute(env=dict(variables))
    finally:
        if client.kc is not None:
            client.kc.stop_channels()


@cache
def _kernel_manager() -> Any:
    """The kernel of this process, which ends with it; the cache is cleared when the kernel has died."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3", client_class="jupyter_client.asynchronous.AsyncKernelClient")
    atexit.register(lambda: manager.is_alive() and manager.shutdown_kernel(now=True))
    return manager


def _failed_cell(notebook: NotebookNode) -> str:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            return f"code cell {number} ({cell.source.strip().splitlines()[0]})"
    return "an unknown cell"
