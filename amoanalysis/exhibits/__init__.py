"""Finished charts of a place: data, texts in three languages, sources and drawing."""
