"""The exhibit of the AMO programme of 2008: who paid for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.programme import load_programme
from amoanalysis.text import number
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView


@exhibit("programme_funding", theme="foresight", form="bars")
def programme_funding(view: PlaceView) -> Exhibit:
    """Euros by funder."""
    if not (view.data.folder / "programme.toml").is_file():
        raise NotKnown("programme")
    lang, programme = view.lang, load_programme(view.data.folder)
    funding = programme.funding

    def named(words: dict[str, str]) -> str:
        return words.get(lang) or words["en"]

    funders = sorted(funding.funder.items(), key=lambda pair: -pair[1].amount)
    rows = [
        {"category": f"{named(funder.name)}, {percent(funding.share(key), lang, 1)}", "value": float(funder.amount)}
        for key, funder in funders
    ]
    largest = funders[0]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "funder": named(largest[1].name),
            "share": percent(funding.share(largest[0]), lang),
            "total": number(funding.total, lang),
            "programme_year": programme.year,
            "printed": " ".join(named(funder.note) for _, funder in funders if funder.note),
        },
        unit="euros",
        sources=(programme.source.title,),
        notes=("printed_shares",),
        options={"decimals": 0},
    )
    return made(view, "programme_funding", "bars", draft)
