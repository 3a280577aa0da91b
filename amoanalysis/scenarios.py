"""Scenarios: `assumptions.toml` with the overrides and dated events of one TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from amoanalysis.assumptions import Assumption, Assumptions, listed, with_paths
from amoanalysis.errors import DataError, UserError, nearest, unknown

BASELINE = "baseline"
_OWN_KEYS = ("title", "narrative", "based_on")


@dataclass(frozen=True)
class Scenario:
    """What a forecast assumes, and the story that goes with it.

    Attributes:
        name: name of the file.
        title: by language.
        narrative: by language.
        based_on: name of the scenario that this one changes.
        assumptions: all of them, overrides applied.
        overrides: dotted paths of what differs from `assumptions.toml`.
    """

    name: str
    title: Mapping[str, str]
    narrative: Mapping[str, str]
    based_on: str | None
    assumptions: Assumptions
    overrides: tuple[str, ...]

    def titled(self, lang: str) -> str:
        """The title in a language, else the English one."""
        return self.title.get(lang) or self.title["en"]


def scenario_names(folder: Path) -> list[str]:
    """Names of the scenarios in a data folder, the baseline first."""
    names = sorted(path.stem for path in (folder / "scenarios").glob("*.toml"))
    return sorted(names, key=lambda name: name != BASELINE)


def load_scenario(word: str, folder: Path) -> Scenario:
    """Loads a scenario by name or from a file of the user's.

    Args:
        word: a name ("hannukainen") or the path of a TOML file.
        folder: the data folder, with `assumptions.toml` and `scenarios/`.

    Returns:
        The scenario, its assumptions complete and validated.

    Raises:
        UserError: if there is no such scenario, or the file has a wrong key or value.
        DataError: if `assumptions.toml` itself is broken.
    """
    layers = _layers(word, folder)
    base = _read(folder / "assumptions.toml", DataError)
    tree: dict[str, Any] = base
    for _, layer in layers:
        tree = _merged(tree, {key: block for key, block in layer.items() if key not in _OWN_KEYS})
    name, top = layers[-1]
    changed = [path for _, layer in layers for path in _paths(layer)]
    return Scenario(
        name=name,
        title=_words(top, "title", name),
        narrative=_words(top, "narrative", name),
        based_on=top.get("based_on"),
        assumptions=_validated(tree, name if changed else "assumptions.toml"),
        overrides=tuple(dict.fromkeys(changed)),
    )


def _layers(word: str, folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """The scenario and those it is based on, the deepest first."""
    layers: list[tuple[str, dict[str, Any]]] = []
    current: str | None = word
    while current is not None:
        path = _path(current, folder)
        if path.stem in [name for name, _ in layers]:
            raise UserError(f"The scenario '{path.stem}' is based on itself: break the circle of based_on.")
        raw = _read(path, UserError)
        layers.insert(0, (path.stem, raw))
        current = raw.get("based_on")
    return layers


def _path(word: str, folder: Path) -> Path:
    if word.endswith(".toml"):
        path = Path(word)
        if not path.is_file():
            raise UserError(f"There is no scenario file '{word}'.")
        return path
    names = scenario_names(folder)
    if word not in names:
        raise unknown("scenario", word, names)
    return folder / "scenarios" / f"{word}.toml"


def _read(path: Path, kind: type[UserError] | type[DataError]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise kind(f"{path.name} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise kind(f"{path.name} is not valid TOML ({error}): mend that line.") from error


def _merged(tree: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    result = dict(tree)
    for key, block in layer.items():
        inner = result.get(key)
        both = isinstance(inner, dict) and isinstance(block, dict)
        result[key] = _merged(inner, block) if both and isinstance(inner, dict) else block
    return result


def _paths(layer: dict[str, Any], path: str = "") -> list[str]:
    """Dotted paths of the assumptions and event fields that a layer changes."""
    found: list[str] = []
    for key, block in layer.items():
        if not path and key in _OWN_KEYS:
            continue
        here = f"{path}.{key}" if path else key
        is_leaf = not isinstance(block, dict) or "value" in block
        found.extend([here] if is_leaf else _paths(block, here))
    return found


def _words(top: dict[str, Any], key: str, name: str) -> dict[str, str]:
    words = top.get(key)
    if not isinstance(words, dict) or not {"fi", "en"} <= set(words):
        raise UserError(f"Scenario '{name}': give {key} in fi and en.")
    return {str(lang): str(word) for lang, word in words.items()}


def _validated(tree: dict[str, Any], name: str) -> Assumptions:
    try:
        return Assumptions.model_validate(with_paths(tree))
    except ValidationError as error:
        raise UserError(f"Scenario '{name}': {_sentence(error)}") from error


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, with the nearest key where a key is unknown."""
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    path = ".".join(where)
    if first["type"] == "extra_forbidden":
        near = nearest(where[-1], _keys_beside(where[:-1]))
        hint = f": did you mean '{near}'?" if near else "."
        return f"the key '{path}' is unknown{hint}"
    if first["type"] == "missing":
        return f"'{path}' is missing."
    if first["type"] in ("model_type", "model_attributes_type") or not isinstance(
        first["input"], dict | str | float | int
    ):
        return f"'{path}' is no bare number: give value, low, high, unit, source and why."
    return f"'{path}' is {first['input']!r}: {first['msg'].removeprefix('Value error, ').lower()}."


def _keys_beside(where: list[str]) -> list[str]:
    """The keys that may stand at a place of the tree."""
    model: type[BaseModel] = Assumptions
    for part in where:
        field = model.model_fields.get(part)
        if field is None:
            continue
        models = [t for t in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(t, type)]
        model = next((t for t in models if issubclass(t, BaseModel)), model)
    return list(model.model_fields)


def assumption_sources(scenario: Scenario) -> dict[str, str]:
    """Source of every assumption by its dotted path."""
    return {assumption.path: assumption.source for assumption in listed(scenario.assumptions)}


def find_assumption(scenario: Scenario, path: str) -> Assumption:
    """The assumption at a dotted path.

    Raises:
        UserError: if there is none; the nearest is proposed.
    """
    known = {assumption.path: assumption for assumption in listed(scenario.assumptions)}
    if path not in known:
        raise unknown("assumption", path, known)
    return known[path]
