"""Labour-market balance of a year, induced migration, and the panel regressions behind their assumptions."""
