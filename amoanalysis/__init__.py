"""amoanalysis: regional development forecasts for Finnish municipalities, rerunnable from a file and a seed."""

__version__ = "0.1.0"
