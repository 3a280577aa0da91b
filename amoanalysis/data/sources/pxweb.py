"""Client of PxWeb, versions 1 and 2 of its API: limits, tables of a folder, variables of a table, and its cells.

The maintained client pxwebpy 0.6 is not used: it supports version 2 only, stores no raw responses and cannot resume;
Statistics Finland and Visit Finland use version 1.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Literal
from urllib.parse import quote

import numpy as np

from amoanalysis.config.origins import Api
from amoanalysis.data.sources.http import AnswerStore, HttpClient, Throttle
from amoanalysis.data.sources.jsonstat import (
    Cube,
    Dimension,
    arrange_cells,
    parse_json,
    parse_object,
    read_csv,
    read_dimensions,
    read_jsonstat,
)
from amoanalysis.data.sources.px import read_px
from amoanalysis.errors import DataError

Form = Literal["json-stat2", "px", "csv"]
# The limit if a server states none: the smallest known limit.
DEFAULT_CELLS = 10_000
# Page size for the list of tables in version 2.
LIST_PAGE_SIZE = 10_000


@dataclass(frozen=True)
class TableListing:
    """A table in the list of a server.

    Attributes:
        id: id of the table.
        title: its title.
    """

    id: str
    title: str


class PxWebClient:
    """A client of one PxWeb server.

    Attributes:
        api: address, version and language.
        cells: largest number of cells in a response; 0 until the server is asked.
    """

    def __init__(
        self, api: Api, http: HttpClient, answers: AnswerStore | None = None, form: Form = "json-stat2"
    ) -> None:
        self.api = api
        self.cells = 0
        self._http, self._answers, self._form = http, answers, form
        self._throttle = Throttle(http.clock)

    def list_tables(self, path: str) -> list[TableListing]:
        """Lists the tables of a folder; in version 2, those of the whole server.

        Raises:
            NotThere: if the folder does not exist.
            DataError: if the response is not a list.
        """
        self._read_limits()
        if self.api.version == 1:
            items = parse_json(self._get(self._address(path)), f"the list of {path}")
            title_key = "text"
        else:
            url = f"{self.api.url}/tables?lang={self.api.lang}&pageSize={LIST_PAGE_SIZE}"
            items = parse_object(self._get(url), "the list of tables").get("tables")
            title_key = "label"
        if not isinstance(items, list):
            raise DataError(f"The list of {path or self.api.name} is not a list: the format of the server has changed.")
        tables = [item for item in items if isinstance(item, dict) and item.get("type", "t") in ("t", "Table", "table")]
        return [TableListing(str(item.get("id", "")), str(item.get(title_key, ""))) for item in tables]

    def fetch_variables(self, path: str, table: str) -> tuple[Dimension, ...]:
        """Fetches the variables of a table with all their values.

        Raises:
            NotThere: if the table does not exist.
            DataError: if the response does not describe a table.
        """
        self._read_limits()
        if self.api.version == 2:
            url = f"{self.api.url}/tables/{quote(table)}/metadata?lang={self.api.lang}"
            return read_dimensions(parse_object(self._get(url), table), table)
        about = parse_object(self._get(self._address(path, table)), table)
        variables = about.get("variables")
        if not isinstance(variables, list) or not variables:
            raise DataError(f"{table} lists no variables: the format of the server has changed, or the table is empty.")
        return tuple(_parse_variable(variable, table) for variable in variables)

    def fetch_cube(self, path: str, table: str, selection: Sequence[Dimension]) -> Cube:
        """Fetches cells of a table, in several queries if they exceed the limit of the server.

        Args:
            path: folder of the table.
            table: its id.
            selection: every variable of the table with the selected values.

        Returns:
            The cube, with variables and values in the order of the selection.

        Raises:
            DataError: if a response is incomplete or does not match the query.
        """
        self._read_limits()
        sizes = [len(dimension.codes) for dimension in selection]
        cells = np.empty(sizes, dtype=object)
        for part in split_query(sizes, self.cells):
            subset = [dimension.subset(indices) for dimension, indices in zip(selection, part, strict=True)]
            cells[np.ix_(*part)] = self._fetch_part(path, table, subset)
        return Cube(tuple(selection), cells, table)

    def _fetch_part(self, path: str, table: str, selection: Sequence[Dimension]) -> np.ndarray:
        """Fetches cells with one query, or takes the stored response; stores the response once it is validated."""
        url, body = self._make_query(path, table, selection)
        stored = self._answers.find(url, body) if self._answers else None
        content = self._http.request(url, self._throttle, body) if stored is None else stored
        if self._form == "px":
            answer = read_px(content, table, self.api.lang)
        elif self._form == "csv":
            answer = read_csv(content, table, selection)
        else:
            answer = read_jsonstat(content, table)
        cells = arrange_cells(answer, selection)
        if stored is None and self._answers:
            self._answers.save(url, body, content)
        return cells

    def _make_query(self, path: str, table: str, selection: Sequence[Dimension]) -> tuple[str, str]:
        """Returns the address and the JSON body of a query."""
        if self.api.version == 1:
            query: Mapping[str, Any] = {
                "query": [
                    {"code": dimension.code, "selection": {"filter": "item", "values": list(dimension.codes)}}
                    for dimension in selection
                ],
                "response": {"format": self._form},
            }
            return self._address(path, table), json.dumps(query, ensure_ascii=False)
        query = {"selection": [{"variableCode": d.code, "valueCodes": list(d.codes)} for d in selection]}
        url = f"{self.api.url}/tables/{quote(table)}/data?lang={self.api.lang}&outputFormat={self._form}"
        return url, json.dumps(query, ensure_ascii=False)

    def _address(self, path: str, table: str = "") -> str:
        return "/".join([self.api.url, self.api.lang, *filter(None, (quote(path), quote(table)))])

    def _read_limits(self) -> None:
        """Reads the limits of the server once: cells per response, calls per window."""
        if self.cells:
            return
        first = self.api.version == 1
        url = f"{self.api.url}/{self.api.lang}/?config" if first else f"{self.api.url}/config"
        config = parse_object(self._get(url), f"the limits of {self.api.name}")
        names = ("maxCells", "maxValues") if first else ("maxDataCells",)
        limits = [limit for name in names if (limit := _to_int(config.get(name))) > 0]
        self._throttle.calls = _to_int(config.get("maxCalls" if first else "maxCallsPerTimeWindow"))
        self._throttle.window = float(_to_int(config.get("timeWindow")))
        self.cells = min(limits, default=DEFAULT_CELLS)

    def _get(self, url: str) -> bytes:
        return self._http.request(url, self._throttle)


def split_query(sizes: Sequence[int], limit: int) -> Iterator[list[list[int]]]:
    """Splits a selection into parts within a limit of cells, along the longest variables.

    Args:
        sizes: number of values of each variable.
        limit: largest number of cells in a part.

    Yields:
        The indices of the values by variable; every cell is in exactly one part.
    """
    steps, whole = [1] * len(sizes), 1
    for axis in sorted(range(len(sizes)), key=lambda axis: sizes[axis]):
        steps[axis] = max(1, min(sizes[axis], limit // whole))
        whole *= steps[axis]
    runs = [
        [list(range(start, min(start + step, size))) for start in range(0, size, step)]
        for size, step in zip(sizes, steps, strict=True)
    ]
    if prod(sizes):
        for part in product(*runs):
            yield list(part)


def _parse_variable(variable: object, table: str) -> Dimension:
    """Parses a variable in the format of version 1."""
    if not isinstance(variable, dict):
        raise DataError(f"{table} describes a variable in an unknown format: the server has changed.")
    codes, labels = variable.get("values"), variable.get("valueTexts")
    if "code" not in variable or not isinstance(codes, list) or not isinstance(labels, list):
        raise DataError(f"{table} describes a variable without code, values or valueTexts: the server has changed.")
    if len(codes) != len(labels):
        raise DataError(f"{table} gives {len(codes)} values and {len(labels)} texts of '{variable['code']}': retry.")
    return Dimension(
        code=str(variable["code"]),
        label=str(variable.get("text", variable["code"])),
        codes=tuple(map(str, codes)),
        labels=tuple(map(str, labels)),
        time=variable.get("time") is True,
        optional=variable.get("elimination") is True,
    )


def _to_int(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
