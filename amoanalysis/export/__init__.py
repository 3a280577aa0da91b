"""Writers of what people take away: figures, workbooks, slides; the same bytes whenever they are written."""
