"""Exhibits of theme 4: business foresight."""
