"""`places.toml`: municipalities, areas of municipalities, and neighbouring municipalities."""

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
    """A municipality, an area of municipalities, or a neighbour that is only shown on maps.

    Attributes:
        code: municipality code of three digits ("047"), or the code of an area ("MK19", "region").
        kind: kind of place.
        name: names by language (fi, sv, en, se).
        slug: lower-case name without diacritics, for files and folders.
        colour: colour of the place in every chart, as #rrggbb.
        members: codes of the municipalities of an area.
        reference: the area whose vital rates are used for the municipality.
        commuter_hub: whether commuting maps name it although it is outside the region.
        commuters_from: municipalities whose cross-border commuters are attributed to a neighbour.
        commuter_site: site of the table sites at which these commuters are drawn.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    kind: Kind
    name: dict[str, str]
    slug: str = Field(min_length=1)
    colour: str
    members: tuple[str, ...] = ()
    reference: str | None = None
    commuter_hub: bool = False
    commuters_from: tuple[str, ...] = ()
    commuter_site: str | None = None

    def name_in(self, lang: str) -> str:
        """Returns the name in a language, otherwise the Finnish name."""
        return self.name.get(lang) or self.name["fi"]

    @model_validator(mode="after")
    def _check_name_and_colour(self) -> Self:
        if not self.name.get("fi"):
            raise ValueError("it has no Finnish name: add fi to its name")
        if not re.fullmatch("#[0-9a-f]{6}", self.colour):
            raise ValueError(f"its colour is {format_value(self.colour)}: write it as '#rrggbb' in lower case")
        return self


class Places:
    """The places of a data folder, by code, name in any language, or slug."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = {place.code: place for place in places}
        self._by_word: dict[str, Place] = {}
        for place in self.all.values():
            for word in sorted(_list_words(place)):
                other = self._by_word.setdefault(word, place)
                if other is not place:
                    raise DataError(f"places.toml: '{word}' means both {other.code} and {place.code}: rename one.")

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """Reads `places.toml`.

        Raises:
            DataError: if the file is missing or invalid.
        """
        path = folder / "places.toml"
        try:
            return _parse_places(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{path.name} cannot be used ({error}): correct the file.") from error

    def __getitem__(self, code: str) -> Place:
        return self.all[code]

    def __contains__(self, code: str) -> bool:
        return code in self.all

    def find(self, word: str | int) -> Place:
        """Finds a place by code ("273", "KU273", 47), name in any language or slug.

        Raises:
            UserError: if there is no such place; the message suggests the most similar name.
        """
        key = _normalise(word)
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
            DataError: if there is not exactly one region.
        """
        regions = [place for place in self.all.values() if place.kind == "region"]
        if len(regions) != 1:
            raise DataError(f"places.toml declares {len(regions)} places of kind region: it takes exactly one.")
        return regions[0]

    def municipalities(self) -> list[Place]:
        """Returns the municipalities of the region, in the order of the file."""
        return [self.all[code] for code in self.region.members]

    def areas(self) -> list[Place]:
        """Returns the sub-regions and the region, which are sums of their municipalities."""
        inside = set(self.region.members)
        return [
            p for p in self.all.values() if p.kind in ("subregion", "region") and set(p.members) <= inside and p.members
        ]


@lru_cache(maxsize=8)
def _parse_places(text: str) -> Places:
    """Parses `places.toml`; cached, because every scenario loads it."""
    content = tomllib.loads(text)
    for key in content.keys() - {"place"}:
        raise DataError(f"places.toml: the key '{key}' is unknown: every block is a [place.CODE].")
    blocks = content.get("place")
    if not isinstance(blocks, dict) or not blocks:
        raise DataError("places.toml declares no place: add a block [place.CODE] for each.")
    places = Places(_parse_place(str(code), block) for code, block in blocks.items())
    for place in places.all.values():
        for code in (*place.members, *([place.reference] if place.reference else [])):
            if code not in places:
                raise DataError(
                    f"places.toml: {place.code} refers to the place '{code}', which has no block: add one, or "
                    "remove the code."
                )
    return places


def _parse_place(code: str, block: object) -> Place:
    if not isinstance(block, dict):
        raise DataError(f"places.toml: place.{code} is {format_value(block)}: write a block [place.{code}].")
    try:
        return Place.model_validate({**block, "code": code})
    except ValidationError as error:
        raise DataError(
            f"places.toml, place.{code}: {describe_first_fault(error, lambda _: Place.model_fields)}"
        ) from error


def _list_words(place: Place) -> set[str]:
    """Lists the normalised words that mean a place."""
    words = {place.code, place.slug, *place.name.values()}
    if place.kind == "municipality" and place.code.isdigit():
        words |= {f"KU{place.code}", place.code.lstrip("0")}
    return {_normalise(word) for word in words}


def _normalise(word: str | int) -> str:
    return " ".join(str(word).casefold().split())
