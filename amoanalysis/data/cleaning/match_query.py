"""Which variables and values of a producer's table a declared query means, told by their labels."""

import re
from collections.abc import Callable, Mapping, Sequence
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
# A date or a year behind a label, `Alue 1.1.2026` or `Alue 2021`, belongs to the division and not to the name.
DATED = re.compile(r"[\s,(]*(\d{1,2}\.\d{1,2}\.)?\d{4}\)?$")
# Statistics Finland opens titles with the id.
NUMBERED = re.compile(r"^\w{3,5}\s*--\s*")
SHOWN = 6


@dataclass(frozen=True)
class TableSelection:
    """What is asked of a table.

    Attributes:
        asked: all its variables, each with the values wanted.
        roles: our name of a variable by its code; those asked for their total alone have none.
        contents: our name of what is counted by its label.
    """

    asked: tuple[Dimension, ...]
    roles: Mapping[str, str]
    contents: Mapping[str, str]


def match_query(
    query: Query, dimensions: Sequence[Dimension], reference: Reference, places: Places, table: str
) -> TableSelection:
    """Finds what a query asks for among the variables of a table.

    Args:
        query: variables by role and label.
        dimensions: the table's variables with all values.
        reference: words that mean places.
        places: the places declared, for groups of them.
        table: id of the table, for messages.

    Returns:
        The choice.

    Raises:
        DataError: if a variable or value is not found, or found twice; the candidates are listed.
    """
    asked: dict[str, Dimension] = {}
    roles: dict[str, str] = {}
    contents: dict[str, str] = {}
    for variable in query.variables:
        dimension = _dimension(variable, [d for d in dimensions if d.code not in roles], table)
        if dimension is None:
            continue
        if isinstance(variable.take, dict):
            found = {ours: _one(pattern, dimension, table) for ours, pattern in variable.take.items()}
            contents = {dimension.labels[index]: ours for ours, index in found.items()}
            indices = sorted(found.values())
        else:
            indices = _values(variable.take, dimension, reference, places, table)
        asked[dimension.code] = dimension.subset(indices)
        roles[dimension.code] = variable.role
    rest = {d.code: _total(d, table) for d in dimensions if d.code not in asked}
    return TableSelection(tuple({**asked, **rest}[d.code] for d in dimensions), roles, contents)


def find_table(query: Query, folders: Mapping[str, Sequence[TableListing]], where: str) -> tuple[str, str]:
    """The table that a query means: by its id, old or new, else by its title.

    Args:
        query: ids and title.
        folders: the tables listed in each folder, the likeliest folder first.
        where: name of our table, for messages.

    Returns:
        Folder and id.

    Raises:
        DataError: if none or several fit; the candidates are listed.
    """
    known = {word.casefold() for word in query.ids}
    title = re.compile(query.title, re.IGNORECASE)
    listed = [(path, table) for path, tables in folders.items() for table in tables]
    by_id = [(path, table) for path, table in listed if id_variants(table.id) & known]
    by_title = [(path, table) for path, table in listed if title.search(NUMBERED.sub("", table.title))]
    found = by_id[:1] or by_title
    if len(found) == 1:
        return found[0][0], found[0][1].id
    there = "; ".join(f"{table.id} '{table.title}'" for _, table in (by_title or listed)[:SHOWN]) or "none"
    why = "several tables fit" if by_title else "no table is named or titled so"
    wanted = ", ".join(query.ids) or "no id"
    raise DataError(
        f"{where}: {why} ({wanted}; title '{query.title}'). Candidates: {there}. Put the right id into sources.toml."
    )


def id_variants(table: str) -> set[str]:
    """The names of a table's id: as it is, without `.px`, and the short one that a long one ends with."""
    bare = table.casefold().removesuffix(".px")
    return {bare, bare.rpartition("_pxt_")[2]}


def _dimension(variable: Variable, dimensions: Sequence[Dimension], table: str) -> Dimension | None:
    """The dimension of a variable: by its role where the producer tells roles, else by its label."""
    pattern = re.compile(variable.label, re.IGNORECASE)
    fitting = [d for d in dimensions if pattern.fullmatch(d.label.strip()) or pattern.fullmatch(DATED.sub("", d.label))]
    if len(fitting) != 1 and variable.role in TIMES:
        fitting = [d for d in dimensions if d.time] or fitting
    if len(fitting) != 1 and variable.role == "contents":
        fitting = [d for d in dimensions if d.metric] or fitting
        if not fitting and isinstance(variable.take, dict) and len(variable.take) == 1:
            return None  # a table that counts one thing need not say so in a variable
    if len(fitting) != 1:
        why = "fit several" if fitting else "fits none"
        there = ", ".join(f"'{d.label}' ({d.code})" for d in (fitting or dimensions))
        raise DataError(
            f"{table}: the {variable.role} ('{variable.label}') {why} of its variables: candidates are {there}. "
            "Put the right label into sources.toml."
        )
    return fitting[0]


def _values(take: Sequence[str], dimension: Dimension, reference: Reference, places: Places, table: str) -> list[int]:
    chosen: set[int] = set()
    for word in take:
        if word in GROUPS:
            found = _group(word, dimension, reference, places)
            if not found and word != "country":
                raise DataError(
                    f"{table}: '{dimension.label}' has none of the {word} asked for: it has {_some(dimension)}."
                )
        else:
            pattern = re.compile(word, re.IGNORECASE)
            found = [i for i, label in enumerate(dimension.labels) if pattern.fullmatch(label.strip())]
            if not found:
                raise DataError(
                    f"{table}: '{dimension.label}' has no value like '{word}': candidates are {_some(dimension)}. "
                    "Put the right label into sources.toml."
                )
        chosen.update(found)
    return sorted(chosen)


def _group(word: str, dimension: Dimension, reference: Reference, places: Places) -> list[int]:
    labels = list(enumerate(dimension.labels))
    if word == "all":
        return [i for i, _ in labels]
    if word == "total":
        return [i for i, label in labels if is_total(label)][:1]
    wanted = set(_codes(word, places))
    read = make_place_parser(reference.places)
    found: dict[str, int] = {}
    for i, label in labels:
        code = _read(read, label)
        if code in wanted:
            found.setdefault(code, i)
    return list(found.values())


def _codes(word: str, places: Places) -> list[str]:
    if word == "region":
        return list(places.region.members)
    kind = "municipality" if word == "municipalities" else word
    return [place.code for place in places.all.values() if place.kind == kind]


def _read(read: Callable[[object], str], label: str) -> str | None:
    try:
        return read(label)
    except (KeyError, ValueError):
        return None


def _one(pattern: str, dimension: Dimension, table: str) -> int:
    """The one value that a pattern means."""
    compiled = re.compile(pattern, re.IGNORECASE)
    found = [i for i, label in enumerate(dimension.labels) if compiled.fullmatch(label.strip())]
    if len(found) != 1:
        why = "several values" if found else "no value"
        raise DataError(
            f"{table}: '{dimension.label}' has {why} like '{pattern}': candidates are {_some(dimension)}. "
            "Put the right label into sources.toml."
        )
    return found[0]


def _total(dimension: Dimension, table: str) -> Dimension:
    """The total of a variable that the query does not name."""
    if len(dimension.codes) == 1:
        return dimension
    found = [i for i, label in enumerate(dimension.labels) if is_total(label)]
    if not found:
        raise DataError(
            f"{table} has a variable '{dimension.label}' that the query does not name and that has no total: it "
            f"has {_some(dimension)}. Name it in sources.toml."
        )
    return dimension.subset(found[:1])


def _some(dimension: Dimension) -> str:
    more = len(dimension.labels) - SHOWN
    return ", ".join(f"'{label}'" for label in dimension.labels[:SHOWN]) + (f" and {more} more" if more > 0 else "")
