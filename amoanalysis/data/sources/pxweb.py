"""PxWeb, first and second generation of its API: limits, tables of a folder, variables of a table, and its cells.

Ours, because the client that is kept up (pxwebpy 0.6) speaks the second generation alone, keeps no raw answers and
cannot go on after a break; Statistics Finland and Visit Finland answer in the first.
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
# Where a server states no limit: what the smallest known ones allow.
CAUTIOUS_CELLS = 10_000
# Tables that a list of the second generation may hold at most.
LONGEST_LIST = 10_000


@dataclass(frozen=True)
class TableListing:
    """A table in the list of a server.

    Attributes:
        id: what its address ends with.
        title: its title.
    """

    id: str
    title: str


class PxWebClient:
    """One PxWeb server.

    Attributes:
        api: where it is and how it speaks.
        cells: cells that one answer may hold.
    """

    def __init__(
        self, api: Api, web: HttpClient, answers: AnswerStore | None = None, form: Form = "json-stat2"
    ) -> None:
        self.api = api
        self.cells = 0
        self._web, self._answers, self._form = web, answers, form
        self._throttle = Throttle(web.clock)

    def list_tables(self, path: str) -> list[TableListing]:
        """The tables of a folder; of the whole server, in the second generation.

        Raises:
            NotThere: if there is no such folder.
            DataError: if the answer is no list.
        """
        self._learn_limits()
        if self.api.version == 1:
            items = parse_json(self._ask(self._address(path)), f"the list of {path}")
            titled = "text"
        else:
            url = f"{self.api.url}/tables?lang={self.api.lang}&pageSize={LONGEST_LIST}"
            items = parse_object(self._ask(url), "the list of tables").get("tables")
            titled = "label"
        if not isinstance(items, list):
            raise DataError(f"The list of {path or self.api.name} is no list: the server has another form now.")
        tables = [item for item in items if isinstance(item, dict) and item.get("type", "t") in ("t", "Table", "table")]
        return [TableListing(str(item.get("id", "")), str(item.get(titled, ""))) for item in tables]

    def variables(self, path: str, table: str) -> tuple[Dimension, ...]:
        """The variables of a table with all their values.

        Raises:
            NotThere: if there is no such table.
            DataError: if the answer does not describe a table.
        """
        self._learn_limits()
        if self.api.version == 2:
            url = f"{self.api.url}/tables/{quote(table)}/metadata?lang={self.api.lang}"
            return read_dimensions(parse_object(self._ask(url), table), table)
        about = parse_object(self._ask(self._address(path, table)), table)
        variables = about.get("variables")
        if not isinstance(variables, list) or not variables:
            raise DataError(f"{table} lists no variables: the server has another form now, or the table is empty.")
        return tuple(_described(variable, table) for variable in variables)

    def cube(self, path: str, table: str, asked: Sequence[Dimension]) -> Cube:
        """The cells of a table, asked for in as many parts as the server's limit calls for.

        Args:
            path: folder of the table.
            table: its id.
            asked: every variable of the table, each with the values wanted.

        Returns:
            The cube in the order of what was asked.

        Raises:
            DataError: if an answer is not whole, or is not what was asked for.
        """
        self._learn_limits()
        cells = np.empty(tuple(len(dimension.codes) for dimension in asked), dtype=object)
        for part in split_query([len(dimension.codes) for dimension in asked], self.cells):
            chosen = [dimension.subset(indices) for dimension, indices in zip(asked, part, strict=True)]
            cells[np.ix_(*part)] = self._part(path, table, chosen)
        return Cube(tuple(asked), cells, table)

    def _part(self, path: str, table: str, chosen: Sequence[Dimension]) -> np.ndarray:
        url, body = self._question(path, table, chosen)
        kept = self._answers.find(url, body) if self._answers else None
        content = self._web.ask(url, self._throttle, body) if kept is None else kept
        if self._form == "px":
            answer = read_px(content, table, self.api.lang)
        elif self._form == "csv":
            answer = read_csv(content, table, chosen)
        else:
            answer = read_jsonstat(content, table)
        cells = arrange_cells(answer, chosen)
        if kept is None and self._answers:
            self._answers.keep(url, body, content)
        return cells

    def _question(self, path: str, table: str, chosen: Sequence[Dimension]) -> tuple[str, str]:
        if self.api.version == 1:
            asked: Mapping[str, Any] = {
                "query": [
                    {"code": dimension.code, "selection": {"filter": "item", "values": list(dimension.codes)}}
                    for dimension in chosen
                ],
                "response": {"format": self._form},
            }
            return self._address(path, table), json.dumps(asked, ensure_ascii=False)
        asked = {"selection": [{"variableCode": d.code, "valueCodes": list(d.codes)} for d in chosen]}
        url = f"{self.api.url}/tables/{quote(table)}/data?lang={self.api.lang}&outputFormat={self._form}"
        return url, json.dumps(asked, ensure_ascii=False)

    def _address(self, path: str, table: str = "") -> str:
        split_query = [self.api.url, self.api.lang, *filter(None, (quote(path), quote(table)))]
        return "/".join(split_query)

    def _learn_limits(self) -> None:
        """Asks the server, once, how much and how often it may be asked."""
        if self.cells:
            return
        first = self.api.version == 1
        url = f"{self.api.url}/{self.api.lang}/?config" if first else f"{self.api.url}/config"
        config = parse_object(self._ask(url), f"the limits of {self.api.name}")
        names = ("maxCells", "maxValues") if first else ("maxDataCells",)
        stated = [limit for name in names if (limit := _number(config.get(name))) > 0]
        self._throttle.calls = _number(config.get("maxCalls" if first else "maxCallsPerTimeWindow"))
        self._throttle.window = float(_number(config.get("timeWindow")))
        self.cells = min(stated, default=CAUTIOUS_CELLS)

    def _ask(self, url: str) -> bytes:
        return self._web.ask(url, self._throttle)


def split_query(sizes: Sequence[int], limit: int) -> Iterator[list[list[int]]]:
    """Cuts a table into parts of at most so many cells, along few variables, the longest first.

    Args:
        sizes: number of values of each variable.
        limit: cells that a part may hold.

    Yields:
        For each variable the indices of its values in the part; every cell is in exactly one part.
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


def _described(variable: object, table: str) -> Dimension:
    """A variable as the first generation describes it."""
    if not isinstance(variable, dict):
        raise DataError(f"{table} describes a variable in another form than PxWeb's: the server has changed.")
    codes, labels = variable.get("values"), variable.get("valueTexts")
    if "code" not in variable or not isinstance(codes, list) or not isinstance(labels, list):
        raise DataError(f"{table} describes a variable without code, values or valueTexts: the server has changed.")
    if len(codes) != len(labels):
        raise DataError(
            f"{table} gives {len(codes)} values and {len(labels)} texts of '{variable['code']}': ask again."
        )
    return Dimension(
        code=str(variable["code"]),
        label=str(variable.get("text", variable["code"])),
        codes=tuple(map(str, codes)),
        labels=tuple(map(str, labels)),
        time=variable.get("time") is True,
        optional=variable.get("elimination") is True,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
