"""Charts: data plus declared texts, drawn in one style; they know no model and read no file."""

from amoanalysis.charts.exhibit import Exhibit

__all__ = ["Exhibit"]
