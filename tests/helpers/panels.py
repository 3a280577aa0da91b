"""The jobs panel of the snapshot, and what it is made from."""

import numpy as np
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.models.jobs import labour_demand as jobs
from amoanalysis.models.jobs import panel as jobs_panel
from amoanalysis.models.labour_force.participation import LabourAccount, labour_account

SIX = ["047", "261", "273", "498", "854", "976"]


def lapland(data: Data) -> list[str]:
    return list(data.places["MK19"].members)


def account_of(data: Data, places: list[str]) -> LabourAccount:
    names = ("employed_residents", "jobs_by_workplace", "labour_market_monthly")
    return labour_account(*(data.table(name) for name in names), places)


def national_growth(data: Data) -> np.ndarray:
    finland = data.table("population").query("place == 'SSS'").set_index("year")["population"].astype(float)
    return jobs.national_trend(data.table("employed_by_industry_and_age"), finland)


def panel_of(data: Data, **changed: pd.DataFrame) -> pd.DataFrame:
    tables = {name: data.table(name) for name in jobs_panel.TABLES} | changed
    places = lapland(data)
    return jobs_panel.jobs_panel(tables, account_of(data, places), places, national_growth(data))
