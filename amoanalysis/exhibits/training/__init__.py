"""Exhibits of theme 2: training."""
