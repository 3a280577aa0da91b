"""A place seen through data and forecasts: its exhibits, theme by theme, and its headline figures."""

# Each module declares its exhibits; the order here is theirs within a theme.
# isort: off
from amoanalysis.themes import population
from amoanalysis.themes import labour
from amoanalysis.themes import unemployment
from amoanalysis.themes import training
from amoanalysis.themes import attractiveness
from amoanalysis.themes import foresight
from amoanalysis.themes import programme

# isort: on
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
