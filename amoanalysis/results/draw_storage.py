"""Room for the draws of a run: in memory or, where they are many, in files that vanish with the run."""

import math
import mmap
import os
import tempfile
from collections.abc import Mapping

import numpy as np

from amoanalysis.errors import AmoError
from amoanalysis.models.statistics.draws import Array

# Draws that take more bytes than this lie in files: 300 municipalities with 1,000 draws take 7 GB.
IN_MEMORY = 2_000_000_000


def allocate_arrays(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Arrays to be filled.

    Args:
        shapes: by name.

    Returns:
        By name; what they hold at first means nothing.

    Raises:
        AmoError: if the folder of temporary files has no room.
    """
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    size = 8 * int(ends[-1])
    if size <= IN_MEMORY:
        # Cut from one piece: memory asked for in large pieces comes in large pages.
        pieces = np.split(np.empty(ends[-1]), ends[:-1])
        return {name: piece.reshape(shape) for (name, shape), piece in zip(shapes.items(), pieces, strict=True)}
    try:
        return {name: _in_a_file(shape) for name, shape in shapes.items()}
    except OSError as error:
        raise AmoError(
            f"The draws of this run take {size / 1e9:.0f} GB, and '{tempfile.gettempdir()}' has no "
            f"room for them ({error.strerror}): set TMPDIR to a folder that has, or take fewer --draws."
        ) from error


def release_arrays(arrays: Mapping[str, Array]) -> None:
    """Releases the memory of arrays in files; they are read again when needed."""
    for array in arrays.values():
        base: object = array.base
        if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            base.madvise(mmap.MADV_DONTNEED)


def _in_a_file(shape: tuple[int, ...]) -> Array:
    """An array in an unnamed file, which the system deletes with the array, however the run ends."""
    with tempfile.TemporaryFile(prefix="amo-") as file:
        # A file with holes would end the run without a word once the disk is full.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, 8 * math.prod(shape))
        else:
            file.truncate(8 * math.prod(shape))
        return np.memmap(file, dtype=np.float64, mode="r+", shape=shape)
