"""The `amo` command: one module per group of commands."""
