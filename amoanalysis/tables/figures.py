"""Schemas of the tables of single figures: each row says what, where, when, how sure, and who said so."""

from amoanalysis.tables.schema import PERIOD, Column, TableSchema, measure, text
from amoanalysis.tables.work import SOURCE

COLUMNS = (
    text("place_name", "the place or project, as the source names it"),
    Column("place", "code of the place where it has one", "place", gaps=True),
    text("period", "year, month, or first/last; empty where the source gives none", pattern=PERIOD, gaps=True),
    text("indicator", "what is measured"),
    measure("value", "value; empty where the source gives only bounds or words", "see unit", low=None, gaps=True),
    measure("low", "lower bound where the source gives one", "see unit", low=None, gaps=True),
    measure("high", "upper bound where the source gives one", "see unit", low=None, gaps=True),
    text("unit", "unit of value, low and high; text where the fact is in words, which then stand in note", gaps=True),
    text("note", "what the source adds", gaps=True),
    *SOURCE,
)


def _figures(name: str, title: str) -> TableSchema:
    return TableSchema(name, title, COLUMNS, ("place_name", "period", "indicator", "source_title"))


FIGURES = (
    _figures("tourism", "Tourism: overnight stays, beds, occupancy, prices, employment; planned and built"),
    _figures("mines", "Mines: work force, contractors, where the staff lives, output and plans"),
    _figures("projects", "Projects in and around the region: plans, permits, investments"),
    _figures("training", "Training: graduates, placement a year later, drop-out, students"),
    _figures("published_results", "What other studies found, for comparison only"),
    _figures("pensions", "Pensions: recipients, new pensioners, staff about to retire"),
    _figures("demographic_parameters", "Fertility, life expectancy, migration profile and work-force need, published"),
    _figures("unemployment_press", "Unemployment as quoted in monthly releases, for checks"),
)
