"""Queries to the producers' databases, as `sources.toml` declares them: what is asked, in the words of the labels."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Kinds of values that a variable may be asked for; anything else is a pattern that labels must match.
GROUPS = ("all", "total", "region", "municipalities", "province", "country")


class Api(BaseModel):
    """A PxWeb server.

    Attributes:
        name: our name of it.
        producer: who runs it.
        url: where the API begins, without the language.
        version: 1 or 2, the generation of the API.
        lang: language of the labels asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    producer: str
    url: str
    version: Literal[1, 2]
    lang: Literal["fi", "sv", "en"]


class Variable(BaseModel):
    """One variable of a query, found by its label and never by its code or its place.

    Attributes:
        role: what it is to us: area, to, from, year, month, sex, age, education, commuting, occupation, industry or
            contents.
        label: pattern that the producer's label has to match as a whole, whatever its case; a date behind it may
            stay (`Alue 1.1.2026`).
        take: which values: groups of GROUPS and patterns of labels; for contents, our name and the pattern of each.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str = Field(min_length=1)
    label: str = Field(min_length=1)
    take: tuple[str, ...] | dict[str, str]

    @model_validator(mode="after")
    def _has_patterns(self) -> Self:
        words = self.take.values() if isinstance(self.take, dict) else self.take
        if not self.take:
            raise ValueError(f"the variable '{self.role}' takes no value: name at least one")
        for pattern in (self.label, *words):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no pattern ({error})") from error
        return self


class Query(BaseModel):
    """A query whose answer makes a table of ours, or a part of it.

    Attributes:
        api: name of the server, a block [api.NAME].
        paths: folders of the database where the table may lie, the likeliest first (StatFin/vaerak); none in an API of
            the second generation, which knows no folders.
        ids: names that the table has had, without `.px`; a long name ends in the short one (statfin_vaerak_pxt_11re).
        title: pattern of the table's title, by which it is found where no id is known any more.
        variables: what is asked of each variable; one that is not named is asked for its total.
        cleaner: which cleaner makes our rows of the answer; the name of the table where not given.
        constants: columns that every row of the answer has in common.
        replaces: columns whose values say which rows of the table the answer takes the place of; all rows where none.
        optional: whether the table may be absent at the producer's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: str
    paths: tuple[str, ...] = ("",)
    ids: tuple[str, ...] = ()
    title: str
    variables: tuple[Variable, ...] = Field(min_length=1)
    cleaner: str = ""
    constants: dict[str, int | str] = Field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    optional: bool = False
