"""Results of a run: draws, intervals, tables, comparisons and files."""
