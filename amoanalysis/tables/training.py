"""Schemas of the tables that providers of training and municipalities fill in, from a template."""

from amoanalysis.tables.schema import PLACE, Column, TableSchema, count, text
from amoanalysis.tables.work import SOURCE

LEVELS = ("vocational", "uas", "university", "state", "short")
FIELDS = (
    "natural", "mining", "machines", "electric", "building", "process", "transport", "catering", "tourism", "cleaning",
    "business", "care", "services", "engineering", "management", "nursing", "nature_experts", "medicine", "teaching",
    "society", "science", "arts", "security",
)  # fmt: skip
STATUS = ("published", "told_by_provider", "estimate")
READINESS = ("ready", "short_training", "degree")
# Fewer persons could be told apart.
FEWEST_SHOWN = 5
YEAR_OR_NOT = Column(
    "year", "year that the row tells of; empty where the source gives none", "integer", low=1950, high=2100, gaps=True
)

TRAINING = (
    TableSchema(
        "training_supply",
        "Training: providers, campuses, programmes, places and graduates",
        (
            PLACE,
            text("provider", "who provides the training"),
            text("campus", "where it is taught, as the provider names it"),
            text("field", "field as in concordances/training_fields.csv; empty where not known", *FIELDS, gaps=True),
            text("programme", "degree or course; empty where not known", gaps=True),
            text("level", "level; short is labour-market training of up to a year", *LEVELS),
            YEAR_OR_NOT,
            count("places", "places for beginners in the year; empty means not known, not zero", "places", gaps=True),
            count("graduates", "graduates in the year; empty means not known, not zero", gaps=True),
            text("status", "published, told by the provider, or somebody's estimate", *STATUS),
            *SOURCE,
        ),
        ("place", "provider", "campus", "programme", "year"),
    ),
    TableSchema(
        "mining_interest",
        "People interested in mining jobs: counts, no persons",
        (
            PLACE,
            Column("year", "year of the count", "integer", low=2000, high=2100),
            text("occupation", "Mitenna group, as in concordances/mitenna_groups.csv", pattern=r"\d\d\.\d{1,2}"),
            text("readiness", "ready for work, after short training, or after a degree", *READINESS),
            count("persons", "persons; leave out rows of fewer than 5, who could be told apart", low=FEWEST_SHOWN),
            text("status", "published, told by the keeper of the register, or an estimate", *STATUS),
            text("source_title", "who counted"),
        ),
        ("place", "year", "occupation", "readiness"),
        by_user=True,
    ),
)
# What a template shows, so that the form explains itself: to be written over.
EXAMPLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "training_supply": (
        ("273", "Lappia", "Kolari", "mining", "Kaivosalan ammattitutkinto", "vocational", "2027", "16", "",
         "told_by_provider", "Lappia, letter of 3 February 2027", "", "read"),
        ("498", "Lappia", "Muonio", "care", "Lähihoitaja", "vocational", "2027", "", "", "told_by_provider",
         "Lappia, letter of 3 February 2027", "", "read"),
    ),
    "mining_interest": (
        ("273", "2027", "02.6", "ready", "25", "told_by_provider", "Municipality of Kolari, register of 1 March 2027"),
        ("273", "2027", "02.4", "short_training", "10", "told_by_provider",
         "Municipality of Kolari, register of 1 March 2027"),
    ),
}  # fmt: skip
