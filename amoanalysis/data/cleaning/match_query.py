"""Matching a declared query with a producer's table: the table by id or title, variables and values by label."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from amoanalysis.config.origins import GROUPS, Query, Variable
from amoanalysis.config.places import Places
from amoanalysis.data.cleaning.checks import Reference
from amoanalysis.data.cleaning.labels import is_total
from amoanalysis.data.cleaning.locations import make_place_parser
from amoanalysis.data.sources.jsonstat import Dimension
from amoanalysis.data.sources.pxweb import TableListing
from amoanalysis.errors import DataError

TIMES = ("year", "month")
# A date or year at the end of a label (`Alue 1.1.2026`, `Alue 2021`) is that of the regional division.
DATE_SUFFIX = re.compile(r"[\s,(]*(\d{1,2}\.\d{1,2}\.)?\d{4}\)?$")
# Titles of Statistics Finland begin with the id.
ID_PREFIX = re.compile(r"^\w{3,5}\s*--\s*")
MAX_SHOWN = 6


@dataclass(frozen=True)
class TableSelection:
    """The values of a table that a query selects.

    Attributes:
        dimensions: all its variables, each with the selected values.
        roles: role of a variable by its code; variables of which only the total is selected have none.
        contents: column of the table by label of the contents variable.
    """

    dimensions: tuple[Dimension, ...]
    roles: Mapping[str, str]
    contents: Mapping[str, str]


def match_query(
    query: Query, dimensions: Sequence[Dimension], reference: Reference, places: Places, table: str
) -> TableSelection:
    """Selects the variables and values of a table that a query describes.

    Args:
        query: variables by role and label.
        dimensions: the table's variables with all values.
        reference: labels of places.
        places: the declared places, for groups of them.
        table: id of the table, for messages.

    Returns:
        The selection.

    Raises:
        DataError: if a variable or value is not found or ambiguous; the message lists the candidates.
    """
    selected: dict[str, Dimension] = {}
    roles: dict[str, str] = {}
    contents: dict[str, str] = {}
    for variable in query.variables:
        dimension = _find_dimension(variable, [d for d in dimensions if d.code not in roles], table)
        if dimension is None:
            continue
        if isinstance(variable.take, dict):
            found = {column: _find_value(pattern, dimension, table) for column, pattern in variable.take.items()}
            contents = {dimension.labels[index]: column for column, index in found.items()}
            indices = sorted(found.values())
        else:
            indices = _find_values(variable.take, dimension, reference, places, table)
        selected[dimension.code] = dimension.subset(indices)
        roles[dimension.code] = variable.role
    all_dimensions = tuple(selected.get(d.code) or _select_total(d, table) for d in dimensions)
    return TableSelection(all_dimensions, roles, contents)


def find_table(query: Query, folders: Mapping[str, Sequence[TableListing]], name: str) -> tuple[str, str]:
    """Finds the table of a query by one of its ids, otherwise by its title.

    Args:
        query: ids and title.
        folders: the tables in each folder, the most likely folder first.
        name: name of the table in this project, for messages.

    Returns:
        Folder and id.

    Raises:
        DataError: if no table or several tables match; the message lists the candidates.
    """
    known = {word.casefold() for word in query.ids}
    title = re.compile(query.title, re.IGNORECASE)
    listed = [(path, table) for path, tables in folders.items() for table in tables]
    by_id = [(path, table) for path, table in listed if id_variants(table.id) & known]
    by_title = [(path, table) for path, table in listed if title.search(ID_PREFIX.sub("", table.title))]
    found = by_id[:1] or by_title
    if len(found) == 1:
        return found[0][0], found[0][1].id
    candidates = "; ".join(f"{table.id} '{table.title}'" for _, table in (by_title or listed)[:MAX_SHOWN]) or "none"
    why = "several tables match" if by_title else "no table has this id or title"
    ids = ", ".join(query.ids) or "no id"
    raise DataError(
        f"{name}: {why} ({ids}; title '{query.title}'). Candidates: {candidates}. Enter the right id in sources.toml."
    )


def id_variants(table: str) -> set[str]:
    """Returns the id of a table without `.px`, and the short id that a long one ends with."""
    bare = table.casefold().removesuffix(".px")
    return {bare, bare.rpartition("_pxt_")[2]}


def _find_dimension(variable: Variable, dimensions: Sequence[Dimension], table: str) -> Dimension | None:
    """Finds a variable by its label; times and contents also by the role that the producer gives."""
    pattern = re.compile(variable.label, re.IGNORECASE)
    matching = [
        d for d in dimensions if pattern.fullmatch(d.label.strip()) or pattern.fullmatch(DATE_SUFFIX.sub("", d.label))
    ]
    if len(matching) != 1 and variable.role in TIMES:
        matching = [d for d in dimensions if d.time] or matching
    if len(matching) != 1 and variable.role == "contents":
        matching = [d for d in dimensions if d.metric] or matching
        if not matching and isinstance(variable.take, dict) and len(variable.take) == 1:
            return None  # a table with one measure may have no contents variable
    if len(matching) != 1:
        why = "matches several" if matching else "matches none"
        candidates = ", ".join(f"'{d.label}' ({d.code})" for d in (matching or dimensions))
        raise DataError(
            f"{table}: the {variable.role} ('{variable.label}') {why} of its variables: candidates are {candidates}. "
            "Enter the right label in sources.toml."
        )
    return matching[0]


def _find_values(
    take: Sequence[str], dimension: Dimension, reference: Reference, places: Places, table: str
) -> list[int]:
    """Returns the indices of the values that are in the groups or match the patterns."""
    chosen: set[int] = set()
    for word in take:
        if word in GROUPS:
            found = _find_group(word, dimension, reference, places)
            if not found and word != "country":
                raise DataError(
                    f"{table}: '{dimension.label}' has none of the selected {word}: it has {_list_labels(dimension)}."
                )
        else:
            pattern = re.compile(word, re.IGNORECASE)
            found = [i for i, label in enumerate(dimension.labels) if pattern.fullmatch(label.strip())]
            if not found:
                raise DataError(
                    f"{table}: '{dimension.label}' has no value like '{word}': candidates are "
                    f"{_list_labels(dimension)}. Enter the right label in sources.toml."
                )
        chosen.update(found)
    return sorted(chosen)


def _find_group(word: str, dimension: Dimension, reference: Reference, places: Places) -> list[int]:
    labels = list(enumerate(dimension.labels))
    if word == "all":
        return [i for i, _ in labels]
    if word == "total":
        return [i for i, label in labels if is_total(label)][:1]
    if word == "region":
        codes = set(places.region.members)
    else:
        kind = "municipality" if word == "municipalities" else word
        codes = {place.code for place in places.all.values() if place.kind == kind}
    parse_place = make_place_parser(reference.places)
    found: dict[str, int] = {}
    for i, label in labels:
        with suppress(KeyError, ValueError):  # the label of another area
            if (code := parse_place(label)) in codes:
                found.setdefault(code, i)
    return list(found.values())


def _find_value(pattern: str, dimension: Dimension, table: str) -> int:
    """Returns the index of the only value that matches a pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    found = [i for i, label in enumerate(dimension.labels) if compiled.fullmatch(label.strip())]
    if len(found) != 1:
        why = "several values" if found else "no value"
        raise DataError(
            f"{table}: '{dimension.label}' has {why} like '{pattern}': candidates are {_list_labels(dimension)}. "
            "Enter the right label in sources.toml."
        )
    return found[0]


def _select_total(dimension: Dimension, table: str) -> Dimension:
    """Selects the total of a variable that the query does not list."""
    if len(dimension.codes) == 1:
        return dimension
    found = [i for i, label in enumerate(dimension.labels) if is_total(label)]
    if not found:
        raise DataError(
            f"{table} has a variable '{dimension.label}' that the query does not list and that has no total: it "
            f"has {_list_labels(dimension)}. List it in sources.toml."
        )
    return dimension.subset(found[:1])


def _list_labels(dimension: Dimension) -> str:
    more = len(dimension.labels) - MAX_SHOWN
    return ", ".join(f"'{label}'" for label in dimension.labels[:MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")
