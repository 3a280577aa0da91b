"""Cohort-component population projection: mortality, fertility and migration."""
