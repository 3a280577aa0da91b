"""The forms of chart, a family a module."""
