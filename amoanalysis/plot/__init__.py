"""Charts on matplotlib Axes: each function takes a tidy frame and returns an Axes."""
