"""Refreshing tables: download or import, compare, write atomically, roll back."""
