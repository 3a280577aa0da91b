"""Files for readers: pictures, workbooks, slides, notebooks, site and explorer."""
