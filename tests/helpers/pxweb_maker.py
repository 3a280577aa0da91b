"""Makes tables as a producer's database holds them: names, codes, and markers for what is not there or hidden."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from pxweb_server import Table

from amoanalysis.data.load import Data
from amoanalysis.data.sources.jsonstat import Cube, Dimension

NOT_THERE, HIDDEN = "..", "..."


class Maker:
    """Makes tables in the form of before or after the renaming of June 2026."""

    def __init__(self, data: Data, renamed: bool = True) -> None:
        self.data, self.renamed = data, renamed
        names = data.table("municipalities").set_index("place")["name"]
        areas = {code: place.name_in("fi") for code, place in data.places.all.items() if place.kind == "province"}
        self.names: Mapping[str, str] = {**names.to_dict(), **areas, "SSS": "KOKO MAA"}

    def dimension(self, label: str, values: Mapping[str, str] | Sequence[str], **roles: bool) -> Dimension:
        """A variable; its code is its name before the renaming, a code of its own after."""
        words = dict(values) if isinstance(values, Mapping) else {value: value for value in values}
        plain = re.sub(r"\W", "", label.casefold())
        code = f"{plain}_23_20260101" if self.renamed else label
        return Dimension(code, label, tuple(words), tuple(words.values()), **roles)

    def areas(self, codes: Sequence[str], label: str = "Alue") -> Dimension:
        coded = {f"KU{code}" if code.isdigit() else code: self.names[code] for code in codes}
        return self.dimension(label, coded)

    def contents(self, words: Mapping[str, str]) -> Dimension:
        front = "cont_" if self.renamed else ""
        return self.dimension("Tiedot", {f"{front}{ours}": theirs for ours, theirs in words.items()})

    def table(
        self, path: str, short: str, title: str, dimensions: Sequence[Dimension], frames: Sequence[pd.DataFrame],
        rest: str = NOT_THERE,
    ) -> Table:  # fmt: skip
        """A table whose cells are the rows of frames: a column for each variable, by label, and `value`."""
        cells = np.full(tuple(len(d.codes) for d in dimensions), rest, dtype=object)
        orders = [{label: i for i, label in enumerate(d.labels)} for d in dimensions]
        for frame in frames:
            places = tuple(
                frame[d.label].map(order).to_numpy(dtype=np.int64)
                if d.label in frame
                else np.zeros(len(frame), np.int64)
                for d, order in zip(dimensions, orders, strict=True)
            )
            cells[places] = [written(value) for value in frame["value"]]
        subject = path.rpartition("/")[2]
        long = f"statfin_{subject}_pxt_{short}.px" if "Passiivi" not in path else f"statfinpas_{subject}_pxt_{short}.px"
        ids = (f"{short}.px",) if self.renamed else (long,)
        return Table(path, ids, title, Cube(tuple(dimensions), cells, short, title))

    def name_in(self, frame: pd.DataFrame, **columns: str) -> pd.DataFrame:
        """Our columns under the producer's names; places in words."""
        renamed = frame.rename(columns=columns)
        for column in ("Alue", "Tulokunta", "Lähtökunta"):
            if column in renamed:
                renamed[column] = renamed[column].map(self.names)
        if "Vuosi" in renamed:
            renamed["Vuosi"] = renamed["Vuosi"].astype(str)
        if "Kuukausi" in renamed:
            renamed["Kuukausi"] = renamed["Kuukausi"].str.replace("-", "M")
        return renamed


def written(value: float | int | str) -> str:
    """A figure as a producer writes it."""
    if isinstance(value, str):
        return value
    if np.isnan(value):
        return HIDDEN
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def years(first: int, last: int) -> list[str]:
    return [str(year) for year in range(first, last + 1)]


def months(first: str, last: str) -> list[str]:
    return [f"{m.year}M{m.month:02d}" for m in pd.period_range(first, last, freq="M")]
