"""Scenarios: `assumptions.toml` with the overrides and dated events of one TOML file."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from amoanalysis.config.assumptions import Assumption, Assumptions, is_assumption, listed, with_paths
from amoanalysis.config.places import Places
from amoanalysis.config.text import LANGUAGES
from amoanalysis.errors import DataError, UserError, first_fault, shown, unknown

BASELINE = "baseline"
_OWN_KEYS = ("title", "narrative", "based_on")
_REQUIRED = ("fi", "en")
_NUMBERS = ("value", "low", "high", "least", "most")
_BY_PLACE = ("tourism.nights", "tourism.jobs_per_1000_nights", "tourism.extra_growth", "jobs.extra")
_FIELD_DOTS = 2
"""Dots in the path of an event's field; what lies deeper, as its name by language, is a part of that field."""


@dataclass(frozen=True)
class Scenario:
    """What a forecast assumes, and the story that goes with it.

    Attributes:
        name: name of the file.
        title: by language.
        narrative: by language.
        based_on: names of the scenarios that this one changes.
        assumptions: all of them, overrides applied.
        overrides: dotted paths of the assumptions and event fields that differ from `assumptions.toml`.
    """

    name: str
    title: Mapping[str, str]
    narrative: Mapping[str, str]
    based_on: tuple[str, ...]
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
        folder: the data folder, with `assumptions.toml`, `places.toml` and `scenarios/`.

    Returns:
        The scenario, its assumptions complete and validated.

    Raises:
        UserError: if there is no such scenario, or the file has a wrong key or value.
        DataError: if `assumptions.toml` itself is broken.
    """
    layers = _layers(word, folder)
    places = Places.load(folder)
    tree = base = _read(folder / "assumptions.toml", DataError)
    assumptions = _validated(base, places, "assumptions.toml", DataError)
    for path, layer in layers:
        changes = {key: block for key, block in layer.items() if key not in _OWN_KEYS}
        tree = _merged(tree, changes)
        assumptions = _validated(tree, places, path.name, UserError)
        _refuse_unreasoned(changes, path.name)
    path, top = layers[-1]
    return Scenario(
        name=path.stem,
        title=_words(top, "title", path.name),
        narrative=_words(top, "narrative", path.name),
        based_on=tuple(_bases(top, path)),
        assumptions=assumptions,
        overrides=tuple(_differing(tree, base)),
    )


def _layers(word: str, folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The files of the scenario and of those it is based on, each once, a file after all that it is based on."""
    found: list[tuple[Path, dict[str, Any]]] = []
    _add_layers(found, _path(word, folder, Path()), folder, ())
    return found


def _add_layers(found: list[tuple[Path, dict[str, Any]]], path: Path, folder: Path, above: tuple[Path, ...]) -> None:
    if path.resolve() in [known.resolve() for known in above]:
        circle = " > ".join(known.name for known in (*above, path))
        raise UserError(f"{above[-1].name}: based_on runs in a circle ({circle}): take one of them out.")
    if path.resolve() in [known.resolve() for known, _ in found]:
        return
    layer = _read(path, UserError)
    for base in _bases(layer, path):
        _add_layers(found, _path(base, folder, path.parent, said_in=f"{path.name}, based_on: "), folder, (*above, path))
    found.append((path, layer))


def _bases(layer: dict[str, Any], path: Path) -> list[str]:
    """The scenarios that a file names in based_on: none, one, or several, of which a later one has the last word."""
    based_on = layer.get("based_on", [])
    bases = [based_on] if isinstance(based_on, str) else based_on
    if not isinstance(bases, list) or not all(isinstance(base, str) for base in bases):
        raise UserError(f"{path.name}: based_on is {shown(based_on)}: it takes the name of a scenario in quotes.")
    return bases


def _path(word: str, folder: Path, beside: Path, said_in: str = "") -> Path:
    """The file that a name, or a path as seen from a folder, means."""
    if word.casefold().endswith(".toml") or "/" in word or os.sep in word:
        path = beside / word
        if not os.path.isfile(path):
            raise UserError(f"{said_in}There is no scenario file '{word}': check the path.")
        return path
    names = scenario_names(folder)
    if word not in names:
        raise UserError(f"{said_in}{unknown('scenario', word, names)}")
    return folder / "scenarios" / f"{word}.toml"


def _read(path: Path, kind: type[UserError] | type[DataError]) -> dict[str, Any]:
    content = ""
    try:
        content = path.read_text(encoding="utf-8-sig")
        return _parsed(content)
    except OSError as error:
        raise kind(f"{path.name} cannot be read ({error.strerror}): check that it is there.") from error
    except UnicodeDecodeError as error:
        raise kind(f"{path.name} is not UTF-8 (byte {error.start + 1}): save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise kind(f"{path.name} is no valid TOML: {error}: {_remedy(content, str(error))}.") from error


@lru_cache(maxsize=64)
def _parsed(content: str) -> dict[str, Any]:
    """What a text says in TOML: the same files are read for every scenario, so it is not to be changed."""
    return tomllib.loads(content)


def _remedy(content: str, error: str) -> str:
    """What to do about broken TOML: mostly it is a decimal comma."""
    found = re.search(r"at line (\d+)", error)
    line = content.split("\n")[int(found[1]) - 1] if found else ""
    if re.search(r"=\s*[-+]?\d+,\d", line):
        return "write a decimal point, as in 0.03"
    return "mend that line"


def _merged(tree: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    result = dict(tree)
    for key, block in layer.items():
        inner = result.get(key)
        both = isinstance(inner, dict) and isinstance(block, dict)
        result[key] = _merged(inner, block) if both and isinstance(inner, dict) else block
    return result


def _validated(tree: dict[str, Any], places: Places, name: str, kind: type[UserError] | type[DataError]) -> Assumptions:
    try:
        assumptions = Assumptions.model_validate(with_paths(tree))
    except ValidationError as error:
        raise kind(f"{name}: {_sentence(error)}") from error
    for path in _BY_PLACE:
        section, field = path.split(".")
        absent = [code for code in getattr(getattr(assumptions, section), field) if code not in places]
        if absent:
            raise kind(f"{name}: '{path}.{absent[0]}' stands for no place of places.toml: mend the code.")
    return assumptions


def _sentence(error: ValidationError) -> str:
    """The first thing wrong; where an assumption is wanted, what it consists of."""
    fault = error.errors()[0]
    if fault["type"] == "model_type" and fault.get("ctx", {}).get("class_name") == Assumption.__name__:
        path = ".".join(map(str, fault["loc"]))
        return (
            f"'{path}' is {shown(fault['input'])}: an assumption is never a bare number, give value, low, high, unit, "
            "source and why."
        )
    return first_fault(error, _keys_at)


def _keys_at(where: Sequence[str]) -> list[str]:
    """The keys that may stand at a place of the tree."""
    model: type[BaseModel] = Assumptions
    for part in where:
        field = model.model_fields.get(part)
        if field is None:
            continue
        models = [t for t in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(t, type)]
        model = next((t for t in models if issubclass(t, BaseModel)), model)
    return [*model.model_fields, *([] if where else _OWN_KEYS)]


def _refuse_unreasoned(changes: dict[str, Any], name: str, path: str = "") -> None:
    """A new number needs a reason of its own: the old one explains the old number."""
    for key, block in changes.items():
        if not isinstance(block, dict):
            continue
        here = f"{path}.{key}" if path else key
        new = [number for number in _NUMBERS if isinstance(block.get(number), int | float)]
        if new and "why" not in block:
            raise UserError(f"{name}: '{here}' changes {new[0]} and '{here}.why' is missing: add the reason.")
        _refuse_unreasoned(block, name, here)


def _differing(tree: dict[str, Any], base: dict[str, Any], path: str = "") -> list[str]:
    """Dotted paths of the assumptions and event fields that are not as in the base."""
    found: list[str] = []
    for key, block in tree.items():
        before = base.get(key)
        if block in (before, {}):
            continue
        here = f"{path}.{key}" if path else key
        if isinstance(block, dict) and not is_assumption(block) and here.count(".") < _FIELD_DOTS:
            found.extend(_differing(block, before if isinstance(before, dict) else {}, here))
        else:
            found.append(here)
    return found


def _words(top: dict[str, Any], key: str, name: str) -> dict[str, str]:
    words = top.get(key)
    if not isinstance(words, dict) or not all(isinstance(words.get(lang), str) and words[lang] for lang in _REQUIRED):
        raise UserError(f"{name}: '{key}' is missing in {' or '.join(_REQUIRED)}: write [{key}] with both.")
    for lang, said in words.items():
        if lang not in LANGUAGES or not isinstance(said, str):
            raise UserError(f"{name}: '{key}.{lang}' is {shown(said)}: it takes a text in {', '.join(LANGUAGES)}.")
    return dict(words)


def overridden(scenario: Scenario) -> dict[str, Any]:
    """What a scenario assumes otherwise than `assumptions.toml`, by dotted path, as plain values."""
    found: dict[str, Any] = {}
    for path in scenario.overrides:
        block: Any = scenario.assumptions.model_dump(exclude_none=True)
        for part in path.split("."):
            block = block[part]
        found[path] = {key: part for key, part in block.items() if key != "path"} if is_assumption(block) else block
    return found


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
