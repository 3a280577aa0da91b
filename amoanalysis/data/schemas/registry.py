"""All tables of the library by name."""

from amoanalysis.data.schemas.economy import ECONOMY, FIGURES, PROOF, TRAINING
from amoanalysis.data.schemas.labour_market import WORK
from amoanalysis.data.schemas.population import PEOPLE
from amoanalysis.data.schemas.table_schema import TableSchema

ALL = (*PEOPLE, *WORK, *ECONOMY, *FIGURES, *TRAINING, *PROOF)
SCHEMAS: dict[str, TableSchema] = {schema.name: schema for schema in ALL}
