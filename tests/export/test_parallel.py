import os
import signal

import pytest

from amoanalysis.errors import AmoError
from amoanalysis.export.parallel import workers

pytestmark = pytest.mark.slow


def _doubled(number: int) -> int:
    return 2 * number


def _killed(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process is killed like that here")
def test_work_comes_in_its_order_and_a_process_that_is_killed_ends_it_with_a_sentence():
    with workers(2, {"AMO_TEST_PARALLEL": "1"}) as run:
        assert os.environ["AMO_TEST_PARALLEL"] == "1"
        assert list(run(_doubled, [1, 2, 3])) == [2, 4, 6]
        with pytest.raises(AmoError, match="for want of memory"):
            list(run(_killed, [1]))
    assert "AMO_TEST_PARALLEL" not in os.environ
