"""What cleaning has to know beside the file: places, mergers, corrections; and the last step of every cleaner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amoanalysis.cleaning.locations import known_places
from amoanalysis.tables import SCHEMAS
from amoanalysis.tables.validate import validate

if TYPE_CHECKING:
    import pandas as pd

    from amoanalysis.tables import Data


@dataclass(frozen=True)
class Reference:
    """Declared knowledge of a data folder that labels are read with.

    Attributes:
        places: code by word, from `known_places`.
        mergers: concordances/municipality_mergers.csv.
        corrections: concordances/postal_corrections.csv.
    """

    places: Mapping[str, str]
    mergers: pd.DataFrame
    corrections: pd.DataFrame

    @classmethod
    def of(cls, data: Data) -> Reference:
        """The reference of a data folder.

        Raises:
            DataError: if a table or concordance is broken or absent.
        """
        mergers = data.concordance("municipality_mergers")
        places = known_places(data.table("municipalities"), data.places, mergers)
        return cls(places, mergers, data.concordance("postal_corrections"))


def finish(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A cleaned frame as one of our tables: its columns, types and order, proved against its schema.

    Args:
        frame: at least the columns of the table.
        table: its name.

    Returns:
        The table, sorted by key, rows counted from 0.

    Raises:
        DataError: if a row breaks the schema.
    """
    schema = SCHEMAS[table]
    typed = frame[schema.names].astype({column.name: column.dtype for column in schema.columns})
    return validate(typed.sort_values(list(schema.key), kind="stable").reset_index(drop=True), schema)
