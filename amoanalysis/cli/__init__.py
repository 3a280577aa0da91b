"""The `amo` command."""
