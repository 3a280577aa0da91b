"""Forecasts: inputs from the tables, the run over draws, the result, and how it is written."""

from amoanalysis.forecast.inputs import Inputs, prepare
from amoanalysis.forecast.result import Forecast, compare
from amoanalysis.forecast.run import forecast
from amoanalysis.forecast.store import stored_forecasts
from amoanalysis.forecast.write import write_forecasts

__all__ = ["Forecast", "Inputs", "compare", "forecast", "prepare", "stored_forecasts", "write_forecasts"]
