"""From declared queries to new tables: found, asked, cleaned, and joined with the rows that they do not replace."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pandas as pd

from amoanalysis.config.origins import Api, Query, Sources, load_sources
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
    """How producers are asked.

    Attributes:
        base_url: another server in the place of all declared ones; their paths stay.
        clock: the time; that of the machine where None.
        form: form of the answers.
        say: told what is being done, for a line or a bar.
    """

    base_url: str | None = None
    clock: Clock | None = None
    form: Form = "json-stat2"
    say: Callable[[str], None] = field(default=lambda _: None)


@dataclass(frozen=True)
class FetchedTables:
    """What a refresh has brought, not written yet.

    Attributes:
        tables: new tables by name.
        notes: what a user should know: tables that are not there, and why others were not asked for.
    """

    tables: dict[str, pd.DataFrame]
    notes: list[str]


def fetch_tables(data: Data, names: Sequence[str] = (), options: FetchOptions | None = None) -> FetchedTables:
    """Fetches tables anew; writes nothing but raw answers.

    Args:
        data: the folder that is to be refreshed.
        names: tables; all that declare a query where none is named.
        options: how producers are asked.

    Returns:
        The new tables.

    Raises:
        UserError: if a name is no table, or the table cannot be refreshed.
        AmoError: if a server cannot be reached.
        DataError: if an answer is not what was asked for.
    """
    asked = options or FetchOptions()
    sources = load_sources(data.folder)
    chosen = _chosen(sources, names)
    desk = _Desk(data, sources, asked)
    tables: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    for name in chosen:
        asked.say(name)
        needed = name in sources.origins or bool(names)
        parts = [desk.part(name, query, notes, required=needed) for query in _queries(sources, name)]
        kept = [part for part in parts if part is not None]
        if kept:
            tables[name] = _joined(data, name, kept)
    return FetchedTables(tables, notes)


def _queries(sources: Sources, name: str) -> tuple[Query, ...]:
    """The queries of a table; those of an awaited one hold where a file of one's own stands in for it."""
    found = [part[name].fetch for part in (sources.origins, sources.awaited) if name in part]
    return next((queries for queries in found if queries), ())


def _chosen(sources: Sources, names: Sequence[str]) -> list[str]:
    able = [name for name, origin in sources.origins.items() if origin.fetch] + list(sources.awaited)
    if not names:
        if not able:
            raise UserError("sources.toml declares no query: there is nothing to refresh in this folder.")
        return list(dict.fromkeys(able))
    for name in names:
        if name not in sources.origins and name not in sources.awaited:
            raise unknown_name_error("table", name, [*sources.origins, *sources.awaited])
        if name not in able:
            why = sources.origins[name].not_refreshable or "no query is declared for it in sources.toml."
            raise UserError(f"The table {name} is not refreshable: {why}")
    return list(dict.fromkeys(names))


class _Desk:
    """Servers, each asked for its limits and lists once."""

    def __init__(self, data: Data, sources: Sources, options: FetchOptions) -> None:
        self.data, self.sources, self.options = data, sources, options
        self.reference = Reference.of(data)
        self._web = HttpClient(options.clock)
        self._answers = AnswerStore(data.folder / HIDDEN / "answers")
        self._servers: dict[str, PxWebClient] = {}
        self._lists: dict[tuple[str, str], list[TableListing]] = {}

    def part(self, name: str, query: Query, notes: list[str], *, required: bool) -> pd.DataFrame | None:
        """The rows of one query; None where an optional table is not there."""
        if query.api not in self.sources.apis:
            raise DataError(
                f"sources.toml, table.{name}: there is no server '{query.api}': add a block [api.{query.api}]."
            )
        server = self._server(query.api)
        try:
            path, table = find_table(query, self._folders(server, query), name)
        except DataError as error:
            if required and not query.optional:
                raise
            where = "cannot be found" if isinstance(error, NotFoundError) else "lists none such"
            notes.append(f"{name}: left out, for {server.api.producer} {where} (title '{query.title}').")
            return None
        choice = match_query(query, server.variables(path, table), self.reference, self.data.places, table)
        cube = server.cube(path, table, choice.asked)
        return clean_answer(cube, choice, query, name, self.reference).assign(**{_REPLACES: "+".join(query.replaces)})

    def _server(self, name: str) -> PxWebClient:
        if name not in self._servers:
            api = self.sources.apis[name]
            if self.options.base_url:
                api = _elsewhere(api, self.options.base_url)
            self._servers[name] = PxWebClient(api, self._web, self._answers, self.options.form)
        return self._servers[name]

    def _folders(self, server: PxWebClient, query: Query) -> dict[str, list[TableListing]]:
        """The tables listed in each folder of a query that is there."""
        found: dict[str, list[TableListing]] = {}
        missing: NotFoundError | None = None
        for path in query.paths:
            key = (server.api.name, path)
            try:
                if key not in self._lists:
                    self._lists[key] = server.list_tables(path)
                found[path] = self._lists[key]
            except NotFoundError as error:
                missing = error
        if not found and missing:
            raise missing
        return found


_REPLACES = "_replaces"


def _elsewhere(api: Api, base_url: str) -> Api:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UserError(f"'{base_url}' is no address of a server: write --base-url http://HOST:PORT.")
    return api.model_copy(update={"url": base_url.rstrip("/") + urlsplit(api.url).path})


def _joined(data: Data, name: str, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """New rows, and those of the old table that none of them takes the place of."""
    parts = list(parts)
    rows = pd.concat(parts, ignore_index=True)
    new = rows.drop(columns=_REPLACES)
    by = [str(part[_REPLACES].iloc[0]) for part in parts]
    if data.has(name) and all(by):
        old = data.table(name)
        for part, columns in zip(parts, by, strict=True):
            keys = columns.split("+")
            replaced = pd.MultiIndex.from_frame(part[keys].drop_duplicates())
            old = old[~pd.MultiIndex.from_frame(old[keys]).isin(replaced)]
        new = pd.concat([old, new], ignore_index=True)
    return finish_table(new[SCHEMAS[name].names], name)
