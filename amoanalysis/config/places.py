"""Places as declared in `places.toml`: municipalities, the areas they make up, and neighbours."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from amoanalysis.errors import DataError, describe_first_fault, format_value, unknown_name_error

Kind = Literal["municipality", "subregion", "region", "province", "country", "neighbour"]


class Place(BaseModel):
    """A municipality, an area made of municipalities, or a neighbour that is only shown.

    Attributes:
        code: municipality code of three digits ("047"), or the code of an area ("MK19", "region").
        kind: what it is.
        name: names by language (fi, sv, en, se).
        slug: lower-case name without diacritics, for files and folders.
        colour: one colour for this place in every chart, as #rrggbb.
        members: codes of the municipalities of an area.
        reference: the area whose vital rates the municipality borrows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    kind: Kind
    name: dict[str, str]
    slug: str = Field(min_length=1)
    colour: str
    members: tuple[str, ...] = ()
    reference: str | None = None

    def name_in(self, lang: str) -> str:
        """The name in a language, else the Finnish one."""
        return self.name.get(lang) or self.name["fi"]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not self.name.get("fi"):
            raise ValueError("it has no Finnish name: add fi to its name")
        if not re.fullmatch("#[0-9a-f]{6}", self.colour):
            raise ValueError(f"its colour is {format_value(self.colour)}: write it as '#rrggbb' in small letters")
        return self


class Places:
    """All places of a data folder, found by code, name in any language, or slug."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = {place.code: place for place in places}
        self._by_word: dict[str, Place] = {}
        for place in self.all.values():
            for word in sorted(_words(place)):
                other = self._by_word.setdefault(word, place)
                if other is not place:
                    raise DataError(f"places.toml: '{word}' means both {other.code} and {place.code}: rename one.")

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """Reads `places.toml`.

        Raises:
            DataError: if the file is broken or a block of it is wrong.
        """
        path = folder / "places.toml"
        try:
            return _declared(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{path.name} cannot be used ({error}): mend the file.") from error

    def __getitem__(self, code: str) -> Place:
        return self.all[code]

    def __contains__(self, code: str) -> bool:
        return code in self.all

    def find(self, word: str | int) -> Place:
        """The place that a code ("273", "KU273", 47), a name in any language or a slug means.

        Raises:
            UserError: if there is none; the nearest name is proposed.
        """
        key = _key(word)
        if key not in self._by_word:
            names = {name for place in self.all.values() for name in place.name.values()}
            raise unknown_name_error(
                "place", str(word), {place.name_in("fi") for place in self.all.values()}, also=names
            )
        return self._by_word[key]

    @property
    def region(self) -> Place:
        """The area whose municipalities are forecast by default.

        Raises:
            DataError: if no place or more than one is of kind region.
        """
        regions = [place for place in self.all.values() if place.kind == "region"]
        if len(regions) != 1:
            raise DataError(f"places.toml declares {len(regions)} places of kind region: it takes exactly one.")
        return regions[0]

    def municipalities(self) -> list[Place]:
        """The municipalities of the region, in the order declared."""
        return [self.all[code] for code in self.region.members]

    def areas(self) -> list[Place]:
        """The sub-regions and the region itself, each a sum of its municipalities."""
        inside = set(self.region.members)
        return [
            p for p in self.all.values() if p.kind in ("subregion", "region") and set(p.members) <= inside and p.members
        ]


@lru_cache(maxsize=8)
def _declared(said: str) -> Places:
    """The places that a file declares: the same object for the same words, as every scenario asks for them."""
    content = tomllib.loads(said)
    for key in content.keys() - {"place"}:
        raise DataError(f"places.toml: the key '{key}' is unknown: every block is a [place.CODE].")
    blocks = content.get("place")
    if not isinstance(blocks, dict) or not blocks:
        raise DataError("places.toml declares no place: add a block [place.CODE] for each.")
    places = Places(_place(str(code), block) for code, block in blocks.items())
    for place in places.all.values():
        for code in (*place.members, *([place.reference] if place.reference else [])):
            if code not in places:
                raise DataError(
                    f"places.toml: {place.code} names the place '{code}', which has no block: add one, or take "
                    "the code out."
                )
    return places


def _place(code: str, block: object) -> Place:
    if not isinstance(block, dict):
        raise DataError(f"places.toml: place.{code} is {format_value(block)}: write a block [place.{code}].")
    try:
        return Place.model_validate({**block, "code": code})
    except ValidationError as error:
        raise DataError(
            f"places.toml, place.{code}: {describe_first_fault(error, lambda _: Place.model_fields)}"
        ) from error


def _words(place: Place) -> set[str]:
    words = {place.code, place.slug, *place.name.values()}
    if place.kind == "municipality" and place.code.isdigit():
        words |= {f"KU{place.code}", place.code.lstrip("0")}
    return {_key(word) for word in words}


def _key(word: str | int) -> str:
    text = str(word).strip().casefold()
    return re.sub(r"\s+", " ", text)
