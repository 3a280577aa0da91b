"""The AMO programme of 2008 as declared in `programme.toml`: area, funding, themes, actions, goals and focus."""

import datetime
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from amoanalysis.config.text import LANGUAGES
from amoanalysis.errors import DataError, find_nearest

NOT_YET = "not yet"
ROUNDING = 0.05
"""Per cent: how far a share printed with one decimal may lie from the computed one."""

Stage = Literal["done", "to come"]


def _in_both_languages(words: dict[str, str]) -> dict[str, str]:
    if not {"fi", "en"} <= set(words) <= set(LANGUAGES) or not all(words.values()):
        raise ValueError(f"it takes fi and en, and may have sv, but has {', '.join(words) or 'nothing'}")
    return words


Words = Annotated[dict[str, str], AfterValidator(_in_both_languages)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Source(_Block):
    """Where the programme is described.

    Attributes:
        title: of the document.
        url: where a reader finds it.
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
    """Who paid, and how much.

    Attributes:
        name: by language.
        amount: euros.
        printed_share: share of the total as the programme printed it, per cent.
        note: why the printed share is not the computed one, by language.
    """

    name: Words
    amount: int = Field(gt=0)
    printed_share: float = Field(gt=0, le=100)
    note: Words | None = None


class Funding(_Block):
    """The money of the programme.

    Attributes:
        total: euros.
        currency: of all amounts.
        funder: funders by id.
    """

    total: int = Field(gt=0)
    currency: Literal["EUR"]
    funder: dict[str, Funder]

    def share(self, funder: str) -> float:
        """The part that a funder bears, computed from the euros, per cent."""
        return 100 * self.funder[funder].amount / self.total

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        paid = sum(funder.amount for funder in self.funder.values())
        if paid != self.total:
            raise ValueError(f"the funders pay {paid} euros and the total says {self.total}")
        for name, funder in self.funder.items():
            computed = self.share(name)
            if abs(computed - funder.printed_share) > ROUNDING and not funder.note:
                raise ValueError(
                    f"{name}: printed share {funder.printed_share} %, by arithmetic {computed:.1f} %, no note says so"
                )
        return self


class Theme(_Block):
    """One of the four themes.

    Attributes:
        name: by language.
        question: what the theme asks of a forecast, by language.
    """

    name: Words
    question: Words


class Goal(_Block):
    """What the programme wants under a theme.

    Attributes:
        theme: id of the theme.
        fi: in Finnish.
        en: in English.
        sv: in Swedish, where translated.
    """

    theme: str
    fi: str
    en: str
    sv: str | None = None

    def in_language(self, lang: str) -> str:
        """The sentence in a language, else in English."""
        return {"fi": self.fi, "sv": self.sv}.get(lang) or self.en


class Focus(Goal):
    """Something that the programme works for, and what serves it today.

    Attributes:
        exhibit: id of the exhibit that serves it, or "not yet".
        why: what the exhibit shows of it, or why there is none, by language.
    """

    exhibit: str
    why: Words

    @property
    def has_exhibit(self) -> bool:
        """Whether an exhibit serves it today."""
        return self.exhibit != NOT_YET


class Action(Focus):
    """Something that was done, or was to come.

    Attributes:
        stage: which of the two, as of November 2008.
        date: the day, where it is known.
        when: the time in words, by language, where only that is known.
    """

    stage: Stage
    date: datetime.date | None = None
    when: Words | None = None


class Programme(_Block):
    """The whole programme; blocks by id, in the order declared."""

    year: int
    name: Words
    motto: Words
    goals_note: Words
    manager: str
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
        """Actions by id, those of one theme or stage where asked."""
        return {
            name: action
            for name, action in self.action.items()
            if theme in (None, action.theme) and stage in (None, action.stage)
        }

    @model_validator(mode="after")
    def _themes_are_declared(self) -> Self:
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
        The programme, its funding checked against its total and its printed shares.

    Raises:
        DataError: if the file is absent, broken, or says something that does not hold.
    """
    try:
        blocks = tomllib.loads((folder / "programme.toml").read_text(encoding="utf-8"))
        return Programme(**blocks.pop("programme", {}), **blocks)
    except ValidationError as error:
        raise DataError(f"programme.toml: {_first(error)}: mend the file.") from error
    except (OSError, TypeError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"programme.toml cannot be read ({' '.join(str(error).split())}): mend the file.") from error


def _first(error: ValidationError) -> str:
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")  # a typo explains what is missing
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        near = find_nearest(str(fault["loc"][-1]), _keys())
        return f"{where} is not a known key{f', {near} is' if near else ''}"
    said = "it is missing" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _keys() -> set[str]:
    models = (Source, Area, Funder, Funding, Theme, Action, Programme)
    return {key for model in models for key in model.model_fields}
