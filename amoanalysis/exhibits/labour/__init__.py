"""Exhibits of theme 1: labour need and availability."""
