"""The `amo` command."""

from amoanalysis.cli.app import app, main

__all__ = ["app", "main"]
