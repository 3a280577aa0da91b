"""From tables to a forecast: inputs, drawn parameters, the run and its cache."""
