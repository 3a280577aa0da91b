"""Producers' answers, read into frames that keep the producers' own labels: one module per producer."""

from amoanalysis.sources.delimited import read_delimited
from amoanalysis.sources.raw import RawFrame
from amoanalysis.sources.sheets import read_sheet

__all__ = ["RawFrame", "read_delimited", "read_sheet"]
