"""A place seen through data and forecasts: its exhibits, theme by theme, and its headline figures."""

from amoanalysis.themes import (  # each declares its exhibits; their order is that of the exhibits within a theme
    population,
    labour,
    unemployment,
    training,
    attractiveness,
    foresight,
    programme,
)
from amoanalysis.themes.registry import THEMES
from amoanalysis.themes.view import PlaceView, open_place

__all__ = [
    "THEMES",
    "PlaceView",
    "attractiveness",
    "foresight",
    "labour",
    "open_place",
    "population",
    "programme",
    "training",
    "unemployment",
]
