"""Fetching tables with the queries of `sources.toml`: find the table, query it, clean the response, merge the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pandas as pd

from amoanalysis.config.origins import Query, Sources, load_sources
from amoanalysis.data.cleaning.checks import Reference, finish_table
from amoanalysis.data.cleaning.clean_api import clean_answer
from amoanalysis.data.cleaning.match_query import find_table, match_query
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.snapshots import HIDDEN
from amoanalysis.data.sources.http import AnswerStore, Clock, HttpClient, NotFoundError
from amoanalysis.data.sources.pxweb import Form, PxWebClient, TableListing
from amoanalysis.errors import DataError, UserError, unknown_name_error


@dataclass(frozen=True)
class FetchOptions:
    """How to query the producers.

    Attributes:
        base_url: a server that replaces all declared ones; their paths stay.
        clock: the clock; that of the computer if None.
        form: format of the responses.
        on_table: called with the name of each table before it is fetched, to show progress.
    """

    base_url: str | None = None
    clock: Clock | None = None
    form: Form = "json-stat2"
    on_table: Callable[[str], None] = field(default=lambda _: None)


@dataclass(frozen=True)
class FetchedTables:
    """The result of fetching; nothing is written yet.

    Attributes:
        tables: new tables by name.
        notes: messages for the user on tables that were left out.
    """

    tables: dict[str, pd.DataFrame]
    notes: list[str]


@dataclass(frozen=True)
class _Part:
    """Rows from one query, and the key columns by which they replace existing rows (all rows if empty)."""

    rows: pd.DataFrame
    replaces: tuple[str, ...]


def fetch_tables(data: Data, names: Sequence[str] = (), options: FetchOptions | None = None) -> FetchedTables:
    """Fetches tables from their producers; writes only the raw responses.

    Args:
        data: the data folder to refresh.
        names: tables to fetch; all tables with a query if empty.
        options: how to query the producers.

    Returns:
        The new tables.

    Raises:
        UserError: if a table does not exist or cannot be refreshed.
        AmoError: if a server cannot be reached.
        DataError: if a response does not match the query.
    """
    options = options or FetchOptions()
    sources = load_sources(data.folder)
    fetcher = _Fetcher(data, sources, options)
    tables: dict[str, pd.DataFrame] = {}
    for name in _select_tables(sources, names):
        options.on_table(name)
        required = name in sources.origins or bool(names)
        parts = [fetcher.fetch_part(name, query, required=required) for query in _find_queries(sources, name)]
        fetched = [part for part in parts if part is not None]
        if fetched:
            tables[name] = _merge_parts(data, name, fetched)
    return FetchedTables(tables, fetcher.notes)


def _find_queries(sources: Sources, name: str) -> tuple[Query, ...]:
    """Returns the queries of a table; an imported table uses those of the awaited table that it replaces."""
    found = [blocks[name].fetch for blocks in (sources.origins, sources.awaited) if name in blocks]
    return next((queries for queries in found if queries), ())


def _select_tables(sources: Sources, names: Sequence[str]) -> list[str]:
    refreshable = [name for name, origin in sources.origins.items() if origin.fetch] + list(sources.awaited)
    if not names:
        if not refreshable:
            raise UserError("sources.toml declares no query: there is nothing to refresh in this folder.")
        return list(dict.fromkeys(refreshable))
    for name in names:
        if name not in sources.origins and name not in sources.awaited:
            raise unknown_name_error("table", name, [*sources.origins, *sources.awaited])
        if name not in refreshable:
            why = sources.origins[name].not_refreshable or "no query is declared for it in sources.toml."
            raise UserError(f"The table {name} is not refreshable: {why}")
    return list(dict.fromkeys(names))


class _Fetcher:
    """Fetches queries; requests the limits and the list of tables of each server once."""

    def __init__(self, data: Data, sources: Sources, options: FetchOptions) -> None:
        self.data, self.sources, self.options = data, sources, options
        self.notes: list[str] = []
        self._reference = Reference.from_data(data)
        self._http = HttpClient(options.clock)
        self._answers = AnswerStore(data.folder / HIDDEN / "answers")
        self._clients: dict[str, PxWebClient] = {}
        self._listings: dict[tuple[str, str], list[TableListing]] = {}

    def fetch_part(self, name: str, query: Query, *, required: bool) -> _Part | None:
        """Fetches and cleans the rows of one query; None, with a note, if an optional table is not found."""
        client = self._client(query.api, name)
        try:
            path, table = find_table(query, self._list_folders(client, query), name)
        except DataError as error:
            if required and not query.optional:
                raise
            why = "cannot be found" if isinstance(error, NotFoundError) else "has no such table"
            self.notes.append(f"{name}: left out, because {client.api.producer} {why} (title '{query.title}').")
            return None
        selection = match_query(query, client.fetch_variables(path, table), self._reference, self.data.places, table)
        cube = client.fetch_cube(path, table, selection.dimensions)
        return _Part(clean_answer(cube, selection, query, name, self._reference), query.replaces)

    def _client(self, api_name: str, table: str) -> PxWebClient:
        if api_name not in self.sources.apis:
            raise DataError(
                f"sources.toml, table.{table}: there is no server '{api_name}': add a block [api.{api_name}]."
            )
        if api_name not in self._clients:
            api = self.sources.apis[api_name]
            if self.options.base_url:
                api = api.model_copy(update={"url": _replace_server(api.url, self.options.base_url)})
            self._clients[api_name] = PxWebClient(api, self._http, self._answers, self.options.form)
        return self._clients[api_name]

    def _list_folders(self, client: PxWebClient, query: Query) -> dict[str, list[TableListing]]:
        """Lists the tables of each folder of a query that exists."""
        found: dict[str, list[TableListing]] = {}
        missing: NotFoundError | None = None
        for path in query.paths:
            key = (client.api.name, path)
            try:
                if key not in self._listings:
                    self._listings[key] = client.list_tables(path)
                found[path] = self._listings[key]
            except NotFoundError as error:
                missing = error
        if not found and missing:
            raise missing
        return found


def _replace_server(url: str, base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UserError(f"'{base_url}' is not the address of a server: write --base-url http://HOST:PORT.")
    return base_url.rstrip("/") + urlsplit(url).path


def _merge_parts(data: Data, name: str, parts: Sequence[_Part]) -> pd.DataFrame:
    """Combines new rows with the existing rows that they do not replace."""
    tables = [part.rows for part in parts]
    if data.has(name) and all(part.replaces for part in parts):
        old = data.table(name)
        for part in parts:
            keys = list(part.replaces)
            replaced = pd.MultiIndex.from_frame(part.rows[keys].drop_duplicates())
            old = old[~pd.MultiIndex.from_frame(old[keys]).isin(replaced)]
        tables.insert(0, old)
    return finish_table(pd.concat(tables, ignore_index=True)[SCHEMAS[name].names], name)
