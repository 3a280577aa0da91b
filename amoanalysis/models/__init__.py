"""Models: pure functions of tables, assumptions and draws; they read no file and know no chart."""
