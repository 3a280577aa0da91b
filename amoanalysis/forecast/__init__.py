"""Forecasts: inputs from the tables, the run over draws, the result, and how it is written."""

from amoanalysis.forecast.apart import need_apart
from amoanalysis.forecast.commuting_flows import commuting_flows
from amoanalysis.forecast.filling import corridor_value, who_fills
from amoanalysis.forecast.inputs import Inputs, prepare
from amoanalysis.forecast.replay import kittila_replay
from amoanalysis.forecast.result import Forecast, compare
from amoanalysis.forecast.run import forecast
from amoanalysis.forecast.sensitivity import tornado
from amoanalysis.forecast.shock import job_shock
from amoanalysis.forecast.store import stored_forecasts
from amoanalysis.forecast.write import write_forecasts

__all__ = [
    "Forecast",
    "Inputs",
    "commuting_flows",
    "compare",
    "corridor_value",
    "forecast",
    "job_shock",
    "kittila_replay",
    "need_apart",
    "prepare",
    "stored_forecasts",
    "tornado",
    "who_fills",
    "write_forecasts",
]
