"""Jobs by occupation from jobs by industry: the national industry-occupation matrix with local corrections."""

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.statistics.draws import Array

UNKNOWN = "99"


def occupation_codes(groups: pd.DataFrame) -> tuple[str, ...]:
    """Codes of the known Mitenna groups in the order of the arrays: 59, without 99 for unknown.

    Args:
        groups: concordance mitenna_groups.
    """
    return tuple(code for code in groups["code"] if code != UNKNOWN)


def occupation_shares(
    employed: pd.DataFrame, industries: pd.DataFrame, rows: pd.DataFrame, codes: tuple[str, ...], places: list[str]
) -> Array:
    """Share of each occupation in the jobs of each industry and place.

    share[p, i, o] = sum_r weight[p, i, r] employed[r, o] / sum_o of the same; r are the codes of TOL 2008 within
    section i. All codes of a section without rows in `rows` have weight 1; in a section with rows only the listed codes
    count. Persons of unknown occupation are divided as those of known occupation in the same code.

    Args:
        employed: employed_by_industry_and_occupation; each person occurs once, at a code of any length.
        industries: concordance industry_codes (code, section).
        rows: concordance local_industry_rows (place or empty for all, section, industry prefix, weight); rows of a
            place take precedence over rows for all, and the longest matching prefix applies.
        codes: occupations in the order of the result.
        places: municipality codes.

    Returns:
        (place, section, occupation), each (place, section) sums to 1.

    Raises:
        DataError: if a section has no persons.

    Source: Vipunen / Statistics Finland, table 4.14b, 2014.
    """
    section = industries.set_index("code")["section"].replace(dict.fromkeys("TUX", SECTIONS[-1]))
    wide = employed[employed["occupation"] != UNKNOWN].pivot(index="industry", columns="occupation", values="employed")
    wide = wide.reindex(columns=list(codes)).fillna(0.0)
    section_of_code = section.reindex(wide.index)
    counts = wide.to_numpy(dtype=np.float64)
    sums = np.zeros((len(places), len(SECTIONS), len(codes)))
    for number, name in enumerate(SECTIONS):
        own = (section_of_code == name).to_numpy()
        for which, weights in _code_weights(rows[rows["section"] == name], list(wide.index[own]), places):
            sums[which, number] = weights @ counts[own]
    totals = sums.sum(axis=2, keepdims=True)
    if (totals <= 0).any():
        place, number = np.argwhere(totals[..., 0] <= 0)[0]
        raise DataError(
            f"concordances/local_industry_rows.csv: section {SECTIONS[number]} of {places[place]} has no persons: "
            "list an industry that has some."
        )
    return np.asarray(sums / totals)


def by_occupation(jobs: Array, shares: Array, error: Array) -> Array:
    """Jobs by occupation: the jobs of each industry times its occupation shares, which are drawn with an error.

    jobs[p, o] = sum_i jobs[p, i] share[p, i, o] e[o] / sum_o share[p, i, o] e[o]

    Args:
        jobs: (..., draw, place, section), jobs or another quantity by section.
        shares: (place, section, occupation).
        error: (draw, occupation), factors around 1.

    Returns:
        (..., draw, place, occupation); its sum over occupations is that of `jobs` over sections.
    """
    whole = np.einsum("pio,do->dpi", shares, error)
    weighted = np.moveaxis(jobs / whole, -2, 0)
    spread = (weighted.reshape(len(shares), -1, shares.shape[1]) @ shares).reshape(
        *weighted.shape[:-1], shares.shape[2]
    )
    return np.asarray(np.moveaxis(spread, 0, -2) * error[:, None, :])


def _code_weights(rows: pd.DataFrame, industries: list[str], places: list[str]) -> list[tuple[list[int], Array]]:
    """Weights of the codes of a section: numbers of the places that share them, and (code,)."""
    own = [place for place in places if (rows["place"] == place).any()]
    rest = [number for number, place in enumerate(places) if place not in own]
    general = rows[rows["place"] == ""]
    groups = [([places.index(place)], rows[rows["place"] == place]) for place in own]
    return [(which, _prefix_weights(some, industries)) for which, some in [*groups, (rest, general)] if which]


def _prefix_weights(rows: pd.DataFrame, industries: list[str]) -> Array:
    """Weight of each code by its longest listed prefix: (code,)."""
    if rows.empty:
        return np.ones(len(industries))
    listed = dict(zip(rows["industry"], rows["weight"].astype(float), strict=True))
    prefixes = [max((p for p in listed if code.startswith(p)), key=len, default="") for code in industries]
    return np.array([listed.get(prefix, 0.0) for prefix in prefixes])
