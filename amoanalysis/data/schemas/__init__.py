"""Schemas of the tables: columns, units, keys and allowed values."""
