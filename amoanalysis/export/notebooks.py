"""Notebooks executed, and turned into pages that need neither a kernel nor the network."""

import asyncio
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from amoanalysis.errors import AmoError, DataError
from amoanalysis.export.pages import page
from amoanalysis.files import PACKAGE
from amoanalysis.places import Places

KERNEL = "python3"
TEMPLATE = PACKAGE / "export" / "notebook.html.j2"
_FOLDERS = (PACKAGE.parent / "notebooks", PACKAGE / "_notebooks")


class NotebookError(AmoError):
    """A cell of a notebook failed."""


@dataclass(frozen=True)
class Executed:
    """A notebook that ran through.

    Attributes:
        name: path below the folder of notebooks, without suffix ("kolari/1_labour").
        notebook: with its outputs.
    """

    name: str
    notebook: NotebookNode


def notebooks_folder() -> Path:
    """The folder of notebooks that belongs to this installation.

    Raises:
        AmoError: if the installation carries none.
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            return folder
    raise AmoError("This installation carries no notebooks: take the source archive, which has the folder notebooks/.")


def find_notebooks(folder: Path, places: Places) -> list[Path]:
    """The notebooks of a folder: the start, the region, then the municipalities in the order declared.

    Args:
        folder: folder of notebooks, a folder a place within.
        places: those of the data. The notebooks of a place that it does not have are left out, and if it has none of
            the municipalities, those of the region too: they tell of another one.

    Returns:
        Paths.
    """
    municipalities = [place.slug for place in places.municipalities()]
    if not any((folder / slug).is_dir() for slug in municipalities):
        return []
    order = [places.region.slug, *municipalities]
    found = [path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    ranked = [(_rank(path.relative_to(folder), order), path) for path in found]
    return [path for _, path in sorted((rank, path) for rank, path in ranked if rank is not None)]


def notebook_title(path: Path) -> str:
    """The first heading of a notebook.

    Raises:
        DataError: if the notebook has none.
    """
    heading = _heading(read_notebook(path))
    if heading is None:
        raise DataError(f"The notebook {path.name} has no heading: begin it with a line '# ...'.")
    return heading


def read_notebook(path: Path) -> NotebookNode:
    """Reads a notebook.

    Raises:
        DataError: if the file is no notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"'{path}' cannot be read as a notebook ({' '.join(str(error).split())[:120]}).") from error


def package_path() -> str:
    """PYTHONPATH by which a kernel imports this package from where this process has it."""
    known = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(dict.fromkeys([str(PACKAGE.parent), *(part for part in known.split(os.pathsep) if part)]))


def execute_notebooks(
    paths: Sequence[Path],
    folder: Path,
    environment: Mapping[str, str],
    jobs: int = 1,
    done: Callable[[str], None] | None = None,
) -> list[Executed]:
    """Executes notebooks, several at a time, each in a kernel of its own.

    One that fails does not stop the others.

    Args:
        paths: notebooks.
        folder: the folder that their names are told from.
        environment: variables for the kernels, beside those of this process.
        jobs: how many at a time.
        done: called with the name of each as it ends.

    Returns:
        The notebooks with their outputs, in the order given.

    Raises:
        NotebookError: if any failed, naming each with its cell and error.
    """
    finished: dict[Path, Executed] = {}
    failed: dict[Path, str] = {}
    kernels = _Kernels()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        started = {pool.submit(_execute, path, folder, environment, kernels): path for path in paths}
        try:
            for future in as_completed(started):
                path = started[future]
                try:
                    finished[path] = future.result()
                except NotebookError as error:
                    failed[path] = str(error)
                if done is not None:
                    done(_name(path, folder))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.stop()
            raise
    if failed:
        raise NotebookError(" ".join(failed[path] for path in paths if path in failed))
    return [finished[path] for path in paths]


def notebook_page(executed: Executed) -> str:
    """An executed notebook as a page: its texts and exhibits, the code folded away.

    Args:
        executed: the notebook.

    Returns:
        HTML that loads nothing from elsewhere and is the same for the same outputs.
    """
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(raw_template=TEMPLATE.read_text(encoding="utf-8"), exclude_anchor_links=True)
    body, _ = exporter.from_notebook_node(executed.notebook)
    depth = executed.name.count("/") + 1
    return page(_heading(executed.notebook) or executed.name, _linked(body), depth=depth)


@dataclass
class _Kernels:
    """The kernels of a run, and whether it was interrupted."""

    clients: list[Any] = field(default_factory=list)
    stopped: bool = False

    def stop(self) -> None:
        """Ends them at once: they live in sessions of their own, which no interrupt from a terminal reaches."""
        self.stopped = True
        for client in self.clients:
            process = getattr(getattr(client.km, "provisioner", None), "process", None)
            if process is not None and process.poll() is None:
                process.kill()

    def check(self, **_: Any) -> None:
        """Ends a notebook whose kernel came up after the interrupt."""
        if self.stopped:
            raise RuntimeError("interrupted")


def _execute(path: Path, folder: Path, environment: Mapping[str, str], kernels: "_Kernels") -> Executed:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    name = _name(path, folder)
    client = NotebookClient(
        read_notebook(path),
        timeout=None,
        kernel_name=KERNEL,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=kernels.check,
    )
    kernels.clients.append(client)
    try:
        variables = {**os.environ, **environment, "PYTHONPATH": package_path()}
        return Executed(name, asyncio.run(client.async_execute(env=variables)))
    except CellExecutionError as error:
        what = f"{error.ename}: {str(error.evalue).strip().splitlines()[0] if error.evalue else 'no message'}"
        raise NotebookError(f"The notebook {name}.ipynb failed in {_failed_cell(client.nb)}: {what}") from error
    except (DeadKernelError, RuntimeError, OSError) as error:
        why = " ".join(str(error).split())[:160]
        raise NotebookError(f"The notebook {name}.ipynb could not be run: {why or type(error).__name__}.") from error


def _failed_cell(notebook: NotebookNode) -> str:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if any(output.output_type == "error" for output in cell.outputs):
            return f"code cell {number} ({cell.source.strip().splitlines()[0]})"
    return "an unknown cell"


def _heading(notebook: NotebookNode) -> str | None:
    for cell in notebook.cells:
        heading = re.search(r"^# (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if heading:
            return heading[1].strip()
    return None


def _linked(body: str) -> str:
    """Wide tables scroll by themselves; links between notebooks and to the method pages lead to pages."""
    body = re.sub(r"<table\b.*?</table>", r'<div class="scroll">\g<0></div>', body, flags=re.DOTALL)
    body = re.sub(r'href="([^":]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', body)
    return re.sub(r'href="((?:\.\./)+)docs/([\w-]+)\.md(#[^"]*)?"', r'href="\1methods/\2.html\3"', body)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()


def _rank(path: Path, order: Sequence[str]) -> tuple[int, str] | None:
    if len(path.parts) == 1:
        return (-1, path.name)
    return (order.index(path.parts[0]), path.name) if path.parts[0] in order else None
