"""Reading a data folder: each table is validated by its schema once and kept."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.catalogue import Origin, load_origins
from amoanalysis.errors import DataError, unknown
from amoanalysis.places import Places
from amoanalysis.snapshots import recover
from amoanalysis.tables.declared import SCHEMAS
from amoanalysis.tables.read import bytes_of, read_table, read_text_table
from amoanalysis.tables.validate import validate

if TYPE_CHECKING:
    import geopandas as gpd

PLOTTED_IN = "EPSG:3067"


# Of every table, and of as many more: those of a second folder.
_KEPT = 2 * len(SCHEMAS)


class MissingTable(DataError):
    """A table that the library knows is absent from the data folder."""


class Data:
    """One data folder: its tables, places and origins.

    Attributes:
        folder: where the tables lie.
        places: the places declared.
        known_until: the last year that is known; None where nothing is left out.
    """

    known_until: int | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        recover(self.folder)
        self.places = Places.load(self.folder)
        self._origins: dict[str, Origin] | None = None
        self._tables: dict[str, pd.DataFrame] = {}
        self._concordances: dict[str, pd.DataFrame] = {}

    @property
    def origins(self) -> dict[str, Origin]:
        """Where the tables come from, by name of table.

        Raises:
            DataError: if `sources.toml` is absent or broken.
        """
        if self._origins is None:
            self._origins = load_origins(self.folder)
        return self._origins

    def table(self, name: str) -> pd.DataFrame:
        """A table, proved against its schema.

        Args:
            name: name of the file in `tables/`, without `.csv`.

        Returns:
            A frame of one's own: changing it changes nothing here.

        Raises:
            UserError: if there is no such table.
            MissingTable: if the file is absent from this folder.
            DataError: if the file breaks its schema.
        """
        if name not in SCHEMAS:
            raise unknown("table", name, SCHEMAS)
        if name not in self._tables:
            if not self.path(name).is_file():
                raise MissingTable(f"The table {name} is missing from '{self.folder}': add tables/{name}.csv.")
            self._tables[name] = _proved(self.path(name), bytes_of(self.path(name)), self.places)
        return self._tables[name].copy(deep=False)

    def has(self, name: str) -> bool:
        """Whether the folder holds the table."""
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        """The file of a table."""
        return self.folder / "tables" / f"{name}.csv"

    def concordance(self, name: str) -> pd.DataFrame:
        """A key between classifications, `concordances/<name>.csv`, every cell as text.

        Raises:
            UserError: if there is no such file.
            DataError: if it cannot be read.
        """
        if name not in self._concordances:
            path = self.folder / "concordances" / f"{name}.csv"
            if not path.is_file():
                raise unknown("concordance", name, [f.stem for f in path.parent.glob("*.csv")])
            self._concordances[name] = read_text_table(path)
        return self._concordances[name].copy(deep=False)

    def geometry(self, name: str) -> gpd.GeoDataFrame:
        """The shapes of `geo/<name>.geojson`, in the coordinates of Finnish maps (EPSG:3067).

        Raises:
            UserError: if there is no such file.
            DataError: if it cannot be read.
        """
        import geopandas as gpd

        path = self.folder / "geo" / f"{name}.geojson"
        if not path.is_file():
            raise unknown("geometry", name, [f.stem for f in path.parent.glob("*.geojson")])
        try:
            return gpd.read_file(path).to_crs(PLOTTED_IN)
        except (ValueError, RuntimeError) as error:
            raise DataError(f"geo/{path.name} cannot be read as GeoJSON ({error}): restore the file.") from error


@lru_cache(maxsize=_KEPT)
def _proved(path: Path, raw: bytes, places: Places) -> pd.DataFrame:
    """A table proved against its schema; kept by its bytes, as folders are opened again and again in one process."""
    schema = SCHEMAS[path.stem]
    return validate(read_table(path, schema, raw), schema, places)
