"""Producers' labels to our codes, markers to missing values, figures to units."""
