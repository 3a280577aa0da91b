"""Scenarios: `assumptions.toml` with the overrides and dated events of one TOML file."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ValidationError

from amoanalysis.config.assumptions import Assumption, Assumptions, add_paths, is_assumption, list_assumptions
from amoanalysis.config.files import write_atomically
from amoanalysis.config.places import Places
from amoanalysis.config.text import LANGUAGES, text
from amoanalysis.errors import DataError, UserError, describe_first_fault, format_value, unknown_name_error

BASELINE = "baseline"
JUDGEMENT = "judgement"
CHANGED = "_changed"
_OWN_KEYS = ("title", "narrative", "based_on")
_REQUIRED = ("fi", "en")
_NUMBERS = ("value", "low", "high", "least", "most")
_BY_PLACE = ("tourism.nights", "tourism.jobs_per_1000_nights", "tourism.extra_growth", "jobs.extra")
_FIELD_DOTS = 2
"""Dots in the path of an event field; deeper keys, such as a name by language, are part of that field."""


@dataclass(frozen=True)
class Scenario:
    """Complete assumptions of a forecast, and the narrative that goes with them.

    Attributes:
        name: name of the file, or the name given in Python.
        title: by language.
        narrative: by language.
        based_on: names of the scenarios that this one changes.
        assumptions: all assumptions, overrides applied.
        overrides: dotted paths of the assumptions and event fields that differ from `assumptions.toml`.
        folder: data folder that the scenario was loaded from.
    """

    name: str
    title: Mapping[str, str]
    narrative: Mapping[str, str]
    based_on: tuple[str, ...]
    assumptions: Assumptions
    overrides: tuple[str, ...]
    folder: Path = field(compare=False, repr=False)

    def title_in(self, lang: str) -> str:
        """Title in a language; the English one where it is missing."""
        return self.title.get(lang) or self.title["en"]

    def assumption(self, path: str) -> Assumption:
        """The assumption at a dotted path.

        Raises:
            UserError: if there is none; the nearest is proposed.
        """
        known = {assumption.path: assumption for assumption in list_assumptions(self.assumptions)}
        if path not in known:
            raise unknown_name_error("assumption", path, known)
        return known[path]

    def set(
        self,
        path: str,
        value: float | str | Mapping[str, Any] | None = None,
        *,
        why: str = "",
        name: str | None = None,
        **fields: float | str,
    ) -> "Scenario":
        """A copy of the scenario with one assumption, event field or event changed.

        The change is validated exactly as a scenario file is: an unknown key raises with the nearest one, a value
        outside its interval is refused, and a changed number needs a reason.

        Args:
            path: dotted path, such as "tourism.growth" or "events.new_mine.start"; places by name or code.
            value: the new median of an assumption; the text of a field such as `place`; or a mapping for a whole
                block, such as a new event.
            why: reason for the new number.
            name: name of the copy; by default the name of this scenario with "_changed".
            **fields: low, high, unit, source, least or most. The source is "judgement" unless it is given.

        Returns:
            The changed scenario; this one stays as it is.

        Raises:
            UserError: if the path is unknown or the change is not valid.

        Example:
            `scenario.set("tourism.growth", 0.03, low=0.01, high=0.05, why="new flight connections")`
        """
        if value is None and not fields:
            raise UserError(f"set('{path}') changes nothing: give a value, low or high.")
        places = Places.load(self.folder)
        keys = _resolve_keys(path, places)
        layer: Any = _change_block(keys, value, fields, why, places)
        for key in reversed(keys):
            layer = {key: layer}
        where = f"set('{path}')"
        tree = _merge(_raw_tree(self.assumptions), layer)
        assumptions = _validate(tree, places, where, UserError)
        _refuse_unreasoned(layer, where)
        base = _raw_tree(_validate(_read(self.folder / "assumptions.toml", DataError), places, "", DataError))
        changed = name is None and self.name.endswith(CHANGED)
        return Scenario(
            name=self.name if changed else _checked_name(name or self.name + CHANGED),
            title=self.title
            if changed
            else {key: text("scenario.changed", key, title=t) for key, t in self.title.items()},
            narrative=self.narrative,
            based_on=self.based_on if changed else (self.name,),
            assumptions=assumptions,
            overrides=tuple(_differing(_raw_tree(assumptions), base)),
            folder=self.folder,
        )

    def rename(self, name: str, title: str | Mapping[str, str] | None = None) -> "Scenario":
        """A copy under another name and, where given, another title (one text or a text by language)."""
        titles = (
            self.title if title is None else {lang: title for lang in LANGUAGES} if isinstance(title, str) else title
        )
        return replace(self, name=_checked_name(name), title={**self.title, **titles})

    def overridden_values(self) -> dict[str, Any]:
        """What differs from `assumptions.toml`, by dotted path, as plain values."""
        found: dict[str, Any] = {}
        tree = _raw_tree(self.assumptions)
        for path in self.overrides:
            block: Any = tree
            for part in path.split("."):
                block = block[part]
            found[path] = block
        return found

    def to_toml(self) -> str:
        """The scenario as a file: title, narrative and everything that differs from `assumptions.toml`."""
        tree: dict[str, Any] = {"title": dict(self.title), "narrative": dict(self.narrative)}
        for path, block in self.overridden_values().items():
            tree = _merge(tree, _nest(path, block))
        return tomli_w.dumps(tree)

    def save(self, path: Path | str) -> Path:
        """Writes the scenario as a TOML file that `amo forecast --scenario FILE` runs.

        Raises:
            UserError: if the file exists already.
        """
        target = Path(path)
        if target.exists():
            raise UserError(f"'{target}' exists already: choose another name.")
        with write_atomically(target) as file:
            file.write_text(self.to_toml(), encoding="utf-8")
        return target


def scenario_names(folder: Path) -> list[str]:
    """Names of the scenarios in a data folder, the baseline first."""
    names = sorted(path.stem for path in (folder / "scenarios").glob("*.toml"))
    return sorted(names, key=lambda name: name != BASELINE)


def load_scenario(word: str, folder: Path) -> Scenario:
    """Loads a scenario by name or from a file.

    Args:
        word: a name ("baseline") or the path of a TOML file.
        folder: the data folder, with `assumptions.toml`, `places.toml` and `scenarios/`.

    Returns:
        The scenario, its assumptions complete and validated.

    Raises:
        UserError: if there is no such scenario, or the file has a wrong key or value.
        DataError: if `assumptions.toml` itself is not valid.
    """
    layers = _layers(word, folder)
    places = Places.load(folder)
    tree = base = _read(folder / "assumptions.toml", DataError)
    assumptions = _validate(base, places, "assumptions.toml", DataError)
    for path, layer in layers:
        changes = {key: block for key, block in layer.items() if key not in _OWN_KEYS}
        tree = _merge(tree, changes)
        assumptions = _validate(tree, places, path.name, UserError)
        _refuse_unreasoned(changes, path.name)
    path, top = layers[-1]
    return Scenario(
        name=path.stem,
        title=_words(top, "title", path.name),
        narrative=_words(top, "narrative", path.name),
        based_on=tuple(_bases(top, path)),
        assumptions=assumptions,
        overrides=tuple(_differing(tree, base)),
        folder=folder,
    )


def rebuild_scenario(name: str, title: Mapping[str, str], values: Mapping[str, Any], folder: Path) -> Scenario:
    """A scenario from the values that a manifest records.

    Args:
        name: name of the scenario.
        title: by language.
        values: as `Scenario.overridden_values` gives them.
        folder: the data folder.

    Raises:
        UserError: if the values do not fit the assumptions of the folder.
    """
    base = _read(folder / "assumptions.toml", DataError)
    tree = base
    for path, block in values.items():
        tree = _merge(tree, _nest(path, block))
    assumptions = _validate(tree, Places.load(folder), f"scenario '{name}' of the manifest", UserError)
    return Scenario(name, title, {}, (), assumptions, tuple(_differing(tree, base)), folder)


def _nest(path: str, block: Any) -> dict[str, Any]:
    """A dotted path as nested blocks."""
    for key in reversed(path.split(".")):
        block = {key: block}
    return dict(block)


def _raw_tree(assumptions: Assumptions) -> dict[str, Any]:
    """Assumptions as nested plain values, as a TOML file gives them."""

    def plain(block: Any) -> Any:
        if not isinstance(block, dict):
            return block
        own = is_assumption(block)
        return {key: plain(inner) for key, inner in block.items() if not (own and key == "path")}

    return dict(plain(assumptions.model_dump(exclude_none=True, exclude_unset=True)))


def _resolve_keys(path: str, places: Places) -> list[str]:
    """The keys of a dotted path; a place at the end of a path by place becomes its code."""
    section, _, rest = path.rpartition(".")
    if section in _BY_PLACE:
        return [*section.split("."), places.find(rest).code]
    return path.split(".")


def _change_block(
    keys: Sequence[str],
    value: float | str | Mapping[str, Any] | None,
    fields: Mapping[str, Any],
    why: str,
    places: Places,
) -> Any:
    """The raw block that a change writes at a path."""
    off = [key for key in fields if key not in (*_NUMBERS, "unit", "source")]
    if off:
        raise unknown_name_error("field of an assumption", off[0], (*_NUMBERS[1:], "unit", "source", "why"))
    if isinstance(value, str):
        if keys[0] == "events" and keys[-1] == "place":
            return places.find(value).code
        return value
    if isinstance(value, Mapping):
        block = dict(value)
        if keys[0] == "events" and "place" in block:
            block["place"] = places.find(block["place"]).code
        return block
    block = {**fields, **({"why": why} if why else {})}
    if value is not None:
        block["value"] = value
    if "source" not in block and any(number in block for number in _NUMBERS):
        block["source"] = JUDGEMENT
    return block


def _checked_name(name: str) -> str:
    if not name.replace("_", "").isalnum() or name != name.lower() or not name.isascii():
        raise UserError(f"'{name}' is not a valid scenario name: use small letters a-z, digits and _.")
    return name


def _layers(word: str, folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Files of a scenario and its bases, each once, bases first."""
    found: list[tuple[Path, dict[str, Any]]] = []
    _add_layers(found, _find_file(word, folder, Path()), folder, ())
    return found


def _add_layers(found: list[tuple[Path, dict[str, Any]]], path: Path, folder: Path, above: tuple[Path, ...]) -> None:
    if path.resolve() in [known.resolve() for known in above]:
        circle = " > ".join(known.name for known in (*above, path))
        raise UserError(f"{above[-1].name}: based_on is circular ({circle}): remove one of them.")
    if path.resolve() in [known.resolve() for known, _ in found]:
        return
    layer = _read(path, UserError)
    for base in _bases(layer, path):
        _add_layers(
            found, _find_file(base, folder, path.parent, context=f"{path.name}, based_on: "), folder, (*above, path)
        )
    found.append((path, layer))


def _bases(layer: dict[str, Any], path: Path) -> list[str]:
    """Scenarios named in based_on; a later one overrides an earlier one."""
    based_on = layer.get("based_on", [])
    bases = [based_on] if isinstance(based_on, str) else based_on
    if not isinstance(bases, list) or not all(isinstance(base, str) for base in bases):
        raise UserError(f"{path.name}: based_on is {format_value(based_on)}: give the name of a scenario in quotes.")
    return bases


def _find_file(word: str, folder: Path, relative_to: Path, context: str = "") -> Path:
    """File of a scenario name or of a path relative to a folder."""
    if word.casefold().endswith(".toml") or "/" in word or os.sep in word:
        path = relative_to / word
        if not os.path.isfile(path):
            raise UserError(f"{context}There is no scenario file '{word}': check the path.")
        return path
    names = scenario_names(folder)
    if word not in names:
        raise UserError(f"{context}{unknown_name_error('scenario', word, names)}")
    return folder / "scenarios" / f"{word}.toml"


def _read(path: Path, kind: type[UserError] | type[DataError]) -> dict[str, Any]:
    content = ""
    try:
        content = path.read_text(encoding="utf-8-sig")
        return _parse(content)
    except OSError as error:
        raise kind(f"{path.name} cannot be read ({error.strerror}): check that it is there.") from error
    except UnicodeDecodeError as error:
        raise kind(f"{path.name} is not UTF-8 (byte {error.start + 1}): save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise kind(f"{path.name} is no valid TOML: {error}: {_remedy(content, str(error))}.") from error


@lru_cache(maxsize=64)
def _parse(content: str) -> dict[str, Any]:
    """Parsed TOML; cached because scenarios share files, so callers must not change it."""
    return tomllib.loads(content)


def _remedy(content: str, error: str) -> str:
    """What to do about invalid TOML; the usual cause is a decimal comma."""
    found = re.search(r"at line (\d+)", error)
    line = content.split("\n")[int(found[1]) - 1] if found else ""
    if re.search(r"=\s*[-+]?\d+,\d", line):
        return "write a decimal point, as in 0.03"
    return "correct that line"


def _merge(tree: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    result = dict(tree)
    for key, block in layer.items():
        inner = result.get(key)
        both = isinstance(inner, dict) and isinstance(block, dict)
        result[key] = _merge(inner, block) if both and isinstance(inner, dict) else block
    return result


def _validate(tree: dict[str, Any], places: Places, name: str, kind: type[UserError] | type[DataError]) -> Assumptions:
    try:
        assumptions = Assumptions.model_validate(add_paths(tree))
    except ValidationError as error:
        raise kind(f"{name}: {_sentence(error)}") from error
    for path in _BY_PLACE:
        section, field = path.split(".")
        absent = [code for code in getattr(getattr(assumptions, section), field) if code not in places]
        if absent:
            raise kind(f"{name}: '{path}.{absent[0]}' is not a place of places.toml: correct the code.")
    return assumptions


def _sentence(error: ValidationError) -> str:
    """The first fault; a bare number gets the list of what an assumption needs."""
    fault = error.errors()[0]
    if fault["type"] == "model_type" and fault.get("ctx", {}).get("class_name") == Assumption.__name__:
        path = ".".join(map(str, fault["loc"]))
        return (
            f"'{path}' is {format_value(fault['input'])}: an assumption is never a bare number: give value, low, high, "
            "unit, source and why."
        )
    return describe_first_fault(error, _keys_at)


def _keys_at(where: Sequence[str]) -> list[str]:
    """Keys allowed at a path of the tree."""
    model: type[BaseModel] = Assumptions
    for part in where:
        field = model.model_fields.get(part)
        if field is None:
            continue
        models = [t for t in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(t, type)]
        model = next((t for t in models if issubclass(t, BaseModel)), model)
    return [*model.model_fields, *([] if where else _OWN_KEYS)]


def _refuse_unreasoned(changes: dict[str, Any], name: str, path: str = "") -> None:
    """A changed number needs its own reason: the former reason explains the former number."""
    for key, block in changes.items():
        if not isinstance(block, dict):
            continue
        here = f"{path}.{key}" if path else key
        new = [number for number in _NUMBERS if isinstance(block.get(number), int | float)]
        if new and "why" not in block:
            raise UserError(f"{name}: '{here}' changes {new[0]} and '{here}.why' is missing: add the reason.")
        _refuse_unreasoned(block, name, here)


def _differing(tree: dict[str, Any], base: dict[str, Any], path: str = "") -> list[str]:
    """Dotted paths of the assumptions and event fields that differ from the base."""
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
            raise UserError(
                f"{name}: '{key}.{lang}' is {format_value(said)}: it takes a text in {', '.join(LANGUAGES)}."
            )
    return dict(words)
