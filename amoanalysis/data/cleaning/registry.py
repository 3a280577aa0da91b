"""Which cleaner makes which of our tables, and from which file of which producer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from amoanalysis.data.cleaning import labour_market as work
from amoanalysis.data.cleaning import population as people


@dataclass(frozen=True)
class Cleaner:
    """A complete way from a producer's file to a table of ours.

    Attributes:
        table: name of the table.
        producer: who publishes the file.
        table_id: the producer's table.
        clean: the function; its docstring says what it takes.
    """

    table: str
    producer: str
    table_id: str
    clean: Callable[..., pd.DataFrame]


STATFIN = "Statistics Finland"
ALL = (
    Cleaner("population", "Finnish Institute for Health and Welfare, Sotkanet", "127", people.population),
    Cleaner("population_by_age_sex", STATFIN, "StatFin vaerak 11re", people.population_by_age_sex),
    Cleaner("internal_migration", STATFIN, "StatFin muutl 11a2", people.internal_migration),
    Cleaner("migration_flows", STATFIN, "StatFin muutl 11a1", people.migration_flows),
    Cleaner("employed_residents", STATFIN, "StatFin tyokay 115n", partial(work.employment, table="employed_residents")),
    Cleaner("jobs_by_workplace", STATFIN, "StatFin tyokay 115p", partial(work.employment, table="jobs_by_workplace")),
    Cleaner("jobs_by_industry", STATFIN, "Paavo, workplaces (TP)", work.jobs_by_industry),
    Cleaner("labour_market_monthly", STATFIN, "StatFin tyonv 12r5", work.labour_market_monthly),
    Cleaner(
        "employed_by_industry_and_occupation",
        "Vipunen",
        "employed persons by occupation group and industry",
        work.employed_by_industry_and_occupation,
    ),
)
CLEANERS: Mapping[str, Cleaner] = {cleaner.table: cleaner for cleaner in ALL}
