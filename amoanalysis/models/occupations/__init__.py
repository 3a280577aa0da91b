"""Jobs and openings by occupation, supply and training places."""
