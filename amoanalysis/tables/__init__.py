"""Tables: their schemas, reading them, proving them, and the data dictionary made of them."""

from amoanalysis.tables.check import check
from amoanalysis.tables.declared import SCHEMAS
from amoanalysis.tables.findings import Finding
from amoanalysis.tables.load import Data, MissingTable
from amoanalysis.tables.schema import Column, TableSchema

__all__ = ["SCHEMAS", "Column", "Data", "Finding", "MissingTable", "TableSchema", "check"]
