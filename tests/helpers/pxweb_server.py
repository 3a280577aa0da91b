"""A PxWeb server on loopback: lists, variables, queries, limits and refusals of both generations of the API."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import writers

from amoanalysis.data.sources.jsonstat import Cube, Dimension

LOOPBACK = "127.0.0.1"
Damage = Callable[["Answer"], "Answer"]


@dataclass(frozen=True)
class Answer:
    """What is sent: status, headers, and the body, whole or piece by piece."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False
    length: int | None = None


@dataclass(frozen=True)
class Table:
    """A table of the server, under all the ids by which it may be asked for."""

    path: str
    ids: tuple[str, ...]
    title: str
    cube: Cube


class _Quiet(ThreadingHTTPServer):
    """Says nothing where a client hangs up: those that an answer does not please do."""

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


class PxWebServer:
    """Tables at `/…/api/v1/<lang>/<path>/<id>` and `/…/api/v2/tables/<id>`.

    Attributes:
        max_cells: cells of an answer.
        max_calls: calls within a window; refused with 429 beyond, as documented.
        window: seconds of the window.
        damage: what is done to each answer with data before it is sent.
        asked: the addresses asked so far.
        now: the time; the client's, where that is a made one.
    """

    def __init__(
        self, tables: Sequence[Table], *, max_cells: int = 100_000, max_calls: int = 0, window: int = 10
    ) -> None:
        self.tables = list(tables)
        self.max_cells, self.max_calls, self.window = max_cells, max_calls, window
        self.damage: Damage | None = None
        self.damage_metadata: Damage | None = None
        self.refuse: deque[Answer] = deque()
        self.asked: list[str] = []
        self.refused = 0
        self.largest = 0
        self.now: Callable[[], float] = time.monotonic
        self._calls: deque[float] = deque()
        self._lock = threading.Lock()
        self._server = _Quiet((LOOPBACK, 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "PxWebServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def answer(self, address: str, body: bytes | None) -> Answer:
        with self._lock:
            self.asked.append(address)
            if self.refuse:
                return self.refuse.popleft()
            if self._too_many():
                self.refused += 1
                return Answer(429, b"Too many requests", {"Retry-After": "1"})
        parts = urlsplit(address)
        path, query = unquote(parts.path).strip("/"), parse_qs(parts.query, keep_blank_values=True)
        if "/v2" in f"/{path}":
            return self._second(path.split("v2", 1)[1].strip("/"), query, body)
        return self._first(path.split("v1", 1)[-1].strip("/"), query, body)

    def _too_many(self) -> bool:
        if not self.max_calls:
            return False
        now = self.now()
        while self._calls and now - self._calls[0] >= self.window:
            self._calls.popleft()
        if len(self._calls) >= self.max_calls:
            return True
        self._calls.append(now)
        return False

    def _first(self, path: str, query: Mapping[str, list[str]], body: bytes | None) -> Answer:
        if "config" in query:
            limits = {"maxValues": self.max_cells, "maxCells": self.max_cells, "maxCalls": self.max_calls}
            return _json({**limits, "timeWindow": self.window, "CORS": True})
        _, _, inside = path.partition("/")
        folder, _, name = inside.rpartition("/")
        table = next((t for t in self.tables if t.path == folder and name in t.ids), None)
        if table is None:
            listed = [t for t in self.tables if t.path == inside]
            if not listed:
                return Answer(404, b"Not found")
            return _json([{"id": t.ids[0], "type": "t", "text": f"{t.cube.file} -- {t.title}"} for t in listed])
        if body is None:
            return self._damaged(
                _json({"title": table.title, "variables": list(map(_described, table.cube.dimensions))}),
                self.damage_metadata,
            )
        asked = json.loads(body)
        chosen = {item["code"]: item["selection"]["values"] for item in asked["query"]}
        return self._data(table, chosen, asked["response"]["format"])

    def _second(self, path: str, query: Mapping[str, list[str]], body: bytes | None) -> Answer:
        if path == "config":
            limits = {"maxDataCells": self.max_cells, "maxCallsPerTimeWindow": self.max_calls}
            return _json({"apiVersion": "2.2.0", **limits, "timeWindow": self.window})
        if path == "tables":
            return _json({"tables": [{"type": "Table", "id": t.ids[0], "label": t.title} for t in self.tables]})
        _, name, what = path.split("/")
        table = next((t for t in self.tables if name in t.ids), None)
        if table is None:
            return Answer(404, b'{"title": "Non-existent table"}')
        if what == "metadata":
            return self._damaged(_json(writers.metadata(table.cube.dimensions, table.title)), self.damage_metadata)
        chosen = {item["variableCode"]: item["valueCodes"] for item in json.loads(body or b"{}")["selection"]}
        return self._data(table, chosen, query.get("outputFormat", ["json-stat2"])[0])

    def _data(self, table: Table, chosen: Mapping[str, list[str]], form: str) -> Answer:
        try:
            cube = cut(table.cube, chosen)
        except KeyError as error:
            return Answer(400, f"The variable or value {error} is wrong".encode())
        if cube.cells.size > self.max_cells:
            return Answer(403, b"Too many cells")
        self.largest = max(self.largest, cube.cells.size)
        write = {"json-stat2": writers.jsonstat, "px": writers.px, "csv": writers.csv}[form]
        return self._damaged(Answer(200, write(cube)), self.damage)

    def _damaged(self, answer: Answer, damage: Damage | None) -> Answer:
        return damage(answer) if damage else answer


def cut(cube: Cube, chosen: Mapping[str, Sequence[str]]) -> Cube:
    """The part of a table that a query asks for; a variable that is not named gives its total or is refused."""
    known = {d.code for d in cube.dimensions}
    for code in chosen:
        if code not in known:
            raise KeyError(code)
    positions, dimensions = [], []
    for dimension in cube.dimensions:
        order = {code: i for i, code in enumerate(dimension.codes)}
        indices = [order[code] for code in chosen[dimension.code]]
        positions.append(indices)
        dimensions.append(dimension.subset(indices))
    return replace(cube, dimensions=tuple(dimensions), cells=cube.cells[np.ix_(*positions)])


def _described(dimension: Dimension) -> dict[str, Any]:
    about: dict[str, Any] = {"code": dimension.code, "text": dimension.label}
    about |= {"values": list(dimension.codes), "valueTexts": list(dimension.labels)}
    about |= {"time": True} if dimension.time else {}
    return about | ({"elimination": True} if dimension.optional else {})


def _json(content: object) -> Answer:
    return Answer(200, json.dumps(content, ensure_ascii=False).encode(), {"Content-Type": "application/json"})


def _handler(server: PxWebServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(server.answer(self.path, None))

        def do_POST(self) -> None:
            self._send(server.answer(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.endless:
                self.close_connection = True
                self.end_headers()
                self._send_forever(answer.body)
                return
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            self.wfile.write(answer.body)
            if answer.length is not None:
                self.close_connection = True

        def _send_forever(self, piece: bytes) -> None:
            try:
                while True:
                    self.wfile.write(piece)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
