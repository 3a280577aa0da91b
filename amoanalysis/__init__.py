"""amoanalysis: regional development forecasts for Finnish municipalities, rerunnable from a file and a seed.

    import amoanalysis as amo

    run = amo.forecast("baseline")
    run.interval("population", place="Kolari")

The names below are loaded on first use, so that `import amoanalysis` stays fast.
"""

from importlib import import_module
from typing import Any

from amoanalysis.config.version import __version__

# Public name -> module that defines it; or the module itself.
_PUBLIC = {
    "backtest": "amoanalysis.backtesting.compare_components",
    "compare": "amoanalysis.pipeline.session",
    "describe": "amoanalysis.results.describe",
    "forecast": "amoanalysis.pipeline.session",
    "load_data": "amoanalysis.pipeline.session",
    "open_place": "amoanalysis.exhibits.view",
    "plot": "amoanalysis.plot",
    "repeat_forecast": "amoanalysis.pipeline.repeat",
    "scenario": "amoanalysis.pipeline.session",
}

__all__ = [
    "__version__",
    "backtest",
    "compare",
    "describe",
    "forecast",
    "load_data",
    "open_place",
    "plot",
    "repeat_forecast",
    "scenario",
]


def __getattr__(name: str) -> Any:
    """A public function or module, imported when it is first used."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'amoanalysis' has no attribute '{name}'")
    module = import_module(_PUBLIC[name])
    return module if name == "plot" else getattr(module, name)


def __dir__() -> list[str]:
    return ["__version__", *sorted(_PUBLIC)]
