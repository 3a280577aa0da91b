"""Charts of tidy frames: `f(frame, ax=None, **style) -> Axes`, on matplotlib, seaborn and geopandas.

Each function checks its frame, draws on the Axes given (or on the current Axes of pyplot) and returns it, so that
seaborn and pyplot can restyle the chart. Words and numbers follow `lang` (en, fi or sv).
"""

from amoanalysis.plot.categories import bars, heatmap, pyramid, timeline, waterfall
from amoanalysis.plot.choropleth import map
from amoanalysis.plot.series import fan, stacked

__all__ = ["bars", "fan", "heatmap", "map", "pyramid", "stacked", "timeline", "waterfall"]
