"""From producers' labels to our codes, markers to missing, and figures to units; an unmapped label is an error."""
