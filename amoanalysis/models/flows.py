"""Who exchanges people with whom: net gain, circulation and loss by partner, from the moves between municipalities."""

import pandas as pd

IN, OUT = "in", "out"


def exchange(flows: pd.DataFrame, places: list[str], by: list[str]) -> pd.DataFrame:
    """Moves in and out of some places together, those among them left out.

    net = in - out; circulation = 2 min(in, out), moves that another one undoes; efficiency = net / (in + out).

    Args:
        flows: place, partner, direction, year, migrants.
        places: codes of the places that are looked at as one.
        by: what to keep apart: partner, year, period or nothing but these.

    Returns:
        Columns of `by`, in_moves, out_moves, net, circulation, efficiency; sorted by `by`.

    Source: Statistics Finland, muutl. Efficiency as in Shryock & Siegel (1976), chapter 21.
    """
    own = flows[flows["place"].isin(places) & ~flows["partner"].isin(places)]
    sums = own.groupby([*by, "direction"])["migrants"].sum().unstack("direction", fill_value=0)
    found = sums.reindex(columns=[IN, OUT], fill_value=0).set_axis(["in_moves", "out_moves"], axis=1).astype(float)
    gross = found["in_moves"] + found["out_moves"]
    found["net"] = found["in_moves"] - found["out_moves"]
    found["circulation"] = 2 * found[["in_moves", "out_moves"]].min(axis=1)
    found["efficiency"] = found["net"] / gross.where(gross > 0)
    return found.reset_index()


def against_published(flows: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Sums of the flows beside the published totals of in- and out-migration, one row a place, year and direction.

    Args:
        flows: place, partner, direction, year, migrants.
        totals: place, year, in_migration, out_migration.

    Returns:
        place, year, direction, flows, published, difference; the years that both have.
    """
    sums = flows.groupby(["place", "year", "direction"])["migrants"].sum().rename("flows").reset_index()
    said = totals.rename(columns={"in_migration": IN, "out_migration": OUT})
    said = said.melt(["place", "year"], [IN, OUT], var_name="direction", value_name="published")
    both = said[said["place"].isin(set(flows["place"])) & said["year"].isin(set(flows["year"]))]
    both = both.merge(sums, on=["place", "year", "direction"], how="left").fillna({"flows": 0})
    both = both.assign(difference=both["flows"] - both["published"])
    return both[["place", "year", "direction", "flows", "published", "difference"]].reset_index(drop=True)


def periods(years: pd.Series, width: int, last: int) -> pd.Series:
    """The period of each year, counted back from the last one, as "2009–2018"; missing where it would be incomplete."""
    back = (last - years) // width
    first = last - width * (back + 1) + 1
    named = first.astype(str) + "–" + (first + width - 1).astype(str)
    return named.where((first >= int(years.min())) & (years <= last))
