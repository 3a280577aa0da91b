"""Checks of the tables on industries, tourism and single figures."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from amoanalysis.data.checks.result import (
    Check,
    Finding,
    find_differences,
    format_key,
    format_number,
    make_note,
    pivot_indicators,
    report_differences,
)
from amoanalysis.data.load import Data
from amoanalysis.data.schemas.economy import SINGLE_FIGURES

MEUR_ROUNDING = 0.01
FINAL_USES = ("households", "government", "capital_formation", "inventories", "exports_abroad", "exports_to_regions")
FACTORS = ("compensation_of_employees", "capital_compensation", "land_compensation", "other_production_taxes")
PURCHASES = ("products_total", "regional_imports", "foreign_imports", "product_taxes")
NIGHTS_ROUNDING = 1


def check_input_output_balance(data: Data) -> Iterator[Finding]:
    """The input-output table balances: output = intermediate use + value added = total use of the products."""
    table, industries = data.table("input_output_2014"), list(data.concordance("io_industries")["code"])
    domestic = _fill_matrix(table, "domestic", industries)
    identities = _list_identities(domestic, industries)
    for matrix in ("regional_imports", "foreign_imports"):
        imports = _fill_matrix(table, matrix, industries)
        users = [*industries, *FINAL_USES]
        identities[f"{matrix} by product"] = (imports.loc[industries].sum(), imports.T["products_total"])
        identities[f"{matrix} by user"] = (imports[users].sum(axis=1), imports["total_use"])
        identities[f"{matrix} in the table"] = (imports.T["products_total"][users], domestic.T[matrix][users])
    for name, (parts, total) in identities.items():
        template = f"{name}: the parts sum to {{left}} M EUR, the total is {{right}}"
        yield from report_differences("input_output_2014", find_differences(parts, total, MEUR_ROUNDING), template)


def _list_identities(cells: pd.DataFrame, industries: list[str]) -> dict[str, tuple[pd.Series, pd.Series]]:
    rows = cells.T
    inputs = rows["purchasers_total"] + rows["value_added"]
    return {
        "products_total": (cells.loc[industries].sum(), rows["products_total"]),
        "purchasers_total": (cells.loc[list(PURCHASES)].sum(), rows["purchasers_total"]),
        "value_added": (cells.loc[list(FACTORS)].sum(), rows["value_added"]),
        "output (purchases and value added)": (inputs[industries], rows["output"][industries]),
        "output (use of the products)": (cells["total_use"][industries], rows["output"][industries]),
        "industries_total": (cells[industries].sum(axis=1), cells["industries_total"]),
        "final_use": (cells[list(FINAL_USES)].sum(axis=1), cells["final_use"]),
        "total_use": (
            (cells["industries_total"] + cells["final_use"])[industries],
            cells["total_use"][industries],
        ),
    }


def _fill_matrix(table: pd.DataFrame, matrix: str, industries: list[str]) -> pd.DataFrame:
    rows = [*industries, *PURCHASES, "purchasers_total", *FACTORS, "value_added", "output"]
    columns = [*industries, "industries_total", *FINAL_USES, "final_use", "total_use"]
    cells = pivot_indicators(table[table["matrix"] == matrix], ["product"], "user", "value_meur")
    return cells.reindex(index=rows, columns=columns).fillna(0.0)


def check_input_output_codes(data: Data) -> Iterator[Finding]:
    """Rows and columns of the input-output table are in its concordances."""
    known = {*data.concordance("io_industries")["code"], *data.concordance("io_rows")["code"]}
    yield from _find_unknown_codes(
        data.table("input_output_2014"), "input_output_2014", ("product", "user"), known, "io_rows"
    )


def check_occupation_codes(data: Data) -> Iterator[Finding]:
    """Industries and occupations of the matrix are in their concordances."""
    name = "employed_by_industry_and_occupation"
    for column, key in (("industry", "industry_codes"), ("occupation", "mitenna_groups")):
        yield from _find_unknown_codes(data.table(name), name, (column,), set(data.concordance(key)["code"]), key)


def _find_unknown_codes(
    table: pd.DataFrame, name: str, columns: tuple[str, ...], known: set[str], key: str
) -> Iterator[Finding]:
    for column in columns:
        rows = table[~table[column].isin(known)]
        if not rows.empty:
            yield Finding(
                "error",
                name,
                f"tables/{name}.csv row {int(rows.index[0]) + 2}, column {column}: '{rows[column].iloc[0]}' is not in "
                f"concordances/{key}.csv; correct the code or add it there.",
            )


def note_unknown_occupations(data: Data) -> Iterator[Finding]:
    """Notes the number of employed persons with unknown occupation or industry."""
    table = data.table("employed_by_industry_and_occupation")
    employed = table["employed"]
    for column, code in (("occupation", "99"), ("industry", "00000")):
        none = employed[table[column] == code].sum()
        if none:
            yield make_note(
                "employed_by_industry_and_occupation",
                f"{format_number(none)} of {format_number(employed.sum())} employed persons "
                f"({100 * none / employed.sum():.1f} %) "
                f"have no {column} ({code})",
            )


def check_passengers(data: Data) -> Iterator[Finding]:
    """Domestic and international passengers sum to all."""
    table = data.table("airport_passengers").set_index(["airport", "year"])
    template = "domestic and international sum to {left}, the total is {right}"
    off = find_differences(table["domestic"] + table["international"], table["total"])
    yield from report_differences("airport_passengers", off, template)


def check_profile(data: Data) -> Iterator[Finding]:
    """Main activities sum to the population; degrees sum to the adults."""
    table = pivot_indicators(data.table("municipal_profile"), ["place", "year"], "indicator", "value")
    activities = ["employed", "unemployed", "students", "pensioners", "children_0_14", "others_outside_labour_force"]
    population = data.table("population").set_index(["place", "year"])["population"]
    sums = table[activities].sum(axis=1, min_count=len(activities))
    template = "main activities sum to {left}, tables/population.csv has {right}"
    yield from report_differences("municipal_profile", find_differences(sums, population), template)
    adults = table["adults_basic_education"] + table["adults_with_degree"]
    template = "adults by education sum to {left}, adults are {right}"
    yield from report_differences("municipal_profile", find_differences(adults, table["adults"]), template)


def check_bounds(data: Data, name: str) -> Iterator[Finding]:
    """A figure is within its bounds, and a row has a value, a bound or a note."""
    table = data.table(name)
    wrong = (table["value"] < table["low"]) | (table["value"] > table["high"]) | (table["low"] > table["high"])
    bare = table[["value", "low", "high", "note"]].isna().all(axis=1)
    for mask, template in ((wrong, "value is outside low and high"), (bare, "there is no value, bound or note")):
        if mask.any():
            row = int(mask.to_numpy().argmax()) + 2
            yield Finding("error", name, f"tables/{name}.csv row {row}: {template}; correct the row.")


def note_nights_gap(data: Data) -> Iterator[Finding]:
    """Notes where nights of domestic and foreign guests do not sum to the total."""
    table = data.table("tourism").dropna(subset=["value"])
    parts = ["nights_domestic", "nights_foreign", "nights_total"]
    key = ["place_name", "period"]
    rows = table[table["indicator"].isin(parts)].drop_duplicates([*key, "indicator"])
    nights = pivot_indicators(rows, key, "indicator", "value").reindex(columns=parts).dropna()
    off = find_differences(
        nights["nights_domestic"] + nights["nights_foreign"], nights["nights_total"], NIGHTS_ROUNDING
    )
    for where, left, right in off.itertuples():
        yield make_note(
            "tourism",
            f"{format_key(key, where)}: domestic and foreign nights sum to {format_number(left)}, "
            f"the total is {format_number(right)}",
        )


ECONOMY_CHECKS = (
    Check(("input_output_2014",), check_input_output_codes),
    Check(("input_output_2014",), check_input_output_balance),
    Check(("employed_by_industry_and_occupation",), check_occupation_codes),
    Check(("employed_by_industry_and_occupation",), note_unknown_occupations),
    Check(("airport_passengers",), check_passengers),
    Check(("municipal_profile", "population"), check_profile),
    Check(("tourism",), note_nights_gap),
    *(Check((schema.name,), partial(check_bounds, name=schema.name)) for schema in SINGLE_FIGURES),
)
