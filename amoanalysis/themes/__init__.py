"""A place seen through data and forecasts: its exhibits, theme by theme, and its headline figures."""

from amoanalysis.themes.registry import THEMES
from amoanalysis.themes.view import PlaceView, open_place

__all__ = ["THEMES", "PlaceView", "open_place"]
