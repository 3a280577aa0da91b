"""Forecasts: inputs from the tables, the run over draws, the result, and how it is written."""

from amoanalysis.forecast.apart import need_apart
from amoanalysis.forecast.inputs import Inputs, prepare
from amoanalysis.forecast.result import Forecast, compare
from amoanalysis.forecast.run import forecast
from amoanalysis.forecast.sensitivity import tornado
from amoanalysis.forecast.store import stored_forecasts
from amoanalysis.forecast.write import write_forecasts

__all__ = [
    "Forecast",
    "Inputs",
    "compare",
    "forecast",
    "need_apart",
    "prepare",
    "stored_forecasts",
    "tornado",
    "write_forecasts",
]
