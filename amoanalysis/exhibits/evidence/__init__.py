"""Exhibits on forecast accuracy, data revisions and the programme of 2008."""
