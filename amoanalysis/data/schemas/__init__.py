"""All tables of the library by name."""

from amoanalysis.data.schemas.economy import BACKTEST, ECONOMY, SINGLE_FIGURES, TRAINING
from amoanalysis.data.schemas.labour_market import LABOUR_MARKET
from amoanalysis.data.schemas.population import POPULATION
from amoanalysis.data.schemas.table_schema import TableSchema

ALL = (*POPULATION, *LABOUR_MARKET, *ECONOMY, *SINGLE_FIGURES, *TRAINING, *BACKTEST)
SCHEMAS: dict[str, TableSchema] = {schema.name: schema for schema in ALL}
