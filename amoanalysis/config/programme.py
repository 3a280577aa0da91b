"""`programme.toml`: the AMO programme of 2008 with its area, funding, themes, actions, goals and focus areas."""

import datetime
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from amoanalysis.config.text import LANGUAGES
from amoanalysis.errors import DataError, find_nearest

NOT_YET = "not yet"
ROUNDING = 0.05
"""Largest difference of a share printed with one decimal from the computed share, per cent."""

Stage = Literal["done", "to come"]


def _check_languages(words: dict[str, str]) -> dict[str, str]:
    if not {"fi", "en"} <= set(words) <= set(LANGUAGES) or not all(words.values()):
        raise ValueError(f"it takes fi and en, and may have sv, but has {', '.join(words) or 'nothing'}")
    return words


Words = Annotated[dict[str, str], AfterValidator(_check_languages)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Source(_Block):
    """The document that describes the programme.

    Attributes:
        title: title of the document.
        url: its address.
    """

    title: str
    url: str


class Area(_Block):
    """A sub-region of the programme.

    Attributes:
        name: by language.
        municipalities: codes of three digits.
    """

    name: Words
    municipalities: tuple[str, ...]


class Funder(_Block):
    """An organisation that funds the programme.

    Attributes:
        name: by language.
        amount: euros.
        printed_share: share of the total in the programme document, per cent.
        note: why the printed share differs from the computed share, by language.
    """

    name: Words
    amount: int = Field(gt=0)
    printed_share: float = Field(gt=0, le=100)
    note: Words | None = None


class Funding(_Block):
    """The funding of the programme.

    Attributes:
        total: euros.
        currency: currency of all amounts.
        funder: funders by id.
    """

    total: int = Field(gt=0)
    currency: Literal["EUR"]
    funder: dict[str, Funder]

    def share(self, funder: str) -> float:
        """Computes the share of a funder, per cent."""
        return 100 * self.funder[funder].amount / self.total

    @model_validator(mode="after")
    def _check_total(self) -> Self:
        paid = sum(funder.amount for funder in self.funder.values())
        if paid != self.total:
            raise ValueError(f"the funders pay {paid} euros and the total is {self.total}")
        for name, funder in self.funder.items():
            computed = self.share(name)
            if abs(computed - funder.printed_share) > ROUNDING and not funder.note:
                raise ValueError(
                    f"{name}: printed share {funder.printed_share} %, computed share {computed:.1f} %, "
                    "no note explains it"
                )
        return self


class Theme(_Block):
    """One of the four themes.

    Attributes:
        name: by language.
        question: question of the theme to the forecast, by language.
    """

    name: Words
    question: Words


class Goal(_Block):
    """A goal of the programme.

    Attributes:
        theme: id of the theme.
        fi: in Finnish.
        en: in English.
        sv: in Swedish, if translated.
    """

    theme: str
    fi: str
    en: str
    sv: str | None = None

    def in_language(self, lang: str) -> str:
        """Returns the goal in a language, otherwise in English."""
        return {"fi": self.fi, "sv": self.sv}.get(lang) or self.en


class Focus(Goal):
    """A focus area of the programme and the exhibit on it.

    Attributes:
        exhibit: id of the exhibit, or "not yet".
        why: what the exhibit shows, or why no exhibit exists, by language.
    """

    exhibit: str
    why: Words

    @property
    def has_exhibit(self) -> bool:
        """Whether there is an exhibit on it."""
        return self.exhibit != NOT_YET


class Action(Focus):
    """An action of the programme.

    Attributes:
        stage: done or to come, as of November 2008.
        date: the date, if known.
        when: description of the time, by language, if the date is unknown.
    """

    stage: Stage
    date: datetime.date | None = None
    when: Words | None = None


class Programme(_Block):
    """The programme; blocks by id, in the order of the file.

    Attributes:
        compared_scenarios: scenarios, of a mine and of tourism, whose demand for occupations is compared.
    """

    year: int
    name: Words
    motto: Words
    goals_note: Words
    manager: str
    compared_scenarios: tuple[str, ...] = ()
    source: Source
    area: dict[str, Area]
    funding: Funding
    theme: dict[str, Theme]
    action: dict[str, Action]
    goal: dict[str, Goal]
    focus: dict[str, Focus]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Codes of all municipalities of the area."""
        return tuple(code for area in self.area.values() for code in area.municipalities)

    def actions(self, theme: str | None = None, stage: Stage | None = None) -> dict[str, Action]:
        """Returns actions by id, optionally of one theme or stage."""
        return {
            name: action
            for name, action in self.action.items()
            if theme in (None, action.theme) and stage in (None, action.stage)
        }

    @model_validator(mode="after")
    def _check_themes(self) -> Self:
        groups: dict[str, dict[str, Any]] = {"action": self.action, "goal": self.goal, "focus": self.focus}
        for group, blocks in groups.items():
            for name, block in blocks.items():
                if block.theme not in self.theme:
                    raise ValueError(f"{group}.{name} has the theme '{block.theme}', which has no block")
        return self


def load_programme(folder: Path) -> Programme:
    """Reads `programme.toml`.

    Args:
        folder: the data folder.

    Returns:
        The programme.

    Raises:
        DataError: if the file is missing or invalid, or the funding does not match its total or printed shares.
    """
    try:
        blocks = tomllib.loads((folder / "programme.toml").read_text(encoding="utf-8"))
        return Programme(**blocks.pop("programme", {}), **blocks)
    except ValidationError as error:
        raise DataError(f"programme.toml: {_describe_error(error)}: correct the file.") from error
    except (OSError, TypeError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"programme.toml cannot be read ({' '.join(str(error).split())}): correct the file.") from error


def _describe_error(error: ValidationError) -> str:
    # An unknown key first: a misspelt key also counts as missing.
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = {
            key for model in (Source, Area, Funder, Funding, Theme, Action, Programme) for key in model.model_fields
        }
        near = find_nearest(str(fault["loc"][-1]), known)
        return f"{where} is not a known key{f', {near} is' if near else ''}"
    message = "it is missing" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
