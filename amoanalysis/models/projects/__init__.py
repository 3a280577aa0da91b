"""Dated projects and their effects: phases, worker residence, multipliers."""
