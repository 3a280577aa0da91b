"""What editors and type checkers see of the package: the names of `amoanalysis.__init__`."""

from amoanalysis import plot as plot
from amoanalysis.backtesting.compare_components import backtest as backtest
from amoanalysis.config.version import __version__ as __version__
from amoanalysis.exhibits.view import open_place as open_place
from amoanalysis.pipeline.repeat import repeat_forecast as repeat_forecast
from amoanalysis.pipeline.session import compare as compare
from amoanalysis.pipeline.session import forecast as forecast
from amoanalysis.pipeline.session import load_data as load_data
from amoanalysis.pipeline.session import scenario as scenario
from amoanalysis.results.describe import describe as describe
