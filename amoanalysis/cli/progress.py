"""Progress of long commands: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int, str], None]


@contextmanager
def show_progress(unit: str, total: int, show_parts: bool = False) -> Iterator[Advance]:
    """Shows a progress bar on a terminal; elsewhere prints a line each time the step changes.

    Args:
        unit: what is counted, in the plural.
        total: final count.
        show_parts: whether the plain lines also name each finished part (a step with ": " in it), with its count.

    Yields:
        A function of the count so far and the name of the step.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        printed: set[str] = set()

        def print_step(count: int, step: str) -> None:
            if step not in printed:
                printed.add(step)
                typer.echo(f"[{count}/{total}] {step}" if show_parts and ": " in step else f"{step} ...", err=True)

        yield print_step
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count, step: bar.update(task, completed=count, description=step)


def add_offset(advance: Advance, offset: int, step: str) -> Callable[[int], None]:
    """Progress of one step as a function of the count within the step."""
    return lambda count: advance(offset + count, step)
