"""A place seen through data and forecasts: its exhibits, theme by theme, and its headline figures."""

# Each module declares its exhibits; the order here is theirs within a theme.
# isort: off
from amoanalysis.themes import population
from amoanalysis.themes import labour
from amoanalysis.themes import unemployment
from amoanalysis.themes import labour_months
from amoanalysis.themes import commuting
from amoanalysis.themes import gap
from amoanalysis.themes import population_paths
from amoanalysis.themes import demand_seasons
from amoanalysis.themes import demand
from amoanalysis.themes import training_openings
from amoanalysis.themes import training_places
from amoanalysis.themes import training_market
from amoanalysis.themes import training
from amoanalysis.themes import attractiveness
from amoanalysis.themes import migration
from amoanalysis.themes import senders
from amoanalysis.themes import returning
from amoanalysis.themes import campaigns
from amoanalysis.themes import attraction
from amoanalysis.themes import firms
from amoanalysis.themes import demand_projects
from amoanalysis.themes import demand_timeline
from amoanalysis.themes import demand_studies
from amoanalysis.themes import foresight
from amoanalysis.themes import survey
from amoanalysis.themes import proof
from amoanalysis.themes import programme

# isort: on
from amoanalysis.themes.registry import THEMES
from amoanalysis.themes.view import PlaceView, open_place

__all__ = [
    "THEMES",
    "PlaceView",
    "attraction",
    "attractiveness",
    "campaigns",
    "commuting",
    "demand",
    "demand_projects",
    "demand_seasons",
    "demand_studies",
    "demand_timeline",
    "firms",
    "foresight",
    "gap",
    "labour",
    "labour_months",
    "migration",
    "open_place",
    "population",
    "population_paths",
    "programme",
    "proof",
    "returning",
    "senders",
    "survey",
    "training",
    "training_market",
    "training_openings",
    "training_places",
    "unemployment",
]
