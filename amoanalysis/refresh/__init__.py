"""Tables brought anew: fetched from their producers, taken from a file of one's own, compared, written, taken back."""

from amoanalysis.refresh.fetching import Brought, Options, bring
from amoanalysis.refresh.revisions import Revision, compare, report
from amoanalysis.refresh.writing import restore, write

__all__ = ["Brought", "Options", "Revision", "bring", "compare", "report", "restore", "write"]
