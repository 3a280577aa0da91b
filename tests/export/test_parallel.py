import os
import signal
import time

import pytest

from amoanalysis.errors import AmoError
from amoanalysis.export.parallel import open_workers

pytestmark = pytest.mark.slow


def _double(number: int) -> int:
    return 2 * number


def _kill_process(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_the_order_of_the_tasks():
    with open_workers(2, {"AMO_TEST_PARALLEL": "1"}) as run:
        assert os.environ["AMO_TEST_PARALLEL"] == "1"
        assert list(run(_double, [1, 2, 3])) == [2, 4, 6]
    assert "AMO_TEST_PARALLEL" not in os.environ


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_is_an_error_with_advice():
    with (
        pytest.raises(AmoError, match="probably because memory ran out"),
        open_workers(2, {"AMO_TEST_PARALLEL": "1"}) as run,
    ):
        list(run(_kill_process, [1]))
    assert "AMO_TEST_PARALLEL" not in os.environ


def test_an_interrupt_does_not_wait_for_running_work():
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), open_workers(2, {}) as run:
        results = run(time.sleep, [0, 60, 60, 60])
        next(results)
        raise KeyboardInterrupt
    assert time.monotonic() - start < 50
