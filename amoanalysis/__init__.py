"""amoanalysis: regional development forecasts for Finnish municipalities, rerunnable from a file and a seed."""

from amoanalysis.config.version import __version__

__all__ = ["__version__"]
