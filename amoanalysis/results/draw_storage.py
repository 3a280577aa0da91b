"""Arrays for the draws of a run: in memory or, for large runs, in temporary files that are deleted with the run."""

import math
import mmap
import os
import tempfile
from collections.abc import Mapping

import numpy as np

from amoanalysis.errors import AmoError
from amoanalysis.models.statistics.draws import Array

# Draws of more bytes than this are in files: 300 municipalities with 1,000 draws take 7 GB.
MAX_BYTES_IN_MEMORY = 2_000_000_000


def allocate_arrays(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Allocates uninitialised arrays.

    Args:
        shapes: by name.

    Returns:
        The arrays by name.

    Raises:
        AmoError: if the folder of temporary files has no space left.
    """
    size = 8 * sum(math.prod(shape) for shape in shapes.values())
    if size <= MAX_BYTES_IN_MEMORY:
        return {name: np.empty(shape) for name, shape in shapes.items()}
    try:
        return {name: _map_file(shape) for name, shape in shapes.items()}
    except OSError as error:
        raise AmoError(
            f"The draws of this run take {size / 1e9:.0f} GB, and '{tempfile.gettempdir()}' has no "
            f"space for them ({error.strerror}): set TMPDIR to a folder that has, or take fewer --draws."
        ) from error


def release_arrays(arrays: Mapping[str, Array]) -> None:
    """Frees the memory pages of arrays in files; they are read from the file again when needed."""
    for array in arrays.values():
        base: object = array.base
        if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            base.madvise(mmap.MADV_DONTNEED)


def _map_file(shape: tuple[int, ...]) -> Array:
    """An array in an unnamed file, which the system deletes with the array, however the run ends."""
    with tempfile.TemporaryFile(prefix="amo-") as file:
        # With a sparse file, a full disk would kill the process without a message.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, 8 * math.prod(shape))
        else:
            file.truncate(8 * math.prod(shape))
        return np.memmap(file, dtype=np.float64, mode="r+", shape=shape)
