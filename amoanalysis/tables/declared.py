"""All tables of the library by name."""

from amoanalysis.tables.economy import ECONOMY
from amoanalysis.tables.figures import FIGURES
from amoanalysis.tables.people import PEOPLE
from amoanalysis.tables.proof import PROOF
from amoanalysis.tables.schema import TableSchema
from amoanalysis.tables.training import TRAINING
from amoanalysis.tables.work import WORK

ALL = (*PEOPLE, *WORK, *ECONOMY, *FIGURES, *TRAINING, *PROOF)
SCHEMAS: dict[str, TableSchema] = {schema.name: schema for schema in ALL}
