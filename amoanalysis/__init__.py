"""amoanalysis: regional development forecasts for Finnish municipalities, rerunnable from a file and a seed."""

from importlib import import_module
from typing import Any

from amoanalysis.config.version import __version__

# Name -> module that defines it; loaded on first use, so that `import amoanalysis` stays fast.
_PUBLIC = {
    "open_place": "amoanalysis.exhibits.view",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'amoanalysis' has no attribute '{name}'")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
