"""Exhibits of theme 3: attractiveness."""
