"""Checks of a data folder: files, hashes, schemas and accounting identities."""
