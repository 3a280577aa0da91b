"""Back-tests: the models run from past years, with what was known then, held against what came."""

from amoanalysis.backtest.run import BackTest, back_test
from amoanalysis.backtest.write import write_back_test

__all__ = ["BackTest", "back_test", "write_back_test"]
