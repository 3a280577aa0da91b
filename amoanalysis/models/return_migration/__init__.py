"""Out-migrants, their return, and the attractiveness of places."""
