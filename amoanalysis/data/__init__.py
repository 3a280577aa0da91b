"""Tables of a data folder: schemas, checks, producers' formats, cleaning and refresh."""
