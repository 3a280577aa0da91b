import errno
import os

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import AmoError
from amoanalysis.pipeline.run import forecast
from amoanalysis.results import draw_storage


@pytest.mark.law
def test_draws_that_lie_in_files_are_those_that_lie_in_memory(data, inputs, monkeypatch):
    scenario = load_scenario("baseline", data.folder)
    options = {"until": 2025, "draws": 40, "pairs_per_block": 96}
    one = forecast(inputs, scenario, data.places, **options)
    monkeypatch.setattr(draw_storage, "MAX_BYTES_IN_MEMORY", 0)
    other = forecast(inputs, scenario, data.places, **options)
    assert all(isinstance(array, np.memmap) for array in other.arrays.values())
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name], err_msg=name)
    assert other.table().equals(one.table())


@pytest.mark.unit
def test_a_disk_without_room_is_a_sentence(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(draw_storage, "MAX_BYTES_IN_MEMORY", 0)
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(AmoError, match="set TMPDIR"):
        draw_storage.allocate_arrays({"jobs": (2, 3)})
